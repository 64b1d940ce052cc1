// The scoring half of the author's check: answers whose marks are known beforehand.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "assay/text.h"
#include "scorers/judge.h"
#include "scorers/python_format.h"
#include "tasks/author_check.h"
#include "tasks/prompt.h"

namespace assay {
namespace {

std::vector<std::string> choice_texts(const Task& task, const Json& doc) {
  return task.choices ? task.choices(doc) : std::vector<std::string>{};
}

// The first right answer as a model would write it.
std::string gold_text(const Task& task, const Json& doc) {
  if (task.gold_response) return task.gold_response(doc);
  const Target target = task.target(doc);
  const std::vector<std::string> choices = choice_texts(task, doc);
  const auto of_index = [&](int i) {
    return choices.empty() ? std::to_string(i) : choices.at(static_cast<std::size_t>(i));
  };
  if (const auto* index = std::get_if<int>(&target)) return of_index(*index);
  if (const auto* text = std::get_if<std::string>(&target)) return *text;
  if (const auto* texts = std::get_if<std::vector<std::string>>(&target)) return texts->at(0);
  return of_index(std::get<std::vector<int>>(target).at(0));
}

std::string cut_at(std::string text, const std::vector<std::string>& stops) {
  for (const std::string& stop : stops) {
    if (!stop.empty()) text = text.substr(0, text.find(stop));
  }
  return text;
}

Response texts(const std::string& text, int samples) {
  std::vector<Generation> out(static_cast<std::size_t>(samples),
                              Generation{sanitise_utf8(text), FinishReason::kStop, 1});
  return {std::move(out)};
}

// Positions of the right choices.
std::vector<std::size_t> right_choices(const Task& task, const Json& doc) {
  if (task.gold_of_contexts) return {static_cast<std::size_t>(task.gold_of_contexts(doc))};
  const Target target = task.target(doc);
  const std::vector<std::string> choices = choice_texts(task, doc);
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const auto at = static_cast<int>(i);
    const auto* index = std::get_if<int>(&target);
    const auto* text = std::get_if<std::string>(&target);
    const auto* some = std::get_if<std::vector<std::string>>(&target);
    const auto* indices = std::get_if<std::vector<int>>(&target);
    const bool right =
        (index != nullptr && *index == at) || (text != nullptr && *text == choices[i]) ||
        (some != nullptr && std::find(some->begin(), some->end(), choices[i]) != some->end()) ||
        (indices != nullptr && std::find(indices->begin(), indices->end(), at) != indices->end());
    if (right) out.push_back(i);
  }
  return out;
}

// All of the likelihood on one continuation.
Response likely(std::size_t count, std::size_t best) {
  std::vector<ChoiceScore> scores;
  for (std::size_t i = 0; i < count; ++i)
    scores.push_back({i == best ? -1e-6 : -1e6, i == best, 1});
  return {std::move(scores)};
}

enum class Marks { kFull, kNone, kOther };

// Full marks: every metric at its best under every pipeline.
Marks marks_of(const std::vector<Judgement>& judgements) {
  bool full = true;
  bool none = true;
  for (const Judgement& j : judgements) {
    for (const MetricValue& v : j.values) {
      if (v.metric == "perplexity" || v.metric.ends_with("_perplexity") ||
          v.metric == "bits_per_byte")
        continue;
      const bool best = v.metric == "brier_score" ? v.value < 1e-3 : v.value > 0.999;
      full = full && best;
      none = none && !best;
    }
  }
  return full ? Marks::kFull : none ? Marks::kNone : Marks::kOther;
}

std::string fingerprint(const std::vector<Judgement>& judgements) {
  std::string out;
  for (const Judgement& j : judgements) {
    out += j.filter + "\x1f" + j.extracted + "\x1f" + j.rule + "\x1f" + j.why + "\x1f";
    for (const MetricValue& v : j.values)
      out += fmt::format("{}={};{}", v.metric, v.value, v.weight);
  }
  return out;
}

class ScorerCheck {
 public:
  ScorerCheck(const LoadedTask& loaded, const std::vector<std::size_t>& sample,
              CodeExecutor* executor, CheckReport& report)
      : loaded_(loaded),
        task_(*loaded.task),
        sample_(sample),
        executor_(executor),
        report_(report) {}

