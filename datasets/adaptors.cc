// The table of adaptors by the names that registry.json uses.
#include "datasets/adaptors.h"

#include <algorithm>
#include <array>

#include "datasets/adaptors_internal.h"

namespace assay {
namespace {

// How an adaptor takes its first file: line by line, or whole.
enum class Takes { kLines, kWhole };

struct Row {
  std::string_view name;
  Adaptor adaptor;
  Takes takes;
};

constexpr std::array<Row, 21> kAdaptors{{
    {"arc", adaptors::arc, Takes::kLines},
    {"bbh", adaptors::bbh, Takes::kWhole},
    {"boolq", adaptors::boolq, Takes::kLines},
    {"commonsenseqa", adaptors::commonsenseqa, Takes::kLines},
    {"csv", adaptors::csv, Takes::kWhole},
    {"gsm8k", adaptors::gsm8k, Takes::kLines},
    {"hellaswag", adaptors::hellaswag, Takes::kLines},
    {"humaneval", adaptors::humaneval, Takes::kLines},
    {"lambada", adaptors::lambada, Takes::kLines},
    {"mbpp_full", adaptors::mbpp_full, Takes::kLines},
    {"mbpp_sanitized", adaptors::mbpp_sanitized, Takes::kWhole},
    {"mbpp_plus", adaptors::mbpp_plus, Takes::kWhole},
    {"mmlu", adaptors::mmlu, Takes::kWhole},
    {"openbookqa", adaptors::openbookqa, Takes::kLines},
    {"piqa", adaptors::piqa, Takes::kLines},
    {"rows", adaptors::rows, Takes::kLines},
    {"siqa", adaptors::siqa, Takes::kLines},
    {"truthfulqa_csv", adaptors::truthfulqa_csv, Takes::kWhole},
    {"truthfulqa_mc", adaptors::truthfulqa_mc, Takes::kWhole},
    {"wikitext", adaptors::wikitext, Takes::kWhole},
    {"winogrande", adaptors::winogrande, Takes::kLines},
}};

const Row* find_row(std::string_view name) {
  const auto* const found = std::ranges::find(kAdaptors, name, &Row::name);
  return found == kAdaptors.end() ? nullptr : found;
}

}  // namespace

Adaptor find_adaptor(std::string_view name) {
  const Row* row = find_row(name);
  return row == nullptr ? nullptr : row->adaptor;
}

bool reads_lines(std::string_view name) {
  const Row* row = find_row(name);
  return row != nullptr && row->takes == Takes::kLines;
}

std::vector<std::string> adaptor_names() {
  std::vector<std::string> names;
  for (const Row& row : kAdaptors) names.emplace_back(row.name);
  return names;
}

}  // namespace assay
