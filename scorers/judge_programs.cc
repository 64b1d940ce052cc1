// Judging programs: each sample is made into a program and run with the item's test. Where two
// pipelines read the same program out of a sample, it is run once and both have its verdict.
#include <fmt/format.h>

#include <optional>

#include "scorers/code_judgement.h"
#include "scorers/filters.h"
#include "scorers/judge_parts.h"
#include "scorers/python_format.h"

namespace assay {
namespace {

// Addresses differ from run to run and say nothing: "<Pair object at 0x7f…>".
std::string without_addresses(const std::string& text) {
  constexpr std::string_view kHex = "0123456789abcdefABCDEF";
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = text.compare(i, 2, "0x") == 0 ? text.find_first_not_of(kHex, i + 2) : i;
    const std::size_t stop = end == std::string::npos ? text.size() : end;
    if (stop >= i + 8) {
      out += "0x…";
      i = stop;
    } else {
      out += text[i++];
    }
  }
  return out;
}

// The programs of one pipeline, one per sample, and how they ended.
struct Ran {
  std::vector<std::string> programs;
  std::vector<ProgramOutcome> outcomes;
};

// What an earlier pipeline found for the same program of the same sample.
std::optional<ProgramOutcome> known_outcome(const std::vector<Ran>& before, std::size_t sample,
                                            const std::string& program) {
  for (const Ran& ran : before) {
    if (sample < ran.outcomes.size() && ran.programs[sample] == program) {
      return ran.outcomes[sample];
    }
  }
  return std::nullopt;
}

// Runs what is not known yet. The first program that does not start ends it: the item then has no
// figure, whatever the others would do.
void run_programs(Ran& ran, const std::string& test, const std::vector<Ran>& before,
                  CodeExecutor& executor, Judgement& judgement) {
  for (std::size_t i = 0; i < ran.programs.size(); ++i) {
    if (!judgement.not_run.empty()) {
      ran.outcomes.push_back({CodeOutcome::kDidNotStart, ""});
      continue;
    }
    if (const auto known = known_outcome(before, i, ran.programs[i])) {
      ran.outcomes.push_back(*known);
      if (known->kind == CodeOutcome::kDidNotStart) judgement.not_run = known->detail;
      continue;
    }
    const auto verdict = executor.run(ran.programs[i], test);
    if (!verdict) {
      judgement.not_run = verdict.error().message;
      ran.outcomes.push_back({CodeOutcome::kDidNotStart, judgement.not_run});
      continue;
    }
    ran.outcomes.push_back({verdict->kind, without_addresses(verdict->detail)});
  }
}

expected<void> only_pass_metrics(const Task& task) {
  for (const MetricSpec& metric : effective_metrics(task)) {
    if (!pass_metrics(metric).empty()) continue;
    return usage_error(
        fmt::format("there is no metric \"{}\" for programs; known is pass@k.", metric.name));
  }
  return {};
}

}  // namespace

Judgements judge_programs(const Task& task, const Item& item, const std::vector<std::string>& texts,
                          CodeExecutor* executor) {
  const std::string test = python_str(task.target(item.doc));
  if (const auto known = only_pass_metrics(task); !known) return known.error();
  std::vector<Judgement> out;
  std::vector<Ran> done;
  for (const FilterPipeline& filter : effective_filters(task)) {
    const auto pipeline = CompiledPipeline::compile(filter);
    if (!pipeline) return pipeline.error();
    const auto filtered = pipeline->apply(texts, {item.doc, task.build_program});
    if (!filtered) return filtered.error();
    Judgement j;
    j.filter = filter.name;
    Ran ran;
    for (const FilteredValue& v : filtered->values) {
      const std::string text = python_str(v.value);
      ran.programs.push_back(filtered->programs ? text : task.build_program(item.doc, text));
    }
    if (ran.programs.empty()) return internal_error("there is no sample to run.");
    j.filtered = as_logged(Json(ran.programs), filtered->single);
    j.extracted = ran.programs.front();
    j.rule = filtered->values.front().rule;
    if (j.rule.empty()) j.rule = "whole completion";
    j.distinct_programs = count_distinct_programs(ran.programs);
    if (executor == nullptr) {
      j.not_run = "no sandbox";
    } else {
      run_programs(ran, test, done, *executor, j);
      j.programs = ran.outcomes;
      settle_programs(task, j);
    }
    out.push_back(std::move(j));
    done.push_back(std::move(ran));
  }
  return out;
}

}  // namespace assay
