// The documents of the data home against those that the original harness saw: every "doc" of the
// golden vectors and of the end-to-end samples must be what DataHome yields at that position,
// member order included, because document hashes depend on it. Skipped where ../shared is absent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "assay/digest.h"
#include "datasets/data_home.h"

namespace assay {
namespace {

const std::string kShared = ASSAY_SHARED_DIR;

struct Source {
  std::string dataset, config, split;
};

// Which split a golden task was evaluated on.
Source source_of(const std::string& task) {
  if (task.starts_with("mmlu_")) return {"mmlu", task.substr(5), "test"};
  if (task.starts_with("arc_challenge")) return {"arc", "ARC-Challenge", "test"};
  if (task.starts_with("arc_easy")) return {"arc", "ARC-Easy", "test"};
  if (task.starts_with("gsm8k")) return {"gsm8k", "main", "test"};
  if (task.starts_with("hellaswag")) return {"hellaswag", "", "validation"};
  if (task.starts_with("humaneval")) return {"humaneval", "", "test"};
  if (task.starts_with("lambada")) return {"lambada", "", "test"};
  if (task.starts_with("mbpp")) return {"mbpp", "full", "test"};
  if (task.starts_with("truthfulqa")) return {"truthfulqa", "multiple_choice", "validation"};
  if (task.starts_with("wikitext")) return {"wikitext-2", "wikitext-2-raw-v1", "test"};
  if (task.starts_with("winogrande")) return {"winogrande", "winogrande_xl", "validation"};
  return {};
}

class GoldenDocuments : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kShared + "/golden") ||
        !std::filesystem::exists(kShared + "/data")) {
      GTEST_SKIP() << "no golden vectors beside this checkout";
    }
  }

  const std::vector<Json>& rows(const Source& source) {
    auto [entry, fresh] = loaded_.try_emplace(source.dataset + source.config + source.split);
    if (fresh) {
      expected<DataSplit> split = home_.load(source.dataset, source.config, source.split);
      EXPECT_TRUE(split) << split.error().message;
      if (split) entry->second = std::move(split->rows);
    }
    return entry->second;
  }

  // Compares the first members, in order: what a task adds to a document comes after them.
  void expect_same(const Json& golden, const Source& source, std::size_t index,
                   const std::string& where) {
    const std::vector<Json>& all = rows(source);
    ASSERT_LT(index, all.size()) << where;
    const Json& document = all[index];
    ASSERT_LE(document.size(), golden.size()) << where;
    auto expected_member = golden.begin();
    for (const auto& [name, value] : document.items()) {
      EXPECT_EQ(name, expected_member.key()) << where;
      EXPECT_EQ(value.dump(), expected_member.value().dump()) << where << " " << name;
      ++expected_member;
    }
    ++compared_;
  }

  DataHome home_{kShared + "/data"};
  std::map<std::string, std::vector<Json>> loaded_;
  int compared_ = 0;
};

TEST_F(GoldenDocuments, PromptVectors) {
  for (const auto& entry : std::filesystem::directory_iterator(kShared + "/golden")) {
    if (entry.path().extension() != ".jsonl") continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      const Json vector = Json::parse(line);
      if (!vector.is_object() || !vector.contains("doc") || !vector.contains("task") ||
          !vector.contains("doc_id")) {
        continue;
      }
      const Source source = source_of(vector.at("task"));
      if (source.dataset.empty()) continue;
      expect_same(vector.at("doc"), source, vector.at("doc_id"),
                  entry.path().filename().string() + " " + vector.at("doc_id").dump());
    }
  }
  EXPECT_GT(compared_, 300);
}

