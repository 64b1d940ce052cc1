// See limits.h.
#include "scorers/sandbox/limits.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace assay {
namespace {

constexpr std::string_view kMark = "# limits:";
constexpr double kMostSeconds = 86400.0;

bool read_number(std::string_view text, double* value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(*value) &&
         *value > 0;
}

bool read_setting(std::string_view setting, CodeLimits* limits) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view name = setting.substr(0, equals);
  double value = 0.0;
  if (!read_number(setting.substr(equals + 1), &value)) return false;
  if (name == "memory_bytes") {
    if (value >= 0x1p60) return false;
    limits->memory_bytes = static_cast<std::size_t>(value);
    return true;
  }
  if (value > kMostSeconds) return false;
  if (name == "cpu_seconds") limits->cpu_seconds = value;
  if (name == "wall_seconds") limits->wall_seconds = value;
  return name == "cpu_seconds" || name == "wall_seconds";
}

}  // namespace

expected<CodeLimits> limits_of_test(std::string_view test, const CodeLimits& usual) {
  if (!test.starts_with(kMark)) return usual;
  const std::string_view line = test.substr(0, test.find('\n'));
  CodeLimits limits = usual;
  std::string_view rest = line.substr(kMark.size());
  while (true) {
    const std::size_t start = rest.find_first_not_of(' ');
    if (start == std::string_view::npos) return limits;
    rest.remove_prefix(start);
    const std::string_view setting = rest.substr(0, rest.find(' '));
    rest.remove_prefix(setting.size());
    if (!read_setting(setting, &limits)) {
      return data_error(
          fmt::format("the test's line of limits (\"{}\") has \"{}\"; what may stand there is "
                      "cpu_seconds=N, wall_seconds=N (up to a day) and memory_bytes=N.",
                      line.substr(0, 200), setting.substr(0, 80)));
    }
  }
}

}  // namespace assay
