// The data home on folders made by the test: which file wins, what the labels say, what is refused
// and how; and the miniature data sets through the same door.
#include "datasets/data_home.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <set>
#include <string>
#include <thread>

#include "assay/digest.h"
#include "datasets/adaptors.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing_support::TempFolder;

TEST(Registry, EveryEntryIsUsable) {
  std::set<std::string> names;
  std::set<std::string> paths;
  for (const DatasetInfo& info : registry()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_FALSE(info.title.empty()) << info.name;
    EXPECT_FALSE(info.license.empty()) << info.name;
    EXPECT_FALSE(info.citation.empty()) << info.name;
    EXPECT_TRUE(info.homepage.starts_with("https://")) << info.name;
    for (const RegistryFile& file : info.files) {
      EXPECT_TRUE(paths.insert(file.path).second) << file.path;
    }
    for (const RegistrySplit& split : info.splits) {
      for (const SplitSource& source : split.sources) {
        EXPECT_NE(find_adaptor(source.adaptor), nullptr) << info.name << " " << source.adaptor;
      }
    }
    for (const Download& download : info.downloads) {
      for (const std::string& url : download.urls) EXPECT_TRUE(url.starts_with("https://")) << url;
    }
    if (info.downloads.empty()) {
      EXPECT_THAT(info.note, HasSubstr("Import only")) << info.name;
    }
  }
  EXPECT_NE(find_dataset("mmlu"), nullptr);
  EXPECT_EQ(find_dataset("mmlu")->splits.size(), 3u * 57u);
  EXPECT_EQ(find_dataset("nothing"), nullptr);
}

TEST(Registry, RefusesEntriesOfTheWrongForm) {
  EXPECT_FALSE(parse_registry("{"));
  EXPECT_FALSE(parse_registry("{}"));
  EXPECT_FALSE(parse_registry(R"({"datasets": [{"name": "x"}]})"));
  const std::string outside = R"({"datasets": [{"name": "x", "folder": "x", "title": "",
    "homepage": "", "license": "", "citation": "", "note": "", "adaptor": "gsm8k", "texts": [],
    "files": [{"path": "x/../../etc/passwd"}], "splits": [], "downloads": []}]})";
  const auto parsed = parse_registry(outside);
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message, HasSubstr("outside its folder"));
}

TEST(DataStatus, Labels) {
  DataStatus status{10, 10, true, ""};
  EXPECT_EQ(status.label(), "");
  status.verified = false;
  EXPECT_EQ(status.label(), "unverified");
  status.expected_rows = 20;
  EXPECT_EQ(status.label(), "partial 10/20, unverified");
  status.verified = true;
  EXPECT_EQ(status.label(), "partial 10/20");
  status.expected_rows = 8;
  EXPECT_EQ(status.label(), "10 items instead of 8");
  status.expected_rows = 0;
  EXPECT_EQ(status.label(), "");
}

class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    const char* old = std::getenv(name);
    if (old != nullptr) old_ = old;
    had_ = old != nullptr;
    value == nullptr ? ::unsetenv(name) : ::setenv(name, value, 1);
  }
  ~Environment() { had_ ? ::setenv(name_, old_.c_str(), 1) : ::unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::string old_;
  bool had_ = false;
};

TEST(DataHome, WhichFolder) {
  const Environment home("HOME", "/home/ada");
  const Environment xdg("XDG_DATA_HOME", nullptr);
  const Environment data("ASSAY_DATA", nullptr);
  EXPECT_EQ(data_home_folder(""), "/home/ada/.local/share/assay");
  const Environment xdg_set("XDG_DATA_HOME", "/x");
  EXPECT_EQ(data_home_folder(""), "/x/assay");
  const Environment data_set("ASSAY_DATA", "/d");
  EXPECT_EQ(data_home_folder(""), "/d");
  EXPECT_EQ(data_home_folder("/option"), "/option");
}

constexpr const char* kRow = R"({"question": "1+1?", "answer": "It is 2.\n#### 2"})";

TEST(DataHome, OtherBytesAndCountsAreUsedAndLabelled) {
  const TempFolder folder;
  folder.write("gsm8k/test.jsonl", std::string(kRow) + "\n" + kRow + "\r\n");
  const DataHome home(folder.path());
  const auto split = home.load("gsm8k", "main", "test");
  ASSERT_TRUE(split) << split.error().message;
  EXPECT_EQ(split->rows.size(), 2u);
  EXPECT_EQ(split->status.label(), "partial 2/1319, unverified");
  EXPECT_EQ(split->rows[0].dump(), Json::parse(kRow).dump());
  EXPECT_EQ(split->files, std::vector<std::string>{"gsm8k/test.jsonl"});
  // Another content is another digest, also when the old one is remembered.
  folder.write("gsm8k/test.jsonl", std::string(kRow) + "\n");
  const auto changed = home.load("gsm8k", "main", "test");
  ASSERT_TRUE(changed);
  EXPECT_NE(changed->sha256, split->sha256);
}

