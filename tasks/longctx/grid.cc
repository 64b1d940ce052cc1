// See grid.h.
#include "tasks/longctx/grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

namespace assay {
namespace {

constexpr int kMaxDepths = 101;

bool whole(const Json& value, long long low, long long high) {
  return value.is_number_integer() && value.get<long long>() >= low &&
         value.get<long long>() <= high;
}

bool read_int(const Json& value, int low, int high, int& out) {
  if (!whole(value, low, high)) return false;
  out = value.get<int>();
  return true;
}

bool read_lengths(const Json& value, std::vector<int>& out) {
  if (!value.is_array() || value.empty()) return false;
  std::set<int> lengths;
  for (const Json& length : value) {
    if (!whole(length, 1, 100'000'000) || !lengths.insert(length.get<int>()).second) return false;
  }
  out.assign(lengths.begin(), lengths.end());
  return true;
}

// A number of depths is read by read_grid, which knows the spacing; this reads a list of percents.
bool read_depth_list(const Json& value, std::vector<double>& out) {
  if (!value.is_array() || value.empty() || value.size() > kMaxDepths) return false;
  std::set<double> depths;
  for (const Json& depth : value) {
    if (!depth.is_number() || !(depth.get<double>() >= 0) || depth.get<double>() > 100) {
      return false;
    }
    if (!depths.insert(std::round(depth.get<double>() * 10) / 10).second) return false;
  }
  out.assign(depths.begin(), depths.end());
  return true;
}

using Reader = std::function<bool(const Json&, Grid&)>;

struct Setting {
  std::string meaning;
  Reader read;
};

const std::map<std::string, Setting>& settings_known() {
  static const std::map<std::string, Setting> kKnown = {
      {"lengths",
       {"different numbers of tokens, as in [1024, 2048]",
        [](const Json& v, Grid& g) { return read_lengths(v, g.lengths); }}},
      {"depths",
       {fmt::format("a number of depths (1 to {}) or different percents, as in [0, 50, 100]",
                    kMaxDepths),
        [](const Json& v, Grid& g) {
          return whole(v, 1, kMaxDepths) || read_depth_list(v, g.depths);
        }}},
      {"spacing",
       {"linear or sigmoid", [](const Json& v, Grid&) { return v == "linear" || v == "sigmoid"; }}},
      {"needles",
       {"items per cell, from 1",
        [](const Json& v, Grid& g) { return read_int(v, 1, 100'000, g.needles); }}},
      {"haystacks",
       {"different hay per length, from 1",
        [](const Json& v, Grid& g) { return read_int(v, 1, 100'000, g.haystacks); }}},
      {"reserve",
       {"tokens kept free for the answer, from 1",
        [](const Json& v, Grid& g) { return read_int(v, 1, 1'000'000, g.reserve); }}},
      {"count",
       {"needles in one text, 2 to 64; not for a single needle",
        [](const Json& v, Grid& g) {
          return g.form != NeedleForm::kSingle && read_int(v, 2, 64, g.count);
        }}},
      {"values",
       {"numbers, words or uuids",
        [](const Json& v, Grid& g) {
          if (!v.is_string()) return false;
          const expected<MagicKind> kind = magic_kind(v.get<std::string>());
          if (kind) g.values = *kind;
          return static_cast<bool>(kind);
        }}},
      {"filler",
       {"filler, mini/filler, filler/moby_dick.txt or a text file",
        [](const Json& v, Grid& g) {
          if (v.is_string()) g.filler = v.get<std::string>();
          return v.is_string();
        }}},
      {"repeat",
       {"true: a filler that is too short begins anew",
        [](const Json& v, Grid& g) {
          if (v.is_boolean()) g.repeat = v.get<bool>();
          return v.is_boolean();
        }}},
      {"placements",
       {"",
        [](const Json& v, Grid& g) {
          if (v.is_object()) g.placements = v;
          return v.is_object();
        }}},
  };
  return kKnown;
}

}  // namespace

std::string depth_text(double percent) { return fmt::format("{:g}", percent); }

std::vector<double> depth_percents(int count, bool sigmoid) {
  std::vector<double> out;
  for (int i = 0; i < count; ++i) {
    double percent = count == 1 ? 50 : 100.0 * i / (count - 1);
    if (sigmoid && i > 0 && i + 1 < count) percent = 100 / (1 + std::exp(-(percent - 50) / 10));
    out.push_back(std::round(percent * 10) / 10);
  }
  return out;
}

expected<Grid> read_grid(const std::string& task, Grid grid, const Json& settings) {
  for (const auto& [key, value] : settings.items()) {
    const auto known = settings_known().find(key);
    if (known == settings_known().end()) {
      std::string names;
      for (const auto& [name, setting] : settings_known()) {
        if (!setting.meaning.empty()) names += (names.empty() ? "" : ", ") + name;
      }
      return usage_error(
          fmt::format("Task {}: there is no setting {}; there are {}.", task, key, names));
    }
    if (!known->second.read(value, grid)) {
      return usage_error(fmt::format("Task {}: {} is {}, which is not {}.", task, key, value.dump(),
                                     known->second.meaning));
    }
  }
  const Json depths = settings.value("depths", Json());
  if (depths.is_array()) {
    if (settings.contains("spacing")) {
      return usage_error(
          fmt::format("Task {}: spacing goes with a number of depths, not with a list.", task));
    }
    return grid;
  }
  const int count = depths.is_null() ? static_cast<int>(grid.depths.size()) : depths.get<int>();
  if (depths.is_null() && !settings.contains("spacing")) return grid;
  grid.depths = depth_percents(count, settings.value("spacing", "linear") == "sigmoid");
  return grid;
}

}  // namespace assay
