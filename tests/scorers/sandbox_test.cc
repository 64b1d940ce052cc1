// The sandbox on ordinary programs: every kind of outcome, limits, parallel use, and what happens
// where isolation cannot be had.
#include "scorers/sandbox.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "scorers/sandbox/processor_wait.h"
#include "tests/scorers/sandbox_for_tests.h"

namespace assay {
namespace {

class SandboxTest : public testing::Test {
 protected:
  void SetUp() override {
    if (shared_sandbox() == nullptr) GTEST_SKIP() << why_no_sandbox();
  }
  static CodeVerdict run(const std::string& candidate, const std::string& test) {
    auto verdict = shared_sandbox()->run(candidate, test);
    if (!verdict) {
      ADD_FAILURE() << verdict.error().message;
      return {};
    }
    return *verdict;
  }
};

constexpr const char* kTwice = "def twice(x):\n    return 2 * x\n";

TEST_F(SandboxTest, RightProgramPasses) {
  const CodeVerdict verdict = run(kTwice, "assert twice(4) == 8\nassert twice('a') == 'aa'");
  EXPECT_TRUE(verdict.passed) << verdict.outcome;
  EXPECT_EQ(verdict.kind, CodeOutcome::kPassed);
  EXPECT_GT(verdict.wall_seconds, 0.0);
}

TEST_F(SandboxTest, OutcomesAreKinds) {
  EXPECT_EQ(run(kTwice, "assert twice(4) == 9").kind, CodeOutcome::kFailedAssertion);
  const CodeVerdict raised = run("def f(x):\n    return [][x]\n", "assert f(1) == 2");
  EXPECT_EQ(raised.kind, CodeOutcome::kRaised);
  EXPECT_EQ(raised.outcome, "raised IndexError: list index out of range");
  const CodeVerdict own = run("class Odd(ValueError): pass\ndef f(): raise Odd('no')\n", "f()");
  EXPECT_EQ(own.outcome, "raised Odd: no");
  EXPECT_EQ(run("def f(:\n    pass\n", "assert True").kind, CodeOutcome::kSyntaxError);
  EXPECT_EQ(run("raise KeyError('top')", "assert True").kind, CodeOutcome::kRaised);
  EXPECT_EQ(run(kTwice, "assert thrice(1) == 3").outcome,
            "raised NameError: name 'thrice' is not defined");
  EXPECT_EQ(run("def f(): return bytearray(1 << 40)", "f()").kind, CodeOutcome::kOutOfMemory);
  const CodeVerdict ended = run("import os\nos._exit(0)", "assert True");
  EXPECT_EQ(ended.outcome, "ended early: exit status 0");
  EXPECT_EQ(run("import sys\nsys.exit(0)", "assert True").outcome.substr(0, 17),
            "raised SystemExit");
}

TEST_F(SandboxTest, AssertionOfTheCandidateIsNotTheTests) {
  const CodeVerdict verdict = run("def f():\n    assert False, 'mine'\n", "f()");
  EXPECT_EQ(verdict.outcome, "raised AssertionError: mine");
}

TEST_F(SandboxTest, TestMayExpectAnException) {
  const char* test =
      "try:\n    f(-1)\n    assert False\nexcept ValueError as e:\n    assert str(e) == 'neg'";
  EXPECT_TRUE(run("def f(x):\n    if x < 0: raise ValueError('neg')\n", test).passed);
  EXPECT_FALSE(run("def f(x):\n    pass\n", test).passed);
}

TEST_F(SandboxTest, DataOfEveryKindCrosses) {
  const char* identity = "def f(x):\n    return x\n";
  const char* test = R"(
values = [None, True, False, 0, -7, 10**60, 1.5, -0.0, float('inf'), 1e-300, 2+3j, '', 'ä\n\0', '\ud800',
          b'\x00\xff', bytearray(b'x'), [], [1, [2]], (), (1,), {}, {'a': [1], (1, 2): None}, set(), {1, 'b'},
          frozenset({3}), range(1, 9, 2)]
for value in values:
    back = f(value)
    assert back == value and type(back) is type(value), value
assert str(f(-0.0)) == '-0.0'
assert f(float('nan')) != f(float('nan'))
deep = []
for _ in range(200):
    deep = [deep]
assert f(deep) == deep
assert [len(f(list(range(n)))) for n in (0, 1, 50000)] == [0, 1, 50000]
)";
  const CodeVerdict verdict = run(identity, test);
  EXPECT_TRUE(verdict.passed) << verdict.outcome;
}

TEST_F(SandboxTest, ArgumentsChangedInPlaceComeBack) {
  const char* program = "def f(xs, d):\n    xs.sort()\n    d['n'] = len(xs)\n";
  EXPECT_TRUE(
      run(program, "a = [3, 1, 2]\nd = {}\nf(a, d)\nassert a == [1, 2, 3] and d == {'n': 3}")
          .passed);
}

TEST_F(SandboxTest, ObjectsClassesIteratorsAndCallbacks) {
  const char* program = R"(
class Pair:
    def __init__(self, a, b):
        self.a, self.b = a, b
    def total(self):
        return self.a + self.b
def longest(pairs):
    return max(p.total() for p in pairs)
def count(n):
    yield from range(n)
def apply(f, xs):
    return [f(x) for x in xs]
limit = 12
)";
  const char* test = R"(
p = Pair(1, 2)
assert p.a == 1 and p.total() == 3
p.a = 5
assert longest([p, Pair(3, 3)]) == 7
assert list(count(4)) == [0, 1, 2, 3] and sum(count(3)) == 3
assert apply(lambda x: x * x, [1, 2]) == [1, 4]
assert limit == 12
)";
  const CodeVerdict verdict = run(program, test);
  EXPECT_TRUE(verdict.passed) << verdict.outcome;
}

