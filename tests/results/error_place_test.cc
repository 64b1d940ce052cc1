// The place of an error is left out where it is said anyway; nothing else is.
#include "results/error_place.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(ErrorPlace, OnlyTheTaskAndTheItemAreLeftOut) {
  EXPECT_EQ(without_place("Task needle, item 512/0/1: the prompt cannot be written: too short."),
            "the prompt cannot be written: too short.");
  for (const char* other :
       {"Task needle: the filler is empty, item by item: no.", "the prompt has 600 tokens", "",
        "Task needle, item 512/0/1", "A Task x, item 1: no."}) {
    EXPECT_EQ(without_place(other), other);
  }
}

}  // namespace
}  // namespace assay
