// MBPP+: what is asked, that the test's inputs are the file's to the last digit, and that reference
// solutions pass in the sandbox where wrong ones do not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "datasets/data_home.h"
#include "scorers/sandbox.h"
#include "tasks/load.h"
#include "tasks/registry.h"
#include "tests/support/memory_source.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kData = std::string(ASSAY_SHARED_DIR) + "/data";

Json row(const std::string& id, const std::string& entry, const std::string& solution,
         const std::string& inputs) {
  return {{"task_id", "Mbpp/" + id},
          {"prompt", "'''\nWrite a function.\n'''"},
          {"entry_point", entry},
          {"canonical_solution", solution},
          {"base_input", inputs},
          {"atol", 0},
          {"plus_input", "[]"},
          {"contract", ""},
          {"assertion", "\nassert " + entry + "(1) == 1\n"}};
}

std::string test_of(const Json& doc) {
  return std::get<std::string>(find_task("mbpp_plus")->target(doc));
}

Sandbox* sandbox() {
  static const auto opened = [] {
    SandboxOptions options;
    options.retry_timeouts = true;
    return open_sandbox(options);
  }();
  return opened ? opened->get() : nullptr;
}

std::string outcome(const std::string& program, const Json& doc) {
  const auto verdict = sandbox()->run(program, test_of(doc));
  return verdict ? verdict->outcome : verdict.error().message;
}

TEST(MbppPlus, AsksAsMbppDoes) {
  const Json doc = row("3", "f", "def f(x):\n  return x\n", "[[1]]");
  EXPECT_EQ(
      find_task("mbpp_plus")->text(doc),
      "You are an expert Python programmer, and here is your task: Write a function. Your code "
      "should pass these tests:\n\nassert f(1) == 1\n[BEGIN]\n");
}

TEST(MbppPlus, ComparesAsEvalPlusDoes) {
  if (sandbox() == nullptr) GTEST_SKIP() << "no sandbox";
  const Json half =
      row("3", "f", "def f(x):\n  return x / 2\n", "[[1], [3], [1000000000000000000001]]");
  EXPECT_EQ(outcome("def f(x):\n  return x / 2\n", half), "passed");
  EXPECT_EQ(outcome("def f(x):\n  return x / 2 + 1e-9\n", half), "passed");
  EXPECT_THAT(outcome("def f(x):\n  return x / 2 + 1e-3\n", half),
              HasSubstr("f(1) is 0.501, not 0.5"));
  const Json whole =
      row("3", "f", "def f(x):\n  return x + 1\n", "[[1], [1000000000000000000001]]");
  EXPECT_EQ(outcome("def f(x):\n  return x + 1\n", whole), "passed");
  EXPECT_THAT(outcome("def f(x):\n  return int(float(x)) + 1\n", whole),
              HasSubstr("failed an assertion"));
  const Json sets =
      row("2", "similar_elements", "def similar_elements(a, b):\n  return tuple(set(a) & set(b))\n",
          "[[[3, 4, 5], [5, 4]]]");
  EXPECT_EQ(
      outcome("def similar_elements(a, b):\n  assert type(a) is tuple\n  return [5, 4, 5]\n", sets),
      "passed");
  EXPECT_THAT(outcome("def similar_elements(a, b):\n  return [5]\n", sets), HasSubstr("failed"));
  const Json infinite = row("404", "minimum", "def minimum(a, b):\n  return min(a, b)\n",
                            "[[Infinity, 2], [-Infinity, 1]]");
  EXPECT_EQ(outcome("def minimum(a, b):\n  return a if a < b else b\n", infinite), "passed");
}

// Task 126 is about a function called `sum`. The check uses other built-ins; a candidate's own must
// not come in their place.
TEST(MbppPlus, BuiltInsOfTheCheckAreNotTheCandidates) {
  if (sandbox() == nullptr) GTEST_SKIP() << "no sandbox";
  const Json doc = row("126", "sum", "def sum(a, b):\n  return a * b\n", "[[2, 3]]");
  EXPECT_EQ(outcome("def sum(a, b):\n  return a * b\n", doc), "passed");
  EXPECT_THAT(outcome("class Always:\n  def __call__(self, *a):\n    return True\n"
                      "isinstance = all = len = abs = set = type = repr = Always()\n"
                      "def sum(a, b):\n  return 7\n",
                      doc),
              HasSubstr("failed an assertion"));
}

TEST(MbppPlus, OnlyTheSlowTaskHasLongLimits) {
  const CodeLimits usual = *limits_of_test(test_of(row("3", "f", "", "[]")), {});
  const CodeLimits slow = *limits_of_test(test_of(row("599", "f", "", "[]")), {});
  EXPECT_EQ(usual.cpu_seconds, 12.0);
  EXPECT_EQ(slow.cpu_seconds, 60.0);
  EXPECT_EQ(slow.wall_seconds, 180.0);
  EXPECT_EQ(slow.memory_bytes, usual.memory_bytes);
}

// Task 255's longest answers do not fit through the channel. The others are asked.
TEST(MbppPlus, AnswersOfAGigabyteAreNotAskedFor) {
  if (sandbox() == nullptr) GTEST_SKIP() << "no sandbox";
  const std::string reference =
      "from itertools import combinations_with_replacement\n"
      "def combinations_colors(l, n):\n    return list(combinations_with_replacement(l, n))\n";
  const Json both = row("255", "combinations_colors", reference,
                        "[[[\"a\", \"b\"], 2], [[1, 2, 3, 4, 5], 77], [[], 0]]");
  EXPECT_EQ(outcome(reference, both), "passed");
  EXPECT_THAT(outcome("def combinations_colors(l, n):\n    return []\n", both),
              HasSubstr("failed an assertion"));
}

TEST(MbppPlus, ReferenceSolutionsPass) {
  const DataHome home{std::filesystem::path(kData)};
  const auto split = home.load("evalplus", "mbpp", "test");
  if (!split) GTEST_SKIP() << split.error().message;
  ASSERT_EQ(split->rows.size(), 399U);
  // 439 has integers beyond 64 bits: they must be in the test as they are in the file.
  for (const Json& doc : split->rows) {
    if (doc["task_id"] != "Mbpp/439") continue;
    EXPECT_THAT(test_of(doc), Not(HasSubstr("e+")));
  }
  if (sandbox() == nullptr) GTEST_SKIP() << "no sandbox";
  const bool all = std::getenv("ASSAY_LONG_TESTS") != nullptr;
  for (std::size_t i = 0; i < split->rows.size(); i += all ? 1 : 40) {
    const Json& doc = split->rows[i];
    const std::string id = doc["task_id"];
    const std::string solution = doc["canonical_solution"];
    EXPECT_EQ(outcome(solution, doc), "passed") << id;
    EXPECT_EQ(find_task("mbpp_plus")->gold_response(doc), solution);
    const std::string nothing =
        "def " + doc["entry_point"].get<std::string>() + "(*a):\n  return 'x'\n";
    if (id != "Mbpp/164") {
      EXPECT_NE(outcome(nothing, doc), "passed") << id;
    }
  }
}

}  // namespace
}  // namespace assay
