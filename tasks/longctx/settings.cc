// See settings.h.
#include "tasks/longctx/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <set>

namespace assay {
namespace {

// The threshold of effective lengths: of the figures, not of the items, so no table has it.
constexpr const char* kEffective = "effective";
constexpr long long kMostTokens = 100'000'000;

bool is_whole(const Json& value, long long low, long long high) {
  return value.is_number_integer() && value.get<long long>() >= low &&
         value.get<long long>() <= high;
}

bool read_lengths(const Json& value, std::vector<int>& out) {
  if (!value.is_array() || value.empty()) return false;
  std::set<int> lengths;
  for (const Json& length : value) {
    if (!is_whole(length, 1, kMostTokens) || !lengths.insert(length.get<int>()).second) {
      return false;
    }
  }
  out.assign(lengths.begin(), lengths.end());
  return true;
}

}  // namespace

expected<void> read_settings(const std::string& task, const Settings& known, const Json& given) {
  for (const auto& [key, value] : given.items()) {
    if (key == kEffective) {
      if (value.is_number() && value.get<double>() > 0 && value.get<double>() < 1) continue;
      return usage_error(
          fmt::format("Task {}: effective is {}, which is not a score above 0 and below 1.", task,
                      value.dump()));
    }
    const auto setting = known.find(key);
    if (setting == known.end()) {
      std::vector<std::string> names = {kEffective};
      for (const auto& [name, one] : known) {
        if (!one.meaning.empty()) names.push_back(name);
      }
      return usage_error(fmt::format("Task {}: there is no setting {}; there are {}.", task, key,
                                     fmt::join(names, ", ")));
    }
    if (!setting->second.read(value)) {
      return usage_error(fmt::format("Task {}: {} is {}, which is not {}.", task, key, value.dump(),
                                     setting->second.meaning));
    }
  }
  return {};
}

Setting whole_setting(const std::string& meaning, long long low, long long high, int& out) {
  return {meaning, [low, high, &out](const Json& value) {
            if (!is_whole(value, low, high)) return false;
            out = value.get<int>();
            return true;
          }};
}

Setting seed_setting(std::uint64_t& out) {
  return {"a whole number from 0", [&out](const Json& value) {
            if (!is_whole(value, 0, std::numeric_limits<long long>::max())) return false;
            out = value.get<std::uint64_t>();
            return true;
          }};
}

Setting flag_setting(const std::string& meaning, bool& out) {
  return {meaning, [&out](const Json& value) {
            if (value.is_boolean()) out = value.get<bool>();
            return value.is_boolean();
          }};
}

Setting text_setting(const std::string& meaning, std::string& out) {
  return {meaning, [&out](const Json& value) {
            if (value.is_string()) out = value.get<std::string>();
            return value.is_string();
          }};
}

Setting choice_setting(const std::vector<std::string>& values, std::string& out) {
  return {fmt::format("{}", fmt::join(values, " or ")), [values, &out](const Json& value) {
            if (!value.is_string()) return false;
            const auto text = value.get<std::string>();
            if (std::ranges::find(values, text) == values.end()) return false;
            out = text;
            return true;
          }};
}

Setting lengths_setting(std::vector<int>& out) {
  return {"different numbers of tokens, as in [1024, 2048]",
          [&out](const Json& value) { return read_lengths(value, out); }};
}

Setting placements_setting(Json& out) {
  return {"", [&out](const Json& value) {
            if (value.is_object()) out = value;
            return value.is_object();
          }};
}

}  // namespace assay
