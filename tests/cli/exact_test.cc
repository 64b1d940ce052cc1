// `--exact` through the program, on the model that comes with it: equal samples.jsonl with other
// threads, batches and contexts, and after an interruption.
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "assay/python_random.h"
#include "tests/cli/cli_test.h"

namespace assay {
namespace {

// OpenMP threads that wait in a loop would make a busy machine slow.
ProgramOptions patient(const TestFolder& folder) {
  ProgramOptions options = in(folder);
  options.environment["OMP_WAIT_POLICY"] = "passive";
  return options;
}

std::vector<std::string> line(const std::string& run, const std::vector<std::string>& more) {
  std::vector<std::string> words = {
      "run",          "mini-arc", "mini-gsm8k", "-m", "reference",     "--first", "5",
      "--shots",      "1",        "--samples",  "2",  "--temperature", "0.8",     "--exact",
      "--max-tokens", "9",        "-o",         run};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(Exact, SamplesAreEqualForThreadsBatchesAndResumptions) {
  const TestFolder folder;
  const ProgramResult one = run_assay(line("one", {"--threads", "1"}), patient(folder));
  ASSERT_EQ(one.exit_code, 0) << one.err;
  const std::string samples = read_bytes(folder / "one/samples.jsonl");
  int number = 0;
  for (const auto& [threads, contexts] :
       {std::pair{"2", "1"}, {"3", "1"}, {"4", "2"}, {"1", "3"}}) {
    const std::string run = "other" + std::to_string(number++);
    const std::string batch = std::to_string(100 * number);
    const ProgramResult other =
        run_assay(line(run, {"--threads", threads, "--batch", batch, "--contexts", contexts}),
                  patient(folder));
    ASSERT_EQ(other.exit_code, 0) << other.err;
    EXPECT_EQ(read_bytes(folder / run / "samples.jsonl"), samples) << threads << " " << contexts;
  }
  // As if it had been killed after its first unit; it goes on with other threads and contexts.
  const std::string journal = read_bytes(folder / "one/journal.jsonl");
  const std::size_t end = journal.find("\"end\":true");
  ASSERT_NE(end, std::string::npos);
  std::ofstream(folder / "one/journal.jsonl") << journal.substr(0, journal.find('\n', end) + 1);
  fs::remove(folder / "one/samples.jsonl");
  fs::remove(folder / "one/summary.json");
  const ProgramResult again =
      run_assay(line("one", {"--threads", "3", "--contexts", "2"}), patient(folder));
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(read_bytes(folder / "one/samples.jsonl"), samples);

  const Json manifest = Json::parse(read_bytes(folder / "one/manifest.json"));
  EXPECT_EQ(manifest.at("model").at("settings").at("layout"), "exact");
}

// The records of a journal, without the ends of units, which tell times. An unfinished unit is
// written again.
std::set<std::string> records_of(const std::string& journal) {
  std::set<std::string> records;
  std::istringstream lines(journal);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("\"end\":true") == std::string::npos) records.insert(line);
  }
  return records;
}

TEST(Exact, JournalsCutAnywhereEndAlikeWithAnyThreadsContextsAndBatches) {
  const TestFolder folder;
  // Two units of each task.
  const auto run = [&](const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> words = {"run",          "mini-arc", "mini-gsm8k", "-m", "reference",
                                      "--first",      "36",       "--shots",    "1",  "--exact",
                                      "--max-tokens", "4",        "-o",         name};
    words.insert(words.end(), more.begin(), more.end());
    return run_assay(words, patient(folder));
  };
  const ProgramResult one = run("one", {"--threads", "1"});
  ASSERT_EQ(one.exit_code, 0) << one.err;
  const std::string samples = read_bytes(folder / "one/samples.jsonl");
  const std::string journal = read_bytes(folder / "one/journal.jsonl");
  const std::set<std::string> records = records_of(journal);
  PythonRandom random(23);
  for (int round = 0; round < 4; ++round) {
    const std::size_t cut = random.below(journal.size());
    const std::string threads = std::to_string(random.randint(1, 4));
    const std::string contexts = std::to_string(random.randint(1, std::stoi(threads)));
    const std::string batch = std::to_string(random.randint(32, 512));
    SCOPED_TRACE("cut at " + std::to_string(cut) + ", threads " + threads + ", contexts " +
                 contexts + ", batch " + batch);
    std::ofstream(folder / "one/journal.jsonl") << journal.substr(0, cut);
    fs::remove(folder / "one/samples.jsonl");
    fs::remove(folder / "one/summary.json");
    const ProgramResult again =
        run("one", {"--threads", threads, "--contexts", contexts, "--batch", batch});
    ASSERT_EQ(again.exit_code, 0) << again.err;
    EXPECT_TRUE(read_bytes(folder / "one/samples.jsonl") == samples);
    EXPECT_TRUE(records_of(read_bytes(folder / "one/journal.jsonl")) == records);
  }
}

// In the fast mode bits may depend on the threads of a context, but not on how many contexts there
// are, nor on which of them answered.
TEST(Contexts, FastAnswersAreEqualForAnyNumberOfContexts) {
  const TestFolder folder;
  const auto run = [&](const std::string& name, const std::string& contexts) {
    // Several units of each task, so that contexts have something to share out.
    return run_assay({"run", "mini-arc", "mini-gsm8k", "-m", "reference", "--first", "70",
                      "--shots", "1", "--max-tokens", "5", "-o", name, "--threads", contexts,
                      "--contexts", contexts, "-d", "stats"},
                     patient(folder));
  };
  const ProgramResult one = run("one", "1");
  ASSERT_EQ(one.exit_code, 0) << one.err;
  const std::string samples = read_bytes(folder / "one/samples.jsonl");
  for (const char* contexts : {"2", "3"}) {
    const ProgramResult several = run(contexts, contexts);
    ASSERT_EQ(several.exit_code, 0) << several.err;
    EXPECT_EQ(read_bytes(folder / contexts / "samples.jsonl"), samples) << contexts;
    EXPECT_THAT(several.out, HasSubstr(" of " + std::string(contexts) + " contexts were busy"));
    const Json settings =
        Json::parse(read_bytes(folder / contexts / "manifest.json")).at("model").at("settings");
    EXPECT_EQ(settings.at("contexts"), std::stoi(contexts));
    EXPECT_EQ(settings.at("threads"), std::stoi(contexts));
    const Json session =
        Json::parse(read_bytes(folder / contexts / "summary.json")).at("timing").at("session");
    double parts = 0;  // the journal is written meanwhile
    for (const char* name :
         {"planning", "decoding", "likelihoods", "sampling", "packing", "waiting", "finishing"}) {
      EXPECT_GE(session.at(name).get<double>(), -1e-6) << name;
      parts += session.at(name).get<double>();
    }
    EXPECT_LE(parts, session.at("wall").get<double>() * 1.0001) << contexts;
  }
}

TEST(Exact, ExactAndFastExcludeEachOther) {
  EXPECT_EQ(run_assay({"run", "mini-arc", "-m", "reference", "--exact", "--fast"}).exit_code, 64);
}

}  // namespace
}  // namespace assay
