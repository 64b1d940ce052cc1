// Sections of a page on runs made up by hand: which of them appear, and every figure in them.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "results/page/sections.h"
#include "results/page/svg_chart.h"

namespace assay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<const page::Chart*> charts_of(const page::Section& section) {
  std::vector<const page::Chart*> charts;
  for (const page::Block& block : section.blocks) {
    if (const auto* chart = std::get_if<page::Chart>(&block)) charts.push_back(chart);
  }
  return charts;
}

ItemRecord needle(int length, double depth, std::optional<double> found) {
  ItemRecord item;
  item.item.id = fmt::format("{}/{}", length, depth);
  item.item.doc = {{"length", length}, {"depth", depth}, {"placement", Json::object()}};
  if (found) {
    Judgement verdict;
    verdict.filter = "none";
    verdict.values = {{"found", *found}};
    item.judged.judgements = {verdict};
  } else {
    item.judged.error = Error{ErrorCode::kBadData, "the context holds 512"};
  }
  return item;
}

page::PageRun needle_run(const std::string& name, std::vector<ItemRecord> items) {
  page::PageRun run{name, {}};
  run.inspected.run = RunFolder{};
  run.inspected.run->tasks = {TaskRecord{"needle", Json::object(), std::move(items)}};
  return run;
}

TEST(LongContext, CellsHoldWhatWasFoundAndDepthsMayBeFractions) {
  const std::vector<page::PageRun> runs = {needle_run(
      "a", {needle(256, 0, 1), needle(256, 33.3, 0), needle(256, 33.3, 1), needle(1024, 0, {})})};
  const auto section = page::long_context_section(runs);
  ASSERT_TRUE(section);
  const auto charts = charts_of(*section);
  ASSERT_EQ(charts.size(), 2u);
  const page::Chart& curve = *charts[0];
  ASSERT_EQ(curve.marks.size(), 2u);
  EXPECT_DOUBLE_EQ(as_estimate(curve.marks[0].value)->value, 2.0 / 3);
  EXPECT_EQ(as_estimate(curve.marks[0].value)->n, 3u);
  EXPECT_EQ(std::get<Failed>(curve.marks[1].value).reason, "the context holds 512");
  const page::Chart& map = *charts[1];
  ASSERT_EQ(map.marks.size(), 4u);
  EXPECT_EQ(map.marks[1].row, "33.3");
  EXPECT_DOUBLE_EQ(as_estimate(map.marks[1].value)->value, 0.5);
  // Neither a failed cell nor one that was not asked is shaded.
  EXPECT_TRUE(std::holds_alternative<Failed>(map.marks[2].value));
  EXPECT_TRUE(std::holds_alternative<NotRun>(map.marks[3].value));
  const std::string svg = page::svg_chart(map);
  std::size_t hatched = 0;
  for (std::size_t at = 0; (at = svg.find("cell hatched", at)) != std::string::npos; ++at) {
    ++hatched;
  }
  EXPECT_EQ(hatched, 2u);
}

TEST(LongContext, DifferencesNeedBothCells) {
  const std::vector<page::PageRun> runs = {
      needle_run("a", {needle(256, 0, 1), needle(256, 50, 1)}),
      needle_run("b", {needle(256, 0, 0), needle(256, 50, {})})};
  const auto section = page::long_context_section(runs);
  ASSERT_TRUE(section);
  const page::Chart& map = *charts_of(*section).back();
  ASSERT_EQ(map.marks.size(), 2u);
  EXPECT_DOUBLE_EQ(as_estimate(map.marks[0].value)->value, -1);
  EXPECT_TRUE(std::holds_alternative<NotRun>(map.marks[1].value));
}

page::PageRun costed_run(const std::string& name, double value, std::uint64_t bytes) {
  page::PageRun run{name, {}};
  run.inspected.manifest = {{"model", {{"settings", {{"bytes", bytes}}}}}};
  run.inspected.run = RunFolder{};
  ResultEntry entry;
  entry.name = "arc";
  entry.scores = {{"arc", false, "acc", "none", true,
                   Estimate{value, 100, std::nullopt, std::nullopt, ""}, 100, 0}};
  run.inspected.run->summary.entries = {entry};
  return run;
}

TEST(Tradeoff, TheFrontIsWhatNoOtherRunBeats) {
  constexpr std::uint64_t kMi = 1024 * 1024;
  const std::vector<page::PageRun> runs = {
      costed_run("f16", 0.60, 16 * kMi), costed_run("q8", 0.60, 8 * kMi),
      costed_run("q5", 0.50, 9 * kMi), costed_run("q4", 0.55, 4 * kMi)};
  const auto section = page::tradeoff_section(runs);
  ASSERT_TRUE(section);
  const auto charts = charts_of(*section);
  ASSERT_EQ(charts.size(), 1u);  // speed and memory were not measured: they have no chart
  EXPECT_THAT(charts[0]->front, ElementsAre("q8", "q4"));
  EXPECT_EQ(charts[0]->marks.size(), 4u);
  EXPECT_EQ(charts[0]->table.rows[0].back().text, "no");
  EXPECT_EQ(charts[0]->table.rows[3].back().text, "yes");
  EXPECT_THAT(page::svg_chart(*charts[0]), HasSubstr("class=\"front\""));
}

}  // namespace
}  // namespace assay
