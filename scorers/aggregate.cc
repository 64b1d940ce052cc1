// The aggregations of protocols.md section 9, each with the interval assay prints beside it.
// docs/statistics.md lists them.
#include "scorers/aggregate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <optional>

#include "scorers/added.h"
#include "scorers/statistics.h"

namespace assay {
namespace {

bool is_proportion(const ValueSeries& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = values.values()[i];
    if ((value != 0.0 && value != 1.0) || values.weight(i) != 1.0) return false;
  }
  return true;
}

bool is_pass_rate(const std::string& metric) {
  return metric.starts_with("pass@") || metric.starts_with("pass_at_");
}

Interval clipped(Interval interval) {
  return {std::clamp(interval.low, 0.0, 1.0), std::clamp(interval.high, 0.0, 1.0)};
}

Measurement mean_estimate(const MetricSpec& metric, const ValueSeries& values) {
  const std::span<const double> x = values.values();
  Estimate estimate{mean(x), x.size(), standard_error(x), std::nullopt, ""};
  if (is_proportion(values)) {
    const auto ones = static_cast<std::size_t>(std::count(x.begin(), x.end(), 1.0));
    estimate.interval = wilson_interval(ones, x.size());
    estimate.interval_method = "wilson";
  } else if (estimate.std_error) {
    // A problem's pass rate is the mean over its cluster of samples; the spread between problems
    // is therefore the clustered standard error.
    const bool clustered = is_pass_rate(metric.name);
    constexpr std::size_t kFewClusters = 40;
    const double se = *estimate.std_error;
    estimate.interval = clustered && x.size() < kFewClusters
                            ? student_interval(estimate.value, se, x.size())
                            : normal_interval(estimate.value, se);
    estimate.interval_method = clustered ? "clustered" : "normal";
    const bool fractions =
        clustered || metric.name.starts_with("acc") || metric.name.starts_with("exact_match");
    if (fractions) estimate.interval = clipped(*estimate.interval);
  }
  return estimate;
}

Measurement bootstrapped(std::span<const double> x, std::size_t iterations,
                         const Statistic& statistic) {
  std::vector<double> copy(x.begin(), x.end());
  Estimate estimate{statistic(copy), x.size(), std::nullopt, std::nullopt, ""};
  if (!std::isfinite(estimate.value)) {
    return Failed{"the value is too large for a number"};
  }
  if (iterations >= 2 && x.size() > 1) {
    std::vector<double> replicates = bootstrap_replicates(x, iterations, statistic);
    const auto deviation = sample_deviation(replicates);
    if (deviation && std::isfinite(*deviation)) {
      estimate.std_error = deviation;
      estimate.interval = percentile_interval(std::move(replicates));
      estimate.interval_method = "bootstrap";
    }
  }
  return estimate;
}

// Σll/Σweight with the standard error of a ratio estimate (Cochran 1977, Sampling Techniques,
// section 2.11): se = sqrt(n/(n−1) · Σ(ll_i − r·w_i)²) / Σw.
struct Ratio {
  double value;
  std::optional<double> std_error;
};

Ratio ratio(const ValueSeries& values) {
  double sum = 0.0;
  double weight = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += values.values()[i], weight += values.weight(i);
  }
  const double r = sum / weight;
  double squares = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double residual = values.values()[i] - r * values.weight(i);
    squares += residual * residual;
  }
  const auto n = static_cast<double>(values.size());
  if (values.size() < 2) return {r, std::nullopt};
  return {r, std::sqrt(n / (n - 1.0) * squares) / weight};
}

// The original has no standard error for these; the interval is that of the ratio, transformed.
Measurement weighted(const ValueSeries& values, double (*transform)(double)) {
  const Ratio r = ratio(values);
  Estimate estimate{transform(r.value), values.size(), std::nullopt, std::nullopt, ""};
  if (!std::isfinite(estimate.value)) return Failed{"the weights of the items sum to zero"};
  if (r.std_error) {
    const Interval inner = normal_interval(r.value, *r.std_error);
    const Interval outer{transform(inner.high), transform(inner.low)};
    if (!std::isfinite(outer.high)) return estimate;  // e to a large power: no end to state
    estimate.interval = outer;
    estimate.interval_method = "normal";
  }
  return estimate;
}

double perplexity_of(double log_mean) { return std::exp(-log_mean); }
double bits_of(double log_mean) { return -log_mean / std::log(2.0); }

double median_of(std::span<double> sample) {
  const auto middle = sample.begin() + static_cast<std::ptrdiff_t>(sample.size() / 2);
  std::nth_element(sample.begin(), middle, sample.end());
  return *middle;
}

// An aggregation of a plug-in may throw, here or in a bootstrap's thread: then there is no figure.
Measurement by_plugin(std::span<const double> x, std::size_t iterations, const Aggregation& how) {
  try {
    return bootstrapped(x, iterations, how);
  } catch (const std::exception& problem) {
    return Failed{problem.what()};
  }
}

ValueSeries without_nan(const ValueSeries& values) {
  ValueSeries kept;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isnan(values.values()[i])) kept.add(values.values()[i], values.weight(i));
  }
  return kept;
}