TEST(DataHome, MissingDataSaysWhatToRun) {
  const TempFolder folder;
  const DataHome home(folder / "nowhere");
  const auto split = home.load("gsm8k", "main", "test");
  ASSERT_FALSE(split);
  EXPECT_EQ(split.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(split.error().message,
              AllOf(HasSubstr("gsm8k/test.jsonl"), HasSubstr("assay data fetch gsm8k")));
  EXPECT_THAT(home.load("math", "", "test").error().message, HasSubstr("assay data import"));
  EXPECT_THAT(home.text("gsm8k", "cot_shots.jsonl").error().message,
              HasSubstr("assay data import"));
  EXPECT_THAT(home.text("filler", "tinyshakespeare.txt").error().message,
              HasSubstr("assay data fetch filler"));
  EXPECT_EQ(home.load("gsm9k", "main", "test").error().code, ErrorCode::kUsage);
  EXPECT_THAT(home.load("gsm8k", "main", "dev").error().message, HasSubstr("test, train"));
  EXPECT_THAT(home.load("gsm8k", "socratic", "test").error().message, HasSubstr("\"main\""));
  EXPECT_EQ(home.text("filler", "../../etc/passwd").error().code, ErrorCode::kUsage);
  EXPECT_EQ(home.text("filler", "/etc/passwd").error().code, ErrorCode::kUsage);
}

TEST(DataHome, BrokenFilesAreRefusedWithTheirPlace) {
  const TempFolder folder;
  const DataHome home(folder.path());
  const auto message = [&](const char* path, std::string_view bytes, const char* dataset,
                           const char* config, const char* split) {
    folder.write(path, bytes);
    const auto loaded = home.load(dataset, config, split);
    EXPECT_FALSE(loaded) << path;
    if (loaded) return std::string();
    EXPECT_EQ(loaded.error().code, ErrorCode::kBadData) << loaded.error().message;
    return loaded.error().message;
  };
  const std::string good = std::string(kRow) + "\n";
  EXPECT_THAT(message("gsm8k/test.jsonl", good + "{\"question\"\n", "gsm8k", "main", "test"),
              HasSubstr("gsm8k/test.jsonl line 2"));
  EXPECT_THAT(message("gsm8k/test.jsonl", good + "{\"question\": 1}\n", "gsm8k", "main", "test"),
              AllOf(HasSubstr("line 2"), HasSubstr("\"question\"")));
  EXPECT_THAT(message("gsm8k/test.jsonl", good + "[]\n", "gsm8k", "main", "test"),
              AllOf(HasSubstr("line 2"), HasSubstr("not a JSON object")));
  EXPECT_THAT(message("gsm8k/test.jsonl", "", "gsm8k", "main", "test"), HasSubstr("no items"));
  EXPECT_THAT(message("gsm8k/test.jsonl", "\xFF\xFE", "gsm8k", "main", "test"),
              AllOf(HasSubstr("line 1"), HasSubstr("not UTF-8")));
  EXPECT_THAT(message("mmlu/test/anatomy_test.csv", "q,a,b,c,d,A\nq,a,b,c,d,E\n", "mmlu", "anatomy",
                      "test"),
              AllOf(HasSubstr("mmlu/test/anatomy_test.csv line 2"), HasSubstr("\"E\"")));
  EXPECT_THAT(message("mmlu/test/anatomy_test.csv", "q,a,b,A\n", "mmlu", "anatomy", "test"),
              HasSubstr("4 fields"));
  folder.write("piqa/dev-labels.lst", "0\n1\n");
  EXPECT_THAT(message("piqa/dev.jsonl", "{\"goal\": \"g\", \"sol1\": \"a\", \"sol2\": \"b\"}\n",
                      "piqa", "", "validation"),
              AllOf(HasSubstr("2 labels"), HasSubstr("1 rows")));
  EXPECT_THAT(message("truthfulqa/TruthfulQA.csv", "Question,Best Answer\nq,a\n", "truthfulqa",
                      "multiple_choice", "validation"),
              HasSubstr("\"Correct Answers\""));
  EXPECT_THAT(message("gsm8k/train.jsonl.gz", "not gzip", "gsm8k", "main", "train"),
              HasSubstr("gsm8k/train.jsonl.gz"));
  std::filesystem::create_directories(folder / "humaneval/HumanEval.jsonl");
  const auto directory = home.load("humaneval", "", "test");
  ASSERT_FALSE(directory);
  EXPECT_THAT(directory.error().message, HasSubstr("is a folder"));
  folder.write("filler/moby_dick.txt", "ok\n\x80");
  EXPECT_THAT(home.text("filler", "moby_dick.txt").error().message, HasSubstr("line 2"));
}

TEST(DataHome, PreferredFilesWin) {
  const TempFolder folder;
  const DataHome home(folder.path());
  folder.write("truthfulqa/TruthfulQA.csv",
               "\xEF\xBB\xBFType,Question,Best Answer,Correct Answers,Incorrect Answers\r\n"
               "x,Q?,B, B ; C;,W1; W2\r\n");
  const auto composed = home.load("truthfulqa", "multiple_choice", "validation");
  ASSERT_TRUE(composed) << composed.error().message;
  EXPECT_EQ(composed->status.note, "composed from TruthfulQA.csv");
  const std::string document =
      R"({"question":"Q?","mc1_targets":{"choices":["B","W1","W2"],"labels":[1,0,0]},)"
      R"("mc2_targets":{"choices":["B","C","W1","W2"],"labels":[1,1,0,0]}})";
  EXPECT_EQ(composed->rows[0].dump(), document);
  folder.write("truthfulqa/mc_task.json",
               R"([{"question": "Q?", "mc1_targets": {"B": 1, "W1": 0, "W2": 0},)"
               R"("mc2_targets": {"B": 1, "C": 1, "W1": 0, "W2": 0}}])");
  const auto upstream = home.load("truthfulqa", "multiple_choice", "validation");
  ASSERT_TRUE(upstream) << upstream.error().message;
  EXPECT_EQ(upstream->status.note, "");
  EXPECT_EQ(upstream->rows[0].dump(), document);
}

TEST(DataHome, HubColumns) {
  const TempFolder folder;
  const DataHome home(folder.path());
  folder.write(
      "boolq/dev.jsonl",
      "{\"question\": \"is it\", \"title\": \"T\", \"answer\": true, \"passage\": \"P\"}\n");
  EXPECT_EQ(home.load("boolq", "", "validation")->rows[0].dump(),
            R"({"question":"is it","passage":"T -- P","idx":0,"label":1})");
  folder.write("hellaswag/hellaswag_val.jsonl",
               "{\"endings\": [\"a\"], \"ind\": 4, \"label\": 3, \"activity_label\": \"A\", "
               "\"ctx\": \"c\", \"ctx_a\": \"c\", \"ctx_b\": \"\", \"split\": \"val\", "
               "\"split_type\": \"zeroshot\", \"source_id\": \"s\"}\n");
  EXPECT_EQ(home.load("hellaswag", "", "validation")->rows[0].dump(),
            R"({"ind":4,"activity_label":"A","ctx_a":"c","ctx_b":"","ctx":"c","endings":["a"],)"
            R"("source_id":"s","split":"val","split_type":"zeroshot","label":"3"})");
  folder.write("openbookqa/test.jsonl",
               "{\"id\": \"1\", \"question\": {\"stem\": \"s\", \"choices\": [{\"text\": \"t\", "
               "\"label\": \"A\"}]}, \"answerKey\": \"A\"}\n");
  EXPECT_EQ(home.load("openbookqa", "main", "test")->rows[0].dump(),
            R"({"id":"1","question_stem":"s","choices":{"text":["t"],"label":["A"]},)"
            R"("answerKey":"A"})");
}

TEST(DataHome, WikitextPages) {
  EXPECT_EQ(wikitext_pages(" \n = A = \n \n x \n = = B = = \n y \n = C = \n z\n"),
            (std::vector<std::string>{" = A = \n \n x \n = = B = = \n y ", " = C = \n z\n"}));
  EXPECT_TRUE(wikitext_pages(" \n \n").empty());
  EXPECT_EQ(wikitext_pages("no heading"), std::vector<std::string>{"no heading"});
}

TEST(DataHome, MiniatureSetsNeedNoFolder) {
  const DataHome home("/nonexistent");
  const auto check = [&](const char* dataset, const char* config, const char* split,
                         std::size_t at_least) {
    const auto loaded = home.load(dataset, config, split);
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_GE(loaded->rows.size(), at_least) << dataset;
    EXPECT_EQ(loaded->status.label(), "") << dataset;
    EXPECT_EQ(loaded->status.expected_rows, loaded->rows.size());
    EXPECT_TRUE(loaded->files.front().starts_with("mini/")) << loaded->files.front();
  };
  check("mini/mmlu", "astronomy", "test", 10);
  check("mini/mmlu", "astronomy", "dev", 5);
  check("mini/arc", "ARC-Easy", "test", 60);
  check("mini/arc", "ARC-Easy", "train", 25);
  check("mini/hellaswag", "", "validation", 60);
  check("mini/hellaswag", "", "train", 10);
  check("mini/gsm8k", "main", "test", 60);
  check("mini/gsm8k", "main", "train", 10);
  check("mini/humaneval", "", "test", 20);
  EXPECT_TRUE(home.text("mini/filler", "birds.txt"));
  EXPECT_EQ(home.load("mini/arc", "ARC-Challenge", "test").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(home.load("mini/none", "", "test").error().code, ErrorCode::kUsage);
  EXPECT_EQ(home.text("mini/filler", "none.txt").error().code, ErrorCode::kUnavailable);
}

TEST(DataHome, ManyThreadsAtOnce) {
  const TempFolder folder;
  std::string text;
  for (int i = 0; i < 500; ++i) text += std::string(kRow) + "\n";
  folder.write("gsm8k/test.jsonl", text);
  folder.write("gsm8k/train.jsonl", text);
  const DataHome home(folder.path());
  const std::string digest = home.load("gsm8k", "main", "test")->sha256;
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 5; ++k) {
        const auto split = home.load("gsm8k", "main", (i + k) % 2 == 0 ? "test" : "train");
        if (split && split->sha256 == digest && split->rows.size() == 500) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 40);
}

}  // namespace
}  // namespace assay
