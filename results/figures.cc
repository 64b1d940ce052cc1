// See figures.h.
#include "results/figures.h"

#include <fmt/format.h>

#include <cmath>

namespace assay {

std::string figure_text(double value) {
  return std::fabs(value) < 1e6 ? fmt::format("{:.4f}", value) : fmt::format("{:.6g}", value);
}

std::string std_error_text(const Estimate& estimate) {
  return estimate.std_error ? "± " + figure_text(*estimate.std_error) : "";
}

std::string interval_text(const Estimate& estimate) {
  if (!estimate.interval) return "";
  return figure_text(estimate.interval->low) + " … " + figure_text(estimate.interval->high);
}

std::string absence_text(const Measurement& measurement) {
  if (const auto* not_run = std::get_if<NotRun>(&measurement)) return "not run: " + not_run->reason;
  if (const auto* failed = std::get_if<Failed>(&measurement)) return "failed: " + failed->reason;
  return "";
}

std::string metric_text(const Score& score) {
  if (score.filter.empty() || score.filter == "none") return score.metric;
  return fmt::format("{} ({})", score.metric, score.filter);
}

bool is_share(const std::string& metric) {
  return metric.find("perplexity") == std::string::npos && metric != "bits_per_byte" &&
         metric != "brier_score";
}

std::string stopped_text(std::size_t items, std::size_t not_run) {
  return not_run == 0 ? "" : fmt::format("stopped early {}/{}", items, items + not_run);
}

std::string joined_labels(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? first + second : first + "; " + second;
}

std::string duration_text(double seconds) {
  // A time that was measured is never written as none.
  if (seconds > 0 && seconds < 0.1) {
    const double milliseconds = 1000 * seconds;
    if (milliseconds < 0.1) return "under 0.1 ms";
    return fmt::format("{:.{}f} ms", milliseconds, milliseconds < 9.95 ? 1 : 0);
  }
  if (seconds < 1) return fmt::format("{:.2f} s", seconds);
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const auto total = static_cast<long long>(std::llround(seconds));
  if (total < 3600) return fmt::format("{} min {:02} s", total / 60, total % 60);
  return fmt::format("{} h {:02} min", total / 3600, total / 60 % 60);
}

std::string p_text(double p) {
  if (p < 0.0001) return "< 0.0001";
  return p >= 0.9995 ? "1" : fmt::format("{:.{}f}", p, p < 0.01 ? 4 : 3);
}

std::string bytes_text(std::size_t bytes) {
  const auto value = static_cast<double>(bytes);
  constexpr double kMi = 1024.0 * 1024.0;
  if (value >= 10 * 1024 * kMi) return fmt::format("{:.1f} GiB", value / (1024 * kMi));
  if (value >= kMi) return fmt::format("{:.0f} MiB", value / kMi);
  return fmt::format("{:.0f} KiB", value / 1024);
}

}  // namespace assay