  void run() {
    report_.scored = sample_.size();
    try {
      if (task_.output == OutputType::kGenerate) {
        generated();
      } else if (task_.output == OutputType::kMultipleChoice) {
        choices();
      } else {
        likelihood();
      }
    } catch (const std::exception& problem) {
      add("scorer", fmt::format("the scorer or the gold answer fails: {}", problem.what()),
          "let the task's functions work for every row");
    }
  }

 private:
  Item item(std::size_t k) const { return loaded_.items[sample_[k]].item; }

  void add(const char* rule, std::string what, std::string fix) {
    report_.findings.push_back({rule, std::move(what), std::move(fix)});
  }

  // How many of the sampled items get full marks for an answer; -1 when the scorer failed, which is
  // added to the findings, -2 when nothing could be measured.
  int full_marks(const std::string& about, const std::function<Response(std::size_t)>& answer,
                 std::size_t* first_without = nullptr) {
    int full = 0;
    for (std::size_t k = 0; k < sample_.size(); ++k) {
      const auto judged = judge(task_, item(k), answer(k), executor_);
      if (!judged) {
        add("scorer",
            fmt::format("item {}: the scorer fails on {}: {}", item(k).id, about,
                        judged.error().message),
            "give every answer a value; what cannot be read is wrong, not an error");
        return -1;
      }
      for (const Judgement& j : *judged) {
        if (!j.not_run.empty()) {
          report_.notes.push_back("programs were not run: " + j.not_run);
          return -2;
        }
      }
      if (marks_of(*judged) == Marks::kFull) {
        ++full;
      } else if (first_without != nullptr && static_cast<int>(k) == full) {
        *first_without = k;
      }
    }
    return full;
  }

  bool pure(const std::function<Response(std::size_t)>& answer) {
    std::vector<std::string> first;
    for (std::size_t k = 0; k < sample_.size(); ++k) {
      const auto judged = judge(task_, item(k), answer(k), executor_);
      first.push_back(judged ? fingerprint(*judged) : judged.error().message);
    }
    for (std::size_t k = sample_.size(); k-- > 0;) {
      const auto judged = judge(task_, item(k), answer(k), executor_);
      if ((judged ? fingerprint(*judged) : judged.error().message) == first[k]) continue;
      add("scorer-twice",
          fmt::format("item {}: the same answer is judged differently the second time", item(k).id),
          "let the scorer depend on the item and the response alone");
      return false;
    }
    return true;
  }

  void gold_must_be_full(const std::function<Response(std::size_t)>& gold,
                         const std::string& shown) {
    std::size_t at = 0;
    const int full = full_marks("the gold answer", gold, &at);
    if (full < 0 || full == static_cast<int>(sample_.size())) return;
    add("gold",
        fmt::format("{} of {} gold answers do not get full marks (the first: item {}{})",
                    sample_.size() - static_cast<std::size_t>(full), sample_.size(), item(at).id,
                    shown),
        "let filters and metrics accept the right answer, or say in metadata.assay.gold_response "
        "(C++: Task::gold_response) how a right answer is written");
  }

  void choices() {
    const auto count = [&](std::size_t k) {
      const expected<Request> request = checked_request(loaded_, loaded_.items[sample_[k]]);
      return request ? std::get<Choices>(*request).continuations.size() : std::size_t{0};
    };
    const auto gold = [&](std::size_t k) {
      return likely(count(k), right_choices(task_, item(k).doc).at(0));
    };
    gold_must_be_full(gold, "");
    const auto wrong = [&](std::size_t k) {
      const auto right = right_choices(task_, item(k).doc);
      const std::size_t n = choice_texts(task_, item(k).doc).size();
      std::size_t pick = n;  // the last wrong one; n where there is none: nothing stands out
      for (std::size_t i = 0; i < n; ++i) {
        if (std::find(right.begin(), right.end(), i) == right.end()) pick = i;
      }
      return likely(count(k), pick);
    };
    if (full_marks("a wrong choice", wrong) == static_cast<int>(sample_.size())) {
      add("wrong", "a wrong choice gets full marks", "compare the choice with the gold answer");
    }
    (void)full_marks("equal likelihoods", [&](std::size_t k) {
      return Response{std::vector<ChoiceScore>(count(k), ChoiceScore{-1.0, false, 1})};
    });
    pure(gold);
  }

