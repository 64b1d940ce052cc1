// The tokenisation rules against the golden vectors, with the toy tokenizer they were made with,
// and what the vectors do not reach: whether a request fits, and what is said when it does not.
#include "runtime/encode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "assay/json.h"

namespace assay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

// Longest match over a small vocabulary; other characters are 1000 + code point.
class ToyTokenizer : public Tokenizer {
 public:
  explicit ToyTokenizer(bool adds_bos, std::map<std::string, Token> vocabulary =
                                           {{"<s>", 1}, {" ", 3}, {"A", 5}, {"B", 6}, {" A", 8}})
      : adds_bos_(adds_bos), vocabulary_(std::move(vocabulary)) {}

  std::vector<Token> encode(std::string_view text, bool add_special) const override {
    std::vector<Token> tokens;
    if (add_special && adds_bos_) tokens.push_back(1);
    while (!text.empty()) {
      std::size_t best = 0;
      Token token = 0;
      for (const auto& [piece, id] : vocabulary_) {
        if (piece.size() > best && text.starts_with(piece)) {
          best = piece.size();
          token = id;
        }
      }
      if (best == 0) {
        best = 1;
        std::uint32_t code = static_cast<unsigned char>(text[0]);
        if (code >= 0xC0) {
          const std::size_t length = code >= 0xF0 ? 4 : code >= 0xE0 ? 3 : 2;
          code &= 0xFFU >> (length + 1);
          for (; best < length; ++best) code = code << 6 | (text[best] & 0x3FU);
        }
        token = static_cast<Token>(1000 + code);
      }
      tokens.push_back(token);
      text.remove_prefix(best);
    }
    return tokens;
  }
  bool adds_special_by_default() const override { return adds_bos_; }
  std::optional<Token> prefix_token() const override { return 1; }
  std::string token_text(Token token) const override { return token == 1 ? "<s>" : "?"; }

 private:
  bool adds_bos_;
  std::map<std::string, Token> vocabulary_;
};

std::vector<Json> golden(const std::string& name) {
  std::vector<Json> rows;
  std::ifstream in(fs::path(ASSAY_SHARED_DIR) / "golden" / name);
  for (std::string line; std::getline(in, line);) rows.push_back(Json::parse(line));
  return rows;
}

TEST(Encode, PairsEqualTheGoldenVectors) {
  const std::vector<Json> rows = golden("encode_pair.jsonl");
  if (rows.empty()) GTEST_SKIP() << "no golden data";
  const auto vocabulary =
      rows[0]["toy_tokenizer"]["vocab_longest_match"].get<std::map<std::string, Token>>();
  std::size_t truncations = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const Json& row = rows[i];
    const ToyTokenizer tokenizer(row["tokenizer_adds_bos_by_default"], vocabulary);
    std::optional<bool> add_bos;
    if (!row["add_bos_token"].is_null()) add_bos = row["add_bos_token"].get<bool>();
    const std::string context = row["context"];
    const std::string continuation = row["continuation"];
    const expected<TokenSequence> pair = encode_pair(tokenizer, context, continuation, add_bos);
    ASSERT_TRUE(pair);
    EXPECT_EQ(pair->context, row["context_tokens"].get<std::vector<Token>>()) << row;
    EXPECT_EQ(pair->continuation, row["continuation_tokens"].get<std::vector<Token>>()) << row;
    for (const auto& [length, input] : row["truncated_input"].items()) {
      TokenSequence cut = *pair;
      const auto max_length = static_cast<std::size_t>(std::stoi(length));
      if (cut.continuation.empty() || cut.continuation.size() > max_length) continue;
      truncate_left(cut, static_cast<int>(max_length));
      std::vector<Token> seen = cut.context;
      seen.insert(seen.end(), cut.continuation.begin(), cut.continuation.end() - 1);
      EXPECT_EQ(seen, input.get<std::vector<Token>>()) << row << length;
      ++truncations;
    }
  }
  EXPECT_GT(truncations, 300U);
}

TEST(Encode, RollingWindowsEqualTheGoldenVectors) {
  const std::vector<Json> rows = golden("rolling_windows.jsonl");
  if (rows.empty()) GTEST_SKIP() << "no golden data";
  for (const Json& row : rows) {
    std::vector<Token> tokens(row["n_tokens"].get<std::size_t>());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      tokens[i] = row["first_token"].get<Token>() + static_cast<Token>(i);
    }
    const std::vector<TokenSequence> windows = rolling_windows(
        tokens, row["prefix_token"], row["max_seq_len"], row["context_len"].get<int>());
    Json disjoint = Json::array();
    for (const TokenSequence& w : windows) disjoint.push_back({w.context, w.continuation});
    EXPECT_EQ(disjoint, row["disjoint"]) << row;
  }
}

