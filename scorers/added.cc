// See added.h.
#include "scorers/added.h"

#include <algorithm>
#include <array>

namespace assay {

NamedTable<Scorer>& added_scorers() {
  static NamedTable<Scorer> table;
  return table;
}

NamedTable<Filter>& added_filters() {
  static NamedTable<Filter> table;
  return table;
}

NamedTable<Metric>& added_metrics() {
  static NamedTable<Metric> table;
  return table;
}

NamedTable<Aggregation>& added_aggregations() {
  static NamedTable<Aggregation> table;
  return table;
}

// The names that judge_*.cc know; pass@k and its kin are a family of names.
bool is_own_metric(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kOwn = {
      "acc",         "acc_norm",   "acc_bytes",       "acc_mutual_info", "brier_score",
      "exact_match", "perplexity", "word_perplexity", "byte_perplexity", "bits_per_byte"};
  return std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end() || name.starts_with("pass@") ||
         name.starts_with("pass_at_");
}

}  // namespace assay
