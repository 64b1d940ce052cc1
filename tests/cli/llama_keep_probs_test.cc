// `assay run --keep-probs` and what `compare` makes of it, as a user meets them, with a model that
// the tests write and a quantized copy of it.
#include <csignal>
#include <fstream>
#include <map>
#include <thread>

#include "tests/cli/cli_test.h"
#include "tests/support/tiny_model.h"

namespace assay {
namespace {

class KeepProbs : public ::testing::Test {
 protected:
  void SetUp() override {
    testing_support::write_tiny_model((folder_ / "tiny-F32.gguf").string());
    ASSERT_EQ(assay({"quantize", "tiny-F32.gguf", "-t", "Q4_0", "--threads", "1"}).exit_code, 0);
  }
  ProgramOptions here() const { return in(folder_); }
  ProgramResult assay(const std::vector<std::string>& words) const {
    return run_assay(words, here());
  }
  static std::vector<std::string> line(const std::string& type, const std::string& run) {
    return {"run",
            "mini-arc",
            "mini-gsm8k",
            "--shots",
            "0",
            "--first",
            "40",
            "--max-tokens",
            "8",
            "--threads",
            "1",
            "-m",
            "tiny-" + type + ".gguf",
            "-o",
            run,
            "--keep-probs"};
  }
  // The kept records by task and item.
  std::map<std::string, std::string> records(const std::string& run) const {
    std::map<std::string, std::string> out;
    std::ifstream journal(folder_ / (run + "/journal.jsonl"));
    for (std::string text; std::getline(journal, text);) {
      const Json json = Json::parse(text, nullptr, false);
      if (json.is_discarded() || !json.contains("response")) continue;
      out[json["task"].get<std::string>() + "/" + json["item"].get<std::string>()] =
          json["response"].value("top", "");
    }
    return out;
  }
  TestFolder folder_;
};

TEST_F(KeepProbs, ComparesWholeDistributionsAndSaysWhereTextsPart) {
  ASSERT_EQ(assay(line("F32", "f32")).exit_code, 0);
  ASSERT_EQ(assay(line("Q4_0", "q4")).exit_code, 0);
  EXPECT_EQ(assay({"verify", "f32"}).exit_code, 0);
  for (const auto& [item, record] : records("f32")) EXPECT_NE(record, "") << item;
  const ProgramResult compared = assay({"compare", "f32", "q4", "--json"});
  const Json json = Json::parse(compared.out);
  for (const Json& task : json["others"][0]["tasks"]) {
    const Json& next = task["next_token"];
    EXPECT_GT(next["positions"], 40) << task["name"];
    EXPECT_GT(next["kl"]["value"], 0.0);
    EXPECT_GE(next["kl"]["at_most"], next["kl"]["value"]);
    EXPECT_GT(next["total_variation"]["value"], 0.0);
    EXPECT_GE(next["total_variation"]["at_most"], next["total_variation"]["value"]);
  }
  const Json& texts = json["others"][0]["tasks"][1]["texts"];
  EXPECT_EQ(texts["tokens_known"], texts["compared"].get<int>() - texts["identical"].get<int>());
  const ProgramResult text = assay({"compare", "f32", "q4"});
  EXPECT_THAT(text.out, HasSubstr("next-token KL"));

  std::vector<std::string> other = line("F32", "f32");
  other.push_back("8");
  const ProgramResult refused = assay(other);
  EXPECT_EQ(refused.exit_code, 64);
  EXPECT_THAT(refused.err, HasSubstr("settings.keep_probs: 16 -> 8"));
  EXPECT_EQ(assay({"run", "mini-arc", "-m", "scripted:hash", "--keep-probs"}).exit_code, 64);
  EXPECT_EQ(assay({"run", "mini-arc", "-m", "tiny-F32.gguf", "--keep-probs", "0"}).exit_code, 64);
}

TEST_F(KeepProbs, AKilledRunEndsWithTheSameRecords) {
  ASSERT_EQ(assay(line("F32", "whole")).exit_code, 0);
  ProgramOptions options = here();
  options.while_running = [](pid_t child) {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    kill(child, SIGKILL);
  };
  run_assay(line("F32", "killed"), options);
  ASSERT_EQ(assay(line("F32", "killed")).exit_code, 0);
  EXPECT_FALSE(records("whole").empty());
  EXPECT_EQ(records("killed"), records("whole"));
}

}  // namespace
}  // namespace assay