TEST_F(SandboxTest, BuiltinsAreTheTestsOwn) {
  EXPECT_TRUE(run("def sum(a, b):\n    return a * b\n", "assert sum(3, 4) == 12").passed);
  EXPECT_FALSE(
      run("set = lambda x: 0\ndef f(): return [1]\n", "assert set(f()) == set([2])").passed);
  EXPECT_TRUE(run("import math\ndef f(): return 2.0\n", "assert math.isclose(f(), 2)").passed);
  EXPECT_FALSE(run("class math:\n    isclose = lambda *a: True\ndef f(): return 3.0\n",
                   "assert math.isclose(f(), 2)")
                   .passed);
}

TEST_F(SandboxTest, EachCandidateStartsAfresh) {
  const char* program =
      "import os\nseen = os.path.exists('/tmp/mark')\nopen('/tmp/mark', 'w').close()\n"
      "def f(): return seen\n";
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(run(program, "assert f() is False").passed);
}

TEST_F(SandboxTest, SameVerdictsForSetsOfStrings) {
  const char* program = "def f(): return ''.join(set('the quick brown fox'.split()))\n";
  const std::string first = run(program, "assert False, f()").outcome;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(program, "assert False, f()").outcome, first);
}

TEST_F(SandboxTest, ManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 4; ++i) {
        const int n = 10 * t + i;
        const auto verdict = shared_sandbox()->run("def f(): return " + std::to_string(n) + "\n",
                                                   "assert f() == " + std::to_string(n));
        if (verdict && verdict->passed) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 24);
}

TEST_F(SandboxTest, TimeOutsAreTriedAgainAlone) {
  SandboxOptions options = quick_options();
  options.retry_timeouts = true;
  options.limits.wall_seconds = 0.7;
  const auto opened = open_sandbox(options);
  ASSERT_TRUE(opened) << opened.error().message;
  const auto verdict = (*opened)->run("import time\ndef f(): time.sleep(60)\n", "f()");
  ASSERT_TRUE(verdict) << verdict.error().message;
  EXPECT_EQ(verdict->kind, CodeOutcome::kTimedOut);
  EXPECT_TRUE(verdict->retried);
  EXPECT_EQ(verdict->outcome, "timed out: 0.7 s by the clock");
}

TEST_F(SandboxTest, ATestMayAskForOtherLimits) {
  const std::string roomy = "# limits: memory_bytes=1073741824\n";
  const char* hungry = "def f(): return len(bytearray(700 << 20))\n";
  EXPECT_EQ(run(hungry, "f()").kind, CodeOutcome::kOutOfMemory);
  EXPECT_EQ(run(hungry, roomy + "assert f() == 700 << 20").outcome, "passed");
  // The process that tests has them too, for each test anew.
  const std::string hungry_test = "assert f() == 1\nassert len(bytearray(700 << 20)) == 700 << 20";
  const char* one = "def f(): return 1\n";
  EXPECT_EQ(run(one, roomy + hungry_test).outcome, "passed");
  EXPECT_EQ(run(one, hungry_test).kind, CodeOutcome::kOutOfMemory);
  EXPECT_EQ(run("import time\ntime.sleep(60)\n", "# limits: wall_seconds=0.5\nf()").outcome,
            "timed out: 0.5 s by the clock");
  EXPECT_FALSE(shared_sandbox()->run(one, "# limits: none\nf()"));
}

