// What a plan says of memory: the caches of all contexts, each at its largest.
#include "results/planned_memory.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

constexpr std::size_t kMi = 1 << 20;

TEST(PlannedMemory, CountsTheCachesOfAllContexts) {
  const Json settings = {{"bytes", 75 * kMi}, {"cache_bytes", 144 * kMi}, {"contexts", 2}};
  const PlannedMemory memory = planned_memory(settings, false);
  EXPECT_EQ(memory.weights, 75 * kMi);
  EXPECT_EQ(memory.cache, 288 * kMi);
  EXPECT_EQ(to_text(memory), "weights 75 MiB + KV cache 288 MiB in 2 contexts");
}

TEST(PlannedMemory, WrittenTextsMayTakeMore) {
  const Json settings = {{"cache_bytes", 144 * kMi}, {"stream_bytes", 192 * kMi}};
  EXPECT_EQ(to_text(planned_memory(settings, false)), "KV cache 144 MiB");
  EXPECT_EQ(to_text(planned_memory(settings, true)), "KV cache of up to 192 MiB");
  EXPECT_EQ(planned_memory({{"cache_bytes", 2U}, {"stream_bytes", 1U}}, true).cache, 2U);
}

TEST(PlannedMemory, WhatIsNotKnownIsNotSaid) {
  EXPECT_EQ(to_text(planned_memory(Json::object(), true)), "");
  const PlannedMemory memory = planned_memory({{"bytes", 75 * kMi}, {"contexts", 2}}, true);
  EXPECT_FALSE(memory.cache);
  EXPECT_EQ(to_text(memory), "weights 75 MiB");
}

}  // namespace
}  // namespace assay
