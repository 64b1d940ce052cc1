// Python's random.Random, draw for draw. Few-shot choices, needle placements and bootstrap
// standard errors of the original harness come out of this generator, so equal numbers need equal
// draws: MT19937 seeded by init_by_array (Matsumoto & Nishimura 1998), and CPython's rules for
// turning its 32-bit outputs into integers, doubles and samples. protocols.md section 4.
//
// Thread-safety: one thread at a time; copies are independent generators in the same state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace assay {

class PythonRandom {
 public:
  // Same stream as random.Random(seed) for a non-negative seed.
  explicit PythonRandom(std::uint64_t seed);

  // One raw 32-bit output.
  std::uint32_t next() {
    if (index_ == kSize) refill();
    return output_[index_++];
  }

  // A uniform integer of `bits` bits, 1..64.
  std::uint64_t getrandbits(int bits);
  // The same for any number of bits: 32-bit words, least significant first.
  std::vector<std::uint32_t> getrandbits_words(int bits);

  // A double in [0, 1) with 53 random bits.
  double random() {
    const std::uint32_t a = next() >> 5;
    const std::uint32_t b = next() >> 6;
    return (a * 67108864.0 + b) / 9007199254740992.0;
  }
  std::uint64_t below(std::uint64_t n);                       // in [0, n). REQUIRES: n >= 1
  std::int64_t randint(std::int64_t low, std::int64_t high);  // both ends included

  // k different positions out of 0..n-1, as sample(range(n), k). REQUIRES: k <= n
  std::vector<std::size_t> sample(std::size_t n, std::size_t k);
  // k positions with repetition, as choices(range(n), k=k). REQUIRES: n >= 1
  std::vector<std::size_t> choices(std::size_t n, std::size_t k);

  template <typename T>
  void shuffle(std::vector<T>& values) {
    for (std::size_t i = values.size(); i-- > 1;) std::swap(values[i], values[below(i + 1)]);
  }

 private:
  void seed_by_array(const std::vector<std::uint32_t>& key);
  void refill();

  static constexpr std::size_t kSize = 624;
  std::array<std::uint32_t, kSize> state_{};
  std::array<std::uint32_t, kSize> output_{};  // the state, tempered: what next() hands out
  std::size_t index_ = kSize;
};

}  // namespace assay
