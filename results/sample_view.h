// One sample as people look at it, in the page and in the terminal: what was asked, what came back,
// what was read out of it by which rule, and what it was worth.
//
// Probabilities are the soft-max over the choices' summed log-likelihoods. Where the extracted text
// stands literally in the completion its place is marked; a text that was normalised has no place.
//
// Thread-safety: value types and pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/json.h"
#include "results/run_folder.h"

namespace assay {

// Bytes of a text at which its tokens begin, rising; several tokens may share a place, where they
// are bytes of one character. results/token_marks.h makes them.
struct TokenMarks {
  std::vector<std::size_t> begins;
  std::string added{};  // the text of a token that was put in front, "" = none
};

struct ChoiceView {
  std::string text;
  std::string context;  // only where each choice has its own
  std::optional<ChoiceScore> score;
  double probability = 0;  // meaningless without a score
  bool gold = false;
  bool picked = false;
  std::optional<TokenMarks> tokens{};  // of `text`: the first may have begun in the context
  std::optional<TokenMarks> context_tokens{};
};

struct TextView {
  std::string text;
  std::string finish;  // "stop", "end", "length"
  int tokens = 0;
  std::optional<std::pair<std::size_t, std::size_t>> extracted;  // bytes from … to
  // Where each generated token begins, those behind the text's end (a stop that was cut) at its
  // end.
  std::optional<TokenMarks> token_marks{};
  std::optional<std::vector<std::int32_t>> token_ids{};
};

// What became of an item under one filter.
enum class ItemOutcome { kRight, kWrong, kPart, kValue, kNotRun, kError };
char outcome_letter(ItemOutcome outcome);            // r w p v n e
std::string_view outcome_word(ItemOutcome outcome);  // "right", …

struct SampleView {
  std::string task;
  Item item;
  std::string kind;    // "choices", "completion", "rolling", "" when nothing could be asked
  std::string prompt;  // the context, the prompt or the text
  std::vector<ChoiceView> choices;
  std::vector<TextView> texts;
  std::optional<RollingScore> rolling;
  std::string gold;  // of generated answers, "" when the task cannot say
  std::vector<std::string> stops;
  int max_tokens = 0;
  std::optional<int> prompt_tokens;
  std::vector<Judgement> verdicts;
  std::string error;                         // why it could not be measured, "" otherwise
  std::optional<TokenMarks> prompt_marks{};  // absent where they are not known
};

// By the figure that comparisons are about: acc_norm where it is reported, else the first share
// of 1.
ItemOutcome outcome_of(const JudgedItem& judged, const Judgement* verdict);

// `task` may be null (a task this program does not have): then gold answers are not marked.
SampleView view_sample(const TaskRecord& record, const Task* task, const ItemRecord& item);

// As embedded in a page; places are counted in UTF-16 units, as browsers do.
Json to_json(const SampleView& view);

// For a terminal: control characters are shown as symbols, so a completion cannot steer it. `width`
// 0 = no bars.
std::string sample_text(const SampleView& view, std::size_t width);

// Control characters other than line ends and tabs as visible symbols, ␛ for escape.
std::string visible_controls(std::string_view text);

}  // namespace assay
