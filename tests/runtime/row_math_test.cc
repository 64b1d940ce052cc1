// Arithmetic over rows against the standard library's, one value at a time.
#include "runtime/row_math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "assay/python_random.h"

namespace assay {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<float> row(PythonRandom& random, std::size_t size, double spread) {
  std::vector<float> out;
  for (std::size_t i = 0; i < size; ++i) {
    out.push_back(static_cast<float>(spread * (random.random() - 0.5)));
  }
  return out;
}

TEST(RowMath, ExponentialsAreTheStandardLibrarysToTheLastDigits) {
  PythonRandom random(5);
  for (const std::size_t size : {1u, 7u, 8u, 9u, 250u, 5001u}) {
    for (const double spread : {0.1, 20.0, 1300.0}) {
      for (const double temperature : {1.0, 0.7}) {
        const std::vector<float> logits = row(random, size, spread);
        const float top = logits[*arg_max(logits)];
        std::vector<double> terms(size);
        exponentials(logits, top, temperature, terms);
        double total = 0;
        for (std::size_t i = 0; i < size; ++i) {
          const double x = (static_cast<double>(logits[i]) - top) / temperature;
          const double wanted = std::exp(x);
          if (x > -700) {
            ASSERT_NEAR(terms[i], wanted, 1e-15 * wanted + 4e-16 * -x * wanted) << x;
          } else {
            ASSERT_LT(terms[i], 1e-303);
          }
          total += wanted;
        }
        EXPECT_NEAR(sum_of_exponentials(logits, top, temperature), total, 1e-13 * total);
      }
    }
  }
}

TEST(RowMath, TheSumOfAnUnfilledLaneIsOfItsValuesOnly) {
  const std::vector<float> logits = {2, 2, 2};
  EXPECT_EQ(sum_of_exponentials(logits, 2), 3);
  EXPECT_EQ(sum_of_exponentials(std::vector<float>(17, -3.5F), -3.5F), 17);
}

TEST(RowMath, TheFirstOfTheLargest) {
  PythonRandom random(6);
  for (std::size_t size = 1; size < 60; ++size) {
    std::vector<float> logits;
    for (std::size_t i = 0; i < size; ++i) {
      logits.push_back(static_cast<float>(random.randint(-3, 3)));
    }
    std::size_t best = 0;
    for (std::size_t i = 0; i < size; ++i) {
      if (logits[i] > logits[best]) best = i;
    }
    ASSERT_EQ(arg_max(logits), best);
    const auto at = static_cast<std::size_t>(random.randint(0, static_cast<int>(size) - 1));
    std::vector<float> bad = logits;
    bad[at] = kInfinity;
    EXPECT_EQ(arg_max(bad), std::nullopt);
    bad[at] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(arg_max(bad), std::nullopt);
    bad = logits;
    bad.push_back(-kInfinity);
    EXPECT_EQ(arg_max(bad), best);
  }
  EXPECT_EQ(arg_max(std::vector<float>(9, -kInfinity)), std::nullopt);
  EXPECT_EQ(arg_max({}), std::nullopt);
}

}  // namespace
}  // namespace assay
