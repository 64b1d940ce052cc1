// Content keys against docs/formats.md written out byte by byte: what is hashed in blocks is what
// the specification says, whatever the lengths.
#include "runtime/content_key.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "assay/digest.h"

namespace assay {
namespace {

// The slow twin: one list of bytes, one byte at a time.
class Bytes {
 public:
  Bytes& number(std::int64_t value) {
    for (int i = 0; i < 8; ++i) {
      bytes_ += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
    }
    return *this;
  }
  Bytes& text(const std::string& value) {
    number(static_cast<std::int64_t>(value.size()));
    bytes_ += value;
    return *this;
  }
  Bytes& tokens(const std::vector<Token>& values) {
    number(static_cast<std::int64_t>(values.size()));
    for (const Token value : values) number(value);
    return *this;
  }
  std::string key() const { return sha256_hex(bytes_); }

 private:
  std::string bytes_;
};

std::vector<Token> tokens_of(std::size_t count) {
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < count; ++i) tokens.push_back(static_cast<Token>(i * 7919 % 128256));
  if (count > 2) tokens[1] = -1;
  return tokens;
}

TEST(ContentKey, IsTheDigestOfTheSpecifiedBytesAtAnyLength) {
  ModelInfo model;
  model.identity = "an identity";
  model.engine = "an engine";
  for (const std::size_t length : {0U, 1U, 3U, 4095U, 4096U, 4097U, 8191U, 8192U, 20000U}) {
    PreparedRequest prepared;
    prepared.request = Choices{{"context"}, {"one", "two"}};
    prepared.sequences = {{tokens_of(length), {5, -6}}, {tokens_of(length + 1), tokens_of(length)}};
    Bytes bytes;
    bytes.text("assay-key-1").text(model.identity).text(model.engine).text("choices").number(2);
    for (const TokenSequence& sequence : prepared.sequences) {
      bytes.tokens(sequence.context).tokens(sequence.continuation);
    }
    EXPECT_EQ(content_key(model, prepared), bytes.key()) << length;
  }
}

TEST(ContentKey, OfARequestWithoutTokensIsThatOfItsText) {
  const ModelInfo model;
  const std::string text(100000, 'x');
  Bytes bytes;
  bytes.text("assay-key-1").text("").text("").text("rolling").number(0).text(text);
  EXPECT_EQ(content_key(model, {Rolling{text}, {}, false}), bytes.key());
}

}  // namespace
}  // namespace assay
