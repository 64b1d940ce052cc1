// `assay quantize`, `assay imatrix` and ladders of `assay run -m … -m …` as a user meets them, on a
// model that the tests write: what is made, what is left alone, what is refused, and that neither a
// full disk nor a signal leaves half a file.
#include <csignal>
#include <thread>

#include "tests/cli/cli_test.h"
#include "tests/support/tiny_model.h"

namespace assay {
namespace {

using testing_support::TinyModelOptions;
using testing_support::write_tiny_model;

class QuantizeCommand : public ::testing::Test {
 protected:
  void SetUp() override { write_tiny_model((folder_ / "tiny-F32.gguf").string()); }

  ProgramOptions here() const { return in(folder_); }
  ProgramResult assay(const std::vector<std::string>& words) const {
    return run_assay(words, here());
  }
  // No file in `ladder` but whole models and their records.
  void expect_nothing_half() const {
    if (!fs::exists(folder_ / "ladder")) return;
    for (const auto& entry : fs::directory_iterator(folder_ / "ladder")) {
      const std::string name = entry.path().filename().string();
      EXPECT_EQ(name.find(".partial"), std::string::npos) << name;
      if (!name.ends_with(".gguf")) continue;
      const Json record = Json::parse(read_bytes(entry.path().string() + ".json"));
      EXPECT_EQ(record["file"]["bytes"], fs::file_size(entry.path())) << name;
    }
  }

