// See the header.
#include "scorers/calibration.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "scorers/statistics.h"

namespace assay {

double expected_calibration_error(std::span<const Confidence> items, std::size_t bins) {
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return items[a].probability < items[b].probability;
  });
  const std::size_t used = std::min(bins, items.size());
  double error = 0.0;
  for (std::size_t bin = 0; bin < used; ++bin) {
    const std::size_t first = bin * items.size() / used;
    const std::size_t last = (bin + 1) * items.size() / used;
    double gap = 0.0;  // Σ confidence − Σ right
    for (std::size_t i = first; i < last; ++i) {
      gap += items[order[i]].probability - (items[order[i]].right ? 1.0 : 0.0);
    }
    error += std::fabs(gap);
  }
  return error / static_cast<double>(items.size());
}

Interval calibration_change_interval(std::span<const Confidence> base,
                                     std::span<const Confidence> other, std::size_t bins,
                                     std::size_t replicates) {
  // The bootstrap resamples numbers; here they are positions, so that pairs stay together.
  std::vector<double> positions(base.size());
  std::iota(positions.begin(), positions.end(), 0.0);
  const auto change = [&](std::span<double> sample) {
    std::vector<Confidence> left;
    std::vector<Confidence> right;
    left.reserve(sample.size());
    right.reserve(sample.size());
    for (const double position : sample) {
      left.push_back(base[static_cast<std::size_t>(position)]);
      right.push_back(other[static_cast<std::size_t>(position)]);
    }
    return expected_calibration_error(right, bins) - expected_calibration_error(left, bins);
  };
  return percentile_interval(bootstrap_replicates(positions, replicates, change));
}

}  // namespace assay
