// See the header.
#include "scorers/pass_at_k.h"

namespace assay {

double pass_at_k(std::size_t n, std::size_t c, std::size_t k) {
  if (n - c < k) return 1.0;  // any k samples contain one that passed
  double none_passes = 1.0;
  for (std::size_t i = n - c + 1; i <= n; ++i) {
    none_passes *= 1.0 - static_cast<double>(k) / static_cast<double>(i);
  }
  return 1.0 - none_passes;
}

}  // namespace assay
