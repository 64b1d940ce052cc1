// The bootstrap of the original harness. Each chunk has its own generator, so chunks can run on
// all cores and still give the replicates, in the order, of one thread.
#include <tbb/parallel_for.h>

#include <algorithm>

#include "assay/python_random.h"
#include "scorers/statistics.h"

namespace assay {

std::vector<double> bootstrap_replicates(std::span<const double> values, std::size_t iterations,
                                         const Statistic& statistic) {
  constexpr std::size_t kChunk = 1000;
  const std::size_t chunk = std::min(kChunk, iterations);
  if (chunk == 0) return {};
  const std::size_t chunks = iterations / chunk;
  std::vector<double> replicates(chunks * chunk);
  const auto n = static_cast<double>(values.size());
  tbb::parallel_for(std::size_t{0}, chunks, [&](std::size_t c) {
    PythonRandom random(c);
    std::vector<double> sample(values.size());
    for (std::size_t r = 0; r < chunk; ++r) {
      for (double& x : sample) x = values[static_cast<std::size_t>(random.random() * n)];
      replicates[c * chunk + r] = statistic(sample);
    }
  });
  return replicates;
}

}  // namespace assay
