// See documents.h.
#include "tasks/longctx/documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "assay/fields.h"
#include "assay/python_random.h"
#include "assay/text.h"
#include "tasks/longctx/answers.h"
#include "tasks/longctx/exact_length.h"
#include "tasks/longctx/fit.h"

namespace assay {
namespace {

std::string collapsed(std::string_view text) {
  std::string out;
  for (const std::string_view word : words(text)) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

std::vector<std::string> answers_of(const Json& question) {
  std::vector<std::string> answers;
  for (const Json& answer : field(question, "answers")) {
    std::string text = text_field(answer, "text");
    if (std::ranges::find(answers, text) == answers.end()) answers.push_back(std::move(text));
  }
  if (answers.empty()) throw std::runtime_error("a question has no answer");
  return answers;
}

// Whether an answer stands in the paragraph as whole words.
bool has_answer(const Paragraph& paragraph, const std::vector<std::string>& normalised_answers) {
  return std::ranges::any_of(normalised_answers, [&](const std::string& wanted) {
    return !wanted.empty() && paragraph.words.find(" " + wanted + " ") != std::string::npos;
  });
}

// The text that the last document is cut from: its paragraph, and more where that is too short.
std::string running_text(const QuestionSet& set, const std::vector<std::size_t>& others,
                         std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < others.size() && i < from + 3; ++i) {
    text += (text.empty() ? "" : " ") + set.paragraphs[others[i]].text;
  }
  return text;
}

}  // namespace

expected<QuestionSet> read_squad(std::string_view json) {
  QuestionSet set;
  try {
    const Json whole = Json::parse(json);
    for (const Json& article : field(whole, "data")) {
      const std::string title = text_field(article, "title");
      for (const Json& paragraph : field(article, "paragraphs")) {
        const std::string text = collapsed(text_field(paragraph, "context"));
        set.paragraphs.push_back({title, text, " " + normalised_answer(text) + " "});
        for (const Json& question : field(paragraph, "qas")) {
          set.questions.push_back({text_field(question, "id"), text_field(question, "question"),
                                   answers_of(question), set.paragraphs.size() - 1});
        }
      }
    }
  } catch (const std::exception& problem) {
    return data_error(
        fmt::format("the paragraphs and questions cannot be read: {}", problem.what()));
  }
  if (set.questions.empty()) return data_error("there are no questions in the data");
  return set;
}

std::vector<std::size_t> other_paragraphs(const QuestionSet& set, const Question& question,
                                          std::uint64_t seed) {
  const std::string& title = set.paragraphs[question.paragraph].title;
  std::vector<std::string> answers;
  for (const std::string& answer : question.answers) answers.push_back(normalised_answer(answer));
  std::vector<std::size_t> others;
  PythonRandom random(seed);
  for (const std::size_t i : random.sample(set.paragraphs.size(), set.paragraphs.size())) {
    const Paragraph& paragraph = set.paragraphs[i];
    if (paragraph.title != title && !has_answer(paragraph, answers)) others.push_back(i);
  }
  return others;
}

void Packer::write(const Question& question, const std::vector<std::size_t>& others,
                   std::size_t count, std::string_view last, double place, Json& doc) const {
  const auto in_front = static_cast<std::size_t>(place * static_cast<double>(count) + 0.5);
  std::string documents;
  std::size_t number = 0;
  const auto add = [&](const Paragraph& paragraph, std::string_view text) {
    if (number > 0) documents += form_.between;
    documents += form_.heading(++number, paragraph);
    documents += text;
  };
  const Paragraph& own = set_.paragraphs[question.paragraph];
  for (std::size_t i = 0; i <= count; ++i) {
    if (i == in_front) {
      add(own, own.text);
      doc["document"] = number;
    }
    if (i == count) break;
    const Paragraph& other = set_.paragraphs[others[i]];
    add(other, i + 1 == count ? last : std::string_view(other.text));
  }
  doc["input"] = form_.input(question, documents);
  doc["answer_start"] = form_.answer_start(question);
}

expected<Json> Packer::pack(const Question& question, const std::vector<std::size_t>& others,
                            double place, int target, Json& doc) {
  const auto tokens_with = [&](std::size_t count, std::string_view last) {
    write(question, others, count, last, place, doc);
    return meter_.prompt_tokens(doc);
  };
  if (others.empty()) return data_error("no paragraph of another article is without the answer");
  // As many others as fit when the last one has only its heading.
  const std::optional<Fit> fit = largest_fit(
      1, others.size(), 0, target, [&](std::size_t count) { return tokens_with(count, ""); });
  if (!fit) {
    return usage_error(fmt::format(
        "the paragraph with the answer leaves no room for others in {} tokens", target));
  }
  // The last is cut where the count is right; a heading alone says nothing, so at least a word.
  Error problem = data_error("");
  for (std::size_t count = fit->size; count >= 1 && count + 2 > fit->size; --count) {
    Filler text(running_text(set_, others, count - 1), meter_.count(), false);
    const auto whole = [&](std::size_t end) {
      return tokens_with(count, std::string_view(text.text()).substr(0, end));
    };
    const std::size_t word = std::min(text.text().find(' '), text.text().size());
    const int least = whole(word);
    if (least > target) continue;
    OpenPrompt open;
    open.begin = 0;
    // What stands around the end, for the guesses: all behind the cut document.
    const std::string mark = "\x01";
    tokens_with(count, mark);
    const auto input =
        doc["input"].get<std::string>() + " " + doc["answer_start"].get<std::string>();
    const std::size_t at = input.find(mark);
    open.before = input.substr(0, at);
    open.after = input.substr(at + mark.size());
    const expected<ExactEnd> end =
        end_for_exact_length(text, open, {word, least}, target, whole, meter_.count());
    if (!end) {
      problem = end.error();
      continue;
    }
    tokens_with(count, std::string_view(text.text()).substr(0, end->end));
    return Json{{"documents", count + 1}, {"cut", end->end}, {"tokens", end->tokens}};
  }
  if (fit->size == others.size()) {
    return data_error(
        fmt::format("the data have only {} paragraphs of other articles without the answer, which "
                    "make no text of {} tokens",
                    others.size(), target));
  }
  return problem.message.empty() ? data_error(fmt::format("no end makes {} tokens", target))
                                 : problem;
}

expected<void> Packer::again(const Question& question, const std::vector<std::size_t>& others,
                             double place, const Json& placement, Json& doc) {
  const Error unfit = data_error("the recorded placement does not fit the data at hand");
  const auto number = [&](const char* name) -> std::size_t {
    const bool there =
        placement.is_object() && placement.contains(name) && placement[name].is_number_unsigned();
    return there ? placement[name].get<std::size_t>() : 0;
  };
  const std::size_t documents = number("documents");
  if (documents < 2 || documents - 1 > others.size()) return unfit;
  const std::string text = running_text(set_, others, documents - 2);
  if (number("cut") < 1 || number("cut") > text.size()) return unfit;
  write(question, others, documents - 1, std::string_view(text).substr(0, number("cut")), place,
        doc);
  return {};
}

}  // namespace assay
