// Sizes of units: they add up, and a manifest gives back what was written into it.
#include "runtime/unit_sizes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace assay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Sizes = std::vector<std::size_t>;

std::size_t sum(const Sizes& sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
}

TEST(AlikeUnits, AddUpAndDifferByOneAtMost) {
  for (std::size_t items = 0; items < 2000; items += items < 70 ? 1 : 61) {
    for (std::size_t units = items == 0 ? 0 : 1; units <= std::min<std::size_t>(items, 70);
         ++units) {
      const Sizes sizes = alike_units(items, units);
      ASSERT_EQ(sizes.size(), units);
      ASSERT_EQ(sum(sizes), items);
      if (units > 0) {
        ASSERT_LE(sizes.front() - sizes.back(), 1u);
      }
      ASSERT_TRUE(std::is_sorted(sizes.rbegin(), sizes.rend()));
    }
  }
}

TEST(TaperedUnits, HaveAThirdOfWhatIsLeft) {
  EXPECT_THAT(tapered_units(0), ElementsAre());
  EXPECT_THAT(tapered_units(2), ElementsAre(1, 1));
  EXPECT_THAT(tapered_units(200), ElementsAre(32, 32, 32, 32, 24, 16, 11, 7, 5, 3, 2, 2, 1, 1));
  EXPECT_THAT(tapered_units(200, true), ElementsAre(32, 32, 32, 32, 24, 16, 11, 7, 5, 3, 2, 2, 2));
  EXPECT_THAT(tapered_units(3, true), ElementsAre(2, 1));
  EXPECT_THAT(tapered_units(5, true), ElementsAre(3, 2));
}

TEST(TaperedUnits, AddUpAndLetTwoContextsEndTogether) {
  for (std::size_t step = 0; step < 4000; step += step < 140 ? 1 : 61) {
    const std::size_t items = step / 2;
    const bool no_single = step % 2 == 1;
    const Sizes sizes = tapered_units(items, no_single);
    ASSERT_TRUE(!no_single || items <= 3 || sizes.back() > 1) << items;
    ASSERT_EQ(sum(sizes), items);
    ASSERT_TRUE(std::is_sorted(sizes.rbegin(), sizes.rend())) << items;
    Sizes busy(2, 0);  // until when each of two contexts is at work, an item being a step
    for (const std::size_t size : sizes) {
      ASSERT_LE(size, kUnitItems);
      *std::min_element(busy.begin(), busy.end()) += size;
    }
    const std::size_t last = no_single ? 3 : 1;
    ASSERT_LE(std::max(busy[0], busy[1]) - std::min(busy[0], busy[1]), last) << items;
  }
}

TEST(UnitsJson, GivesTheSizesBack) {
  EXPECT_EQ(units_json({4, 4, 4, 2, 1, 1}).dump(), "[[4,3],[2,1],[1,2]]");
  for (const Sizes& sizes : {Sizes{}, Sizes{1}, Sizes{3, 3, 3}, Sizes{1, 2, 2, 1}}) {
    const expected<Sizes> back = units_from_json(units_json(sizes), sum(sizes));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, sizes);
  }
}

TEST(UnitsJson, ANumberStandsForAlikeUnits) {
  const expected<Sizes> sizes = units_from_json(Json::parse("3"), 8);
  ASSERT_TRUE(sizes) << sizes.error().message;
  EXPECT_THAT(*sizes, ElementsAre(3, 3, 2));
}

TEST(UnitsJson, WhatIsNoCutOfTheItemsIsRefused) {
  for (const char* text : {"0", "9", "-1", "2.0", "\"8\"", "null", "{}", "[]", "[[8]]", "[[8,1,1]]",
                           "[8]", "[[0,8]]", "[[8,0]]", "[[4,1]]", "[[4,3]]", "[[4,-2]]",
                           "[[2,9223372036854775812]]", "[[18446744073709551615,1]]"}) {
    const expected<Sizes> sizes = units_from_json(Json::parse(text), 8);
    ASSERT_FALSE(sizes) << text;
    EXPECT_THAT(sizes.error().message, HasSubstr("adds up to its 8 items"));
  }
  EXPECT_FALSE(units_from_json(Json::parse("1"), 0));
}

}  // namespace
}  // namespace assay
