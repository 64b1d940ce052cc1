// The order in which items are asked when a run may stop before all of them: random, fixed by a
// seed, nested (a longer run contains the shorter), and stratified, so that stopping is never
// stopping in the middle of one subject.
//
// With one stratum the order is a shuffle, and it may be looked at after every item. With several
// the items come in blocks: each block is drawn from the remaining items with equal chances for
// all of them, by pivotal sampling (Deville & Tillé 1998, Biometrika 85:89) first within each
// stratum and then between them, so that every stratum gets its share of the remaining items to
// within one item. Then looking after every block is as good as looking after every item of a
// simple random order; scorers/confidence_sequence.h says why.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace assay {

struct SamplingOrder {
  std::vector<std::size_t> positions;  // every position once, in the order of asking
  std::size_t block = 1;               // positions per block; the last may be smaller
  std::size_t strata = 0;
};

// `strata[i]` names the stratum of position i. `name` and `seed` choose the order; the same three
// give the same order on every machine.
SamplingOrder sampling_order(std::span<const std::string> strata, const std::string& name,
                             std::uint64_t seed);

// One draw of pivotal sampling: `size` of the positions 0..strata.size()-1, each with the same
// chance. `strata` are numbers, equal ones next to each other. `below(n)` gives a uniform number in
// [0, n). Exact: chances are kept as whole numbers. Returned in ascending order.
std::vector<std::size_t> pivotal_sample(std::span<const std::size_t> strata, std::size_t size,
                                        const std::function<std::uint64_t(std::uint64_t)>& below);

// Positions per block for a number of strata: 1 for one stratum, else a unit of work or two items
// per stratum, whichever is more.
std::size_t block_size(std::size_t strata);

}  // namespace assay
