// See drift.h.
#include "runtime/drift.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "assay/model.h"

namespace assay {
namespace {

constexpr std::size_t kManyTogether = 32;
constexpr std::size_t kFewTogether = 3;

// What can be compared of an answer.
struct Answer {
  bool is_there = false;
  std::vector<double> scores;
  std::vector<std::string> texts;
  bool operator==(const Answer&) const = default;
};

Answer answer_of(const expected<Response>& response) {
  Answer out;
  if (!response) return out;
  out.is_there = true;
  if (const auto* scores = std::get_if<std::vector<ChoiceScore>>(&response->answer)) {
    for (const ChoiceScore& score : *scores) out.scores.push_back(score.loglikelihood);
  } else if (const auto* rolling = std::get_if<RollingScore>(&response->answer)) {
    out.scores.push_back(rolling->loglikelihood);
  } else if (const auto* texts = std::get_if<std::vector<Generation>>(&response->answer)) {
    for (const Generation& text : *texts) out.texts.push_back(text.text);
  }
  return out;
}

// Answers by request, asked in units of `size`, the last request first if `backwards`.
expected<std::vector<Answer>> ask(Model& model, std::span<const Request> requests, std::size_t size,
                                  bool backwards) {
  std::vector<std::pair<std::size_t, PreparedRequest>> fitting;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    expected<PreparedRequest> prepared = model.prepare(requests[i]);
    if (prepared) fitting.emplace_back(i, *std::move(prepared));
  }
  if (backwards) std::reverse(fitting.begin(), fitting.end());
  std::vector<Answer> out(requests.size());
  for (std::size_t begin = 0; begin < fitting.size(); begin += size) {
    const std::size_t end = std::min(fitting.size(), begin + size);
    std::vector<PreparedRequest> unit;
    for (std::size_t i = begin; i < end; ++i) unit.push_back(fitting[i].second);
    const expected<std::vector<expected<Response>>> answers = model.answer(unit, {});
    if (!answers) return answers.error();
    for (std::size_t i = begin; i < end; ++i) {
      out[fitting[i].first] = answer_of((*answers)[i - begin]);
    }
  }
  return out;
}

std::size_t top(const std::vector<double>& scores) {
  return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

void compare(const Answer& fast, const Answer& exact, Drift& drift) {
  if (!fast.is_there || !exact.is_there || fast.scores.size() != exact.scores.size()) return;
  ++drift.requests;
  for (std::size_t i = 0; i < fast.scores.size(); ++i) {
    const double difference = std::abs(fast.scores[i] - exact.scores[i]);
    ++drift.scored;
    drift.mean += difference;
    drift.worst = std::max(drift.worst, difference);
  }
  if (fast.scores.size() > 1) {
    ++drift.choices;
    drift.choices_changed += top(fast.scores) != top(exact.scores) ? 1 : 0;
  }
  for (std::size_t i = 0; i < std::min(fast.texts.size(), exact.texts.size()); ++i) {
    ++drift.texts;
    drift.texts_changed += fast.texts[i] != exact.texts[i] ? 1 : 0;
  }
}

}  // namespace

expected<Drift> measure_drift(const ModelOptions& options, std::span<const Request> requests) {
  ModelOptions settled = options;
  settled.contexts = 1;  // all of the threads for one: requests are asked one unit after the other
  std::vector<Answer> fast;
  std::vector<Answer> exact;
  std::vector<Answer> again;
  for (const bool is_exact : {false, true}) {
    settled.exact = is_exact;
    expected<std::unique_ptr<Model>> model = open_model(settled);
    if (!model) return model.error();
    expected<std::vector<Answer>> answers = ask(**model, requests, kManyTogether, false);
    if (!answers) return answers.error();
    (is_exact ? exact : fast) = *std::move(answers);
    if (!is_exact) continue;
    answers = ask(**model, requests, kFewTogether, true);
    if (!answers) return answers.error();
    again = *std::move(answers);
  }
  Drift drift;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    compare(fast[i], exact[i], drift);
    drift.exact_asked += exact[i].is_there && again[i].is_there ? 1 : 0;
    drift.exact_unequal += exact[i] == again[i] ? 0 : 1;
  }
  if (drift.scored > 0) drift.mean /= static_cast<double>(drift.scored);
  return drift;
}

}  // namespace assay
