// Sampling (see the header). The candidates are never sorted further than the settings need: a
// sorted head is grown until the kept set is inside it.
#include "runtime/sampler.h"

#include <algorithm>
#include <cmath>

namespace assay {
namespace {

constexpr std::size_t kPenaltyWindow = 64;
constexpr std::size_t kFirstHead = 64;
constexpr std::size_t kBlock = 1024;  // tokens whose weights are added up in vectors

std::uint64_t mix(std::uint64_t z) {
  z += 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

}  // namespace

std::uint64_t SplitMix64::next() {
  const std::uint64_t value = mix(state_);
  state_ += 0x9E3779B97F4A7C15ULL;
  return value;
}

double SplitMix64::next_unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

std::uint64_t sample_seed(std::uint64_t seed, std::string_view seed_key, int sample) {
  std::uint64_t key = 14695981039346656037ULL;
  for (const char c : seed_key) key = (key ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return mix(mix(seed) ^ key ^ mix(static_cast<std::uint64_t>(sample) + 1));
}

Sampler::Sampler(const Sampling& settings, std::uint64_t seed)
    : settings_(settings), random_(seed) {}

void Sampler::accept(Token token) {
  recent_.push_back(token);
  if (recent_.size() > kPenaltyWindow) recent_.pop_front();
}

std::optional<Token> Sampler::pick(std::span<const float> logits) {
  if (settings_.repeat_penalty != 1.0) {
    penalised_.assign(logits.begin(), logits.end());
    const auto penalty = static_cast<float>(settings_.repeat_penalty);
    for (const Token token : recent_) {
      const auto i = static_cast<std::size_t>(token);
      if (i >= penalised_.size()) continue;
      penalised_[i] = logits[i] > 0 ? logits[i] / penalty : logits[i] * penalty;
    }
    logits = penalised_;
  }
  const std::optional<std::size_t> best = arg_max(logits);
  if (!best) return std::nullopt;
  if (settings_.temperature <= 0) return static_cast<Token>(*best);

  const float top = logits[*best];
  if (settings_.top_k <= 0 && settings_.top_p >= 1.0 && settings_.min_p <= 0) {
    return draw_from_all(logits, top);
  }
  keep_most_probable(logits, top);
  const auto weight = [&](const Candidate& c) {
    return std::exp((static_cast<double>(c.logit) - top) / settings_.temperature);
  };
  double total = 0;
  for (const Candidate& c : candidates_) total += weight(c);
  double left = random_.next_unit() * total;
  for (const Candidate& c : candidates_) {
    left -= weight(c);
    if (left < 0) return c.token;
  }
  return candidates_.back().token;
}

// Adding up one weight after the other takes longer than making them, so that is only done in the
// block in which the draw falls.
Token Sampler::draw_from_all(std::span<const float> logits, float top) {
  const auto block_of = [&](std::size_t block) {
    const std::size_t begin = block * kBlock;
    return logits.subspan(begin, std::min(kBlock, logits.size() - begin));
  };
  blocks_.clear();
  double total = 0;
  for (std::size_t block = 0; block * kBlock < logits.size(); ++block) {
    blocks_.push_back(sum_of_exponentials(block_of(block), top, settings_.temperature));
    total += blocks_.back();
  }
  double left = random_.next_unit() * total;
  std::size_t block = 0;
  for (; block + 1 < blocks_.size() && left >= blocks_[block]; ++block) left -= blocks_[block];

  const std::span<const float> inside = block_of(block);
  weights_.resize(inside.size());
  exponentials(inside, top, settings_.temperature, weights_);
  std::size_t chosen = 0;
  for (; chosen + 1 < weights_.size() && left >= weights_[chosen]; ++chosen) {
    left -= weights_[chosen];
  }
  return static_cast<Token>(block * kBlock + chosen);
}

// Fills candidates_ with the tokens that survive top_k, top_p and min_p.
void Sampler::keep_most_probable(std::span<const float> logits, float best) {
  candidates_.clear();
  for (std::size_t i = 0; i < logits.size(); ++i) {
    candidates_.push_back({static_cast<Token>(i), logits[i]});
  }
  const auto before = [](const Candidate& a, const Candidate& b) {
    return a.logit != b.logit ? a.logit > b.logit : a.token < b.token;
  };
  std::size_t sorted = 0;
  const auto sort_head = [&](std::size_t count) {
    if (count <= sorted) return;
    const auto from = candidates_.begin() + static_cast<std::ptrdiff_t>(sorted);
    const auto to = candidates_.begin() + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(from, to, candidates_.end(), before);
    sorted = count;
  };
  const auto probability_weight = [&](const Candidate& c) {
    return std::exp(static_cast<double>(c.logit) - best);
  };

  if (settings_.top_k > 0 && static_cast<std::size_t>(settings_.top_k) < candidates_.size()) {
    sort_head(static_cast<std::size_t>(settings_.top_k));
    candidates_.resize(static_cast<std::size_t>(settings_.top_k));
  }
  if (settings_.top_p < 1.0) {
    double total = 0;
    if (candidates_.size() == logits.size()) {
      total = sum_of_exponentials(logits, best);
    } else {
      for (const Candidate& c : candidates_) total += probability_weight(c);
    }
    double reached = 0;
    std::size_t kept = 0;
    while (kept < candidates_.size()) {
      if (kept == sorted) sort_head(std::min(candidates_.size(), std::max(kFirstHead, 2 * kept)));
      reached += probability_weight(candidates_[kept++]);
      if (reached >= settings_.top_p * total) break;
    }
    candidates_.resize(kept);
  }
  if (settings_.min_p > 0) {
    const double threshold = best + std::log(std::min(settings_.min_p, 1.0));
    std::erase_if(candidates_,
                  [&](const Candidate& c) { return static_cast<double>(c.logit) < threshold; });
  }
  const bool all_kept = candidates_.size() == logits.size();
  if (!all_kept) std::sort(candidates_.begin(), candidates_.end(), before);
}

}  // namespace assay
