// See sampling_order.h. A chance is a number of R-th parts, R being the number of positions drawn
// from, so that the duels below are exact.
#include "tasks/sampling_order.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>
#include <optional>

#include "assay/digest.h"
#include "assay/python_random.h"

namespace assay {
namespace {

constexpr std::size_t kLeastBlock = 32;      // a unit of work
constexpr std::size_t kItemsPerStratum = 2;  // that a block holds on average, at least

// Positions whose fate is still open fight duels: together they keep their chances, but at least
// one of the two leaves, either drawn or out (Deville & Tillé 1998).
class Tournament {
 public:
  Tournament(std::uint64_t whole, const std::function<std::uint64_t(std::uint64_t)>& below)
      : whole_(whole), below_(below) {}

  struct Open {
    std::size_t position;
    std::uint64_t chance;  // of `whole`; 0 < chance < whole
  };

  // `newcomer` against the position that is still open, if there is one.
  void enter(std::optional<Open>& open, const Open& newcomer) {
    if (!open) {
      settle(open, newcomer);
      return;
    }
    const std::uint64_t both = open->chance + newcomer.chance;
    if (both <= whole_) {  // one of them is out, the other gets both chances
      const std::size_t stays = below_(both) < open->chance ? open->position : newcomer.position;
      settle(open, {stays, both});
      return;
    }
    // One of them is drawn, the other keeps what is left.
    const bool open_is_drawn = below_(2 * whole_ - both) < whole_ - newcomer.chance;
    drawn_.push_back(open_is_drawn ? open->position : newcomer.position);
    settle(open, {open_is_drawn ? newcomer.position : open->position, both - whole_});
  }

  std::vector<std::size_t> drawn() && { return std::move(drawn_); }

 private:
  void settle(std::optional<Open>& open, const Open& now) {
    open.reset();
    if (now.chance == whole_) {
      drawn_.push_back(now.position);
    } else if (now.chance > 0) {
      open = now;
    }
  }

  std::uint64_t whole_;
  const std::function<std::uint64_t(std::uint64_t)>& below_;
  std::vector<std::size_t> drawn_;
};

std::uint64_t seed_of(const std::string& name, std::uint64_t seed) {
  const std::string digest = sha256_hex(std::to_string(seed) + "/order/" + name);
  std::uint64_t value = 0;
  std::from_chars(digest.data(), digest.data() + 16, value, 16);
  return value;
}

}  // namespace

std::size_t block_size(std::size_t strata) {
  return strata <= 1 ? 1 : std::max(kLeastBlock, kItemsPerStratum * strata);
}

std::vector<std::size_t> pivotal_sample(std::span<const std::size_t> strata, std::size_t size,
                                        const std::function<std::uint64_t(std::uint64_t)>& below) {
  Tournament tournament(strata.size(), below);
  std::vector<Tournament::Open> champions;  // at most one per stratum
  for (std::size_t begin = 0; begin < strata.size();) {
    std::optional<Tournament::Open> open;
    std::size_t i = begin;
    for (; i < strata.size() && strata[i] == strata[begin]; ++i) {
      tournament.enter(open, {i, size});
    }
    if (open) champions.push_back(*open);
    begin = i;
  }
  std::optional<Tournament::Open> open;
  for (const Tournament::Open& champion : champions) tournament.enter(open, champion);
  std::vector<std::size_t> drawn = std::move(tournament).drawn();
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

SamplingOrder sampling_order(std::span<const std::string> strata, const std::string& name,
                             std::uint64_t seed) {
  SamplingOrder order;
  std::map<std::string, std::size_t> numbers;  // in the order of first appearance
  std::vector<std::size_t> stratum;
  for (const std::string& label : strata) {
    stratum.push_back(numbers.emplace(label, numbers.size()).first->second);
  }
  order.strata = numbers.size();
  order.block = block_size(order.strata);
  PythonRandom random(seed_of(name, seed));
  std::vector<std::size_t> left(strata.size());
  std::iota(left.begin(), left.end(), std::size_t{0});
  random.shuffle(left);
  if (order.strata <= 1) {
    order.positions = std::move(left);
    return order;
  }
  std::stable_sort(left.begin(), left.end(),
                   [&](std::size_t a, std::size_t b) { return stratum[a] < stratum[b]; });
  while (!left.empty()) {
    std::vector<std::size_t> labels;
    for (const std::size_t position : left) labels.push_back(stratum[position]);
    const std::vector<std::size_t> drawn =
        pivotal_sample(labels, std::min(order.block, left.size()),
                       [&](std::uint64_t n) { return random.below(n); });
    std::vector<std::size_t> block;
    std::vector<std::size_t> rest;
    std::size_t next = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
      const bool taken = next < drawn.size() && drawn[next] == i;
      (taken ? block : rest).push_back(left[i]);
      if (taken) ++next;
    }
    std::sort(block.begin(), block.end());
    order.positions.insert(order.positions.end(), block.begin(), block.end());
    left = std::move(rest);
  }
  return order;
}

}  // namespace assay
