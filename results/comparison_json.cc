// See the header.
#include "results/comparison_json.h"

namespace assay {
namespace {

Json interval_json(const Interval& interval) { return {interval.low, interval.high}; }

void put(Json& json, const char* name, const std::optional<double>& value) {
  if (value) json[name] = *value;
}

void put(Json& json, const char* name, const std::optional<Interval>& value) {
  if (value) json[name] = interval_json(*value);
}

const char* kind_name(FigureKind kind) {
  switch (kind) {
    case FigureKind::kShare:
      return "share";
    case FigureKind::kPerplexity:
      return "perplexity";
    case FigureKind::kNumber:
      break;
  }
  return "number";
}

void put(Json& json, const Paired& paired) {
  if (const auto* failed = std::get_if<Failed>(&paired)) json["failed"] = failed->reason;
  if (const auto* not_run = std::get_if<NotRun>(&paired)) json["not_run"] = not_run->reason;
  if (const PairedEstimate* e = as_paired(paired)) {
    json["base"] = e->base;
    json["other"] = e->other;
    json["difference"] = e->difference;
    json["n"] = e->n;
    json["clusters"] = e->clusters;
    put(json, "std_error", e->std_error);
    put(json, "interval", e->interval);
    if (e->interval) json["interval_method"] = e->interval_method;
    put(json, "p", e->p_value);
    if (e->p_value) json["test"] = e->test;
    put(json, "detectable", e->detectable);
    put(json, "p_tolerable", e->p_tolerable);
  }
}

Json metric_json(const MetricComparison& metric) {
  Json json = {{"metric", metric.metric},
               {"filter", metric.filter},
               {"higher_is_better", metric.higher_is_better},
               {"kind", kind_name(metric.kind)},
               {"headline", metric.headline}};
  put(json, metric.paired);
  put(json, "mcnemar_p", metric.mcnemar_p);
  return json;
}

Json lengths_json(const LengthShift& shift) {
  Json json = {{"metric", shift.metric},
               {"filter", shift.filter},
               {"by_length", Json::array()},
               {"cells", Json::array()}};
  for (const LengthDifference& at : shift.by_length) {
    Json one = {{"length", at.length}};
    put(one, at.paired);
    put(one, "adjusted_p", at.adjusted_p);
    json["by_length"].push_back(std::move(one));
  }
  for (const CellDifference& cell : shift.cells) {
    Json one = {{"length", cell.length}, {"depth", cell.depth}};
    put(one, cell.paired);
    json["cells"].push_back(std::move(one));
  }
  return json;
}

Json mean_json(const MeanFigure& figure) {
  Json json = {{"value", figure.value}, {"n", figure.n}};
  put(json, "interval", figure.interval);
  return json;
}

Json next_token_json(const NextTokenShift& shift) {
  Json variation = mean_json(shift.variation);
  variation["at_most"] = shift.variation_at_most;
  Json json = {{"positions", shift.positions},
               {"unlike", shift.unlike},
               {"infinite", shift.infinite},
               {"covered", shift.covered},
               {"total_variation", std::move(variation)}};
  if (shift.kl) {
    json["kl"] = mean_json(*shift.kl);
    put(json["kl"], "at_most", shift.kl_at_most);
  }
  return json;
}

Json task_json(const TaskComparison& task) {
  Json json = {{"name", task.name},
               {"alias", task.alias},
               {"kind", task.name.empty() ? "all"
                        : task.is_group   ? "group"
                                          : "task"},
               {"depth", task.depth},
               {"items",
                {{"base", task.base_items},
                 {"other", task.other_items},
                 {"common", task.common},
                 {"paired", task.paired},
                 {"base_errors", task.base_errors},
                 {"other_errors", task.other_errors},
                 {"one_sided", task.one_sided}}},
               {"data_label", task.data_label}};
  if (!task.refused.empty()) json["refused"] = task.refused;
  json["metrics"] = Json::array();
  for (const MetricComparison& metric : task.metrics)
    json["metrics"].push_back(metric_json(metric));
  if (task.flips) {
    json["flips"] = {{"items", task.flips->items},
                     {"both_right", task.flips->both_right},
                     {"lost", task.flips->lost},
                     {"gained", task.flips->gained},
                     {"wrong_same", task.flips->wrong_same},
                     {"wrong_other", task.flips->wrong_other},
                     {"wrong_unknown", task.flips->wrong_unknown}};
  }
  put(json, "agreement", task.agreement);
  if (task.choices) {
    json["choices"] = {{"kl", mean_json(task.choices->kl)},
                       {"total_variation", mean_json(task.choices->variation)}};
  }
  if (task.next_token) json["next_token"] = next_token_json(*task.next_token);
  if (task.calibration) {
    const Calibration& c = *task.calibration;
    json["calibration"] = {{"n", c.n},
                           {"ece", {{"base", c.base_ece}, {"other", c.other_ece}}},
                           {"ece_change_interval", interval_json(c.ece_change)},
                           {"brier", {{"base", c.base_brier}, {"other", c.other_brier}}}};
    put(json["calibration"], "brier_change_interval", c.brier_change);
  }
  if (task.divergence) {
    json["texts"] = {{"compared", task.divergence->texts},
                     {"identical", task.divergence->identical}};
    put(json["texts"], "median_first_other_character", task.divergence->median_character);
    put(json["texts"], "median_first_other_token", task.divergence->median_token);
    json["texts"]["tokens_known"] = task.divergence->tokens_known;
  }
  if (task.lengths) json["lengths"] = lengths_json(*task.lengths);
  if (task.claim) {
    json["claim"] = {{"verdict", verdict_name(task.claim->verdict)},
                     {"sentence", task.claim->sentence},
                     {"within_margin", task.claim->within_margin}};
    put(json["claim"], "adjusted_p", task.claim->adjusted_p);
  }
  json["notes"] = task.notes;
  return json;
}

Json run_json(const ComparedRun& run) {
  Json json = {{"label", run.label},
               {"folder", run.folder},
               {"model", run.model},
               {"identity", run.identity}};
  if (!run.failed.empty()) json["failed"] = run.failed;
  json["cost"] = to_json(run.cost);
  return json;
}

Json flip_json(const Flip& flip) {
  const char* kind = flip.kind == Flip::Kind::kLost     ? "lost"
                     : flip.kind == Flip::Kind::kGained ? "gained"
                                                        : "wrong_other";
  Json json = {{"task", flip.task},
               {"item", flip.item},
               {"kind", kind},
               {"prompt", flip.prompt},
               {"gold", flip.gold},
               {"base_answer", flip.base_answer},
               {"other_answer", flip.other_answer}};
  put(json, "base_probability", flip.base_probability);
  put(json, "other_probability", flip.other_probability);
  return json;
}

Json pair_json(const PairComparison& pair) {
  Json json = {{"run", run_json(pair.other)}, {"same_file", pair.same_file}};
  json["differences"] = Json::array();
  for (const SettingDifference& d : pair.differences) {
    json["differences"].push_back({{"field", d.field},
                                   {"base", d.base},
                                   {"other", d.other},
                                   {"advice", d.advice},
                                   {"refuses", d.refuses}});
  }
  json["only_base"] = pair.only_base;
  json["only_other"] = pair.only_other;
  json["tasks"] = Json::array();
  for (const TaskComparison& task : pair.tasks) json["tasks"].push_back(task_json(task));
  if (pair.overall) json["overall"] = task_json(*pair.overall);
  json["flips"] = Json::array();
  for (const Flip& flip : pair.flips) json["flips"].push_back(flip_json(flip));
  json["notes"] = pair.notes;
  return json;
}

}  // namespace

const char* verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kWorse:
      return "worse";
    case Verdict::kBetter:
      return "better";
    case Verdict::kNotWorse:
      return "not worse";
    case Verdict::kNoDifference:
      return "no difference detected";
    case Verdict::kUndecided:
      return "undecided";
    case Verdict::kNotCompared:
      break;
  }
  return "not compared";
}

const char* outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kNoRegression:
      return "no regression";
    case Outcome::kRegression:
      return "regression";
    case Outcome::kInconclusive:
      return "inconclusive";
    case Outcome::kRefused:
      break;
  }
  return "refused";
}

Json to_json(const Comparison& comparison) {
  Json json = {{"format", "assay-comparison"},
               {"version", 1},
               {"outcome", outcome_name(comparison.outcome)},
               {"reason", comparison.outcome_reason},
               {"alpha", comparison.options.alpha},
               {"margin", comparison.options.margin ? Json(*comparison.options.margin) : Json()},
               {"max_error_share", comparison.options.max_error_share},
               {"base", run_json(comparison.base)}};
  if (!comparison.smallest.empty()) json["smallest"] = comparison.smallest;
  json["others"] = Json::array();
  for (const PairComparison& pair : comparison.others) json["others"].push_back(pair_json(pair));
  return json;
}

}  // namespace assay