// What a candidate writes there is its own business.
TEST_F(SandboxTest, ACandidateMayNotAskForOtherLimits) {
  const CodeVerdict verdict =
      run("# limits: memory_bytes=1073741824\ndef f(): return len(bytearray(700 << 20))\n", "f()");
  EXPECT_EQ(verdict.kind, CodeOutcome::kOutOfMemory);
}

TEST(LimitsOfTest, AreReadFromTheFirstLine) {
  const CodeLimits usual{2.0, 5.0, 1000};
  EXPECT_EQ(*limits_of_test("", usual), usual);
  EXPECT_EQ(*limits_of_test("x = 1\n# limits: cpu_seconds=9\n", usual), usual);
  EXPECT_EQ(*limits_of_test("# limits: cpu_seconds=9\n", usual), (CodeLimits{9.0, 5.0, 1000}));
  EXPECT_EQ(*limits_of_test("# limits:  memory_bytes=7  wall_seconds=0.5", usual),
            (CodeLimits{2.0, 0.5, 7}));
  EXPECT_EQ(*limits_of_test("# limits: cpu_seconds=60 wall_seconds=180\nx = 1", usual),
            (CodeLimits{60, 180, 1000}));
  for (const char* bad :
       {"# limits: cpu_seconds", "# limits: cpu_seconds=", "# limits: cpu_seconds=x",
        "# limits: cpu_seconds=-1", "# limits: cpu_seconds=0", "# limits: cpu_seconds=nan",
        "# limits: cpu_seconds=inf", "# limits: wall_seconds=86401", "# limits: memory_bytes=1e30",
        "# limits: cpu_seconds=3s", "# limits: memory=7"}) {
    EXPECT_FALSE(limits_of_test(bad, usual)) << bad;
  }
}

// Children are listed also when they are defunct. What a sandbox leaves behind becomes ours, not
// the system's, and is collected.
TEST_F(SandboxTest, NothingStaysDefunct) {
  const std::size_t before = sandbox::children_of(getpid()).size();
  {
    const auto opened = open_sandbox(quick_options());
    ASSERT_TRUE(opened) << opened.error().message;
    for (int i = 0; i < 8; ++i) {
      EXPECT_TRUE((*opened)->run(kTwice, "assert twice(4) == 8")->passed);
      EXPECT_FALSE((*opened)->run("import os\nos.abort()\n", "f()")->passed);
    }
    EXPECT_LE(sandbox::children_of(getpid()).size(), before + 2) << "checkers, and nothing else";
  }
  EXPECT_EQ(sandbox::children_of(getpid()).size(), before);
  int adopts = 0;
  prctl(PR_GET_CHILD_SUBREAPER, &adopts, 0, 0, 0);
  EXPECT_EQ(adopts, 1);
}

TEST(SandboxRefusal, WithoutBubblewrapNothingRuns) {
  SandboxOptions options;
  options.bwrap = "/nonexistent/bwrap";
  const auto opened = open_sandbox(options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(opened.error().message.substr(0, 14), "no isolation: ");
}

TEST(SandboxRefusal, BubblewrapThatFailsIsNoIsolation) {
  SandboxOptions options;
  options.bwrap = "/bin/false";
  const auto opened = open_sandbox(options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().message.substr(0, 14), "no isolation: ");
}

TEST(UnsafeExecutor, SaysWhatItIs) {
  const auto opened = open_unsafe_executor(quick_options());
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ((*opened)->describe()["isolation"], "none (--unsafe-exec)");
  const auto right = (*opened)->run(kTwice, "assert twice(4) == 8");
  ASSERT_TRUE(right) << right.error().message;
  EXPECT_TRUE(right->passed) << right->outcome;
  const auto wrong = (*opened)->run(kTwice, "assert twice(4) == 7");
  ASSERT_TRUE(wrong) << wrong.error().message;
  EXPECT_EQ(wrong->kind, CodeOutcome::kFailedAssertion);
}

}  // namespace
}  // namespace assay
