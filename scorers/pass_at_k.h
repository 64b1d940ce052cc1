// pass@k: the probability that at least one of k samples solves a problem, estimated from n >= k
// samples of which c passed, without bias: 1 − C(n−c, k) / C(n, k), computed as the product
// 1 − Π_{i=n−c+1..n} (1 − k/i) (Chen et al. 2021, arXiv 2107.03374, section 2.1).
#pragma once

#include <cstddef>

namespace assay {

// REQUIRES: c <= n and 1 <= k <= n
double pass_at_k(std::size_t n, std::size_t c, std::size_t k);

}  // namespace assay
