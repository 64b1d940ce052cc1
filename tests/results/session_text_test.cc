// What a run says of where its time went, and of memory that was too short.
#include "results/session_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace assay {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

SessionStats decoded() {
  SessionStats stats;
  stats.items = 4;
  stats.wall = 2;
  stats.decoding = 1;
  stats.asked = 400;
  stats.prompt = {100, 2, 0.5};
  stats.generation = {60, 20, 0.5};
  stats.engine.batch = 512;
  return stats;
}

TEST(SessionText, CountsWhatWasDecodedAgainstWhatWasAsked) {
  const std::string text = session_text(decoded());
  EXPECT_THAT(text, HasSubstr("tokens: 400 asked, 100 decoded (25.0 %), 60 written"));
  EXPECT_THAT(text, HasSubstr("batch fill: 50.0 of 512 tokens a call (9.8 %)"));
  EXPECT_THAT(text, HasSubstr("3.0 answers grew together"));
  EXPECT_THAT(text, Not(HasSubstr("no memory")));
}

TEST(SessionText, ShortMemoryIsCountedAndWarnedOf) {
  SessionStats stats = decoded();
  EXPECT_EQ(memory_warning(stats), "");
  stats.engine.refused = 3;
  EXPECT_THAT(memory_warning(stats), HasSubstr("(batches decoded in halves: 3);"));
  stats.engine.undivided = 2;
  EXPECT_THAT(memory_warning(stats),
              HasSubstr("halves: 3, groups of texts that had to share a cache: 2)"));
  EXPECT_THAT(session_text(stats), HasSubstr("3 calls were refused and made as two; 2 groups of "
                                             "texts had no memory for cells of their own"));
}

TEST(SessionText, CountsAreKeptInTheSummary) {
  SessionStats stats = decoded();
  stats.engine.refused = 3;
  stats.engine.undivided = 2;
  EXPECT_EQ(to_json(session_stats_from_json(to_json(stats))), to_json(stats));
  Json older = to_json(stats);
  older.erase("undivided");
  EXPECT_EQ(session_stats_from_json(older).engine.undivided, 0u);
}

}  // namespace
}  // namespace assay
