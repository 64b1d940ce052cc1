// See the header.
#include "runtime/kept_tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "runtime/base64.h"

namespace assay {
namespace {

constexpr std::uint64_t kForm = 1;
// Beyond this a logarithm is kept as "no less than that": 2^44 nats, never met.
constexpr double kMostSteps = 0x1.0p62;

class Writer {
 public:
  void number(std::uint64_t value) {
    while (value >= 0x80) {
      bytes_.push_back(static_cast<char>(0x80 | (value & 0x7F)));
      value >>= 7;
    }
    bytes_.push_back(static_cast<char>(value));
  }
  std::string text() const { return to_base64(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string bytes) : bytes_(std::move(bytes)) {}

  bool at_end() const { return at_ == bytes_.size(); }
  // 0 once anything was wrong.
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64 && at_ < bytes_.size(); shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    broken_ = true;
    return 0;
  }
  std::int32_t token() {
    const std::uint64_t value = number();
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max())) {
      broken_ = true;
    }
    return broken_ ? 0 : static_cast<std::int32_t>(value);
  }
  bool broken() const { return broken_; }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
  bool broken_ = false;
};

// 0 is no probability; else the steps below one, plus one.
std::uint64_t code_of(double log_probability) {
  if (!std::isfinite(log_probability)) return 0;
  return 1 + static_cast<std::uint64_t>(std::min(-log_probability / kLogStep, kMostSteps));
}

double log_of(std::uint64_t code) {
  return code == 0 ? kNoProbability : -static_cast<double>(code - 1) * kLogStep;
}

void write_position(const TopTokens& top, Writer& out) {
  out.number(top.path);
  out.number(top.tokens.size());
  std::uint64_t before = 1;
  for (std::size_t i = 0; i < top.tokens.size(); ++i) {
    const std::uint64_t code = code_of(top.log_probabilities[i]);
    out.number(static_cast<std::uint64_t>(top.tokens[i]));
    out.number(code - before);  // never negative: they fall
    before = code;
  }
  out.number(code_of(top.rest));
  out.number(code_of(top.least));
}

std::optional<TopTokens> read_position(Reader& in) {
  TopTokens top;
  top.path = static_cast<std::uint32_t>(in.number());
  const std::uint64_t count = in.number();
  std::uint64_t code = 1;
  for (std::uint64_t i = 0; i < count && !in.broken(); ++i) {
    top.tokens.push_back(in.token());
    code += in.number();
    top.log_probabilities.push_back(log_of(code));
  }
  top.rest = log_of(in.number());
  top.least = log_of(in.number());
  if (in.broken() || top.tokens.empty()) return std::nullopt;
  return top;
}

void keep_choices(const PreparedRequest& prepared, std::vector<KeptPosition>& kept) {
  std::vector<PathDigest> digests(prepared.sequences.size());
  std::size_t longest = 0;
  for (std::size_t s = 0; s < digests.size(); ++s) {
    for (const Token token : prepared.sequences[s].context) digests[s].add(token);
    longest = std::max(longest, prepared.sequences[s].continuation.size());
  }
  std::set<std::uint32_t> seen;
  for (std::size_t index = 0; index < longest; ++index) {
    for (std::size_t s = 0; s < digests.size(); ++s) {
      const std::vector<Token>& continuation = prepared.sequences[s].continuation;
      if (index >= continuation.size()) continue;
      const std::uint32_t path = digests[s].value();
      if (kept.size() < kKeptPositions && seen.insert(path).second) {
        kept.push_back({s, index, path});
      }
      digests[s].add(continuation[index]);
    }
    if (kept.size() == kKeptPositions) return;
  }
}

void keep_rolling(const PreparedRequest& prepared, std::vector<KeptPosition>& kept) {
  std::size_t all = 0;
  for (const TokenSequence& window : prepared.sequences) all += window.continuation.size();
  const std::size_t count = std::min(all, kKeptPositions);
  std::size_t before = 0;  // scored tokens of earlier windows
  std::size_t next = 0;    // of the positions to keep
  for (std::size_t s = 0; s < prepared.sequences.size(); ++s) {
    const TokenSequence& window = prepared.sequences[s];
    PathDigest digest;
    for (const Token token : window.context) digest.add(token);
    for (std::size_t index = 0; index < window.continuation.size(); ++index) {
      if (next < count && before + index == next * all / count) {
        kept.push_back({s, index, digest.value()});
        ++next;
      }
      digest.add(window.continuation[index]);
    }
    before += window.continuation.size();
  }
}

}  // namespace

std::vector<KeptPosition> kept_positions(const PreparedRequest& prepared) {
  std::vector<KeptPosition> kept;
  if (std::holds_alternative<Rolling>(prepared.request)) {
    keep_rolling(prepared, kept);
  } else if (std::holds_alternative<Choices>(prepared.request)) {
    keep_choices(prepared, kept);
  }
  return kept;
}

std::string encode_kept(const KeptTokens& kept) {
  Writer out;
  out.number(kForm);
  out.number(static_cast<std::uint64_t>(kept.k));
  out.number(kept.vocabulary);
  for (const TopTokens& top : kept.positions) write_position(top, out);
  return out.text();
}

expected<KeptTokens> decode_kept(std::string_view text) {
  const Error damaged = data_error("the kept next-token probabilities cannot be read");
  std::optional<std::string> bytes = from_base64(text);
  if (!bytes) return damaged;
  Reader in(std::move(*bytes));
  if (in.number() != kForm) return damaged;
  KeptTokens kept;
  kept.k = in.token();
  kept.vocabulary = in.number();
  while (!in.broken() && !in.at_end()) {
    std::optional<TopTokens> top = read_position(in);
    if (!top) return damaged;
    kept.positions.push_back(std::move(*top));
  }
  if (in.broken() || kept.k < 1) return damaged;
  return kept;
}

std::string kept_problem(std::string_view text, int k) {
  constexpr double kRounding = 1e-5;  // many times that of the steps
  if (text.empty()) return "its next-token probabilities were not kept";
  const expected<KeptTokens> kept = decode_kept(text);
  if (!kept) return kept.error().message;
  if (kept->k != k) return fmt::format("{} next tokens were kept instead of {}", kept->k, k);
  for (const TopTokens& top : kept->positions) {
    double sum = std::exp(top.rest);
    std::set<std::int32_t> seen;
    for (std::size_t i = 0; i < top.tokens.size(); ++i) {
      const auto token = static_cast<std::size_t>(top.tokens[i]);
      if (token >= kept->vocabulary || !seen.insert(top.tokens[i]).second) {
        return fmt::format("token {} of its next-token probabilities is not one of the {}", token,
                           kept->vocabulary);
      }
      sum += std::exp(top.log_probabilities[i]);
    }
    if (top.tokens.size() > static_cast<std::size_t>(k)) return "more next tokens were kept";
    if (std::fabs(sum - 1) > kRounding) {
      return fmt::format("its next-token probabilities add up to {:.6f}", sum);
    }
  }
  return "";
}

std::string encode_ids(std::span<const std::int32_t> ids) {
  Writer out;
  for (const std::int32_t id : ids) out.number(static_cast<std::uint64_t>(id));
  return out.text();
}

expected<std::vector<std::int32_t>> decode_ids(std::string_view text) {
  std::vector<std::int32_t> ids;
  std::optional<std::string> bytes = from_base64(text);
  if (!bytes) return data_error("the token ids cannot be read");
  Reader in(std::move(*bytes));
  while (!in.at_end() && !in.broken()) ids.push_back(in.token());
  if (in.broken()) return data_error("the token ids cannot be read");
  return ids;
}

}  // namespace assay
