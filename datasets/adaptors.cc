// The table of adaptors by the names that registry.json uses.
#include "datasets/adaptors.h"

#include <algorithm>
#include <array>
#include <utility>

#include "datasets/adaptors_internal.h"

namespace assay {
namespace {

constexpr std::array<std::pair<std::string_view, Adaptor>, 21> kAdaptors{{
    {"arc", adaptors::arc},
    {"bbh", adaptors::bbh},
    {"boolq", adaptors::boolq},
    {"commonsenseqa", adaptors::commonsenseqa},
    {"csv", adaptors::csv},
    {"gsm8k", adaptors::gsm8k},
    {"hellaswag", adaptors::hellaswag},
    {"humaneval", adaptors::humaneval},
    {"lambada", adaptors::lambada},
    {"mbpp_full", adaptors::mbpp_full},
    {"mbpp_sanitized", adaptors::mbpp_sanitized},
    {"mbpp_plus", adaptors::mbpp_plus},
    {"mmlu", adaptors::mmlu},
    {"openbookqa", adaptors::openbookqa},
    {"piqa", adaptors::piqa},
    {"rows", adaptors::rows},
    {"siqa", adaptors::siqa},
    {"truthfulqa_csv", adaptors::truthfulqa_csv},
    {"truthfulqa_mc", adaptors::truthfulqa_mc},
    {"wikitext", adaptors::wikitext},
    {"winogrande", adaptors::winogrande},
}};

// The others need the whole file at once.
constexpr std::array<std::string_view, 8> kWholeFile{
    "bbh",           "csv",     "mbpp_plus", "mbpp_sanitized", "mmlu", "truthfulqa_csv",
    "truthfulqa_mc", "wikitext"};

}  // namespace

Adaptor find_adaptor(std::string_view name) {
  const auto found = std::find_if(kAdaptors.begin(), kAdaptors.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  return found == kAdaptors.end() ? nullptr : found->second;
}

bool reads_lines(std::string_view name) {
  return std::find(kWholeFile.begin(), kWholeFile.end(), name) == kWholeFile.end();
}

std::vector<std::string> adaptor_names() {
  std::vector<std::string> names;
  for (const auto& entry : kAdaptors) names.emplace_back(entry.first);
  return names;
}

}  // namespace assay
