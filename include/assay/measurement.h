// Absence is a type, never a number: a Measurement is an Estimate (a value with its n and its
// uncertainty), or it Failed for a stated reason, or it was NotRun for a stated reason. There is
// no default value, so a missing figure cannot turn into 0.0.
//
// Thread-safety: value types.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

namespace assay {

struct Interval {
  double low;
  double high;
};

struct Estimate {
  double value;
  std::size_t n;                     // items the value was computed from, >= 1
  std::optional<double> std_error;   // absent where the protocol defines none (n = 1, word ppl …)
  std::optional<Interval> interval;  // 95 %; `interval_method` says how
  std::string interval_method;       // "wilson", "normal", "clustered", "bootstrap", "" when absent
};

struct Failed {
  std::string reason;
};

struct NotRun {
  std::string reason;
};

using Measurement = std::variant<NotRun, Failed, Estimate>;

inline const Estimate* as_estimate(const Measurement& m) { return std::get_if<Estimate>(&m); }

}  // namespace assay
