// Reads the golden vectors (JSON lines made by the original harness). They live outside the
// project; where they are absent the tests that need them are skipped, and say so.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "assay/json.h"

namespace assay::testing {

inline std::string golden_path(const std::string& name) {
  return std::string(ASSAY_SHARED_DIR) + "/golden/" + name;
}

// The lines of a vector file. Fails the test when the file is there but holds nothing.
inline std::vector<Json> golden_lines(const std::string& name) {
  std::ifstream in(golden_path(name));
  std::vector<Json> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
  EXPECT_FALSE(lines.empty()) << name << " holds no vectors";
  return lines;
}

inline bool has_golden(const std::string& name) {
  return std::filesystem::exists(golden_path(name));
}

// A number that may be written as "-inf", because strict JSON has no infinities.
inline double number(const Json& value) {
  if (value.is_string()) return value == "-inf" ? -HUGE_VAL : std::nan("");
  return value.get<double>();
}

// |a - b| <= 1e-12 relative: the tolerance the vectors ask for.
inline ::testing::AssertionResult close(double a, double b, double tolerance = 1e-12) {
  if (a == b || std::fabs(a - b) <= tolerance * std::max(std::fabs(a), std::fabs(b))) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << a << " and " << b << " differ by " << a - b;
}

}  // namespace assay::testing

// The first statement of a golden test.
#define ASSAY_NEEDS_GOLDEN(name) \
  if (!assay::testing::has_golden(name)) GTEST_SKIP() << name << " is absent"
