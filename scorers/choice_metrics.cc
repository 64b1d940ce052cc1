// See the header.
#include "scorers/choice_metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/text.h"

namespace assay {

std::size_t argmax(std::span<const double> values) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) return i;
    if (values[i] > values[best]) best = i;
  }
  return best;
}

std::vector<double> per_code_point(std::span<const double> lls,
                                   std::span<const std::string> choices) {
  std::vector<double> out;
  for (std::size_t i = 0; i < lls.size(); ++i) {
    out.push_back(lls[i] / static_cast<double>(count_code_points(choices[i])));
  }
  return out;
}

std::vector<double> per_byte(std::span<const double> lls, std::span<const std::string> choices) {
  std::vector<double> out;
  for (std::size_t i = 0; i < lls.size(); ++i) {
    out.push_back(lls[i] / static_cast<double>(choices[i].size()));
  }
  return out;
}

std::vector<std::size_t> gold_indices(const Target& target, std::span<const std::string> choices) {
  std::vector<std::size_t> golds;
  const auto add_index = [&](int index) {
    if (index >= 0 && static_cast<std::size_t>(index) < choices.size()) {
      golds.push_back(static_cast<std::size_t>(index));
    }
  };
  const auto add_text = [&](const std::string& text) {
    const auto found = std::find(choices.begin(), choices.end(), text);
    if (found != choices.end()) golds.push_back(static_cast<std::size_t>(found - choices.begin()));
  };
  if (const auto* index = std::get_if<int>(&target)) add_index(*index);
  if (const auto* text = std::get_if<std::string>(&target)) add_text(*text);
  if (const auto* indices = std::get_if<std::vector<int>>(&target)) {
    for (const int index : *indices) add_index(index);
  }
  if (const auto* texts = std::get_if<std::vector<std::string>>(&target)) {
    for (const std::string& text : *texts) add_text(text);
  }
  return golds;
}

std::vector<double> softmax(std::span<const double> lls) {
  const double top = *std::max_element(lls.begin(), lls.end());
  std::vector<double> out;
  double sum = 0.0;
  for (const double ll : lls) sum += out.emplace_back(std::exp(ll - top));
  for (double& p : out) p /= sum;
  return out;
}

double brier(std::span<const double> lls, std::size_t gold) {
  const std::vector<double> p = softmax(lls);
  double sum = 0.0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double difference = p[i] - (i == gold ? 1.0 : 0.0);
    sum += difference * difference;
  }
  return sum;
}

double truthfulqa_mc2(std::span<const double> lls, std::span<const int> labels) {
  const auto quotient = [&](double shift) {
    double right = 0.0;
    double wrong = 0.0;
    for (std::size_t i = 0; i < lls.size(); ++i) {
      (labels[i] == 1 ? right : wrong) += std::exp(lls[i] - shift);
    }
    return right / (right + wrong);
  };
  const double raw = quotient(0.0);
  return std::isfinite(raw) ? raw : quotient(*std::max_element(lls.begin(), lls.end()));
}

}  // namespace assay