std::size_t count_broken(const ValueSeries& values) {
  std::size_t broken = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values.values()[i]) || !std::isfinite(values.weight(i))) ++broken;
  }
  return broken;
}

}  // namespace

void ValueSeries::add(double value, double weight) {
  if (weights_.empty() && weight != 1.0) weights_.assign(values_.size(), 1.0);
  if (weight != 1.0 || !weights_.empty()) weights_.push_back(weight);
  values_.push_back(value);
}

void ValueSeries::append(const ValueSeries& other) {
  for (std::size_t i = 0; i < other.size(); ++i) add(other.values_[i], other.weight(i));
}

bool is_own_aggregation(std::string_view name) {
  static constexpr std::array<std::string_view, 7> kOwn = {
      "mean",          "median",     "nanmean", "perplexity", "weighted_perplexity",
      "bits_per_byte", "brier_score"};
  return std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end();
}

expected<Measurement> aggregate(const MetricSpec& metric, const ValueSeries& values,
                                const AggregateOptions& options) {
  const std::string& how = metric.aggregation;
  const Aggregation* added = added_aggregations().find(how);
  if (added == nullptr && !is_own_aggregation(how)) {
    return usage_error(
        fmt::format("The metric {} has an unknown aggregation \"{}\"; known are "
                    "mean, median, nanmean, perplexity, weighted_perplexity, "
                    "bits_per_byte and brier_score.",
                    metric.name, how));
  }
  if (how == "nanmean") {
    const ValueSeries kept = without_nan(values);
    if (kept.size() < values.size()) return aggregate(metric, kept, options);
  }
  if (values.empty()) return Measurement(NotRun{"no item has a value"});
  if (const std::size_t broken = count_broken(values); broken > 0) {
    return Measurement(Failed{
        fmt::format("{} of {} items have a value that is not finite", broken, values.size())});
  }
  const std::span<const double> x = values.values();
  if (added != nullptr) return by_plugin(x, options.bootstrap_iterations, *added);
  if (how == "perplexity") {
    return bootstrapped(x, options.bootstrap_iterations,
                        [](std::span<double> s) { return perplexity_of(mean(s)); });
  }
  if (how == "median") return bootstrapped(x, options.bootstrap_iterations, median_of);
  if (how == "nanmean") {
    return bootstrapped(x, options.bootstrap_iterations,
                        [](std::span<double> s) { return mean(s); });
  }
  if (how == "weighted_perplexity") return weighted(values, perplexity_of);
  if (how == "bits_per_byte") return weighted(values, bits_of);
  Measurement result = mean_estimate(metric, values);
  // The original gives a Brier score no standard error; the interval is ours to state.
  if (auto* e = std::get_if<Estimate>(&result); e && how == "brier_score") e->std_error.reset();
  return result;
}

expected<Measurement> aggregate(const MetricSpec& metric, std::span<const MetricValue> values,
                                const AggregateOptions& options) {
  ValueSeries series;
  for (const MetricValue& v : values) series.add(v.value, v.weight);
  return aggregate(metric, series, options);
}

Measurement aggregate_group(std::span<const GroupPart> leaves, bool weight_by_size) {
  std::size_t missing = 0;
  bool failed = false;
  std::string reason;
  double items = 0.0;
  for (const GroupPart& leaf : leaves) {
    items += static_cast<double>(leaf.n);
    if (as_estimate(leaf.value) != nullptr) continue;
    ++missing;
    if (const auto* f = std::get_if<Failed>(&leaf.value)) reason = f->reason, failed = true;
    if (const auto* n = std::get_if<NotRun>(&leaf.value); n && reason.empty()) reason = n->reason;
  }
  if (leaves.empty()) return NotRun{"the group has no tasks"};
  if (missing > 0) {
    const std::string text =
        fmt::format("{} of {} tasks have no value ({})", missing, leaves.size(), reason);
    if (failed) return Failed{text};
    return NotRun{text};
  }
  const auto tasks = static_cast<double>(leaves.size());
  double sum = 0.0;
  double pooled = 0.0;   // Σ (n_i−1)·se_i²·n_i
  double squares = 0.0;  // Σ se_i²
  bool has_errors = true;
  bool proportions = true;
  for (const GroupPart& leaf : leaves) {
    const Estimate& e = *as_estimate(leaf.value);
    const auto n = static_cast<double>(leaf.n);
    sum += weight_by_size ? e.value * n : e.value;
    has_errors = has_errors && e.std_error.has_value();
    proportions = proportions && e.interval_method == "wilson";
    const double se = e.std_error.value_or(0.0);
    pooled += (n - 1.0) * (se * se) * n;
    squares += se * se;
  }
  Estimate group{sum / (weight_by_size ? items : tasks), static_cast<std::size_t>(items),
                 std::nullopt, std::nullopt, ""};
  if (has_errors && items > tasks) {
    group.std_error = std::sqrt(pooled / (items - tasks) / items);
    const double own = weight_by_size ? *group.std_error : std::sqrt(squares) / tasks;
    group.interval = normal_interval(group.value, own);
    group.interval_method = "normal";
    if (proportions) group.interval = clipped(*group.interval);
  }
  return group;
}

}  // namespace assay
