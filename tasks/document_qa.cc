// Questions over many paragraphs of which one has the answer: XQuAD's English questions, which are
// a part of SQuAD 1.1's, packed to a length.
//
//   longqa     wording and order of Lost in the Middle (Liu et al., TACL 2024): the paragraph with
//              the answer stands at a chosen depth; SQuAD's exact match and F1 of the answer's
//              first line (Rajpurkar et al. 2016)
//   ruler_qa   wording and score of RULER's question answering (Hsieh et al. 2024): the paragraph
//              stands anywhere; the share of the answers that stand in the response
//
// The paragraphs around are those of other articles that do not have the answer; questions, order
// and places are drawn by our own seeds, and a prompt has exactly its length. The question of a
// cell's index is the same at every length.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "assay/fields.h"
#include "assay/python_random.h"
#include "assay/task.h"
#include "assay/text.h"
#include "tasks/longctx/answers.h"
#include "tasks/longctx/documents.h"
#include "tasks/longctx/grid.h"
#include "tasks/longctx/ruler_settings.h"
#include "tasks/longctx/settings.h"

namespace assay {
namespace {

constexpr const char* kData = "longdoc";
constexpr const char* kFile = "xquad.en.json";
constexpr const char* kLongQa = "longqa";
constexpr const char* kRulerQa = "ruler_qa";
constexpr int kLongQaAnswer = 64;   // tokens: the longest answers in a small vocabulary
constexpr int kRulerQaAnswer = 32;  // as the original

const DocumentForm& long_qa_form() {
  static const DocumentForm kForm = {
      [](std::size_t number, const Paragraph& paragraph) {
        return fmt::format("Document [{}](Title: {}) ", number,
                           replace_all(paragraph.title, "_", " "));
      },
      "\n",
      [](const Question& question, const std::string& documents) {
        return fmt::format(
            "Write a high-quality answer for the given question using only the provided search "
            "results (some of which might be irrelevant).\n\n{}\n\nQuestion: {}\n",
            documents, question.text);
      },
      [](const Question&) { return std::string("Answer:"); }};
  return kForm;
}

const DocumentForm& ruler_qa_form() {
  static const std::string kAsk =
      "Answer the question based on the given documents. Only give me the answer and do not output "
      "any other words.";
  static const DocumentForm kForm = {
      [](std::size_t number, const Paragraph&) { return fmt::format("Document {}:\n", number); },
      "\n\n",
      [](const Question& question, const std::string& documents) {
        return fmt::format("{}\n\nThe following are given documents.\n\n{}\n\n{}\n\nQuestion: {}",
                           kAsk, documents, kAsk, question.text);
      },
      [](const Question&) { return std::string("Answer:"); }};
  return kForm;
}

class QaMaker : public TextMaker {
 public:
  QaMaker(std::string task, std::uint64_t seed, const QuestionSet& set, const DocumentForm& form,
          const PromptMeter& meter, int answer_tokens)
      : task_(std::move(task)),
        seed_(seed),
        set_(set),
        packer_(set, form, meter),
        answer_tokens_(answer_tokens) {}

  expected<Json> make(const Spot& spot, Json& doc) override {
    const Asked asked = draw(spot, doc);
    return packer_.pack(*asked.question, asked.others, asked.place, spot.length - answer_tokens_,
                        doc);
  }
  expected<void> again(const Spot& spot, const Json& placement, Json& doc) override {
    const Asked asked = draw(spot, doc);
    return packer_.again(*asked.question, asked.others, asked.place, placement, doc);
  }

 private:
  struct Asked {
    const Question* question = nullptr;
    std::vector<std::size_t> others;
    double place = 0;
  };

