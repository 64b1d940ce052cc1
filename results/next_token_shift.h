// How far the next-token distributions of two runs with --keep-probs are apart, over the positions
// that both kept with the same tokens in front: of choices those of the answers, of generated texts
// those before they part and the first after.
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "results/comparison.h"
#include "results/pairing.h"

namespace assay {

class NextTokenShiftSum {
 public:
  // REQUIRES: both items have an answer. Pairs of which one run kept nothing change nothing.
  void add(const ItemPair& pair, std::size_t cluster);
  // nullopt when no position is in both runs.
  std::optional<NextTokenShift> result(double alpha) const;

 private:
  struct Item {
    double kl_low, variation_low, variation_high, covered;  // means over its positions
    std::optional<double> kl_high;
    std::size_t cluster;
  };
  std::vector<Item> items_;
  std::size_t positions_ = 0;
  std::size_t unlike_ = 0;
  std::size_t infinite_ = 0;
};

}  // namespace assay
