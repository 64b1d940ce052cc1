// See yaml_scalar.h.
#include "tasks/declarative/yaml_scalar.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace assay {
namespace {

bool one_of(std::string_view text, std::initializer_list<std::string_view> options) {
  return std::find(options.begin(), options.end(), text) != options.end();
}

// PyYAML's whole numbers: sign, underscores, 0b, 0x and octal with a leading 0.
bool read_integer(std::string_view text, Json& out) {
  std::string digits;
  for (const char c : text) {
    if (c != '_') digits += c;
  }
  bool negative = false;
  std::string_view rest = digits;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  if (rest.empty() || rest.front() < '0' || rest.front() > '9' || text.front() == '_') return false;
  int base = 10;
  if (rest.size() > 1 && rest.front() == '0') {
    base = rest[1] == 'x' ? 16 : rest[1] == 'b' ? 2 : 8;
    rest.remove_prefix(base == 8 ? 1 : 2);
  }
  std::int64_t value = 0;
  const auto result = std::from_chars(rest.data(), rest.data() + rest.size(), value, base);
  if (result.ec != std::errc() || result.ptr != rest.data() + rest.size()) return false;
  out = negative ? -value : value;
  return true;
}

// PyYAML's floats need a dot, and a sign in the exponent.
bool read_real(std::string_view text, Json& out) {
  std::string_view rest = text;
  double sign = 1.0;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    sign = rest.front() == '-' ? -1.0 : 1.0;
    rest.remove_prefix(1);
  }
  if (one_of(rest, {".inf", ".Inf", ".INF"})) return out = sign * HUGE_VAL, true;
  if (one_of(text, {".nan", ".NaN", ".NAN"})) return out = std::nan(""), true;
  std::string digits;
  for (const char c : rest) {
    if (c != '_') digits += c;
  }
  const std::size_t dot = digits.find('.');
  if (dot == std::string::npos || digits.size() < 2) return false;
  const std::size_t e = digits.find_first_of("eE");
  if (e != std::string::npos &&
      (e + 1 >= digits.size() || (digits[e + 1] != '+' && digits[e + 1] != '-'))) {
    return false;
  }
  if (digits.find_first_not_of("0123456789.eE+-") != std::string::npos) return false;
  if (e != std::string::npos && digits[e + 1] == '+') digits.erase(e + 1, 1);
  double value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec != std::errc() || result.ptr != digits.data() + digits.size()) return false;
  out = sign * value;
  return true;
}

}  // namespace

Json yaml_scalar(const std::string& text) {
  if (one_of(text, {"", "~", "null", "Null", "NULL"})) return nullptr;
  if (one_of(text, {"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})) return true;
  if (one_of(text, {"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"}))
    return false;
  Json number;
  if (read_integer(text, number) || read_real(text, number)) return number;
  return text;
}

}  // namespace assay
