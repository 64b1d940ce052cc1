// `-d stats`: its counts against the forecast of -n on the reference model, a real GGUF, and its
// seconds against each other.
#include <cstddef>
#include <string>
#include <vector>

#include "tests/cli/cli_test.h"

namespace assay {
namespace {

const std::vector<std::string> kRun = {"run",       "mini-arc",     "mini-gsm8k", "-m",
                                       "reference", "--first",      "7",          "-o",
                                       "r",         "--max-tokens", "5"};

std::vector<std::string> with(std::vector<std::string> words,
                              const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(Stats, CountsAreThoseOfTheForecastAndSecondsAddUp) {
  const TestFolder folder;
  const ProgramResult plan = run_assay(with(kRun, {"-n", "--json"}), in(folder));
  ASSERT_EQ(plan.exit_code, 0) << plan.err;
  std::size_t asked = 0;
  std::size_t decoded = 0;
  const Json planned = Json::parse(plan.out);
  for (const Json& task : planned.at("tasks")) {
    asked += task.at("prompt_tokens").get<std::size_t>();
    decoded += task.at("decoded_tokens").get<std::size_t>();
  }
  const ProgramResult run = run_assay(with(kRun, {"-d", "stats"}), in(folder));
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const Json session =
      Json::parse(read_bytes(folder / "r/summary.json")).at("timing").at("session");
  EXPECT_EQ(session.at("items"), 14);
  EXPECT_EQ(session.at("asked"), asked);
  EXPECT_EQ(session.at("prompt").at("tokens"), decoded);
  EXPECT_LT(decoded, asked);
  EXPECT_GT(session.at("generation").at("tokens").get<std::size_t>(), 0U);

  double parts = 0;
  for (const char* name : {"planning", "decoding", "likelihoods", "sampling", "packing", "journal",
                           "waiting", "finishing"}) {
    EXPECT_GE(session.at(name).get<double>(), -1e-6) << name;
    parts += session.at(name).get<double>();
  }
  EXPECT_NEAR(parts, session.at("wall").get<double>(), 1e-6);
  for (const char* name : {"decoding", "likelihoods", "sampling", "tokenising", "journal"}) {
    EXPECT_GT(session.at(name).get<double>(), 0) << name;
  }
  EXPECT_LE(session.at("headers_found").get<int>(), session.at("headers").get<int>());
  EXPECT_THAT(run.out, HasSubstr("stats: 14 items in"));
  EXPECT_THAT(run.out, HasSubstr("tokens: " + std::to_string(asked) + " asked, " +
                                 std::to_string(decoded) + " decoded"));
  for (const char* word : {"decode", "sampling", "tokenising", "journal", "idle", "batch fill"}) {
    EXPECT_THAT(run.out, HasSubstr(word));
  }
  // The same line again asks nothing.
  const ProgramResult again = run_assay(with(kRun, {"-d", "stats"}), in(folder));
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("nothing was asked in this session"));
}

TEST(Stats, AnotherTopicIsRefused) {
  const ProgramResult refused = run_assay(with(kRun, {"-d", "time"}));
  EXPECT_EQ(refused.exit_code, 64);
  EXPECT_THAT(refused.err, HasSubstr("stats"));
}

}  // namespace
}  // namespace assay