  Asked draw(const Spot& spot, Json& doc) const {
    // Questions without repetition within a depth.
    PythonRandom order(secret_seed(task_, seed_, {0, spot.depth, -1}));
    const std::vector<std::size_t> questions =
        order.sample(set_.questions.size(), set_.questions.size());
    const std::size_t chosen = questions[static_cast<std::size_t>(spot.index) % questions.size()];
    const std::uint64_t own = secret_seed(task_, seed_, {0, spot.depth, spot.index});
    Asked asked{&set_.questions[chosen], other_paragraphs(set_, set_.questions[chosen], own), 0};
    asked.place = spot.depth ? *spot.depth / 100 : PythonRandom(own).random();
    doc["keys"] = {asked.question->id};
    doc["values"] = asked.question->answers;
    return asked;
  }

  std::string task_;
  std::uint64_t seed_;
  const QuestionSet& set_;
  Packer packer_;
  int answer_tokens_;
};

expected<QuestionSet> question_set(const std::string& task, const DataSource& source,
                                   int per_cell) {
  const expected<std::string> json = source.text(kData, kFile);
  if (!json) return for_task(task, json.error());
  expected<QuestionSet> set = read_squad(*json);
  if (!set)
    return for_task(task, data_error(fmt::format("{}/{}: {}.", kData, kFile, set.error().message)));
  if (static_cast<std::size_t>(per_cell) > set->questions.size()) {
    return usage_error(fmt::format("Task {}: {}/{} has {} questions, not {}; ask for fewer.", task,
                                   kData, kFile, set->questions.size(), per_cell));
  }
  return set;
}

expected<std::vector<Item>> long_qa_items(const DataSource& source,
                                          const GenerateContext& context) {
  Cells cells{{1024, 2048, 4096, 8192}, {0, 25, 50, 75, 100}, 10};
  std::uint64_t seed = 0;
  if (auto read = read_cells(kLongQa, {{"seed", seed_setting(seed)}}, context.settings, cells);
      !read) {
    return read.error();
  }
  const expected<QuestionSet> set = question_set(kLongQa, source, cells.needles);
  if (!set) return set.error();
  const PromptMeter meter(source, context);
  QaMaker maker(kLongQa, seed, *set, long_qa_form(), meter, kLongQaAnswer);
  return make_items(kLongQa, grid_spots(cells.lengths, cells.depths, cells.needles),
                    cells.placements, meter.counted_by(), maker);
}

expected<std::vector<Item>> ruler_qa_items(const DataSource& source,
                                           const GenerateContext& context) {
  const expected<RulerSettings> settings = read_ruler(kRulerQa, context.settings);
  if (!settings) return settings.error();
  const expected<QuestionSet> set = question_set(kRulerQa, source, settings->samples);
  if (!set) return set.error();
  const PromptMeter meter(source, context);
  QaMaker maker(kRulerQa, settings->seed, *set, ruler_qa_form(), meter, kRulerQaAnswer);
  return make_items(kRulerQa, settings->spots(), settings->placements, meter.counted_by(), maker);
}

// What comes after the first line is no part of the answer: models without an end go on with
// questions of their own.
std::string first_line(const std::string& response) {
  const std::string_view text = strip(response);
  return std::string(strip(text.substr(0, text.find('\n'))));
}

std::vector<MetricValue> squad_scores(const Item& item, const Response& response) {
  const std::string& text = std::get<std::vector<Generation>>(response.answer).at(0).text;
  const std::vector<std::string> answers = text_list(item.doc, "values");
  const std::string said = first_line(text);
  return {{"exact_match", answer_exact_match(said, answers)}, {"f1", answer_f1(said, answers)}};
}

const TaskRegistrar kDocumentQa{[] {
  Task long_qa = made_task(kLongQa, "a question over many paragraphs, one of which has the answer",
                           kLongQaAnswer);
  long_qa.data.dataset = kData;
  long_qa.generate_items = long_qa_items;
  long_qa.process_results = squad_scores;
  long_qa.metrics = {{"exact_match"}, {"f1"}};
  Task ruler_qa = made_task(kRulerQa, "RULER: a question over many paragraphs", kRulerQaAnswer);
  ruler_qa.data.dataset = kData;
  ruler_qa.generate_items = ruler_qa_items;
  return std::vector<Task>{long_qa, ruler_qa};
}};

}  // namespace
}  // namespace assay
