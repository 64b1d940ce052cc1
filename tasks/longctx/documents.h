// Paragraphs with questions, packed into a text of exactly a wanted number of tokens: the paragraph
// that has the answer at a planned place, paragraphs of other articles around it. All are whole but
// the last of the others, which ends where the count is right.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "tasks/longctx/filler.h"
#include "tasks/longctx/made_items.h"

namespace assay {

struct Paragraph {
  std::string title;  // of its article
  std::string text;   // white space collapsed
  std::string words;  // of the text, as answers are normalised, a space on either side of each
};

struct Question {
  std::string id;
  std::string text;
  std::vector<std::string> answers;  // any of them is right
  std::size_t paragraph = 0;         // that has the answer
};

struct QuestionSet {
  std::vector<Paragraph> paragraphs;
  std::vector<Question> questions;
};

// The JSON of SQuAD 1.1 and XQuAD. kBadData names the first thing that is not as it should be.
expected<QuestionSet> read_squad(std::string_view json);

// Paragraphs that may stand beside a question's own: of other articles and without any of its
// answers as whole words, in an order drawn by the seed.
std::vector<std::size_t> other_paragraphs(const QuestionSet& set, const Question& question,
                                          std::uint64_t seed);

// How a task writes its documents down.
struct DocumentForm {
  // "Document [3](Title: Oxygen) " and the like; `number` counts from 1.
  std::function<std::string(std::size_t number, const Paragraph& paragraph)> heading;
  std::string between;  // two documents
  std::function<std::string(const Question& question, const std::string& documents)> input;
  std::function<std::string(const Question& question)> answer_start;
};

// Makes the documents of a task whose questions were chosen. `place` is the share of the other
// documents in front of the question's own, 0..1.
class Packer {
 public:
  Packer(const QuestionSet& set, const DocumentForm& form, const PromptMeter& meter)
      : set_(set), form_(form), meter_(meter) {}

  // Fills `input`, `answer_start`, and `document`, the number of the question's own, and returns
  // the placement: `documents`, `cut` (bytes of the last other one), `tokens`. At least one other
  // document is there. kUsage or kBadData when there is no such text.
  expected<Json> pack(const Question& question, const std::vector<std::size_t>& others,
                      double place, int target, Json& doc);
  // The same from a recorded placement.
  expected<void> again(const Question& question, const std::vector<std::size_t>& others,
                       double place, const Json& placement, Json& doc);

 private:
  // `count` other documents, of which the last is `last` (and its paragraph's title).
  void write(const Question& question, const std::vector<std::size_t>& others, std::size_t count,
             std::string_view last, double place, Json& doc) const;

  const QuestionSet& set_;
  const DocumentForm& form_;
  const PromptMeter& meter_;
};

}  // namespace assay