TEST(Encode, BytesThatAreNotUtf8AreNoWhiteSpace) {
  const ToyTokenizer tokenizer(false, {{"A", 5}, {"\xff ", 6}, {"\xff", 7}, {" ", 3}});
  const expected<TokenSequence> pair = encode_pair(tokenizer, "A\xff ", "A", {});
  ASSERT_TRUE(pair);
  EXPECT_THAT(pair->context, ElementsAre(5, 7));
}

TEST(Encode, APromptThatDoesNotFitIsAnErrorWithItsFigures) {
  const ToyTokenizer tokenizer(true);
  EncodeSettings settings{.add_bos = {}, .max_length = 4, .truncate_left = false};
  const Choices fits{{"AAA"}, {"B"}};  // BOS A A A is the input: exactly 4
  EXPECT_TRUE(prepare_request(tokenizer, fits, settings));
  const Choices too_long{{"AAAA"}, {"B"}};
  const expected<PreparedRequest> refused = prepare_request(tokenizer, too_long, settings);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("needs 5 tokens but the context holds 4"));

  settings.truncate_left = true;
  const expected<PreparedRequest> cut = prepare_request(tokenizer, too_long, settings);
  ASSERT_TRUE(cut);
  EXPECT_TRUE(cut->truncated);
  EXPECT_THAT(cut->sequences[0].context, ElementsAre(5, 5, 5, 5));
  const Choices long_continuation{{"A"}, {"BBBBB"}};
  EXPECT_THAT(prepare_request(tokenizer, long_continuation, settings).error().message,
              HasSubstr("A continuation needs 5 tokens"));
}

TEST(Encode, AContinuationWithoutTokensIsAnItemError) {
  const ToyTokenizer tokenizer(true);
  EXPECT_THAT(prepare_request(tokenizer, Choices{{"A"}, {""}}, {}).error().message,
              HasSubstr("no tokens of its own"));
  const ToyTokenizer merges(false, {{"A", 5}, {"B", 6}, {"AB", 7}});
  EXPECT_THAT(prepare_request(merges, Choices{{"A"}, {"B"}}, {}).error().message,
              HasSubstr("no tokens of its own"));
  EXPECT_THAT(prepare_request(merges, Choices{{" "}, {"B"}}, {}).error().message,
              HasSubstr("only white space"));
}

TEST(Encode, GenerationLeavesRoomForItsTokens) {
  const ToyTokenizer tokenizer(true);
  EncodeSettings settings{.add_bos = {}, .max_length = 6, .truncate_left = false};
  Completion completion;
  completion.prompt = "AAA";
  completion.max_tokens = 2;
  EXPECT_TRUE(prepare_request(tokenizer, completion, settings));
  completion.max_tokens = 3;
  EXPECT_THAT(prepare_request(tokenizer, completion, settings).error().message,
              HasSubstr("(4 tokens) with 3 generated tokens needs 7 tokens"));
  settings.truncate_left = true;
  const expected<PreparedRequest> cut = prepare_request(tokenizer, completion, settings);
  ASSERT_TRUE(cut);
  EXPECT_THAT(cut->sequences[0].context, ElementsAre(5, 5, 5));
  completion.max_tokens = 6;
  EXPECT_THAT(prepare_request(tokenizer, completion, settings).error().message,
              HasSubstr("no room for a prompt"));
}

TEST(Encode, ATextThatBeginsWithBosGetsNoSecondOne) {
  const ToyTokenizer tokenizer(true);
  EXPECT_THAT(encode_text(tokenizer, "<s>A", {}), ElementsAre(1, 5));
  EXPECT_THAT(encode_text(tokenizer, "A", {}), ElementsAre(1, 5));
  EXPECT_THAT(encode_text(tokenizer, "A", false), ElementsAre(5));
}

TEST(Encode, AnEmptyTextHasNoWindows) {
  const ToyTokenizer tokenizer(true);
  EncodeSettings settings{.add_bos = {}, .max_length = 4, .truncate_left = false};
  EXPECT_TRUE(prepare_request(tokenizer, Rolling{""}, settings)->sequences.empty());
  const expected<PreparedRequest> text = prepare_request(tokenizer, Rolling{"AAAAAA"}, settings);
  ASSERT_EQ(text->sequences.size(), 2U);  // BOS counts as a scored token, as in the original
  EXPECT_THAT(text->sequences[0].continuation, ElementsAre(1, 5, 5, 5));
  EXPECT_THAT(text->sequences[1].context, ElementsAre(5, 5));
}

}  // namespace
}  // namespace assay
