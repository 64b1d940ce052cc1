// See the header.
#include "results/parted_texts.h"

#include <algorithm>
#include <string_view>
#include <variant>

#include "assay/text.h"

namespace assay {
namespace {

// Code points that two texts have in common at the beginning.
std::size_t common_characters(std::string_view a, std::string_view b) {
  const auto ends = std::ranges::mismatch(a, b);
  auto same = static_cast<std::size_t>(ends.in1 - a.begin());
  // Back to the beginning of a character that they share only in part.
  while (same > 0 && same < a.size() && (static_cast<unsigned char>(a[same]) & 0xC0) == 0x80) {
    --same;
  }
  return count_code_points(a.substr(0, same));
}

// The first generated token that differs, counted from 0; where one text ended, its length.
std::optional<std::size_t> first_other_token(const Generation& a, const Generation& b) {
  if (!a.token_ids || !b.token_ids || *a.token_ids == *b.token_ids) return std::nullopt;
  const auto ends = std::ranges::mismatch(*a.token_ids, *b.token_ids);
  return static_cast<std::size_t>(ends.in1 - a.token_ids->begin());
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

}  // namespace

void PartedTexts::add(const ItemPair& pair, bool same_tokens) {
  const auto* request = pair.base->evidence.request
                            ? std::get_if<Completion>(&*pair.base->evidence.request)
                            : nullptr;
  if (request == nullptr || request->sampling.temperature > 0) return;
  const auto* a = std::get_if<std::vector<Generation>>(&pair.base->evidence.answer->answer);
  const auto* b = std::get_if<std::vector<Generation>>(&pair.other->evidence.answer->answer);
  if (a == nullptr || b == nullptr || a->empty() || b->empty()) return;
  ++texts_;
  if (a->front().text == b->front().text) {
    ++identical_;
    return;
  }
  characters_.push_back(static_cast<double>(common_characters(a->front().text, b->front().text)));
  if (!same_tokens) return;
  if (const auto token = first_other_token(a->front(), b->front())) {
    tokens_.push_back(static_cast<double>(*token));
  }
}

std::optional<Divergence> PartedTexts::result() const {
  if (texts_ == 0) return std::nullopt;
  Divergence out{texts_, identical_, {}, {}, tokens_.size()};
  if (!characters_.empty()) out.median_character = median(characters_);
  if (!tokens_.empty()) out.median_token = median(tokens_);
  return out;
}

}  // namespace assay
