// What people see of figures over lengths: approved texts, and what no rewording may lose.
#include <gmock/gmock.h>

#include "results/length_lines.h"
#include "results/length_shift.h"
#include "results/page/length_charts.h"
#include "results/summary.h"
#include "tests/approval/approval.h"
#include "tests/results/length_items.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string text_of(const std::vector<TableLine>& lines) {
  std::string text;
  for (const TableLine& line : lines) text += line.text + "\n";
  return text;
}

std::vector<LengthResults> sample() { return {*length_results(test::sample_needles())}; }

std::vector<TableLine> shift_lines(std::size_t width) {
  const TaskRecord base = test::sample_needles();
  const TaskRecord other = test::sample_needles(2);
  const auto shift = length_shift(pair_task(base, other), {"exact_match"}, "none", {});
  return length_shift_lines(*shift, {"needle", "kv f16", "kv q4_0"}, width);
}

TEST(LengthText, Approved) {
  test::expect_approved("lengths", text_of(length_lines("needle", sample(), 0)));
  test::expect_approved("lengths_terminal", text_of(length_lines("needle", sample(), 120)));
  test::expect_approved("lengths_compared", text_of(shift_lines(0)));
  test::expect_approved("lengths_compared_terminal", text_of(shift_lines(80)));
}

TEST(LengthText, WhatWasNotMeasuredIsNoNumber) {
  for (const TableLine& line : length_lines("needle", sample(), 100)) {
    if (line.kind == LineKind::kAbsent) {
      EXPECT_THAT(line.text, HasSubstr("not measured"));
      EXPECT_THAT(line.text, Not(HasSubstr("0.0000")));
    }
  }
  EXPECT_THAT(text_of(length_lines("needle", sample(), 0)), HasSubstr("╳╳ none"));
}

// Every cell of the map has a colour of its own, and the colours cover whole characters.
TEST(LengthText, TintsLieOnCells) {
  std::size_t cells = 0;
  for (const auto& lines : {length_lines("needle", sample(), 0), shift_lines(0)}) {
    for (const TableLine& line : lines) {
      std::size_t done = 0;
      for (const Tint& tint : line.tints) {
        ++cells;
        EXPECT_LE(done, tint.begin);
        EXPECT_LT(tint.begin, tint.end);
        ASSERT_LE(tint.end, line.text.size());
        const std::string cell = line.text.substr(tint.begin, tint.end - tint.begin);
        EXPECT_THAT(cell,
                    ::testing::AnyOf(StartsWith("██ "), StartsWith("▓▓ "), StartsWith("▒▒ "),
                                     StartsWith("░░ "), StartsWith("·· "), StartsWith("╳╳ none")));
        if (cell.starts_with("╳╳")) {
          EXPECT_EQ(tint.shade, Shade::kAbsent);
        }
        if (cell.starts_with("██ 5/5")) {
          EXPECT_EQ(tint.shade, Shade::kGood);
        }
        done = tint.end;
      }
    }
  }
  EXPECT_EQ(cells, 3u * 5 + 3u * 4);
}

TEST(LengthText, NarrowMapsLeaveTheIntervalsOut) {
  EXPECT_THAT(text_of(shift_lines(0)), HasSubstr(" to +"));
  const std::string narrow = text_of(shift_lines(60));
  EXPECT_THAT(narrow, HasSubstr("--json"));
  EXPECT_THAT(narrow, Not(HasSubstr(" to +")));
}

TEST(LengthText, TheDrawingIsAWholeFile) {
  Summary summary;
  summary.model = "tiny & small";
  EXPECT_EQ(page::lengths_svg(summary), "");
  ResultEntry entry;
  entry.name = "needle";
  entry.lengths = sample();
  summary.entries = {entry};
  const std::string svg = page::lengths_svg(summary);
  EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  EXPECT_THAT(svg, HasSubstr("tiny &amp; small"));
  EXPECT_THAT(svg, Not(HasSubstr("table below")));
  std::size_t hatched = 0;
  for (std::size_t at = 0; (at = svg.find("cell hatched", at)) != std::string::npos; ++at) {
    ++hatched;
  }
  EXPECT_EQ(hatched, 4u) << "2048 at three depths, and 1024 at 100 %";
  test::expect_approved("lengths.svg", svg);
}

}  // namespace
}  // namespace assay
