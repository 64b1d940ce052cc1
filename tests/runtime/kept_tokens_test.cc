// The bytes of kept next-token records: they come back as they were, nothing damaged is taken for a
// record, and which positions of a request are kept.
#include "runtime/kept_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "runtime/base64.h"
#include "runtime/wire.h"

namespace assay {
namespace {

using ::testing::HasSubstr;

TEST(Base64, VectorsOfTheStandard) {
  const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
  for (const char* wrong :
       {"Z", "Zg", "Zg=", "Z===", "====", "Zm9v\n", " Zm9v", "Zm9*", "Zh==", "Zm9v=Zg="}) {
    EXPECT_FALSE(from_base64(wrong)) << wrong;
  }
}

KeptTokens sample() {
  std::vector<float> logits;
  for (int i = 0; i < 1000; ++i) logits.push_back(static_cast<float>((i * 7919) % 1000) / 83.0F);
  KeptTokens kept{16, 1000, {}};
  for (int i = 0; i < 3; ++i) {
    TopTokens top = *top_tokens(logits, 16);
    top.path = 0xFFFFFFF0U + static_cast<std::uint32_t>(i);
    kept.positions.push_back(top);
    for (float& logit : logits) logit *= 3;
  }
  kept.positions.push_back(*top_tokens(std::vector<float>(16, 1.0F), 16));  // nothing is left over
  return kept;
}

TEST(KeptTokens, ComeBackAsTheyWere) {
  const KeptTokens kept = sample();
  const std::string text = encode_kept(kept);
  const expected<KeptTokens> back = decode_kept(text);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->k, 16);
  EXPECT_EQ(back->vocabulary, 1000U);
  ASSERT_EQ(back->positions.size(), kept.positions.size());
  for (std::size_t i = 0; i < kept.positions.size(); ++i) {
    EXPECT_EQ(back->positions[i].path, kept.positions[i].path);
    EXPECT_EQ(back->positions[i].tokens, kept.positions[i].tokens);
    EXPECT_EQ(back->positions[i].log_probabilities, kept.positions[i].log_probabilities);
    EXPECT_EQ(back->positions[i].rest, kept.positions[i].rest);
    EXPECT_EQ(back->positions[i].least, kept.positions[i].least);
  }
  EXPECT_EQ(encode_kept(*back), text);
  EXPECT_LT(text.size(), kept.positions.size() * 16 * 8) << "compact";
  EXPECT_EQ(kept_problem(text, 16), "");
}

TEST(KeptTokens, DamageIsNeverARecord) {
  const std::string text = encode_kept(sample());
  EXPECT_FALSE(decode_kept(""));
  EXPECT_FALSE(decode_kept("not base64"));
  EXPECT_FALSE(decode_kept(to_base64("\x02\x10\x10")));  // of another form
  const std::string bytes = *from_base64(text);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const expected<KeptTokens> cut = decode_kept(to_base64(bytes.substr(0, length)));
    if (!cut) continue;
    EXPECT_LT(cut->positions.size(), sample().positions.size()) << length;
  }
  // Whatever the bytes are, reading ends and gives a value or an error.
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string other = bytes;
    other[i] = static_cast<char>(other[i] ^ 0xFF);
    const expected<KeptTokens> read = decode_kept(to_base64(other));
    if (!read) continue;
    EXPECT_LE(read->positions.size(), bytes.size());
  }
}

TEST(KeptTokens, ProblemsAreNamed) {
  const KeptTokens good = sample();
  EXPECT_THAT(kept_problem("", 16), HasSubstr("not kept"));
  EXPECT_THAT(kept_problem(encode_kept(good), 8), HasSubstr("16 next tokens were kept instead of"));
  KeptTokens heavy = good;
  heavy.positions[0].rest = to_log_step(std::log(0.5));
  EXPECT_THAT(kept_problem(encode_kept(heavy), 16), HasSubstr("add up to"));
  KeptTokens twice = good;
  twice.positions[1].tokens[3] = twice.positions[1].tokens[2];
  EXPECT_THAT(kept_problem(encode_kept(twice), 16), HasSubstr("is not one of the"));
  KeptTokens outside = good;
  outside.vocabulary = 10;
  EXPECT_THAT(kept_problem(encode_kept(outside), 16), HasSubstr("is not one of the 10"));
}

