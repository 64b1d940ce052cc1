// Into how many streams a group's texts are put: cases worked out by hand, and what must hold of
// any.
#include "runtime/stream_plan.h"

#include <gtest/gtest.h>

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
  EXPECT_EQ(plan({8, 1100, 128}), (Streams{8, 1280, false}));
  EXPECT_EQ(plan({9, 1100, 128}), (Streams{9, 1280, false}));
  EXPECT_EQ(plan({10, 1100, 128}), (Streams{5, 1280, false})) << "two rounds of five";
  EXPECT_EQ(plan({16, 1100, 128}, 64), (Streams{8, 1280, true})) << "one holds the header";
  EXPECT_EQ(plan({20, 150, 128}), (Streams{20, 512, false}));
  EXPECT_EQ(plan({100, 20, 60}), (Streams{25, 256, false})) << "32 at most, so four rounds";
}

TEST(StreamPlan, NoneWhereTheyAreNotAllowedOrTooFew) {
  ContextSettings shared = settings();
  shared.apart = false;
  EXPECT_EQ(plan({8, 1100, 128}, 0, shared).count, 0);
  EXPECT_EQ(plan({1, 1100, 128}).count, 0) << "alone";
  EXPECT_EQ(plan({16, 5000, 100}).count, 2) << "two fit either way";
  EXPECT_EQ(plan({16, 1100, 128}, 614).count, 8) << "a header as long as what comes after it";
  EXPECT_EQ(plan({16, 1100, 128}, 615).count, 0) << "a longer one";
  // Sixteen texts of 200 tokens after a header of 5000 share a cache; only one stream would be
  // left.
  EXPECT_EQ(plan({16, 5100, 100}, 5000).count, 0);
}

TEST(StreamPlan, ACacheHasRoomForABatch) {
  const Streams two = plan({2, 20, 20});
  EXPECT_EQ(two.count, 2);
  EXPECT_GE(two.all() * two.length, 512);
}

TEST(StreamPlan, NeverLargerThanTheSharedCacheAndEachTextFits) {
  PythonRandom random(5);
  for (int round = 0; round < 300; ++round) {
    ContextSettings chosen = settings();
    chosen.cells = static_cast<int>(random.randint(4, 48)) * 256;
    const auto prompt = static_cast<std::size_t>(random.randint(1, 3000));
    const auto most = static_cast<int>(random.randint(0, 600));
    const auto texts = static_cast<std::size_t>(random.randint(1, 70));
    const auto header = static_cast<std::size_t>(random.randint(0, static_cast<int>(prompt) - 1));
    const Streams streams = plan({texts, prompt, most}, header, chosen);
    if (streams.count == 0) continue;
    EXPECT_LE(streams.all() * streams.length, chosen.cells);
    EXPECT_GE(streams.length, static_cast<int>(prompt) + most);
    EXPECT_LE(streams.count, static_cast<int>(texts));
    EXPECT_EQ(streams.header, header > 0);
  }
}

}  // namespace
}  // namespace assay
