// See row_math.h. exp(x) = 2^n · exp(r), n = round(x / ln 2), |r| ≤ ln 2 / 2, exp(r) by its series
// to degree 12, whose remainder is below 2e-16. Compiled without contraction to fused operations
// (CMakeLists.txt), which would round differently from processor to processor.
#include "runtime/row_math.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

// The same function for several instruction sets, chosen when the program starts. The sanitizers
// start later than that choice.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define ASSAY_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define ASSAY_CLONES
#endif
#define ASSAY_INLINE inline __attribute__((always_inline))

namespace assay {
namespace {

constexpr std::size_t kLanes = 8;
typedef float Floats __attribute__((vector_size(kLanes * sizeof(float))));
typedef double Doubles __attribute__((vector_size(kLanes * sizeof(double))));
typedef std::int32_t Flags __attribute__((vector_size(kLanes * sizeof(std::int32_t))));
typedef std::int64_t Integers __attribute__((vector_size(kLanes * sizeof(std::int64_t))));

constexpr double kLowest = -700;                 // exp of it is a normal number
constexpr double kRounder = 6755399441055744.0;  // 1.5 · 2^52: adding it rounds to integers
constexpr double kLog2e = 1.4426950408889634074;
constexpr double kLn2High = 0.693147180369123816490;  // the upper bits of ln 2, and the rest
constexpr double kLn2Low = 1.90821492927058770002e-10;

// exp of values that are not positive.
ASSAY_INLINE void exp_in_place(Doubles& x) {
  const Doubles lowest = Doubles{} + kLowest;
  x = x < lowest ? lowest : x;
  const Doubles shifted = x * kLog2e + kRounder;
  const Doubles n = shifted - kRounder;
  const Doubles r = (x - n * kLn2High) - n * kLn2Low;
  Doubles sum = Doubles{} + 1.0 / 479001600;  // 1/12!
  sum = sum * r + 1.0 / 39916800;
  sum = sum * r + 1.0 / 3628800;
  sum = sum * r + 1.0 / 362880;
  sum = sum * r + 1.0 / 40320;
  sum = sum * r + 1.0 / 5040;
  sum = sum * r + 1.0 / 720;
  sum = sum * r + 1.0 / 120;
  sum = sum * r + 1.0 / 24;
  sum = sum * r + 1.0 / 6;
  sum = sum * r + 0.5;
  sum = sum * r + 1.0;
  sum = sum * r + 1.0;
  Integers bits;
  Integers exponent;
  std::memcpy(&bits, &sum, sizeof bits);
  std::memcpy(&exponent, &shifted, sizeof exponent);
  bits += exponent << 52;  // n stands in the lowest bits of `shifted`
  std::memcpy(&x, &bits, sizeof x);
}

ASSAY_INLINE Floats load(const float* from) {
  Floats some;
  std::memcpy(&some, from, sizeof some);
  return some;
}

// The last values of a row, filled up with `rest`; apart from the loop over whole vectors, which a
// copy of unknown size would slow down several times.
ASSAY_INLINE Floats load_some(const float* from, std::size_t count, float rest) {
  Floats some = Floats{} + rest;
  for (std::size_t lane = 0; lane < count; ++lane) some[lane] = from[lane];
  return some;
}

ASSAY_INLINE Doubles terms_of(Floats some, double top, double scale) {
  Doubles values = (__builtin_convertvector(some, Doubles) - top) * scale;
  exp_in_place(values);
  return values;
}

ASSAY_CLONES void exponentials_of(const float* logits, std::size_t count, double top, double scale,
                                  double* out, double* total) {
  const std::size_t whole = count / kLanes * kLanes;
  Doubles sums = {};
  for (std::size_t i = 0; i < whole; i += kLanes) {
    const Doubles values = terms_of(load(logits + i), top, scale);
    if (out != nullptr) std::memcpy(out + i, &values, sizeof values);
    sums += values;
  }
  const std::size_t left = count - whole;
  const Doubles last =
      terms_of(load_some(logits + whole, left, static_cast<float>(top)), top, scale);
  for (std::size_t lane = 0; lane < left; ++lane) {
    if (out != nullptr) out[whole + lane] = last[lane];
    sums[lane] += last[lane];
  }
  double sum = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) sum += sums[lane];
  *total = sum;
}

// The largest value, and whether one of them is NaN or +infinity.
ASSAY_CLONES void largest_of(const float* logits, std::size_t count, float* top, bool* unusable) {
  const float infinity = std::numeric_limits<float>::infinity();
  const std::size_t whole = count / kLanes * kLanes;
  Floats best = load_some(logits + whole, count - whole, -infinity);
  Flags good = best < infinity;  // false for NaN, too
  for (std::size_t i = 0; i < whole; i += kLanes) {
    const Floats some = load(logits + i);
    good &= some < infinity;
    best = some > best ? some : best;
  }
  *top = -infinity;
  *unusable = false;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    *unusable = *unusable || good[lane] == 0;
    if (best[lane] > *top) *top = best[lane];
  }
}

}  // namespace

std::optional<std::size_t> arg_max(std::span<const float> logits) {
  float top = 0;
  bool unusable = false;
  largest_of(logits.data(), logits.size(), &top, &unusable);
  if (unusable || !std::isfinite(top)) return std::nullopt;
  std::size_t best = 0;
  while (logits[best] != top) ++best;
  return best;
}

double sum_of_exponentials(std::span<const float> logits, float top, double temperature) {
  double total = 0;
  exponentials_of(logits.data(), logits.size(), top, 1 / temperature, nullptr, &total);
  return total;
}

void exponentials(std::span<const float> logits, float top, double temperature,
                  std::span<double> out) {
  double total = 0;
  exponentials_of(logits.data(), logits.size(), top, 1 / temperature, out.data(), &total);
}

}  // namespace assay
