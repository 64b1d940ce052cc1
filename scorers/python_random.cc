// MT19937 and CPython's derived draws; see the header for what has to be equal.
#include "assay/python_random.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <unordered_set>

namespace assay {

PythonRandom::PythonRandom(std::uint64_t seed) {
  std::vector<std::uint32_t> key{static_cast<std::uint32_t>(seed)};
  if (const auto high = static_cast<std::uint32_t>(seed >> 32); high != 0) key.push_back(high);
  seed_by_array(key);
}

void PythonRandom::seed_by_array(const std::vector<std::uint32_t>& key) {
  state_[0] = 19650218U;
  for (std::uint32_t i = 1; i < kSize; ++i) {
    state_[i] = 1812433253U * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
  }
  const auto wrap = [this](std::size_t& i) {
    if (++i < kSize) return;
    state_[0] = state_[kSize - 1];
    i = 1;
  };
  std::size_t i = 1;
  std::size_t j = 0;
  for (std::size_t round = std::max(kSize, key.size()); round > 0; --round) {
    state_[i] = (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30)) * 1664525U)) + key[j] +
                static_cast<std::uint32_t>(j);
    wrap(i);
    if (++j >= key.size()) j = 0;
  }
  for (std::size_t round = kSize - 1; round > 0; --round) {
    state_[i] = (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30)) * 1566083941U)) -
                static_cast<std::uint32_t>(i);
    wrap(i);
  }
  state_[0] = 0x80000000U;
  index_ = kSize;
}

void PythonRandom::refill() {
  constexpr std::size_t kShift = 397;
  const auto twist = [this](std::size_t i, std::size_t next, std::size_t far) {
    const std::uint32_t y = (state_[i] & 0x80000000U) | (state_[next] & 0x7fffffffU);
    state_[i] = state_[far] ^ (y >> 1) ^ ((y & 1U) != 0 ? 0x9908b0dfU : 0U);
  };
  for (std::size_t i = 0; i < kSize - kShift; ++i) twist(i, i + 1, i + kShift);
  for (std::size_t i = kSize - kShift; i < kSize - 1; ++i) twist(i, i + 1, i + kShift - kSize);
  twist(kSize - 1, 0, kShift - 1);
  for (std::size_t i = 0; i < kSize; ++i) {
    std::uint32_t y = state_[i];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680U;
    y ^= (y << 15) & 0xefc60000U;
    output_[i] = y ^ (y >> 18);
  }
  index_ = 0;
}

std::uint64_t PythonRandom::getrandbits(int bits) {
  if (bits <= 32) return next() >> (32 - bits);
  const std::uint64_t low = next();
  const std::uint64_t high = next() >> (64 - bits);
  return high << 32 | low;
}

std::vector<std::uint32_t> PythonRandom::getrandbits_words(int bits) {
  std::vector<std::uint32_t> words;
  for (; bits > 0; bits -= 32) words.push_back(bits >= 32 ? next() : next() >> (32 - bits));
  return words;
}

std::uint64_t PythonRandom::below(std::uint64_t n) {
  const int bits = std::bit_width(n);
  std::uint64_t draw = getrandbits(bits);
  while (draw >= n) draw = getrandbits(bits);
  return draw;
}

std::int64_t PythonRandom::randint(std::int64_t low, std::int64_t high) {
  const auto span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + below(span));
}

std::vector<std::size_t> PythonRandom::sample(std::size_t n, std::size_t k) {
  std::vector<std::size_t> picked;
  picked.reserve(k);
  double set_size = 21;
  if (k > 5) {
    set_size += std::pow(4.0, std::ceil(std::log(static_cast<double>(k) * 3) / std::log(4.0)));
  }
  if (static_cast<double>(n) <= set_size) {
    std::vector<std::size_t> pool(n);
    std::iota(pool.begin(), pool.end(), std::size_t{0});
    for (std::size_t i = 0; i < k; ++i) {
      const std::size_t j = below(n - i);
      picked.push_back(pool[j]);
      pool[j] = pool[n - i - 1];
    }
    return picked;
  }
  std::unordered_set<std::size_t> seen;
  while (picked.size() < k) {
    const std::size_t j = below(n);
    if (seen.insert(j).second) picked.push_back(j);
  }
  return picked;
}

std::vector<std::size_t> PythonRandom::choices(std::size_t n, std::size_t k) {
  std::vector<std::size_t> picked(k);
  const auto size = static_cast<double>(n);
  for (std::size_t& p : picked) p = static_cast<std::size_t>(random() * size);
  return picked;
}

}  // namespace assay
