// See side_by_side.h.
#include "bench/throughput/side_by_side.h"

#include <algorithm>
#include <utility>

namespace assay::bench {

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double Measured::median() const { return median_of(ratios); }
double Measured::low() const { return *std::min_element(ratios.begin(), ratios.end()); }
double Measured::high() const { return *std::max_element(ratios.begin(), ratios.end()); }

expected<Measured> measure_row(const Row& row, int repeats) {
  Measured out{row.work, row.against, row.unit, row.goal, row.smaller, {}, {}, {}};
  for (int round = -1; round < repeats; ++round) {
    expected<double> ours = 0.0;
    expected<double> theirs = 1.0;
    const bool ours_first = round % 2 == 0;
    for (const bool mine : {ours_first, !ours_first}) {
      if (mine) {
        ours = row.ours();
        if (!ours) return ours.error();
      } else if (row.theirs) {
        theirs = row.theirs();
        if (!theirs) return theirs.error();
      }
    }
    if (round < 0) continue;
    out.ours.push_back(*ours);
    if (row.theirs) out.theirs.push_back(*theirs);
    out.ratios.push_back(*ours / *theirs);
  }
  return out;
}

Json to_json(const Measured& measured) {
  return {{"work", measured.work},
          {"against", measured.against},
          {"unit", measured.unit},
          {"goal", measured.goal},
          {"goal_is_at_most", measured.smaller},
          {"ratio", measured.median()},
          {"low", measured.low()},
          {"high", measured.high()},
          {"ours", measured.ours},
          {"theirs", measured.theirs},
          {"repeats", measured.ratios.size()}};
}

Measured measured_from(const Json& json) {
  const auto numbers = [&](const char* name) { return json.at(name).get<std::vector<double>>(); };
  Measured out{json.at("work"),
               json.at("against"),
               json.at("unit"),
               json.at("goal"),
               json.at("goal_is_at_most"),
               numbers("ours"),
               numbers("theirs"),
               {}};
  for (std::size_t i = 0; i < out.ours.size(); ++i) {
    out.ratios.push_back(out.ours[i] / (out.theirs.empty() ? 1.0 : out.theirs[i]));
  }
  return out;
}

}  // namespace assay::bench
