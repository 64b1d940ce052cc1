// The content of datasets/mini: counts, shapes, and as much of "a wrong gold is a defect" as a
// program can see. Whether Paris is the capital of France no test knows; that labels point at a
// choice, that choices differ, that the sums are right, that the golden code passes its own tests
// and that nothing was taken from the real benchmarks, these do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "tests/datasets/mini_rows.h"

namespace assay::mini {
namespace {

const std::string kMini = std::string(ASSAY_SOURCE_DIR) + "/datasets/mini";
const std::string kReal = std::string(ASSAY_SHARED_DIR) + "/data";

std::vector<ChoiceRow> arc(const std::string& split) {
  return read_arc(kMini + "/arc/ARC-Easy-" + split + ".jsonl");
}
std::vector<ChoiceRow> hellaswag(const std::string& split) {
  return read_hellaswag(kMini + "/hellaswag/hellaswag_" + split + ".jsonl");
}
std::vector<ProblemRow> gsm8k(const std::string& split) {
  return read_gsm8k(kMini + "/gsm8k/" + split + ".jsonl");
}
std::vector<CodeRow> humaneval() { return read_humaneval(kMini + "/humaneval/HumanEval.jsonl"); }

std::string joined_words(const std::string& text) {
  std::string all;
  for (const std::string& word : words(text)) all += word + ' ';
  return all;
}

// Every row sound in itself, ids unique, no question asked twice.
void expect_sound(const std::vector<ChoiceRow>& rows) {
  std::set<std::string> ids;
  std::set<std::string> questions;
  for (const ChoiceRow& row : rows) {
    EXPECT_GE(row.gold, 0) << row.where << ": the gold label is not among the choices";
    EXPECT_FALSE(row.question.empty()) << row.where;
    std::set<std::string> different;
    for (const std::string& choice : row.choices) {
      EXPECT_FALSE(choice.empty()) << row.where;
      EXPECT_EQ(choice, std::string(choice.data(), choice.find_last_not_of(" \n") + 1))
          << row.where;
      std::string folded = choice;
      std::transform(folded.begin(), folded.end(), folded.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      EXPECT_TRUE(different.insert(folded).second) << row.where << " offers twice: " << choice;
    }
    EXPECT_TRUE(ids.insert(row.id).second) << row.where << " repeats the id " << row.id;
    EXPECT_TRUE(questions.insert(joined_words(row.question)).second)
        << row.where << " repeats a question";
  }
}

// A model that always says B, or always takes the longest choice, must not look clever.
void expect_balanced(const std::vector<ChoiceRow>& rows) {
  std::array<int, 4> golds{};
  int counted = 0;
  int longest = 0;
  for (const ChoiceRow& row : rows) {
    if (row.choices.size() != golds.size()) continue;
    ++counted;
    ++golds.at(static_cast<std::size_t>(row.gold));
    const auto& gold = row.choices[static_cast<std::size_t>(row.gold)];
    longest += std::all_of(row.choices.begin(), row.choices.end(), [&](const std::string& choice) {
      return &choice == &gold || choice.size() < gold.size();
    });
  }
  const double even = counted / 4.0;
  for (const int count : golds) {
    EXPECT_GE(count, 0.75 * even);
    EXPECT_LE(count, 1.25 * even);
  }
  EXPECT_LE(longest, 0.4 * counted) << "the longest choice is the gold too often";
}

template <typename Row>
void expect_disjoint(const std::vector<Row>& shots, const std::vector<Row>& test) {
  std::set<std::string> seen;
  for (const Row& row : shots) seen.insert(joined_words(row.question));
  for (const Row& row : test) {
    EXPECT_EQ(seen.count(joined_words(row.question)), 0U)
        << row.where << " is also a few-shot example";
  }
}

// The value of whole numbers joined by + - * /, the latter two first. NaN for anything else.
double evaluate(const std::string& expression) {
  static const std::regex kShape(R"(\d+([-+*/]\d+)*)");
  if (!std::regex_match(expression, kShape)) return std::nan("");
  double sum = 0;
  double term = 0;
  char op = '+';
  for (const char* at = expression.c_str();;) {
    char* end = nullptr;
    const double number = std::strtod(at, &end);
    if (op == '*') {
      term *= number;
    } else if (op == '/') {
      term /= number;
    } else {
      sum += term;
      term = op == '-' ? -number : number;
    }
    if (*end == '\0') return sum + term;
    op = *end;
    at = end + 1;
  }
}

TEST(MiniMmlu, HasSubjectsOfAllFourCategories) {
  const std::map<std::string, std::string> category = {
      {"astronomy", "stem"},
      {"elementary_mathematics", "stem"},
      {"high_school_chemistry", "stem"},
      {"high_school_geography", "social sciences"},
      {"high_school_world_history", "humanities"},
      {"miscellaneous", "other"},
      {"nutrition", "other"},
      {"world_religions", "humanities"},
  };
  std::set<std::string> categories;
  for (const auto& [subject, name] : category) categories.insert(name);
  EXPECT_EQ(categories.size(), 4U);

  for (const std::string split : {"dev", "test"}) {
    std::vector<std::string> expected;
    for (const auto& [subject, name] : category) expected.push_back(subject + "_" + split + ".csv");
    EXPECT_EQ(file_names(kMini + "/mmlu/" + split, ".csv"), expected);
    std::map<std::string, int> rows_of;
    for (const ChoiceRow& row : read_mmlu(kMini, split))
      ++rows_of[row.where.substr(0, row.where.find(':'))];
    for (const auto& [file, rows] : rows_of) EXPECT_GE(rows, split == "dev" ? 5 : 12) << file;
  }
}

TEST(MiniMmlu, RowsAreSoundAndBalanced) {
  const auto dev = read_mmlu(kMini, "dev");
  const auto test = read_mmlu(kMini, "test");
  EXPECT_GE(test.size(), 90U);
  expect_sound(dev);
  expect_sound(test);
  expect_balanced(dev);
  expect_balanced(test);
  expect_disjoint(dev, test);
}

TEST(MiniArc, RowsAreSoundAndBalanced) {
  const auto train = arc("Train");
  const auto test = arc("Test");
  EXPECT_GE(train.size(), 30U);
  EXPECT_GE(test.size(), 60U);
  auto both = train;
  both.insert(both.end(), test.begin(), test.end());
  expect_sound(both);
  expect_balanced(train);
  expect_balanced(test);
  expect_disjoint(train, test);
}

TEST(MiniArc, HasTheOddShapesOfTheRealSet) {
  std::map<std::size_t, int> rows_with;
  for (const ChoiceRow& row : arc("Test")) ++rows_with[row.choices.size()];
  EXPECT_GE(rows_with[3], 2);
  EXPECT_GE(rows_with[4], 50);
  EXPECT_GE(rows_with[5], 2);
  const std::string text = read_text(kMini + "/arc/ARC-Easy-Test.jsonl");
  EXPECT_THAT(text, testing::HasSubstr(R"("label":"1")"));
  EXPECT_THAT(text, testing::HasSubstr(R"("label":"A")"));
}

TEST(MiniHellaswag, RowsAreSoundAndBalanced) {
  const auto train = hellaswag("train");
  const auto val = hellaswag("val");
  EXPECT_GE(train.size(), 20U);
  EXPECT_GE(val.size(), 60U);
  auto both = train;
  both.insert(both.end(), val.begin(), val.end());
  expect_sound(both);
  for (const ChoiceRow& row : both) EXPECT_EQ(row.choices.size(), 4U) << row.where;
  expect_balanced(train);
  expect_balanced(val);
  expect_disjoint(train, val);
}

TEST(MiniHellaswag, HasMarkup) {
  const std::string text = read_text(kMini + "/hellaswag/hellaswag_val.jsonl");
  for (const char* mark : {"[header] ", " [title] ", " [step] ", "[substeps] "}) {
    EXPECT_THAT(text, testing::HasSubstr(mark));
  }
}

TEST(MiniGsm8k, EverySumIsRight) {
  static const std::regex kNote(R"(([-+*/\d]+) = (\$?)<<([^<>=]*)=(\d+)>>(\d+))");
  for (const std::string split : {"train", "test"}) {
    const auto rows = gsm8k(split);
    EXPECT_GE(rows.size(), split == "train" ? 30U : 60U);
    std::set<std::string> questions;
    for (const ProblemRow& row : rows) {
      EXPECT_TRUE(questions.insert(joined_words(row.question)).second) << row.where;
      const std::size_t mark = row.answer.rfind("\n#### ");
      ASSERT_NE(mark, std::string::npos) << row.where;
      const std::string steps = row.answer.substr(0, mark);
      const std::string result = row.answer.substr(mark + 6);
      std::string last;
      int notes = 0;
      for (std::sregex_iterator it(steps.begin(), steps.end(), kNote), end; it != end;
           ++it, ++notes) {
        const std::smatch& note = *it;
        EXPECT_EQ(note[1], note[3])
            << row.where << ": the note computes something else than the text";
        EXPECT_EQ(note[4], note[5])
            << row.where << ": the note and the text give different results";
        EXPECT_EQ(evaluate(note[3]), std::stod(note[4])) << row.where << ": " << note[0];
        last = note[4];
      }
      const auto opened = std::count(steps.begin(), steps.end(), '<') / 2;
      EXPECT_EQ(notes, opened) << row.where << ": a note has an unexpected shape";
      EXPECT_GE(notes, 2) << row.where;
      EXPECT_LE(notes, 5) << row.where;
      EXPECT_EQ(result, last) << row.where << ": the answer is not the last result";
    }
  }
  expect_disjoint(gsm8k("train"), gsm8k("test"));
}

TEST(MiniGsm8k, TheCheckerSeesWrongSums) {
  EXPECT_EQ(evaluate("2+3*4"), 14);
  EXPECT_EQ(evaluate("20-8/4-1"), 17);
  EXPECT_EQ(evaluate("7/2"), 3.5);
  EXPECT_TRUE(std::isnan(evaluate("2+")));
  EXPECT_TRUE(std::isnan(evaluate("(2)")));
}

TEST(MiniHumaneval, RowsHaveTheShape) {
  const auto rows = humaneval();
  EXPECT_GE(rows.size(), 20U);
  std::set<std::string> names;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const CodeRow& row = rows[i];
    EXPECT_EQ(row.task_id, "Mini/" + std::to_string(i));
    EXPECT_TRUE(names.insert(row.entry_point).second) << row.task_id;
    EXPECT_THAT(row.prompt, testing::HasSubstr("def " + row.entry_point + "(")) << row.task_id;
    EXPECT_THAT(row.prompt, testing::HasSubstr(") -> ")) << row.task_id;
    EXPECT_THAT(row.prompt, testing::HasSubstr(">>> " + row.entry_point + "(")) << row.task_id;
    EXPECT_THAT(row.prompt, testing::EndsWith("\"\"\"\n")) << row.task_id;
    EXPECT_THAT(row.test, testing::HasSubstr("def check(candidate):\n    assert ")) << row.task_id;
    EXPECT_THAT(row.solution, testing::AllOf(testing::StartsWith("    "), testing::EndsWith("\n")));
    // A stop of the humaneval task inside the golden solution would make the problem unsolvable.
    for (const char* stop : {"\nclass", "\ndef", "\n#", "\nif", "\nprint"}) {
      EXPECT_THAT(row.solution, testing::Not(testing::HasSubstr(stop))) << row.task_id;
    }
  }
}

TEST(MiniHumaneval, SolutionsPassAndBrokenOnesFail) {
  if (std::system("python3 -c pass >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "python3 is not installed";
  // Prints "TASK_ID True False" when the golden body passes and an empty one does not; no single
  // quotes here.
  const std::string script = R"PY(
import json, sys
def passes(row, body):
    try:
        exec(row["prompt"] + body + "\n" + row["test"] + "\ncheck(" + row["entry_point"] + ")\n", {})
        return True
    except Exception:
        return False
for line in open(sys.argv[1], encoding="utf-8"):
    row = json.loads(line)
    print(row["task_id"], passes(row, row["canonical_solution"]), passes(row, "    return None\n"))
)PY";
  const std::string command =
      "python3 -c '" + script + "' '" + kMini + "/humaneval/HumanEval.jsonl' 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  ASSERT_NE(pipe, nullptr);
  std::string output;
  std::array<char, 4096> part{};
  for (std::size_t n = 0; (n = fread(part.data(), 1, part.size(), pipe.get())) > 0;) {
    output.append(part.data(), n);
  }
  std::string expected;
  for (const CodeRow& row : humaneval()) expected += row.task_id + " True False\n";
  EXPECT_EQ(output, expected);
}

TEST(MiniFiller, IsEnoughPlainProse) {
  const std::string folder = kMini + "/filler";
  std::size_t bytes = 0;
  std::unordered_set<std::uint64_t> runs;
  const auto names = file_names(folder, ".txt");
  EXPECT_GE(names.size(), 8U);
  for (const std::string& name : names) {
    const std::string text = read_text(folder + "/" + name);
    bytes += text.size();
    // Needles are numbers behind the word "magic": the filler must hold neither.
    EXPECT_EQ(text.find_first_of("0123456789"), std::string::npos) << name;
    for (const std::string& word : words(text)) EXPECT_NE(word, "magic") << name;
    EXPECT_TRUE(std::all_of(text.begin(), text.end(),
                            [](unsigned char c) { return c == '\n' || (c >= ' ' && c < 127); }))
        << name << " is not plain ASCII";
    for (const std::uint64_t run : ngram_hashes(text, 10)) {
      EXPECT_TRUE(runs.insert(run).second) << name << " repeats ten words in a row";
    }
  }
  EXPECT_GE(bytes, 40'000U);
}

// No thirteen words in a row, the usual measure of contamination, may stand in a real benchmark as
// well.
class MiniOverlap : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kReal)) GTEST_SKIP() << "the real data sets are not here";
  }
  void mine(const std::string& where, const std::string& text) {
    for (const std::uint64_t run : ngram_hashes(text, 13)) mine_.emplace(run, where);
  }
  void real(const std::string& where, const std::string& text) {
    ++real_texts_;
    for (const std::uint64_t run : ngram_hashes(text, 13)) {
      const auto found = mine_.find(run);
      if (found != mine_.end()) ADD_FAILURE() << found->second << " shares 13 words with " << where;
    }
  }
  // The question alone and with its choices: both ways a prompt could coincide.
  static std::string whole(const ChoiceRow& row) {
    std::string text = row.question;
    for (const std::string& choice : row.choices) text += "\n" + choice;
    return text;
  }
  std::map<std::uint64_t, std::string> mine_;
  int real_texts_ = 0;
};