TEST_F(GoldenDocuments, EndToEndSamples) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kShared + "/golden/e2e")) {
    const std::string name = entry.path().stem().string();
    if (!name.starts_with("samples_")) continue;
    const Source source = source_of(name.substr(8));
    ASSERT_FALSE(source.dataset.empty()) << name;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      const Json sample = Json::parse(line);
      expect_same(sample.at("doc"), source, sample.at("doc_id"), name);
      // The hash itself, where the task adds nothing to the document.
      const Json& document = rows(source).at(sample.at("doc_id"));
      if (document.size() == sample.at("doc").size() && sample.contains("doc_hash")) {
        EXPECT_EQ(sha256_hex(document.dump(2)), sample.at("doc_hash")) << name;
      }
    }
  }
  EXPECT_GT(compared_, 500);
}

TEST_F(GoldenDocuments, OfficialCountsAndDigests) {
  const auto expect_split = [this](const Source& source, std::size_t count,
                                   const std::string& label) {
    const expected<DataSplit> split = home_.load(source.dataset, source.config, source.split);
    ASSERT_TRUE(split) << split.error().message;
    EXPECT_EQ(split->rows.size(), count) << source.dataset;
    EXPECT_EQ(split->status.label(), label) << source.dataset;
    EXPECT_EQ(split->sha256.size(), 64u);
    EXPECT_FALSE(split->files.empty());
  };
  expect_split({"arc", "ARC-Easy", "train"}, 2251, "");
  expect_split({"arc", "ARC-Challenge", "validation"}, 299, "");
  expect_split({"gsm8k", "main", "train"}, 7473, "");
  expect_split({"humaneval", "", "test"}, 164, "");
  expect_split({"hellaswag", "", "validation"}, 1000, "partial 1000/10042");
  expect_split({"mbpp", "full", "prompt"}, 10, "");
  expect_split({"mbpp", "full", "train"}, 374, "");
  expect_split({"mbpp", "sanitized", "test"}, 257, "");
  expect_split({"evalplus", "mbpp", "test"}, 399, "");
  expect_split({"piqa", "", "validation"}, 1838, "");
  expect_split({"siqa", "", "validation"}, 1954, "");
  expect_split({"boolq", "", "validation"}, 3270, "");
  expect_split({"openbookqa", "main", "train"}, 4957, "");
  expect_split({"openbookqa", "main", "test"}, 500, "");
  expect_split({"commonsenseqa", "", "validation"}, 1221, "");
  expect_split({"lambada", "", "test"}, 5153, "");
  expect_split({"truthfulqa", "multiple_choice", "validation"}, 817, "");
  expect_split({"wikitext-2", "wikitext-2-raw-v1", "test"}, 62, "");
  expect_split({"winogrande", "winogrande_xl", "validation"}, 1267, "");
  expect_split({"longdoc", "nq-open-oracle", "test"}, 2655, "");
  std::size_t test_items = 0;
  std::size_t subjects = 0;
  for (const RegistrySplit& split : find_dataset("mmlu")->splits) {
    if (split.split != "test") continue;
    const expected<DataSplit> loaded = home_.load("mmlu", split.config, "test");
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->status.label(), "") << split.config;
    test_items += loaded->rows.size();
    ++subjects;
  }
  EXPECT_EQ(subjects, 57u);
  EXPECT_EQ(test_items, 14042u);
}

TEST_F(GoldenDocuments, WhatIsMissingSaysWhatToRun) {
  const expected<DataSplit> train = home_.load("winogrande", "winogrande_xl", "train");
  ASSERT_FALSE(train);
  EXPECT_EQ(train.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(train.error().message, testing::HasSubstr("winogrande/train_xl.jsonl"));
  EXPECT_THAT(train.error().message, testing::HasSubstr("assay data fetch winogrande"));
}

TEST_F(GoldenDocuments, ProtocolTexts) {
  const expected<std::string> primer = home_.text("truthfulqa", "primer.txt");
  ASSERT_TRUE(primer) << primer.error().message;
  EXPECT_THAT(*primer, testing::HasSubstr("1992 Olympics"));
  EXPECT_TRUE(home_.text("gsm8k", "cot_shots.jsonl"));
  EXPECT_TRUE(home_.text("filler", "war_and_peace.txt"));
}

}  // namespace
}  // namespace assay
