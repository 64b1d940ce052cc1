// Into how many streams a group's texts are put: cases worked out by hand, and what must hold of
// any.
#include "runtime/stream_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "assay/python_random.h"

namespace assay {
namespace {

ContextSettings settings() {
  ContextSettings out;
  out.max_length = 8192;
  out.cells = 12288;
  out.batch = 512;
  out.outputs = 512;
  out.slots = 16;
  out.apart = true;
  out.rules = {.fork = true, .trim = true, .branches = 63};
  return out;
}

struct Group {
  std::vector<Token> prompt;
  std::vector<TrunkPath> paths;

  Group(std::size_t texts, std::size_t prompt_size, int max_tokens) : prompt(prompt_size, 7) {
    for (std::size_t i = 0; i < texts; ++i) paths.push_back({prompt, i, max_tokens});
  }
};

Streams plan(const Group& group, std::size_t header = 0,
             const ContextSettings& chosen = settings()) {
  return plan_streams(group.paths, header, chosen);
}

TEST(StreamPlan, AsManyAsFitInEvenRounds) {
  // 1100 and 128 tokens are 5 steps of 256 cells: 9 such streams are in 12,288 cells.
  EXPECT_EQ(plan({8, 1100, 128}), (Streams{8, 1280}));
  EXPECT_EQ(plan({9, 1100, 128}), (Streams{9, 1280}));
  EXPECT_EQ(plan({10, 1100, 128}), (Streams{5, 1280})) << "two rounds of five";
  EXPECT_EQ(plan({18, 1100, 128}, 64), (Streams{9, 1280})) << "a header takes none";
  ContextSettings larger = settings();
  larger.stream_cells = 16384;  // 12 such streams
  EXPECT_EQ(plan({12, 1100, 128}, 0, larger), (Streams{12, 1280}));
  EXPECT_EQ(plan({16, 1500, 128}, 0, larger), (Streams{8, 1792}));
  EXPECT_EQ(plan({20, 150, 128}), (Streams{20, 512}));
  EXPECT_EQ(plan({100, 20, 60}), (Streams{25, 256})) << "32 at most, so four rounds";
}

TEST(StreamPlan, NoneWhereTheyAreNotAllowedOrTooFew) {
  ContextSettings shared = settings();
  shared.apart = false;
  EXPECT_EQ(plan({8, 1100, 128}, 0, shared).count, 0);
  EXPECT_EQ(plan({1, 1100, 128}).count, 0) << "alone";
  EXPECT_EQ(plan({16, 5000, 100}).count, 2) << "two fit either way";
  EXPECT_EQ(plan({16, 1100, 128}, 614).count, 8) << "a header as long as what comes after it";
  EXPECT_EQ(plan({16, 1100, 128}, 615).count, 0) << "a longer one";
  // Two such streams are in the cache, but sixteen texts of 200 tokens would share a header of
  // 5000.
  EXPECT_EQ(plan({16, 5100, 100}, 5000).count, 0);
}

TEST(StreamPlan, ACacheHasRoomForABatch) {
  const Streams two = plan({2, 20, 20});
  EXPECT_EQ(two.count, 2);
  EXPECT_GE(two.count * two.length, 512);
}

TEST(StreamPlan, NeverLargerThanTheSharedCacheAndEachTextFits) {
  PythonRandom random(5);
  for (int round = 0; round < 300; ++round) {
    ContextSettings chosen = settings();
    chosen.cells = static_cast<int>(random.randint(4, 48)) * 256;
    if (round % 2 == 0) chosen.stream_cells = static_cast<int>(random.randint(1, 64)) * 256;
    const auto prompt = static_cast<std::size_t>(random.randint(1, 3000));
    const auto most = static_cast<int>(random.randint(0, 600));
    const auto texts = static_cast<std::size_t>(random.randint(1, 70));
    const auto header = static_cast<std::size_t>(random.randint(0, static_cast<int>(prompt) - 1));
    const Streams streams = plan({texts, prompt, most}, header, chosen);
    if (streams.count == 0) continue;
    EXPECT_LE(streams.count * streams.length, std::max(chosen.cells, chosen.stream_cells));
    EXPECT_GE(streams.length, static_cast<int>(prompt) + most);
    EXPECT_LE(streams.count, static_cast<int>(texts));
  }
}

}  // namespace
}  // namespace assay
