// See grid.h.
#include "tasks/longctx/grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace assay {
namespace {

constexpr int kMaxDepths = 101;

bool is_depth_count(const Json& value) {
  return value.is_number_integer() && value.get<long long>() >= 1 &&
         value.get<long long>() <= kMaxDepths;
}

// A number of depths is read by read_depths, which knows the spacing; this reads a list of
// percents.
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

// A list of percents goes into `depths`; read_depths does the rest.
Settings depth_settings(std::vector<double>& depths) {
  return {{"depths",
           {fmt::format("a number of depths (1 to {}) or different percents, as in [0, 50, 100]",
                        kMaxDepths),
            [&depths](const Json& value) {
              return is_depth_count(value) || read_depth_list(value, depths);
            }}},
          {"spacing", {"linear or sigmoid", [](const Json& value) {
                         return value == "linear" || value == "sigmoid";
                       }}}};
}

expected<void> read_depths(const std::string& task, const Json& settings,
                           std::vector<double>& depths) {
  const Json given = settings.value("depths", Json());
  if (given.is_array()) {
    if (!settings.contains("spacing")) return {};
    return usage_error(
        fmt::format("Task {}: spacing goes with a number of depths, not with a list.", task));
  }
  if (given.is_null() && !settings.contains("spacing")) return {};
  const int count = given.is_null() ? static_cast<int>(depths.size()) : given.get<int>();
  depths = depth_percents(count, settings.value("spacing", "linear") == "sigmoid");
  return {};
}

Settings hay_settings(Grid& grid) {
  Settings known = {
      {"haystacks", whole_setting("different hay per length, from 1", 1, 100'000, grid.haystacks)},
      {"reserve",
       whole_setting("tokens kept free for the answer, from 1", 1, 1'000'000, grid.reserve)},
      {"values",
       {"numbers, words or uuids",
        [&grid](const Json& value) {
          if (!value.is_string()) return false;
          const expected<MagicKind> kind = magic_kind(value.get<std::string>());
          if (kind) grid.values = *kind;
          return static_cast<bool>(kind);
        }}},
      {"filler",
       text_setting("filler, mini/filler, filler/moby_dick.txt or a text file", grid.filler)},
      {"repeat", flag_setting("true: a filler that is too short begins anew", grid.repeat)},
  };
  const char* count_is = "needles in one text, 2 to 64; not for a single needle";
  known["count"] = grid.form == NeedleForm::kSingle
                       ? Setting{count_is, [](const Json&) { return false; }}
                       : whole_setting(count_is, 2, 64, grid.count);
  return known;
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

expected<void> read_cells(const std::string& task, Settings own, const Json& settings,
                          Cells& cells) {
  own["lengths"] = lengths_setting(cells.lengths);
  own["needles"] = whole_setting("items per cell, from 1", 1, 100'000, cells.needles);
  own["placements"] = placements_setting(cells.placements);
  own.merge(depth_settings(cells.depths));
  if (auto read = read_settings(task, own, settings); !read) return read;
  return read_depths(task, settings, cells.depths);
}

expected<Grid> read_grid(const std::string& task, Grid grid, const Json& settings) {
  Cells cells{grid.lengths, grid.depths, grid.needles, grid.placements};
  if (auto read = read_cells(task, hay_settings(grid), settings, cells); !read) return read.error();
  grid.lengths = std::move(cells.lengths);
  grid.depths = std::move(cells.depths);
  grid.needles = cells.needles;
  grid.placements = std::move(cells.placements);
  return grid;
}

}  // namespace assay
