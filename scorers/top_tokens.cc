// See the header. One pass keeps the k greatest logits in a heap; the others' probability is added
// up from its small terms, not taken as one minus a sum near one.
#include "scorers/top_tokens.h"

#include <algorithm>
#include <cmath>

namespace assay {
namespace {

struct Candidate {
  float logit;
  std::int32_t token;
};

bool before(const Candidate& a, const Candidate& b) {
  return a.logit != b.logit ? a.logit > b.logit : a.token < b.token;
}

std::vector<Candidate> greatest(std::span<const float> logits, std::size_t k) {
  std::vector<Candidate> heap;  // the least of the kept ones in front
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const Candidate candidate{logits[i], static_cast<std::int32_t>(i)};
    if (!std::isfinite(candidate.logit)) continue;
    if (heap.size() < k) {
      heap.push_back(candidate);
      std::push_heap(heap.begin(), heap.end(), before);
    } else if (before(candidate, heap.front())) {
      std::pop_heap(heap.begin(), heap.end(), before);
      heap.back() = candidate;
      std::push_heap(heap.begin(), heap.end(), before);
    }
  }
  std::sort_heap(heap.begin(), heap.end(), before);
  return heap;
}

}  // namespace

double to_log_step(double log_probability) {
  if (!std::isfinite(log_probability)) return kNoProbability;
  // A probability of one that is computed a little above one is one.
  return std::min(0.0, std::nearbyint(log_probability / kLogStep) * kLogStep);
}

std::optional<TopTokens> top_tokens(std::span<const float> logits, std::size_t k) {
  for (const float logit : logits) {
    if (std::isnan(logit) || logit == std::numeric_limits<float>::infinity()) return std::nullopt;
  }
  const std::vector<Candidate> kept = greatest(logits, k);
  if (kept.empty()) return std::nullopt;
  const double top = kept.front().logit;
  const Candidate& last = kept.back();
  double listed = 0;
  double others = 0;
  double least = top;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const Candidate candidate{logits[i], static_cast<std::int32_t>(i)};
    const double weight = std::exp(static_cast<double>(candidate.logit) - top);
    (before(last, candidate) ? others : listed) += weight;
    least = std::min(least, static_cast<double>(candidate.logit));
  }
  const double log_total = top + std::log(listed + others);
  TopTokens out;
  for (const Candidate& candidate : kept) {
    out.tokens.push_back(candidate.token);
    out.log_probabilities.push_back(to_log_step(candidate.logit - log_total));
  }
  out.rest = to_log_step(top + std::log(others) - log_total);
  out.least = to_log_step(least - log_total);
  return out;
}

void PathDigest::add(std::int32_t token) {
  const auto bits = static_cast<std::uint32_t>(token);
  for (int shift = 0; shift < 32; shift += 8) {
    hash_ = (hash_ ^ ((bits >> shift) & 0xFFU)) * 1099511628211ULL;
  }
}

}  // namespace assay
