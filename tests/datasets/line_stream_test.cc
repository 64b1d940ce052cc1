// Lines from a stream against the same bytes in memory.
#include "datasets/line_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/jsonl.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
using testing_support::TempFolder;

// Every row with its line, then what ended it.
std::string told(const std::function<expected<void>(const JsonlRow&)>& read) {
  std::string all;
  const expected<void> done = read([&](Json&& row, std::size_t line) -> expected<void> {
    all += std::to_string(line) + " " + row.dump() + "\n";
    return {};
  });
  return all + (done ? "complete" : done.error().message);
}

TEST(LineStream, GivesWhatTheBytesInMemoryGive) {
  const std::string large = R"({"t": ")" + std::string(700'000, 'x') + "\"}\n";
  const std::string many = [] {
    std::string bytes;
    for (int i = 0; i < 40'000; ++i) bytes += R"({"row": )" + std::to_string(i) + "}\n";
    return bytes;
  }();
  const TempFolder temp;
  for (const std::string& bytes :
       {std::string(), std::string("\n\n"), std::string("{\"a\": 1}"),
        std::string("\xEF\xBB\xBF[1]\r\n\n{}\n"), std::string("1\n2\n{\"a\": "),
        std::string("1\n\"\xff\"\n2\n"), large + "3\n" + large, many}) {
    const std::string path = temp.write("rows.jsonl", bytes);
    expected<LineStream> lines = LineStream::open(path, "rows.jsonl");
    ASSERT_TRUE(lines);
    const std::string is =
        told([&](const JsonlRow& row) { return for_each_jsonl(*lines, "rows.jsonl", row); });
    EXPECT_EQ(is,
              told([&](const JsonlRow& row) { return for_each_jsonl(bytes, "rows.jsonl", row); }));
    if (is.ends_with("complete")) {
      EXPECT_EQ(lines->sha256(), sha256_hex(bytes));
    }
  }
}

TEST(LineStream, AFileThatCannotBeReadIsNamed) {
  const TempFolder temp;
  EXPECT_THAT(LineStream::open(temp / "none", "set/none.jsonl").error().message,
              HasSubstr("set/none.jsonl cannot be opened"));
  EXPECT_THAT(LineStream::open(temp.path(), "set").error().message, HasSubstr("is a folder"));
}

}  // namespace
}  // namespace assay
