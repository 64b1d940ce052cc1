// See the header.
#include "results/next_token_shift.h"

#include <algorithm>
#include <map>

#include "runtime/kept_tokens.h"
#include "scorers/next_token_distance.h"
#include "scorers/paired_mean.h"

namespace assay {
namespace {

std::optional<KeptTokens> kept_of(const ItemRecord& record) {
  if (!record.evidence.answer || record.evidence.answer->top_tokens.empty()) return std::nullopt;
  expected<KeptTokens> kept = decode_kept(record.evidence.answer->top_tokens);
  if (!kept) return std::nullopt;  // loading the run has refused such a one
  return *std::move(kept);
}

}  // namespace

void NextTokenShiftSum::add(const ItemPair& pair, std::size_t cluster) {
  const std::optional<KeptTokens> base = kept_of(*pair.base);
  const std::optional<KeptTokens> other = kept_of(*pair.other);
  if (!base || !other) return;
  std::map<std::uint32_t, const TopTokens*> by_path;
  if (base->vocabulary == other->vocabulary) {
    for (const TopTokens& top : other->positions) by_path.emplace(top.path, &top);
  }
  Item item{0, 0, 0, 0, 0.0, cluster};
  std::size_t count = 0;
  for (const TopTokens& top : base->positions) {
    const auto twin = by_path.find(top.path);
    if (twin == by_path.end()) {
      ++unlike_;
      continue;
    }
    const NextTokenDistance distance = next_token_distance(top, *twin->second);
    ++count;
    if (!distance.kl_low) ++infinite_;
    item.kl_low += distance.kl_low.value_or(0);
    item.kl_high = item.kl_high && distance.kl_high
                       ? std::optional(*item.kl_high + *distance.kl_high)
                       : std::nullopt;
    item.variation_low += distance.variation_low;
    item.variation_high += distance.variation_high;
    item.covered += distance.covered;
  }
  if (count == 0) return;
  const auto n = static_cast<double>(count);
  item.kl_low /= n;
  if (item.kl_high) *item.kl_high /= n;
  item.variation_low /= n;
  item.variation_high /= n;
  item.covered /= n;
  items_.push_back(item);
  positions_ += count;
}

std::optional<NextTokenShift> NextTokenShiftSum::result(double alpha) const {
  if (items_.empty()) return std::nullopt;
  std::vector<double> kl;
  std::vector<double> variation;
  std::vector<std::size_t> clusters;
  NextTokenShift out;
  double kl_high = 0;
  bool bounded = true;
  const auto n = static_cast<double>(items_.size());
  for (const Item& item : items_) {
    kl.push_back(item.kl_low);
    variation.push_back(item.variation_low);
    clusters.push_back(item.cluster);
    bounded = bounded && item.kl_high;
    kl_high += item.kl_high.value_or(0) / n;
    out.variation_at_most += item.variation_high / n;
    out.covered += item.covered / n;
  }
  const PairedMean mean_kl = paired_mean(kl, clusters);
  const PairedMean mean_variation = paired_mean(variation, clusters);
  if (infinite_ == 0)
    out.kl = MeanFigure{mean_kl.value, mean_kl.n, paired_interval(mean_kl, 1 - alpha)};
  if (infinite_ == 0 && bounded) out.kl_at_most = std::max(mean_kl.value, kl_high);
  out.variation = {mean_variation.value, mean_variation.n,
                   paired_interval(mean_variation, 1 - alpha)};
  out.positions = positions_;
  out.unlike = unlike_;
  out.infinite = infinite_;
  return out;
}

}  // namespace assay