  TestFolder folder_;
};

const std::vector<std::string> kLadder = {"quantize", "tiny-F32.gguf", "-t",        "Q8_0,q4_k_m",
                                          "-o",       "ladder",        "--threads", "1"};

TEST_F(QuantizeCommand, MakesALadderOnceAndSaysWhatItIs) {
  const ProgramResult made = assay(kLadder);
  ASSERT_EQ(made.exit_code, 0) << made.err;
  for (const char* word : {"source", "Q8_0", "Q4_K_M", "8.53", "ladder/tiny-Q4_K_M.gguf"}) {
    EXPECT_THAT(made.out, HasSubstr(word)) << made.out;
  }
  EXPECT_THAT(made.err, HasSubstr("made in"));
  const std::string bytes = read_bytes(folder_ / "ladder/tiny-Q8_0.gguf");

  std::vector<std::string> again = kLadder;
  again.push_back("--json");
  const ProgramResult found = assay(again);
  ASSERT_EQ(found.exit_code, 0) << found.err;
  EXPECT_THAT(found.err, HasSubstr("is there and matches"));
  const Json ladder = Json::parse(found.out);
  for (const Json& rung : ladder["rungs"]) EXPECT_EQ(rung["state"], "there");
  EXPECT_EQ(ladder["rungs"][0]["bytes"], bytes.size());
  EXPECT_EQ(read_bytes(folder_ / "ladder/tiny-Q8_0.gguf"), bytes);
  expect_nothing_half();
}

TEST_F(QuantizeCommand, NamesWhatIsWrong) {
  folder_.write("text.gguf", "some words");
  ASSERT_EQ(assay({"quantize", "tiny-F32.gguf", "-t", "Q8_0"}).exit_code, 0);
  struct Case {
    std::vector<std::string> words;
    int code;
    const char* said;
  };
  const std::vector<Case> cases = {
      {{"quantize", "tiny-F32.gguf", "-t", "Q9_0"}, 64, "the types are IQ1_S"},
      {{"quantize", "tiny-F32.gguf"}, 64, "--types"},
      {{"quantize", "none.gguf", "-t", "Q8_0"}, 69, "none.gguf"},
      {{"quantize", "text.gguf", "-t", "Q8_0"}, 65, "not a GGUF"},
      {{"quantize", "tiny-Q8_0.gguf", "-t", "Q4_0"}, 64, "quantized already"},
      {{"quantize", "tiny-F32.gguf", "-t", "F32"}, 64, "would overwrite"},
      {{"quantize", "tiny-F32.gguf", "-t", "IQ1_S"}, 64, "needs an importance matrix"},
      {{"quantize", "tiny-F32.gguf", "-t", "Q2_K", "--imatrix", "no.gguf"}, 69, "no.gguf"},
      {{"quantize", "tiny-F32.gguf", "-t", "Q2_K", "--imatrix", "text.gguf"}, 65, "matrix"},
      {{"quantize", "tiny-F32.gguf", "-t", "Q2_K", "-o", "/proc/ladder"}, 69, "/proc/ladder"},
      {{"imatrix", "tiny-F32.gguf", "none.txt"}, 69, "none.txt"},
      {{"imatrix", "tiny-F32.gguf", "text.gguf", "-o", "text.gguf"}, 64, "overwrite"},
      {{"imatrix", "tiny-F32.gguf", "text.gguf"}, 64, "fewer than one chunk"},
  };
  for (const Case& bad : cases) {
    const ProgramResult result = assay(bad.words);
    EXPECT_EQ(result.exit_code, bad.code) << bad.words.back() << ": " << result.err;
    EXPECT_THAT(result.err, HasSubstr(bad.said));
  }
  EXPECT_FALSE(fs::exists(folder_ / "tiny-Q2_K.gguf"));
}

TEST_F(QuantizeCommand, AFullDiskLeavesNothingHalf) {
  ProgramOptions full = here();
  full.file_size_limit = 500'000;  // Q4_K_M fits, Q8_0 does not
  const ProgramResult result = run_assay(kLadder, full);
  EXPECT_EQ(result.exit_code, 69) << result.err;
  EXPECT_THAT(result.err, HasSubstr("ladder/tiny-Q8_0.gguf cannot be written: File too large"));
  EXPECT_FALSE(fs::exists(folder_ / "ladder/tiny-Q8_0.gguf"));
  EXPECT_TRUE(fs::exists(folder_ / "ladder/tiny-Q4_K_M.gguf"));
  expect_nothing_half();
  EXPECT_EQ(assay(kLadder).exit_code, 0);
}

TEST_F(QuantizeCommand, AHostileModelIsRefusedNotCrashedOn) {
  std::string bytes = read_bytes(folder_ / "tiny-F32.gguf");
  // Two tokens with the same text: the engine's vocabulary ends the process at that.
  const std::size_t token = bytes.find("<0x41>");
  ASSERT_NE(token, std::string::npos);
  bytes.replace(token, 6, "<0x42>");
  folder_.write("bad.gguf", bytes);
  const ProgramResult imatrix = assay({"imatrix", "bad.gguf", "tiny-F32.gguf", "-o", "m.gguf"});
  EXPECT_EQ(imatrix.exit_code, 65) << imatrix.err;
  bytes.resize(bytes.size() - 5000);
  folder_.write("cut.gguf", bytes);
  const ProgramResult cut = assay({"quantize", "cut.gguf", "-t", "Q8_0", "-o", "ladder"});
  EXPECT_EQ(cut.exit_code, 65) << cut.err;
  EXPECT_THAT(cut.err, HasSubstr("truncated"));
}

// The signal comes while a file is being written; at whatever moment that is, no half file stays
// and the same line goes on.
TEST_F(QuantizeCommand, ASignalLeavesNothingHalf) {
  TinyModelOptions larger;
  larger.layers = 3;
  larger.feed_forward = 1024;
  write_tiny_model((folder_ / "tiny-F32.gguf").string(), larger);
  const fs::path partial = folder_ / "ladder/tiny-Q4_K_M.gguf.partial";
  for (const int number : {SIGINT, SIGTERM, SIGKILL}) {
    ProgramOptions options = here();
    bool ended = false;
    options.while_running = [&](pid_t child) {
      for (int i = 0; i < 2000 && !fs::exists(partial) && kill(child, 0) == 0; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
      kill(child, number);
      ended = true;
    };
    const ProgramResult stopped = run_assay(kLadder, options);
    ASSERT_TRUE(ended);
    EXPECT_THAT(stopped.exit_code, AnyOf(Eq(130), Eq(0), Eq(128 + number))) << stopped.err;
    if (number != SIGKILL && stopped.exit_code == 130) expect_nothing_half();
    const ProgramResult rest = assay(kLadder);
    EXPECT_EQ(rest.exit_code, 0) << rest.err;
    expect_nothing_half();
    fs::remove_all(folder_ / "ladder");
  }
}

TEST_F(QuantizeCommand, AnImportanceMatrixGoesFromTextToFile) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += static_cast<char>('a' + (i * i + 3 * i) % 26);
  folder_.write("text.txt", text);
  const ProgramResult made =
      assay({"imatrix", "tiny-F32.gguf", "text.txt", "--chunk", "32", "--threads", "1"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("tiny-F32.imatrix.gguf: 7 matrices, from 6 chunks of 32 tokens"));
  const std::vector<std::string> line = {"quantize",  "tiny-F32.gguf",         "-t", "Q2_K_S",
                                         "--imatrix", "tiny-F32.imatrix.gguf", "-o", "ladder"};
  ASSERT_EQ(assay(line).exit_code, 0);
  const Json record = Json::parse(read_bytes(folder_ / "ladder/tiny-Q2_K_S.gguf.json"));
  EXPECT_EQ(record["recipe"]["imatrix"]["file"], "tiny-F32.imatrix.gguf");
  EXPECT_THAT(read_bytes(folder_ / "ladder/tiny-Q2_K_S.gguf"),
              HasSubstr("quantize.imatrix.chunks_count"));
  // Another matrix is another file.
  ASSERT_EQ(assay({"imatrix", "tiny-F32.gguf", "text.txt", "--chunk", "16"}).exit_code, 0);
  const ProgramResult other = assay(line);
  EXPECT_EQ(other.exit_code, 64);
  EXPECT_THAT(other.err, HasSubstr("imatrix.sha256"));
}

TEST_F(QuantizeCommand, ALadderIsRunInOneGoAndFailuresAreInTheTable) {
  ASSERT_EQ(assay(kLadder).exit_code, 0);
  folder_.write("broken.gguf", "some words");
  const std::vector<std::string> line = {
      "run", "mini-arc", "--first",       "4",  "--threads",   "1",  "--shots",
      "0",   "-m",       "tiny-F32.gguf", "-m", "broken.gguf", "-m", "ladder/tiny-Q8_0.gguf",
      "-o",  "runs"};
  const ProgramResult run = assay(line);
  EXPECT_EQ(run.exit_code, 65) << run.err;
  for (const char* word : {"tiny-F32", "broken", "tiny-Q8_0", "failed", "bits per weight", "8.53",
                           "broken.gguf failed: broken.gguf is not a GGUF"}) {
    EXPECT_THAT(run.out, HasSubstr(word));
  }
  for (const char* folder : {"runs/tiny-F32", "runs/tiny-Q8_0"}) {
    const Json timing = Json::parse(read_bytes(folder_ / folder / "summary.json"))["timing"];
    EXPECT_GT(timing["prompt"]["tokens"], 0) << timing;
    EXPECT_GT(timing["load_seconds"], 0);
    EXPECT_GT(timing["peak_memory_bytes"], 1 << 20);
  }
  EXPECT_FALSE(fs::exists(folder_ / "runs/broken"));

  std::vector<std::string> json = line;
  json.push_back("--json");
  const ProgramResult again = assay(json);
  EXPECT_EQ(again.exit_code, 65);
  const Json runs = Json::parse(again.out)["runs"];
  ASSERT_EQ(runs.size(), 3U);
  EXPECT_TRUE(runs[1].contains("failed"));
  EXPECT_TRUE(Json::parse(again.out)["comparison"].is_object()) << "the third with the first";
  EXPECT_NEAR(runs[2]["cost"]["bits_per_weight"].get<double>(), 8.53, 0.01);

  const ProgramResult twice = assay({"run", "mini-arc", "-m", "a.gguf", "-m", "a.gguf"});
  EXPECT_EQ(twice.exit_code, 64);
  EXPECT_THAT(twice.err, HasSubstr("named twice"));
  EXPECT_EQ(assay({"show", "mini-arc", "-m", "a.gguf", "-m", "b.gguf"}).exit_code, 64);
}

}  // namespace
}  // namespace assay