TEST(KeptTokens, TokenIds) {
  const std::vector<std::int32_t> ids = {0, 1, 127, 128, 300, 151935, 2147483647};
  EXPECT_EQ(*decode_ids(encode_ids(ids)), ids);
  EXPECT_TRUE(decode_ids(encode_ids({}))->empty());
  EXPECT_FALSE(decode_ids(to_base64("\xff\xff\xff\xff\xff\x01")));  // beyond 31 bits
  EXPECT_FALSE(decode_ids(to_base64("\x80")));
}

TEST(KeptTokens, ResponsesKeepThemOnTheWire) {
  Response response;
  response.answer = std::vector<Generation>{
      {" four", FinishReason::kStop, 2, std::vector<std::int32_t>{17, 151000}},
      {" five", FinishReason::kLength, 3, std::nullopt}};
  response.top_tokens = encode_kept(sample());
  const expected<Response> back = response_from_json(to_json(response));
  ASSERT_TRUE(back) << back.error().message;
  const auto& texts = std::get<std::vector<Generation>>(back->answer);
  EXPECT_EQ(texts[0].token_ids, (std::vector<std::int32_t>{17, 151000}));
  EXPECT_FALSE(texts[1].token_ids);
  EXPECT_EQ(back->top_tokens, response.top_tokens);
  Json damaged = to_json(response);
  damaged["top"] = "AAAA";
  EXPECT_FALSE(response_from_json(damaged));
  damaged = to_json(response);
  damaged["texts"][0]["ids"] = "?";
  EXPECT_FALSE(response_from_json(damaged));
}

PreparedRequest choices(const std::vector<TokenSequence>& sequences) {
  return {Choices{{"c"}, std::vector<std::string>(sequences.size(), "x")}, sequences, false, 16};
}

using Place = std::pair<std::size_t, std::size_t>;
std::vector<Place> places(const PreparedRequest& prepared) {
  std::vector<Place> out;
  for (const KeptPosition& kept : kept_positions(prepared))
    out.emplace_back(kept.sequence, kept.index);
  return out;
}

TEST(KeptPositions, FirstTokensOfAllChoicesThenSecondEachBeginningOnce) {
  // All begin after the same context; the second and third share their first token.
  const auto kept = places(choices({{{1, 2}, {10}}, {{1, 2}, {11, 12}}, {{1, 2}, {11, 13, 14}}}));
  EXPECT_EQ(kept, (std::vector<Place>{{0, 0}, {1, 1}, {2, 2}}));
  // Contexts of their own.
  EXPECT_EQ(places(choices({{{1}, {5, 6}}, {{2}, {5, 6}}})),
            (std::vector<Place>{{0, 0}, {1, 0}, {0, 1}, {1, 1}}));
  // No more than the limit.
  std::vector<TokenSequence> many;
  for (int i = 0; i < 30; ++i) many.push_back({{i}, {1, 2}});
  EXPECT_EQ(places(choices(many)).size(), kKeptPositions);
  EXPECT_EQ(places(choices(many)).back(), (Place{kKeptPositions - 1, 0}));
}

TEST(KeptPositions, DigestsAreOfTheTokensInFront) {
  const auto kept = kept_positions(choices({{{1, 2}, {10, 11}}}));
  PathDigest digest;
  digest.add(1);
  digest.add(2);
  EXPECT_EQ(kept[0].path, digest.value());
  digest.add(10);
  EXPECT_EQ(kept[1].path, digest.value());
}

TEST(KeptPositions, OfARollingTextAtEqualDistances) {
  std::vector<Token> tokens(100);
  PreparedRequest text{
      Rolling{"t"}, {{{0}, tokens}, {{0, 0}, {1, 2, 3, 4, 5, 6, 7, 8}}}, false, 16};
  const auto kept = places(text);
  ASSERT_EQ(kept.size(), 16U);
  EXPECT_EQ(kept.front(), (Place{0, 0}));
  EXPECT_EQ(kept[1], (Place{0, 6}));      // 108 / 16
  EXPECT_EQ(kept.back(), (Place{1, 1}));  // 15 × 108 / 16 = 101
  PreparedRequest few{Rolling{"t"}, {{{0}, {1, 2, 3}}}, false, 16};
  EXPECT_EQ(places(few), (std::vector<Place>{{0, 0}, {0, 1}, {0, 2}}));
  EXPECT_TRUE(places({Rolling{""}, {}, false, 16}).empty());
}

}  // namespace
}  // namespace assay
