// See run_results.h.
#include "results/run_results.h"

#include <algorithm>

namespace assay {

std::string RunResults::lines(const std::string& task, const ItemRecord& item) {
  std::string bytes;
  for (const std::string& line : sample_lines(task, item)) bytes += line;
  return bytes;
}

expected<void> RunResults::write(std::size_t task, std::span<const ItemRecord> items,
                                 std::string_view lines) {
  tallies_.resize(std::max(tallies_.size(), task + 1));
  for (const ItemRecord& item : items) tallies_[task].add(item);
  return samples_.write(lines);
}

}  // namespace assay
