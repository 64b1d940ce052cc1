// A comparison of two run folders computed apart from the program: from the lines of samples.jsonl
// alone, with long doubles, plain sums and no shared code. What the program prints must equal it.
#pragma once

#include <cmath>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "assay/json.h"

namespace assay::testing {

struct IndependentPair {
  std::string item;
  long double base = 0, other = 0;
};

// item id → value of `metric` under `filter`, in file order.
inline std::vector<std::pair<std::string, long double>> values_in(const std::string& folder,
                                                                  const std::string& task,
                                                                  const std::string& metric,
                                                                  const std::string& filter) {
  std::ifstream file(folder + "/samples.jsonl");
  std::vector<std::pair<std::string, long double>> out;
  for (std::string line; std::getline(file, line);) {
    const Json json = Json::parse(line);
    if (json.value("task", "") != task || json.value("filter", "") != filter) continue;
    for (const Json& value : json["values"]) {
      if (value["metric"] == metric) out.push_back({json["item"], value["value"].get<double>()});
    }
  }
  return out;
}

inline std::vector<IndependentPair> pairs_in(const std::string& base, const std::string& other,
                                             const std::string& task, const std::string& metric,
                                             const std::string& filter) {
  std::map<std::string, long double> second;
  for (const auto& [item, value] : values_in(other, task, metric, filter)) second[item] = value;
  std::vector<IndependentPair> out;
  for (const auto& [item, value] : values_in(base, task, metric, filter)) {
    if (second.contains(item)) out.push_back({item, value, second[item]});
  }
  return out;
}

struct IndependentFigures {
  std::size_t n = 0, lost = 0, gained = 0;
  long double base = 0, other = 0, difference = 0;
  long double mcnemar = 1;
  long double low = 0, high = 0;  // Tango, 95 %
  long double mean_error = 0;     // of the mean difference, items alone
};

// Σ_{k <= fewer} C(m, k) / 2^m, twice, by Pascal's rule in logarithms.
inline long double mcnemar_by_hand(std::size_t lost, std::size_t gained) {
  const std::size_t m = lost + gained;
  const std::size_t fewer = lost < gained ? lost : gained;
  long double sum = 0;
  long double log_term = -static_cast<long double>(m) * std::log(2.0L);  // C(m, 0) / 2^m
  for (std::size_t k = 0; k <= fewer; ++k) {
    sum += std::exp(log_term);
    log_term +=
        std::log(static_cast<long double>(m - k)) - std::log(static_cast<long double>(k + 1));
  }
  return 2 * sum < 1 ? 2 * sum : 1;
}

// |T(δ)| − z for Tango's statistic, T from the textbook's closed form.
inline long double tango_excess(std::size_t lost, std::size_t gained, std::size_t n,
                                long double delta) {
  const long double l = lost, g = gained, N = n;
  const long double a = 2 * N;
  const long double b = -g - l + (2 * N - g + l) * delta;
  const long double c = -l * delta * (1 - delta);
  const long double inside = b * b - 4 * a * c;
  const long double q = (std::sqrt(inside > 0 ? inside : 0) - b) / (2 * a);
  const long double variance = N * (2 * q + delta * (1 - delta));
  const long double distance = g - l - N * delta;
  if (distance == 0) return -1.959963984540054L;
  return std::fabs(distance) / std::sqrt(variance) - 1.959963984540054L;
}

inline IndependentFigures figures_by_hand(const std::vector<IndependentPair>& pairs) {
  IndependentFigures f;
  f.n = pairs.size();
  for (const IndependentPair& p : pairs) {
    f.base += p.base / static_cast<long double>(f.n);
    f.other += p.other / static_cast<long double>(f.n);
    f.lost += p.base > p.other ? 1 : 0;
    f.gained += p.base < p.other ? 1 : 0;
  }
  f.difference = f.other - f.base;
  long double squares = 0;
  for (const IndependentPair& p : pairs) {
    const long double d = p.other - p.base - f.difference;
    squares += d * d;
  }
  const auto n = static_cast<long double>(f.n);
  f.mean_error = f.n > 1 ? std::sqrt(squares / (n - 1) / n) : 0;
  f.mcnemar = f.lost + f.gained == 0 ? 1 : mcnemar_by_hand(f.lost, f.gained);
  const long double point = (static_cast<long double>(f.gained) - f.lost) / n;
  const auto end = [&](long double outside) {
    long double in = point;
    for (int i = 0; i < 200; ++i) {
      const long double middle = (in + outside) / 2;
      (tango_excess(f.lost, f.gained, f.n, middle) <= 0 ? in : outside) = middle;
    }
    return in;
  };
  f.low = point <= -1 ? -1 : end(-1);
  f.high = point >= 1 ? 1 : end(1);
  return f;
}

}  // namespace assay::testing