TEST_F(MiniOverlap, Mmlu) {
  for (const char* split : {"dev", "test"}) {
    for (const ChoiceRow& row : read_mmlu(kMini, split)) mine(row.where, whole(row));
  }
  for (const char* split : {"dev", "test"}) {
    for (const ChoiceRow& row : read_mmlu(kReal, split)) real(row.where, whole(row));
  }
  EXPECT_GT(real_texts_, 1000);
}

TEST_F(MiniOverlap, Arc) {
  for (const char* split : {"Train", "Test"}) {
    for (const ChoiceRow& row : arc(split)) mine(row.where, whole(row));
  }
  for (const std::string& name : file_names(kReal + "/arc", ".jsonl")) {
    for (const ChoiceRow& row : read_arc(kReal + "/arc/" + name)) real(row.where, whole(row));
  }
  EXPECT_GT(real_texts_, 1000);
}

TEST_F(MiniOverlap, Hellaswag) {
  for (const char* split : {"train", "val"}) {
    for (const ChoiceRow& row : hellaswag(split)) mine(row.where, whole(row));
  }
  const std::string folder = kReal + "/hellaswag/";
  for (const std::string& name : file_names(folder, ".jsonl")) {
    for (const ChoiceRow& row : read_hellaswag(folder + name)) real(row.where, whole(row));
  }
  for (const std::string& name : file_names(folder, ".txt")) real(name, read_text(folder + name));
  EXPECT_GT(real_texts_, 0);
}

TEST_F(MiniOverlap, Gsm8k) {
  for (const char* split : {"train", "test"}) {
    for (const ProblemRow& row : gsm8k(split)) mine(row.where, row.question + "\n" + row.answer);
  }
  for (const char* split : {"train", "test"}) {
    for (const ProblemRow& row : read_gsm8k(kReal + "/gsm8k/" + split + ".jsonl")) {
      real(row.where, row.question + "\n" + row.answer);
    }
  }
  EXPECT_GT(real_texts_, 1000);
}

TEST_F(MiniOverlap, Humaneval) {
  for (const CodeRow& row : humaneval()) mine(row.task_id, row.prompt + row.solution);
  for (const CodeRow& row : read_humaneval(kReal + "/humaneval/HumanEval.jsonl")) {
    real(row.task_id, row.prompt + row.solution);
  }
  EXPECT_GE(real_texts_, 164);
}

}  // namespace
}  // namespace assay::mini
