// How figures are written: nothing that was measured may read as nothing.
#include "results/figures.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(Figures, AMeasuredTimeIsNeverWrittenAsNone) {
  EXPECT_EQ(duration_text(0), "0.00 s");
  EXPECT_EQ(duration_text(2e-6), "under 0.1 ms");
  EXPECT_EQ(duration_text(0.0001), "0.1 ms");
  EXPECT_EQ(duration_text(0.003), "3.0 ms");
  EXPECT_EQ(duration_text(0.00994), "9.9 ms");
  EXPECT_EQ(duration_text(0.00996), "10 ms");
  EXPECT_EQ(duration_text(0.0996), "100 ms");
  EXPECT_EQ(duration_text(0.1), "0.10 s");
  EXPECT_EQ(duration_text(0.994), "0.99 s");
}

TEST(Figures, LongTimesCarry) {
  EXPECT_EQ(duration_text(12.34), "12.3 s");
  EXPECT_EQ(duration_text(59.97), "1 min 00 s");
  EXPECT_EQ(duration_text(245), "4 min 05 s");
  EXPECT_EQ(duration_text(3599.7), "1 h 00 min");
  EXPECT_EQ(duration_text(11100), "3 h 05 min");
}

}  // namespace
}  // namespace assay
