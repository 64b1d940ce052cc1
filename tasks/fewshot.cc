// See fewshot.h.
#include "tasks/fewshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace assay {

bool excludes_evaluated(const TaskData& data) { return data.fewshot_split == data.test_split; }

ShotPicker::ShotPicker(ShotSampler sampler, std::size_t pool, std::size_t count,
                       bool exclude_evaluated, std::uint64_t seed)
    : sampler_(sampler), pool_(pool), count_(count), exclude_(exclude_evaluated), random_(seed) {}

expected<std::vector<std::size_t>> ShotPicker::next(
    const std::function<bool(std::size_t)>& is_evaluated) {
  if (count_ == 0) return std::vector<std::size_t>{};
  const bool random = sampler_ == ShotSampler::kRandom;
  const std::size_t draw = count_ + (exclude_ ? 1 : 0);
  if (pool_ < (random ? draw : count_)) {
    return usage_error(fmt::format(
        "{} shots were asked for, but there are only {} documents to take them from{}; ask for "
        "fewer with --shots.",
        count_, pool_, draw > count_ ? " (one more is drawn than used)" : ""));
  }
  std::vector<std::size_t> picks;
  if (random) {
    picks = random_.sample(pool_, draw);
  } else {
    picks.resize(std::min(draw, pool_));
    std::iota(picks.begin(), picks.end(), std::size_t{0});
  }
  if (exclude_) std::erase_if(picks, is_evaluated);
  if (picks.size() < count_) {
    return usage_error(
        fmt::format("{} shots were asked for, but without the evaluated document itself only {} "
                    "are left; ask for fewer with --shots.",
                    count_, picks.size()));
  }
  picks.resize(count_);
  return picks;
}

}  // namespace assay
