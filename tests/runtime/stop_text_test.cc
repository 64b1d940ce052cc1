// Stop strings that arrive in pieces, their order, and bytes that are not UTF-8.
#include "runtime/stop_text.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(StopText, FindsAStopThatIsSpreadOverPieces) {
  StopText text({"\n\n", "Q:"});
  EXPECT_FALSE(text.append("one\n"));
  EXPECT_FALSE(text.append("two Q"));
  EXPECT_TRUE(text.append(": three"));
  EXPECT_EQ(text.cut(), "one\ntwo ");
}

TEST(StopText, ALongPieceMayHoldAStopInItsMiddle) {
  StopText text({"ab"});
  EXPECT_FALSE(text.append("xxxxxxxxxxa"));
  EXPECT_TRUE(text.append("byyyyyyyyyyyyyyyyyyyyy"));
  EXPECT_EQ(text.cut(), "xxxxxxxxxx");
}

TEST(StopText, OverlappingStopsCutInListOrder) {
  StopText first({"YZb", "XY"});
  first.append("aXYZb");
  EXPECT_EQ(first.cut(), "aX");
  StopText second({"XY", "YZb"});
  second.append("aXYZb");
  EXPECT_EQ(second.cut(), "a");
}

TEST(StopText, EmptyStopsNeverMatch) {
  StopText text({"", "x"});
  EXPECT_FALSE(text.append("abc"));
  EXPECT_FALSE(text.is_stop(""));
  EXPECT_TRUE(text.is_stop("x"));
}

TEST(StopText, ACharacterCutInTheMiddleBecomesAReplacement) {
  StopText text({});
  text.append("\xe6\x97");
  EXPECT_EQ(text.cut(), "\xEF\xBF\xBD");
  text.append("\xa5");
  EXPECT_EQ(text.cut(), "\xe6\x97\xa5");
}

}  // namespace
}  // namespace assay
