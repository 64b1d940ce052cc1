// Help, version and the manners of the command line: one screen, at once, did-you-mean, and words
// on the right stream.
#include <algorithm>

#include "tests/cli/cli_test.h"
#include "tests/cli/traced.h"

namespace assay {
namespace {

TEST(Help, FitsOneScreen) {
  const ProgramResult help = run_assay({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_LE(std::count(help.out.begin(), help.out.end(), '\n'), 24);
  std::size_t column = 0;
  for (const char c : help.out) {
    column = c == '\n' ? 0 : column + ((static_cast<unsigned char>(c) & 0xC0) != 0x80);
    EXPECT_LE(column, 100U);
  }
  for (const char* word : {"run", "plan", "list", "show", "score", "verify", "compare", "report",
                           "quantize", "imatrix", "doctor", "new", "check", "data"}) {
    EXPECT_THAT(help.out, HasSubstr(std::string("\n  ") + word + " ")) << word;
  }
}

TEST(Help, ShowsTheComputedDataHome) {
  ProgramOptions options;
  options.environment["ASSAY_DATA"] = "/somewhere/else";
  EXPECT_THAT(run_assay({"--help"}, options).out, HasSubstr("/somewhere/else"));
}

// How long that takes is the machine's; what it takes is ours: the libraries, and next to nothing
// beyond. No engine is set up, no plug-in loaded, no data looked at, no thread started.
TEST(Help, AppearsAtOnceBecauseItDoesNothingElse) {
  for (const char* word : {"--help", "--version"}) {
    const auto traced = test::trace_assay({word});
    if (!traced) GTEST_SKIP() << "programs may not be traced here";
    EXPECT_EQ(traced->exit_code, 0);
    EXPECT_EQ(traced->sockets, 0U);
    EXPECT_LT(traced->calls, 1500U) << word;
    for (const std::string& file : traced->opened) {
      const bool of_the_loader = file.find(".so") != std::string::npos;
      const bool of_the_system = file.starts_with("/proc/") || file.starts_with("/sys/");
      EXPECT_TRUE(of_the_loader || of_the_system) << word << " opens " << file;
    }
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    EXPECT_EQ(traced->starts, 0U) << word;
#endif
  }
  const auto doctor = test::trace_assay({"doctor"});  // that the count counts
  ASSERT_TRUE(doctor);
  EXPECT_GT(doctor->starts, 0U);
}

TEST(Help, EachCommandHasItsOwn) {
  for (const char* word : {"run", "plan", "list", "show", "score", "verify", "compare", "report",
                           "quantize", "imatrix", "doctor", "new", "check", "data"}) {
    const ProgramResult help = run_assay({word, "--help"});
    EXPECT_EQ(help.exit_code, 0) << word;
    EXPECT_THAT(help.out, HasSubstr(std::string("assay ") + word)) << help.out;
    EXPECT_EQ(run_assay({"help", word}).out, help.out);
  }
}

TEST(Help, VersionNamesTheEngine) {
  const ProgramResult version = run_assay({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.out, HasSubstr("assay "));
  EXPECT_THAT(version.out, HasSubstr("engine "));
}

TEST(Manners, NothingAskedIsAUsageError) {
  const ProgramResult result = run_assay({});
  EXPECT_EQ(result.exit_code, 64);
  EXPECT_THAT(result.out, HasSubstr("usage: assay COMMAND"));
}

struct Mistake {
  std::vector<std::string> words;
  const char* said;
};

class Mistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreSaidInOneSentenceWithExit64) {
  const ProgramResult result = run_assay(GetParam().words);
  EXPECT_EQ(result.exit_code, 64) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr(GetParam().said));
  EXPECT_EQ(result.err.rfind("assay: ", 0), 0U) << result.err;
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

INSTANTIATE_TEST_SUITE_P(
    CommandLine, Mistakes,
    ::testing::Values(
        Mistake{{"rnu"}, "Did you mean 'run'"}, Mistake{{"--frobnicate"}, "must be a command"},
        Mistake{{"run", "mini", "--shotz", "3", "-m", "scripted:hash"}, "'--shots'"},
        Mistake{{"run", "mini", "--modle", "x"}, "'--model'"},
        Mistake{{"run", "-m", "scripted:hash"}, "at least one suite or task"},
        Mistake{{"run", "mini"}, "-m MODEL"},
        Mistake{{"run", "mimi", "-m", "scripted:hash"}, "mini"},
        Mistake{{"run", "arc_esay", "-m", "scripted:hash"}, "arc_easy"},
        Mistake{{"run", "mini", "-m", "scripted:hash", "--first", "0"}, "at least 1, not '0'"},
        Mistake{{"run", "mini", "-m", "scripted:hash", "--first", "many"}, "not 'many'"},
        Mistake{{"run", "mini", "-m", "scripted:hash", "--shots", "-1"}, "not '-1'"},
        Mistake{{"run", "mini", "-m", "scripted:hash", "--first", "1", "--items", "1"}, "--items"},
        Mistake{{"run", "mini", "-m", "scripted:hash", "--temperature", "nan"}, "not 'nan'"},
        Mistake{{"run", "mini", "-m", "scripted:hash", "--no-multiturn"}, "--chat"},
        Mistake{{"run", "mini", "-m", "scripted:hash", "--bos", "--no-bos"}, "--"},
        Mistake{{"run", "mini", "-m", "scripted:hash", "--stop-when-decided"}, "--against"},
        Mistake{{"run", "mini", "-m", "scripted:hash", "--against", "r"}, "--stop-when-decided"},
        Mistake{{"run", "mini", "-m", "scripted:hash", "--margin", "0"}, "above 0 and at most 100"},
        Mistake{{"run", "mini", "-m", "scripted:hash", "--margin", "101"}, "not '101'"},
        Mistake{{"run", "mini", "-m", "scripted:hash", "--alpha", "0"}, "above 0 and at most 0.5"},
        Mistake{{"plan"}, "at least one suite or task"},
        Mistake{{"plan", "mini", "--detect", "0"}, "above 0"},
        Mistake{{"plan", "mini", "--power", "1"}, "from 0.5 to 0.999"},
        Mistake{{"plan", "mini", "--trial"}, "name it with -m"}, Mistake{{"show"}, "task"},
        Mistake{{"show", "gsm8kk"}, "gsm8k"},
        Mistake{{"show", "mini-gsm8k", "0", "--first", "3"}, "not both"},
        Mistake{{"show", "mini-gsm8k", "no-such-item"}, "has no item"},
        Mistake{{"list", "everything"}, "expected tasks, suites, models, data"},
        Mistake{{"data", "lst"}, "Did you mean 'list'"}, Mistake{{"data", "fetch"}, "name"},
        Mistake{{"data", "fetch", "no-such-set"}, "no-such-set"},
        Mistake{{"report", "x", "--as", "html"}, "-o FILE"},
        Mistake{{"report", "x", "--as", "pdf"}, "pdf"},
        Mistake{{"report", "x", "--as", "lm-eval"}, "-o results.json"}, Mistake{{"score"}, "run"},
        Mistake{{"verify", "a", "b"}, "'b'"}),
    [](const ::testing::TestParamInfo<Mistake>& tested) { return std::to_string(tested.index); });

TEST(Manners, NoColourInAPipeAndNoneWhenUnwelcome) {
  EXPECT_THAT(run_assay({"list", "suites"}).out, Not(HasSubstr("\x1b[")));
  ProgramOptions terminal;
  terminal.terminal = true;
  terminal.environment["TERM"] = "xterm";
  terminal.environment["NO_COLOR"] = "";
  EXPECT_THAT(run_assay({"list", "suites"}, terminal).out, HasSubstr("\x1b[1m"));
  terminal.environment["NO_COLOR"] = "1";
  EXPECT_THAT(run_assay({"list", "suites"}, terminal).out, Not(HasSubstr("\x1b[1m")));
}

TEST(Manners, AReaderThatGoesAwayIsNoError) {
  const ProgramResult result = run_assay({"list", "--json"});
  EXPECT_EQ(result.exit_code, 0);
  const std::string line =
      std::string("set -o pipefail; '") + ASSAY_BINARY + "' list --json | head -n 1 > /dev/null";
  EXPECT_EQ(std::system(("bash -c '" +
                         [&] {
                           std::string quoted;
                           for (const char c : line)
                             quoted += c == '\'' ? "'\\''" : std::string(1, c);
                           return quoted;
                         }() +
                         "'")
                            .c_str()),
            0);
}

}  // namespace
}  // namespace assay
