// See unit_sizes.h.
#include "runtime/unit_sizes.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay {

std::vector<std::size_t> alike_units(std::size_t items, std::size_t units) {
  std::vector<std::size_t> sizes(units, units == 0 ? 0 : items / units);
  for (std::size_t i = 0; i < (units == 0 ? 0 : items % units); ++i) ++sizes[i];
  return sizes;
}

std::vector<std::size_t> tapered_units(std::size_t items, bool no_single) {
  const bool pairs = no_single && items > 3;
  std::vector<std::size_t> sizes;
  for (std::size_t left = items; left > 0; left -= sizes.back()) {
    std::size_t fewest = pairs || left > 2 ? 2 : 1;
    if (pairs && (left == 3 || left == 5)) fewest = 3;  // what is left then is even
    sizes.push_back(std::clamp((left + 2) / 3, fewest, kUnitItems));
  }
  return sizes;
}

Json units_json(const std::vector<std::size_t>& sizes) {
  Json runs = Json::array();
  for (std::size_t i = 0; i < sizes.size();) {
    std::size_t end = i + 1;
    while (end < sizes.size() && sizes[end] == sizes[i]) ++end;
    runs.push_back({sizes[i], end - i});
    i = end;
  }
  return runs;
}

expected<std::vector<std::size_t>> units_from_json(const Json& json, std::size_t items) {
  const auto problem = [&] {
    return data_error(fmt::format(
        "\"units\" is not a list of [items, how many such units] that adds up to its {} items",
        items));
  };
  if (json.is_number_unsigned()) {
    const auto count = json.get<std::size_t>();
    if ((items == 0) != (count == 0) || count > items) return problem();
    return alike_units(items, count);
  }
  if (!json.is_array()) return problem();
  std::vector<std::size_t> sizes;
  std::size_t left = items;
  for (const Json& run : json) {
    const bool pair = run.is_array() && run.size() == 2 && run[0].is_number_unsigned() &&
                      run[1].is_number_unsigned();
    if (!pair) return problem();
    const auto size = run[0].get<std::size_t>();
    const auto count = run[1].get<std::size_t>();
    if (size == 0 || count == 0 || count > left / size) return problem();
    sizes.insert(sizes.end(), count, size);
    left -= size * count;
  }
  if (left > 0) return problem();
  return sizes;
}

}  // namespace assay
