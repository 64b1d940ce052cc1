// The inner parts of judge(): one function for each way of answering. They may throw
// std::exception where a document lacks a field; judge() turns that into an Error.
#pragma once

#include <string>
#include <vector>

#include "assay/code_executor.h"
#include "assay/expected.h"
#include "assay/task.h"

namespace assay {

using Judgements = expected<std::vector<Judgement>>;

// The task's metrics, or the original's default for its kind of output.
std::vector<MetricSpec> effective_metrics(const Task& task);
// The task's pipelines, or {"none", {take_first}}; code tasks keep all samples by default.
std::vector<FilterPipeline> effective_filters(const Task& task);

// The pass@k figures a metric stands for: {"pass@k", {"k": [1, 8]}} → pass@1, pass@8; "pass@3" and
// "pass_at_1" are themselves (k from args, else from the name). Empty for other metrics.
struct PassMetric {
  std::string name;
  std::size_t k;
};
std::vector<PassMetric> pass_metrics(const MetricSpec& metric);

Judgements judge_choices(const Task& task, const Item& item,
                         const std::vector<ChoiceScore>& scores);
Judgements judge_loglikelihood(const Task& task, const ChoiceScore& score);
Judgements judge_rolling(const Task& task, const Item& item, const RollingScore& score);
Judgements judge_texts(const Task& task, const Item& item, const std::vector<std::string>& texts);
Judgements judge_programs(const Task& task, const Item& item, const std::vector<std::string>& texts,
                          CodeExecutor* executor);
Judgements judge_by_task(const Task& task, const Item& item, const Response& response);

// A log-likelihood as the original's sample files show it: ["-1.25", "False"].
Json score_pair(const ChoiceScore& score);

// What a pipeline left of an item's one request, as the sample files nest it: ["a"] after
// take_first, [["a", "b"]] where a list of samples remains.
Json as_logged(Json values, bool single);

// At most `limit` code points on one line, with "…" when something was left out.
std::string excerpt(std::string_view text, std::size_t limit = 60);

}  // namespace assay
