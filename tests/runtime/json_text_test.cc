// Our writer of JSON lines against the library's: the same bytes for every value, the bad ones
// included, because journals and samples written before are compared byte by byte.
#include "runtime/json_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <iterator>
#include <limits>
#include <random>
#include <string>

namespace assay {
namespace {

std::string library(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string ours(const Json& value) {
  std::string out = "before:";
  append_json(out, value);
  return out.substr(7);
}

TEST(JsonText, NumbersHaveTheLibrarysDigits) {
  std::mt19937_64 bits(1);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t number = bits();
    const auto anything = std::bit_cast<double>(number);  // infinities and NaNs among them
    const double ordinary = static_cast<double>(number >> 40) / -1048576.0;
    ASSERT_EQ(ours(anything), library(anything)) << number;
    ASSERT_EQ(ours(ordinary), library(ordinary)) << number;
    ASSERT_EQ(ours(number), library(number));
    ASSERT_EQ(ours(static_cast<std::int64_t>(number)), library(static_cast<std::int64_t>(number)));
  }
  using Limits = std::numeric_limits<double>;
  for (const double edge : {0.0, -0.0, 1.0, 1e15, 1e16, 1e-5, Limits::max(), Limits::denorm_min(),
                            Limits::infinity(), Limits::quiet_NaN()}) {
    EXPECT_EQ(ours(edge), library(edge));
  }
  EXPECT_EQ(ours(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(ours(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

TEST(JsonText, EveryPairOfBytesIsEscapedOrReplacedAlike) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string text = {'x', static_cast<char>(a), static_cast<char>(b), '\x80', '"'};
      ASSERT_EQ(ours(text), library(text)) << a << " " << b;
      ASSERT_EQ(ours(text.substr(0, 3)), library(text.substr(0, 3))) << a << " " << b;
    }
  }
}

TEST(JsonText, TextsOfAnyBytesAreWrittenAlike) {
  std::mt19937_64 bits(2);
  const std::string pieces[] = {
      "plain text",         "\n",   "\\",  "é", "漢字", "😀", "\xed\xa0\x80", "\xf0\x9f", "\xff",
      std::string(1, '\0'), "\x7f", "\x1b"};
  for (int i = 0; i < 5000; ++i) {
    std::string text;
    for (std::uint64_t n = bits() % 12; n > 0; --n) text += pieces[bits() % std::size(pieces)];
    ASSERT_EQ(ours(text), library(text));
    ASSERT_EQ(ours(Json{{text, text}}), library(Json{{text, text}}));
  }
}

TEST(JsonText, StructuresAreWrittenAlike) {
  const Json value = {{"z", Json::object()},
                      {"a", Json::array()},
                      {"list", {1, -2, 3.5, true, false, nullptr, "t", Json::array({Json()})}},
                      {"deep", {{"er", {{"still", {{"", ""}}}}}}}};
  EXPECT_EQ(ours(value), library(value));
  for (const Json& simple : {Json(), Json(true), Json(""), Json::object(), Json::array()}) {
    EXPECT_EQ(ours(simple), library(simple));
  }
}

TEST(JsonText, AnObjectGrowsMemberByMember) {
  const Json tail = {{"c", {1, 2}}, {"d", nullptr}};
  ObjectText text;
  text.add_text("a", "\"1\"");
  text.add("b", 2.0);
  text.add_members(tail);
  EXPECT_EQ(std::move(text).take() + "}", R"({"a":"\"1\"","b":2.0,"c":[1,2],"d":null})");
  EXPECT_EQ(ObjectText().take() + "}", "{}");
}

}  // namespace
}  // namespace assay
