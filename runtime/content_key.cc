// See content_key.h. Every field goes in with its length in front, so that no two different field
// lists give the same bytes; numbers are little-endian, doubles their IEEE bits.
#include "runtime/content_key.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <variant>

#include "assay/digest.h"

namespace assay {
namespace {

class KeyHasher {
 public:
  void number(std::uint64_t value) {
    put(room(8), value);
    if (bytes_.size() > kDrainBytes) drain();
  }
  void number(double value) { number(std::bit_cast<std::uint64_t>(value)); }
  void number(int value) { number(static_cast<std::uint64_t>(static_cast<std::int64_t>(value))); }
  void text(std::string_view value) {
    number(static_cast<std::uint64_t>(value.size()));
    bytes_ += value;
  }
  void texts(const std::vector<std::string>& values) {
    number(static_cast<std::uint64_t>(values.size()));
    for (const std::string& value : values) text(value);
  }
  void tokens(const std::vector<Token>& values) {
    number(static_cast<std::uint64_t>(values.size()));
    drain();
    std::array<char, 4096> block;
    for (std::size_t first = 0; first < values.size();) {
      const std::size_t count = std::min(block.size() / 8, values.size() - first);
      for (std::size_t i = 0; i < count; ++i) {
        put(&block[8 * i],
            static_cast<std::uint64_t>(static_cast<std::int64_t>(values[first + i])));
      }
      hash_.update(std::string_view(block.data(), 8 * count));
      first += count;
    }
  }
  std::string hex() {
    drain();
    return hash_.hex();
  }

 private:
  static constexpr std::size_t kDrainBytes = 65536;

  // One store where the machine is little-endian: the compiler does not make one of the loop.
  static void put(char* out, std::uint64_t value) {
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(out, &value, sizeof value);
    } else {
      for (int i = 0; i < 8; ++i) out[i] = static_cast<char>((value >> (8 * i)) & 0xFF);
    }
  }
  // Where `size` more bytes go; valid until the next call.
  char* room(std::size_t size) {
    bytes_.resize(bytes_.size() + size);
    return bytes_.data() + bytes_.size() - size;
  }
  void drain() {
    hash_.update(bytes_);
    bytes_.clear();
  }
  Sha256 hash_;
  std::string bytes_;
};

void add_kind(KeyHasher& key, const Request& request) {
  const auto* completion = std::get_if<Completion>(&request);
  if (completion == nullptr) {
    key.text(std::holds_alternative<Choices>(request) ? "choices" : "rolling");
    return;
  }
  key.text("completion");
  key.texts(completion->stops);
  key.number(completion->max_tokens);
  key.number(completion->sampling.temperature);
  key.number(completion->sampling.top_k);
  key.number(completion->sampling.top_p);
  key.number(completion->sampling.min_p);
  key.number(completion->sampling.repeat_penalty);
  key.number(completion->sampling.seed);
  key.text(completion->seed_key);
  key.number(0);  // first sample index
  key.number(completion->samples);
}

void add_texts(KeyHasher& key, const Request& request) {
  if (const auto* choices = std::get_if<Choices>(&request)) {
    key.texts(choices->contexts);
    key.texts(choices->continuations);
  } else if (const auto* completion = std::get_if<Completion>(&request)) {
    key.text(completion->prompt);
  } else {
    key.text(std::get<Rolling>(request).text);
  }
}

}  // namespace

std::string content_key(const ModelInfo& model, const PreparedRequest& prepared) {
  KeyHasher key;
  key.text("assay-key-1");
  key.text(model.identity);
  key.text(model.engine);
  add_kind(key, prepared.request);
  key.number(static_cast<std::uint64_t>(prepared.sequences.size()));
  for (const TokenSequence& sequence : prepared.sequences) {
    key.tokens(sequence.context);
    key.tokens(sequence.continuation);
  }
  if (prepared.sequences.empty()) add_texts(key, prepared.request);
  return key.hex();
}

}  // namespace assay
