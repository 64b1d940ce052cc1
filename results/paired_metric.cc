// See the header.
#include "results/paired_metric.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>

#include "scorers/aggregate.h"
#include "scorers/detectable.h"
#include "scorers/mcnemar.h"
#include "scorers/paired_mean.h"
#include "scorers/paired_proportions.h"
#include "scorers/statistics.h"

namespace assay {
namespace {

constexpr double kPoints = 100.0;
constexpr double kPower = 0.8;
constexpr std::size_t kReplicates = 10000;

double two_sided(double statistic) {
  const boost::math::normal_distribution<double> normal;
  return std::min(1.0, 2.0 * boost::math::cdf(boost::math::complement(normal, statistic)));
}

const std::vector<MetricValue> side(const std::string& metric, const std::vector<ValuePair>& values,
                                    bool base) {
  std::vector<MetricValue> out;
  for (const ValuePair& v : values) out.push_back({metric, base ? v.base : v.other, v.weight});
  return out;
}

FigureKind kind_of(const MetricSpec& metric, const std::vector<ValuePair>& values) {
  const std::string& how = metric.aggregation;
  if (how == "perplexity" || how == "weighted_perplexity") return FigureKind::kPerplexity;
  if (how != "mean" && how != "nanmean") return FigureKind::kNumber;
  if (metric.name == "brier_score") return FigureKind::kNumber;
  const auto share = [](double x) { return x >= 0 && x <= 1; };
  const bool shares = std::all_of(values.begin(), values.end(), [&](const ValuePair& v) {
    return share(v.base) && share(v.other);
  });
  return shares ? FigureKind::kShare : FigureKind::kNumber;
}

// A margin is a loss that is accepted: what is worse depends on the metric's direction.
double accepted_loss(const PairedOptions& options, FigureKind kind) {
  if (kind == FigureKind::kShare) return *options.margin / kPoints;
  if (kind == FigureKind::kPerplexity) return std::log1p(*options.margin / kPoints);
  return *options.margin;
}

std::vector<std::size_t> clusters_of(const std::vector<ValuePair>& values) {
  std::vector<std::size_t> clusters;
  for (const ValuePair& v : values) clusters.push_back(v.cluster);
  return clusters;
}

// "Worse by the margin or more" tested from the accepted side, two-sided by doubling, so that it is
// excluded exactly when the interval is.
double tolerable_p(const PairedMean& mean, double loss, bool higher_is_better) {
  const double hypothesis = higher_is_better ? -loss : loss;
  const bool inside = higher_is_better ? mean.value > hypothesis : mean.value < hypothesis;
  return inside ? paired_p_value(mean, hypothesis).value_or(1.0) : 1.0;
}

void fill_from_mean(PairedEstimate& e, const PairedMean& mean, const PairedOptions& options) {
  const bool clustered = mean.clusters < mean.n;
  e.difference = mean.value;
  e.clusters = mean.clusters;
  e.std_error = mean.std_error;
  e.interval = paired_interval(mean, 1 - options.alpha);
  e.interval_method = !e.interval ? "" : clustered ? "clustered" : "paired";
  e.p_value = paired_p_value(mean);
  e.test = !e.p_value ? "" : clustered ? "clustered t" : "paired t";
  if (mean.std_error && *mean.std_error > 0) {
    e.detectable = detectable_mean(*mean.std_error, mean.clusters, {options.claim_alpha, kPower});
  }
}

Discordant discordant_of(const std::vector<ValuePair>& values) {
  Discordant d;
  for (const ValuePair& v : values) {
    d.lost += v.base > v.other ? 1 : 0;
    d.gained += v.base < v.other ? 1 : 0;
  }
  return d;
}

std::vector<double> differences_of(const std::vector<ValuePair>& values) {
  std::vector<double> d;
  for (const ValuePair& v : values) d.push_back(v.other - v.base);
  return d;
}

Interval hull(const std::optional<Interval>& a, const Interval& b) {
  return a ? Interval{std::min(a->low, b.low), std::max(a->high, b.high)} : b;
}

// "Worse by the margin or more" tested on the discordant items alone.
double tolerable_share_p(const Discordant& d, std::size_t n, double loss, bool higher_is_better) {
  if (loss >= 1) return 0.0;  // nothing can be lost beyond everything
  return two_sided(higher_is_better ? tango_statistic(d, n, -loss) : -tango_statistic(d, n, loss));
}

void fill_right_or_wrong(PairedEstimate& e, const std::vector<ValuePair>& values,
                         const PairedMean& mean, bool higher_is_better,
                         const PairedOptions& options) {
  const Discordant d = discordant_of(values);
  const std::size_t n = values.size();
  const double exact = mcnemar_exact(d);
  const double share = static_cast<double>(d.total()) / static_cast<double>(n);
  const std::optional<double> seen = detectable_share(n, share, {options.claim_alpha, kPower});
  const Interval alone = tango_interval(d, n, 1 - options.alpha);
  if (options.margin) {
    e.p_tolerable =
        tolerable_share_p(d, n, accepted_loss(options, FigureKind::kShare), higher_is_better);
  }
  if (mean.clusters < n) {
    fill_from_mean(e, mean, options);
    // Few discordant items can agree by luck across clusters, and none at all would have an error
    // of nothing: both tests have to see a difference, and the interval holds both.
    e.interval = hull(e.interval, alone);
    e.interval_method = "clustered and Tango, the wider";
    e.p_value = std::max(exact, e.p_value.value_or(1.0));
    e.test = "McNemar and clustered t, the greater";
    if (options.margin) {
      e.p_tolerable =
          std::max(*e.p_tolerable,
                   tolerable_p(mean, accepted_loss(options, FigureKind::kShare), higher_is_better));
    }
    e.detectable = seen ? std::optional(std::max(*seen, e.detectable.value_or(0.0))) : seen;
    return;
  }
  e.difference = mean.value;
  e.clusters = n;
  e.std_error = mean.std_error;
  e.interval = alone;
  e.interval_method = "Tango";
  e.p_value = exact;
  e.test = "exact McNemar";
  e.detectable = seen;
}

// Medians and other statistics without a formula: pairs are resampled together.
void fill_from_bootstrap(PairedEstimate& e, const MetricSpec& metric,
                         const std::vector<ValuePair>& values) {
  std::vector<double> positions(values.size());
  std::iota(positions.begin(), positions.end(), 0.0);
  const auto statistic = [&](std::span<double> sample) {
    std::vector<ValuePair> drawn;
    drawn.reserve(sample.size());
    for (const double p : sample) drawn.push_back(values[static_cast<std::size_t>(p)]);
    const auto value = [&](bool base) {
      const expected<Measurement> m = aggregate(metric, side(metric.name, drawn, base), {0});
      const Estimate* estimate = m ? as_estimate(*m) : nullptr;
      return estimate != nullptr ? estimate->value : 0.0;
    };
    return value(false) - value(true);
  };
  e.interval = percentile_interval(bootstrap_replicates(positions, kReplicates, statistic));
  e.interval_method = "bootstrap";
}

void fill_ratio(PairedEstimate& e, FigureKind kind, const std::vector<ValuePair>& values,
                bool higher_is_better, const PairedOptions& options) {
  // Log-likelihoods: a perplexity is exp(−Σll/Σw), so the logarithm of the ratio is −Σd/Σw.
  std::vector<double> weights;
  for (const ValuePair& v : values) weights.push_back(v.weight);
  PairedMean mean = paired_ratio(differences_of(values), weights, clusters_of(values));
  const double scale = kind == FigureKind::kPerplexity ? -1.0 : -1.0 / std::log(2.0);
  mean.value *= scale;
  if (mean.std_error) mean.std_error = *mean.std_error * std::fabs(scale);
  fill_from_mean(e, mean, options);
  if (options.margin) {
    e.p_tolerable = tolerable_p(mean, accepted_loss(options, kind), higher_is_better);
  }
  if (kind != FigureKind::kPerplexity) return;
  e.difference = std::expm1(e.difference);
  if (e.interval) {
    e.interval = Interval{std::expm1(e.interval->low), std::expm1(e.interval->high)};
    e.interval_method += ", logarithm";
  }
  if (e.detectable) e.detectable = std::expm1(*e.detectable);
}

// The standard error of a part, and no less than its interval says: a task whose items all kept
// their answers has an error of 0, but is not known that well.
double error_of(const PairedEstimate& part, double alpha) {
  const double error = part.std_error.value_or(0.0);
  if (!part.interval) return error;
  const double z = boost::math::quantile(
      boost::math::complement(boost::math::normal_distribution<double>(), alpha / 2));
  return std::max(error, (part.interval->high - part.interval->low) / 2 / z);
}

}  // namespace

std::vector<ValuePair> value_pairs(const TaskPairs& pairs, const std::string& metric,
                                   const std::string& filter) {
  const auto find = [&](const ItemRecord& record) -> const MetricValue* {
    for (const Judgement& judgement : record.judged.judgements) {
      if (judgement.filter != filter) continue;
      for (const MetricValue& value : judgement.values) {
        if (value.metric == metric) return &value;
      }
    }
    return nullptr;
  };
  std::vector<ValuePair> values;
  for (const ItemPair& pair : pairs.measured) {
    const MetricValue* base = find(*pair.base);
    const MetricValue* other = find(*pair.other);
    if (base == nullptr || other == nullptr) continue;
    if (!std::isfinite(base->value) || !std::isfinite(other->value)) continue;
    values.push_back({base->value, other->value, base->weight, pair.cluster});
  }
  return values;
}

bool right_or_wrong(const std::vector<ValuePair>& values) {
  const auto binary = [](double x) { return x == 0.0 || x == 1.0; };
  return std::all_of(values.begin(), values.end(),
                     [&](const ValuePair& v) { return binary(v.base) && binary(v.other); });
}

MetricComparison compare_metric(const MetricSpec& metric, const std::string& filter,
                                const std::vector<ValuePair>& values,
                                const PairedOptions& options) {
  MetricComparison out;
  out.metric = metric.name;
  out.filter = filter;
  out.higher_is_better = metric.higher_is_better;
  out.kind = kind_of(metric, values);
  if (values.empty()) {
    out.paired = NotRun{"no item has a value in both runs"};
    return out;
  }
  const auto value = [&](bool base) -> std::optional<double> {
    const expected<Measurement> m = aggregate(metric, side(metric.name, values, base), {0});
    const Estimate* estimate = m ? as_estimate(*m) : nullptr;
    return estimate != nullptr ? std::optional(estimate->value) : std::nullopt;
  };
  const std::optional<double> base = value(true);
  const std::optional<double> other = value(false);
  if (!base || !other) {
    out.paired = Failed{"the figure is not a finite number in one of the runs"};
    return out;
  }
  PairedEstimate e{*base, *other, *other - *base, values.size(), values.size(), {}, {}, "", {}, "",
                   {},    {}};
  const std::string& how = metric.aggregation;
  const bool is_mean = how == "mean" || how == "nanmean" || how == "brier_score";
  if (is_mean && out.kind == FigureKind::kShare && right_or_wrong(values)) {
    out.mcnemar_p = mcnemar_exact(discordant_of(values));
    const PairedMean mean = paired_mean(differences_of(values), clusters_of(values));
    fill_right_or_wrong(e, values, mean, metric.higher_is_better, options);
  } else if (is_mean) {
    const PairedMean mean = paired_mean(differences_of(values), clusters_of(values));
    fill_from_mean(e, mean, options);
    if (options.margin) {
      e.p_tolerable = tolerable_p(mean, accepted_loss(options, out.kind), metric.higher_is_better);
    }
  } else if (out.kind == FigureKind::kPerplexity || how == "bits_per_byte") {
    fill_ratio(e, out.kind, values, metric.higher_is_better, options);
  } else {
    fill_from_bootstrap(e, metric, values);
  }
  out.paired = e;
  return out;
}

MetricComparison average_of(const std::vector<const MetricComparison*>& parts,
                            const PairedOptions& options) {
  MetricComparison out = *parts.front();
  out.headline = false;
  out.mcnemar_p.reset();
  PairedEstimate e{0, 0, 0, 0, 0, {}, {}, "", {}, "", {}, {}};
  double squares = 0.0;
  bool has_error = true;
  const auto count = static_cast<double>(parts.size());
  for (const MetricComparison* part : parts) {
    const PairedEstimate* p = as_paired(part->paired);
    if (p == nullptr) {
      out.paired = NotRun{"one of its tasks has no figure in both runs"};
      return out;
    }
    e.base += p->base / count;
    e.other += p->other / count;
    e.difference += p->difference / count;
    e.n += p->n;
    e.clusters += p->clusters;
    has_error = has_error && p->std_error.has_value();
    squares += std::pow(error_of(*p, options.alpha), 2);
  }
  if (has_error) {
    const PairedMean mean{e.difference, e.n, e.clusters, std::sqrt(squares) / count};
    fill_from_mean(e, mean, options);
    e.interval_method = "mean of tasks";
    if (options.margin) {
      e.p_tolerable = tolerable_p(mean, accepted_loss(options, out.kind), out.higher_is_better);
    }
  }
  out.paired = e;
  return out;
}

}  // namespace assay
