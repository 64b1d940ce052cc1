// See validators.h. An empty string means that the value is good; that is CLI11's contract.
#include "cli/validators.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace assay::cli {

CLI::Validator whole_number(long long low, long long high) {
  return CLI::Validator(
      [low, high](std::string& text) -> std::string {
        long long value = 0;
        const char* end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, value);
        if (error == std::errc() && rest == end && value >= low && value <= high) return "";
        return high == 2147483647LL
                   ? fmt::format("expected a whole number of at least {}, not '{}'", low, text)
                   : fmt::format("expected a whole number from {} to {}, not '{}'", low, high,
                                 text);
      },
      "", "whole number");
}

CLI::Validator number(double low, double high) {
  return CLI::Validator(
      [low, high](std::string& text) -> std::string {
        char* end = nullptr;
        const double value = std::strtod(text.c_str(), &end);
        const bool whole = end == text.c_str() + text.size() && !text.empty();
        if (whole && std::isfinite(value) && value >= low && value <= high) return "";
        return high >= 1e300
                   ? fmt::format("expected a number of at least {}, not '{}'", low, text)
                   : fmt::format("expected a number from {} to {}, not '{}'", low, high, text);
      },
      "", "number");
}

CLI::Validator number_above(double low, double high) {
  return CLI::Validator(
      [low, high](std::string& text) -> std::string {
        char* end = nullptr;
        const double value = std::strtod(text.c_str(), &end);
        const bool whole = end == text.c_str() + text.size() && !text.empty();
        if (whole && std::isfinite(value) && value > low && value <= high) return "";
        return fmt::format("expected a number above {} and at most {}, not '{}'", low, high, text);
      },
      "", "number");
}

CLI::Validator one_of(std::vector<std::string> words) {
  return CLI::Validator(
      [words = std::move(words)](std::string& text) -> std::string {
        for (const std::string& word : words) {
          if (word == text) return "";
        }
        return fmt::format("expected {}, not '{}'", fmt::join(words, ", "), text);
      },
      "", "word");
}

}  // namespace assay::cli
