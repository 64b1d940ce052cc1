// Hard answers and the program each must yield (tests/cases/code_extraction.jsonl).
#include "scorers/code_extraction.h"

#include <gtest/gtest.h>

#include <fstream>

#include "assay/json.h"

namespace assay {
namespace {

TEST(CodeExtraction, Cases) {
  std::ifstream file(ASSAY_SOURCE_DIR "/tests/cases/code_extraction.jsonl");
  std::size_t cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    const Json json = Json::parse(line);
    const ExtractedCode code =
        extract_code(json["answer"].get<std::string>(), json["prompt"].get<std::string>(),
                     json["entry_point"].get<std::string>());
    EXPECT_EQ(code.program, json["program"].get<std::string>())
        << json["name"] << ", by the rule: " << code.rule;
    EXPECT_FALSE(code.rule.empty());
  }
  EXPECT_GE(cases, 40U);
}

}  // namespace
}  // namespace assay
