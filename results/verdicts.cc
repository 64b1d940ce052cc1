// See verdicts.h.
#include "results/verdicts.h"

#include <fmt/format.h>

#include <algorithm>

#include "scorers/code_judgement.h"

namespace assay {
namespace {

const Judgement* recorded_for(const TaskRecord& record, std::size_t item,
                              const Judgement& judgement) {
  if (item >= record.items.size()) return nullptr;
  for (const Judgement& known : record.items[item].judged.judgements) {
    if (known.filter == judgement.filter && known.filtered == judgement.filtered) return &known;
  }
  return nullptr;
}

void compare(const std::string& place, Judgement& judgement, const Judgement& known,
             VerdictCheck& check) {
  const std::size_t programs = std::min(judgement.programs.size(), known.programs.size());
  for (std::size_t i = 0; i < programs; ++i) {
    ++check.compared;
    const ProgramOutcome& was = known.programs[i];
    ProgramOutcome& is = judgement.programs[i];
    if (was.kind == is.kind) {
      is.detail = was.detail;
    } else {
      check.differences.push_back(fmt::format("{}, program {}: it {}, and run again it {}", place,
                                              i, outcome_text(was), outcome_text(is)));
    }
  }
}

}  // namespace

VerdictCheck compare_verdicts(RunFolder& anew, const std::string& path, bool was_run) {
  VerdictCheck check;
  const auto has_code = [](const TaskRecord& task) {
    const Task* how = task_of(task);
    return how != nullptr && how->build_program != nullptr;
  };
  if (std::none_of(anew.tasks.begin(), anew.tasks.end(), has_code)) return check;
  const expected<RunFolder> recorded = load_run(path);
  if (!recorded) return check;  // the comparison of the files says what is wrong with them
  for (std::size_t t = 0; t < anew.tasks.size() && t < recorded->tasks.size(); ++t) {
    TaskRecord& task = anew.tasks[t];
    if (!has_code(task)) continue;
    std::size_t taken_over = 0;
    for (std::size_t i = 0; i < task.items.size(); ++i) {
      for (Judgement& judgement : task.items[i].judged.judgements) {
        const Judgement* known = recorded_for(recorded->tasks[t], i, judgement);
        if (known == nullptr) continue;
        if (was_run && known->not_run.empty()) {
          const std::string place = fmt::format("{}/samples.jsonl, task {}, item {}, {}", path,
                                                task.name, task.items[i].item.id, judgement.filter);
          compare(place, judgement, *known, check);
        } else {
          judgement.programs = known->programs;
          judgement.not_run = known->not_run;
          taken_over += known->not_run.empty() ? known->programs.size() : 0;
        }
        if (!judgement.programs.empty()) settle_programs(*task_of(task), judgement);
      }
    }
    if (taken_over > 0) check.taken_over.emplace_back(task.name, taken_over);
  }
  return check;
}

}  // namespace assay