  void likelihood() {
    const bool rolling = task_.output == OutputType::kRolling;
    const auto answer = [&](std::size_t) {
      return rolling ? Response{RollingScore{-1e-6, 1}}
                     : Response{std::vector<ChoiceScore>{{-1e-6, true, 1}}};
    };
    gold_must_be_full(answer, "");
    const auto wrong = [&](std::size_t) {
      return rolling ? Response{RollingScore{-1e6, 1}}
                     : Response{std::vector<ChoiceScore>{{-1e6, false, 1}}};
    };
    const int full = full_marks("an unlikely answer", wrong);
    if (!rolling && full == static_cast<int>(sample_.size())) {
      add("wrong", "an unlikely answer gets full marks", "measure acc or perplexity");
    }
    pure(answer);
  }

  void generated() {
    if (!task_.target && !task_.gold_response) {
      report_.notes.push_back("the task has no gold answers that could be tried");
      return;
    }
    const int samples = std::max(1, task_.repeats);
    const std::vector<std::string> stops =
        task_.stops.value_or(std::vector<std::string>{task_.fewshot_delimiter});
    std::vector<std::string> golds;
    for (std::size_t k = 0; k < sample_.size(); ++k) {
      golds.push_back(gold_text(task_, item(k).doc));
      if (strip(golds.back()).empty()) {
        add("gold", fmt::format("the gold answer of item {} is empty", item(k).id),
            "leave such rows out of the data");
        return;
      }
    }
    const auto cut = std::find_if(golds.begin(), golds.end(), [&](const std::string& gold) {
      return cut_at(gold, stops) != gold && !task_.build_program;
    });
    if (cut != golds.end()) {
      const auto k = static_cast<std::size_t>(cut - golds.begin());
      add("stops", fmt::format("a stop text cuts the right answer of item {} short", item(k).id),
          "choose stops (until) that no right answer contains");
      return;
    }
    const auto gold = [&](std::size_t k) { return texts(golds[k], samples); };
    gold_must_be_full(gold, "");
    hostile(golds, samples);
    pure(gold);
  }

  void hostile(const std::vector<std::string>& golds, int samples) {
    struct Answer {
      const char* about;
      std::function<std::string(std::size_t)> text;
      const char* fix;
    };
    const char* const kFix =
        "let the filters leave nothing that equals the gold answer when there is no answer";
    const std::string huge(200'000, 'x');
    std::string binary;
    for (int c = 0; c < 256; ++c) binary += static_cast<char>(c);
    const std::vector<Answer> answers = {
        {"an empty answer", [](std::size_t) { return std::string(); }, kFix},
        {"white space", [](std::size_t) { return std::string(" \n\t "); }, kFix},
        {"a huge answer", [&](std::size_t) { return huge; }, kFix},
        {"binary data", [&](std::size_t) { return binary; }, kFix},
        {"a refusal",
         [](std::size_t) { return std::string("I'm sorry, but I can't help with that."); }, kFix},
        {"another item's answer",
         [&](std::size_t k) {
           for (const std::string& other : golds) {
             if (other != golds[k]) return other;
           }
           return std::string("none of these");
         },
         "compare with the item's own gold answer"},
        {"the prompt echoed",
         [&](std::size_t k) {
           // The question alone: with shots, the first answer found would be a shot's.
           const expected<Request> request = build_request(task_, item(k), {}, {}, {});
           return request ? std::get<Completion>(*request).prompt : std::string();
         },
         "take the answer out of the prompt, or let the filters read the last answer only"},
    };
    for (const Answer& answer : answers) {
      const int full =
          full_marks(answer.about, [&](std::size_t k) { return texts(answer.text(k), samples); });
      if (full < 0) return;
      if (full * 2 <= static_cast<int>(sample_.size())) continue;
      const bool echo = std::string_view(answer.about) == "the prompt echoed";
      if (echo && task_.generate_items) {  // what is to be found stands in the text
        report_.notes.push_back("the prompt echoed gets full marks: the answer stands in it");
        continue;
      }
      add("hostile",
          fmt::format("{} gets full marks on {} of {} items", answer.about, full, sample_.size()),
          answer.fix);
    }
  }

  const LoadedTask& loaded_;
  const Task& task_;
  const std::vector<std::size_t>& sample_;
  CodeExecutor* executor_;
  CheckReport& report_;
};

}  // namespace

void check_scoring(const LoadedTask& loaded, const std::vector<std::size_t>& sample,
                   CodeExecutor* executor, CheckReport& report) {
  ScorerCheck(loaded, sample, executor, report).run();
}

}  // namespace assay
