// See row_math.h. exp(x) = 2^n · exp(r), n = round(x / ln 2), |r| ≤ ln 2 / 2, exp(r) by its series
// to degree 12, whose remainder is below 2e-16. The steps of the series are fused operations, and
// nothing else is (CMakeLists.txt forbids contraction), so every processor rounds alike; one that
// has no such operation (before 2013) computes them slowly.
#include "runtime/row_math.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#define ASSAY_INLINE inline __attribute__((always_inline))
// A function for several instruction sets, chosen when the program starts. The sanitizers start
// later than that choice.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define ASSAY_VERSIONS(function, body)           \
  __attribute__((target("avx512f"))) function {  \
    using V = Vectors<8>;                        \
    return body;                                 \
  }                                              \
  __attribute__((target("avx2,fma"))) function { \
    using V = Vectors<4>;                        \
    return body;                                 \
  }                                              \
  __attribute__((target("default"))) function {  \
    using V = Vectors<2>;                        \
    return body;                                 \
  }
#else
#define ASSAY_VERSIONS(function, body) \
  function {                           \
    using V = Vectors<2>;              \
    return body;                       \
  }
#endif

namespace assay {
namespace {

constexpr std::size_t kLanes = 8;  // partial sums and values that are taken at a time

// The widest vectors of an instruction set: what is wider is taken apart badly by the compiler.
// Eight lanes are one of them, or two or four.
template <std::size_t kLanesOfOne>
struct Vectors {
  static constexpr std::size_t kWidth = kLanesOfOne;
  static constexpr std::size_t kPieces = kLanes / kWidth;
  typedef float Floats __attribute__((vector_size(kWidth * sizeof(float))));
  typedef double Doubles __attribute__((vector_size(kWidth * sizeof(double))));
  typedef std::int32_t Flags __attribute__((vector_size(kWidth * sizeof(std::int32_t))));
  typedef std::int64_t Integers __attribute__((vector_size(kWidth * sizeof(std::int64_t))));
};

constexpr double kLowest = -700;                 // exp of it is a normal number
constexpr double kRounder = 6755399441055744.0;  // 1.5 · 2^52: adding it rounds to integers
constexpr double kLog2e = 1.4426950408889634074;
constexpr double kLn2High = 0.693147180369123816490;  // the upper bits of ln 2, and the rest
constexpr double kLn2Low = 1.90821492927058770002e-10;

template <class V>
ASSAY_INLINE typename V::Doubles multiply_add(typename V::Doubles a, typename V::Doubles b,
                                              double c) {
  typename V::Doubles out;
  for (std::size_t lane = 0; lane < V::kWidth; ++lane) out[lane] = std::fma(a[lane], b[lane], c);
  return out;
}

// exp of values that are not positive.
template <class V>
ASSAY_INLINE typename V::Doubles exponential(typename V::Doubles x) {
  using Doubles = typename V::Doubles;
  const Doubles lowest = Doubles{} + kLowest;
  x = x < lowest ? lowest : x;
  const Doubles shifted = x * kLog2e + kRounder;
  const Doubles n = shifted - kRounder;
  const Doubles r = (x - n * kLn2High) - n * kLn2Low;
  Doubles sum = Doubles{} + 1.0 / 479001600;  // 1/12!
  sum = multiply_add<V>(sum, r, 1.0 / 39916800);
  sum = multiply_add<V>(sum, r, 1.0 / 3628800);
  sum = multiply_add<V>(sum, r, 1.0 / 362880);
  sum = multiply_add<V>(sum, r, 1.0 / 40320);
  sum = multiply_add<V>(sum, r, 1.0 / 5040);
  sum = multiply_add<V>(sum, r, 1.0 / 720);
  sum = multiply_add<V>(sum, r, 1.0 / 120);
  sum = multiply_add<V>(sum, r, 1.0 / 24);
  sum = multiply_add<V>(sum, r, 1.0 / 6);
  sum = multiply_add<V>(sum, r, 0.5);
  sum = multiply_add<V>(sum, r, 1.0);
  sum = multiply_add<V>(sum, r, 1.0);
  typename V::Integers bits;
  typename V::Integers exponent;
  std::memcpy(&bits, &sum, sizeof bits);
  std::memcpy(&exponent, &shifted, sizeof exponent);
  bits += exponent << 52;  // n stands in the lowest bits of `shifted`
  std::memcpy(&sum, &bits, sizeof sum);
  return sum;
}

template <class V>
ASSAY_INLINE typename V::Floats load(const float* from) {
  typename V::Floats some;
  std::memcpy(&some, from, sizeof some);
  return some;
}

// The last values of a row, filled up with `rest`.
struct Rest {
  ASSAY_INLINE Rest(const float* from, std::size_t count, float rest) {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      values[lane] = lane < count ? from[lane] : rest;
  }
  float values[kLanes];
};

template <class V>
ASSAY_INLINE typename V::Doubles terms_of(const float* logits, double top, double scale) {
  const auto some = __builtin_convertvector(load<V>(logits), typename V::Doubles);
  return exponential<V>((some - top) * scale);
}

template <class V>
ASSAY_INLINE double exponentials_in(const float* logits, std::size_t count, double top,
                                    double scale, double* out) {
  const std::size_t whole = count / kLanes * kLanes;
  typename V::Doubles sums[V::kPieces] = {};
  for (std::size_t i = 0; i < whole; i += kLanes) {
    for (std::size_t piece = 0; piece < V::kPieces; ++piece) {
      const std::size_t at = i + piece * V::kWidth;
      const typename V::Doubles values = terms_of<V>(logits + at, top, scale);
      if (out != nullptr) std::memcpy(out + at, &values, sizeof values);
      sums[piece] += values;
    }
  }
  const Rest rest(logits + whole, count - whole, static_cast<float>(top));
  double sum = 0;
  for (std::size_t piece = 0; piece < V::kPieces; ++piece) {
    const std::size_t first = piece * V::kWidth;
    const typename V::Doubles values = terms_of<V>(rest.values + first, top, scale);
    for (std::size_t lane = 0; lane < V::kWidth; ++lane) {
      if (whole + first + lane < count) {
        if (out != nullptr) out[whole + first + lane] = values[lane];
        sums[piece][lane] += values[lane];
      }
      sum += sums[piece][lane];
    }
  }
  return sum;
}

// Their sum; themselves into `out` unless it is null.
ASSAY_VERSIONS(double exponentials_of(const float* logits, std::size_t count, double top,
                                      double scale, double* out),
               exponentials_in<V>(logits, count, top, scale, out))

// The largest value, and whether one of them is NaN or +infinity. Four vectors beside each other:
// one alone waits for each comparison before it can make the next.
template <class V>
ASSAY_INLINE void largest_in(const float* logits, std::size_t count, float* top, bool* unusable) {
  constexpr std::size_t kBeside = 4;
  constexpr std::size_t kStep = kBeside * V::kWidth;
  const float infinity = std::numeric_limits<float>::infinity();
  typename V::Floats best[kBeside];
  typename V::Flags good[kBeside];
  for (std::size_t k = 0; k < kBeside; ++k) {
    best[k] = typename V::Floats{} - infinity;
    good[k] = best[k] < infinity;
  }
  std::size_t i = 0;
  for (; i + kStep <= count; i += kStep) {
    for (std::size_t k = 0; k < kBeside; ++k) {
      const typename V::Floats some = load<V>(logits + i + k * V::kWidth);
      good[k] &= some < infinity;  // false for NaN, too
      best[k] = some > best[k] ? some : best[k];
    }
  }
  *top = -infinity;
  *unusable = false;
  const auto take = [&](float value) {
    *unusable = *unusable || !(value < infinity);
    if (value > *top) *top = value;
  };
  for (std::size_t k = 0; k < kBeside; ++k) {
    for (std::size_t lane = 0; lane < V::kWidth; ++lane) {
      *unusable = *unusable || good[k][lane] == 0;
      take(best[k][lane]);
    }
  }
  for (; i < count; ++i) take(logits[i]);
}

ASSAY_VERSIONS(void largest_of(const float* logits, std::size_t count, float* top, bool* unusable),
               largest_in<V>(logits, count, top, unusable))

// Whether one of some values is `wanted`; without an early end, so that they are compared together.
template <class V>
ASSAY_INLINE bool any_in(const float* values, std::size_t count, float wanted) {
  int found = 0;
  for (std::size_t i = 0; i < count; ++i) found |= values[i] == wanted ? 1 : 0;
  return found != 0;
}

ASSAY_VERSIONS(bool any_of(const float* values, std::size_t count, float wanted),
               any_in<V>(values, count, wanted))

}  // namespace

std::optional<std::size_t> arg_max(std::span<const float> logits) {
  float top = 0;
  bool unusable = false;
  largest_of(logits.data(), logits.size(), &top, &unusable);
  if (unusable || !std::isfinite(top)) return std::nullopt;
  constexpr std::size_t kSome = 1024;
  std::size_t best = 0;
  while (best + kSome < logits.size() && !any_of(&logits[best], kSome, top)) best += kSome;
  while (logits[best] != top) ++best;
  return best;
}

double sum_of_exponentials(std::span<const float> logits, float top, double temperature) {
  return exponentials_of(logits.data(), logits.size(), top, 1 / temperature, nullptr);
}

void exponentials(std::span<const float> logits, float top, double temperature,
                  std::span<double> out) {
  (void)exponentials_of(logits.data(), logits.size(), top, 1 / temperature, out.data());
}

}  // namespace assay
