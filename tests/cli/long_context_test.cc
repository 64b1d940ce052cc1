// Long-context options through the program: what they ask for, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "assay/json.h"
#include "tests/cli/program.h"

namespace assay {
namespace {

using ::testing::HasSubstr;

TEST(LongContext, LengthsAndDepthsMakeTheGrid) {
  const test::ProgramResult plan =
      test::run_assay({"run", "mini-needle", "--lengths", "300,1k", "--depths", "3", "--needles",
                       "4", "-n", "--json"});
  ASSERT_EQ(plan.exit_code, 0) << plan.err;
  EXPECT_EQ(Json::parse(plan.out)["tasks"][0]["items"], 2 * 3 * 4);
  const test::ProgramResult listed =
      test::run_assay({"run", "mini-needle", "--lengths", "300", "--depths", "0,12.5%,100", "--set",
                       "values=uuids", "-n", "--json"});
  ASSERT_EQ(listed.exit_code, 0) << listed.err;
  EXPECT_EQ(Json::parse(listed.out)["tasks"][0]["items"], 3 * 2);
}

TEST(LongContext, WhatIsNoLengthDepthOrSettingIsRefused) {
  for (const auto& [options, sentence] :
       std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--lengths", "4q"}, "\"4q\" is none"},
           {{"--lengths", "1k,,2k"}, "\"\" is none"},
           {{"--lengths", "0"}, "\"0\" is none"},
           {{"--depths", "102"}, "this is 102"},
           {{"--depths", "0,101"}, "\"101\" is neither"},
           {{"--set", "values"}, "a name and a value"},
           {{"--set", "colour=red"}, "there is no setting colour"},
           {{"--filler", "no-such-text"}, "there is no filler no-such-text"}}) {
    std::vector<std::string> line = {"run", "mini-needle", "-n"};
    line.insert(line.end(), options.begin(), options.end());
    const test::ProgramResult refused = test::run_assay(line);
    EXPECT_NE(refused.exit_code, 0) << sentence;
    EXPECT_THAT(refused.err, HasSubstr(sentence));
  }
}

}  // namespace
}  // namespace assay
