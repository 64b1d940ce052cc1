// Figures over lengths on items made up by hand, and against plain counting on random grids.
#include "results/length_results.h"

#include <gtest/gtest.h>

#include "assay/python_random.h"
#include "scorers/paired_proportions.h"
#include "scorers/statistics.h"
#include "tests/results/length_items.h"

namespace assay {
namespace {

using test::asked;
using test::Outcome;

TaskRecord record(std::vector<ItemRecord> items) { return test::needle_record(std::move(items)); }

double value_of(const Measurement& m) { return std::get<Estimate>(m).value; }

TEST(LengthResults, EveryFigureIsOfItsOwnItems) {
  const auto results = length_results(record(
      {asked(256, 0, 0, 1.0), asked(256, 0, 1, 1.0), asked(256, 50, 0, 1.0), asked(256, 50, 1, 0.0),
       asked(512, 0, 0, 0.0), asked(512, 0, 1, "too long"), asked(1024, 0, 0, "too long")}));
  ASSERT_TRUE(results);
  ASSERT_EQ(results->by_length.size(), 3u);
  EXPECT_EQ(value_of(results->by_length[0].value), 0.75);
  const Interval exact = clopper_pearson(3, 4);
  EXPECT_EQ(std::get<Estimate>(results->by_length[0].value).interval->low, exact.low);
  EXPECT_EQ(std::get<Estimate>(results->by_length[0].value).interval->high, exact.high);
  EXPECT_EQ(value_of(results->by_length[1].value), 0.0);
  EXPECT_EQ(results->by_length[1].items, 2u);
  EXPECT_EQ(std::get<Estimate>(results->by_length[1].value).n, 1u);
  EXPECT_EQ(std::get<Failed>(results->by_length[2].value).reason, "too long");
  ASSERT_EQ(results->by_depth.size(), 2u);
  EXPECT_EQ(value_of(results->by_depth[0].value), 2.0 / 3);
  EXPECT_EQ(value_of(results->by_depth[1].value), 0.5);
  ASSERT_EQ(results->cells.size(), 6u);
  EXPECT_EQ(value_of(results->cell(256, 0)->value), 1.0);
  EXPECT_EQ(value_of(results->cell(256, 50)->value), 0.5);
  EXPECT_EQ(std::get<NotRun>(results->cell(512, 50)->value).reason, "not asked");
  EXPECT_TRUE(std::holds_alternative<Failed>(results->cell(1024, 0)->value));
  EXPECT_EQ(results->cell(300, 0), nullptr);
}

TEST(LengthResults, ChangesArePairedWhereTheNeedlesAreTheSame) {
  // 12 needles at one depth: all found at 256, 4 lost at 512.
  std::vector<ItemRecord> same, other;
  for (int i = 0; i < 12; ++i) {
    for (auto* items : {&same, &other}) items->push_back(asked(256, 50, i, 1.0));
    same.push_back(asked(512, 50, i, i < 4 ? 0.0 : 1.0));
    other.push_back(asked(512, 50, i, i < 4 ? 0.0 : 1.0, " elsewhere"));
  }
  const auto paired = length_results(record(same));
  EXPECT_FALSE(paired->by_length[0].change);
  const LengthChange& change = *paired->by_length[1].change;
  EXPECT_TRUE(change.paired);
  EXPECT_DOUBLE_EQ(value_of(change.difference), -4.0 / 12);
  const Interval tango = tango_interval({4, 0}, 12);
  EXPECT_EQ(std::get<Estimate>(change.difference).interval->low, tango.low);
  EXPECT_EQ(std::get<Estimate>(change.difference).interval->high, tango.high);
  EXPECT_DOUBLE_EQ(*change.p_value, 2.0 / 16);  // two-sided, 4 of 4 coins
  EXPECT_EQ(change.test, "exact McNemar");

  const auto unlike = length_results(record(other));
  const LengthChange& alone = *unlike->by_length[1].change;
  EXPECT_FALSE(alone.paired);
  EXPECT_FALSE(alone.p_value);
  EXPECT_DOUBLE_EQ(value_of(alone.difference), -4.0 / 12);
  const Interval limits = clopper_pearson(8, 12);
  // low = d − sqrt((8/12 − low)² + (1 − 1)²)
  EXPECT_NEAR(std::get<Estimate>(alone.difference).interval->low, limits.low - 1.0, 1e-12);
}

TEST(LengthResults, HolmGoesOverTheLengths) {
  std::vector<ItemRecord> items;
  for (int i = 0; i < 12; ++i) {
    items.push_back(asked(256, 50, i, 1.0));
    items.push_back(asked(512, 50, i, i < 2 ? 0.0 : 1.0));
    items.push_back(asked(1024, 50, i, i < 6 ? 0.0 : 1.0));
    items.push_back(asked(2048, 50, i, "too long"));
  }
  const auto results = length_results(record(items));
  EXPECT_DOUBLE_EQ(*results->by_length[1].change->p_value, 0.5);
  EXPECT_DOUBLE_EQ(*results->by_length[1].change->adjusted_p, 0.5);
  EXPECT_DOUBLE_EQ(*results->by_length[2].change->p_value, 2.0 / 64);
  EXPECT_DOUBLE_EQ(*results->by_length[2].change->adjusted_p, 4.0 / 64);
  EXPECT_TRUE(std::holds_alternative<NotRun>(results->by_length[3].change->difference));
  EXPECT_FALSE(results->by_length[3].change->p_value);
}

TEST(LengthResults, OrdinaryTasksHaveNone) {
  ItemRecord item = asked(256, 0, 0, 1.0);
  item.item.doc.erase("placement");
  EXPECT_FALSE(length_results(record({item})));
  EXPECT_FALSE(length_results(record({})));
  // Nor have values that are no shares.
  EXPECT_FALSE(length_results(record({asked(256, 0, 0, 3.0)})));
}

TEST(LengthResults, NothingMeasuredIsAbsenceNotZero) {
  const auto results =
      length_results(record({asked(256, 0, 0, "too long")}), "exact_match", "none");
  ASSERT_TRUE(results);
  EXPECT_TRUE(std::holds_alternative<Failed>(results->by_length[0].value));
  EXPECT_TRUE(std::holds_alternative<Failed>(results->above_score));
  EXPECT_TRUE(std::holds_alternative<Failed>(results->share_of_shortest));
  EXPECT_EQ(to_json(*results).dump().find("\"value\":0"), std::string::npos);
}

// Plain loops over all items for every figure, on grids with holes.
TEST(LengthResults, EqualsCountingOverAllItems) {
  PythonRandom random(5);
  for (int round = 0; round < 20; ++round) {
    std::vector<ItemRecord> items;
    for (const int length : {256, 512, 1024}) {
      for (const double depth : {0.0, 33.3, 100.0}) {
        for (int i = 0; i < 4; ++i) {
          if (random.random() < 0.1) continue;
          const Outcome outcome = random.random() < 0.1
                                      ? Outcome("model error")
                                      : Outcome(random.random() < 0.6 ? 1.0 : 0.0);
          items.push_back(asked(length, depth, i, outcome));
        }
      }
    }
    const auto results = length_results(record(items), "exact_match", "none");
    ASSERT_TRUE(results);
    const auto check = [&](const Measurement& is, std::size_t asked_items, auto belongs) {
      std::size_t n = 0, right = 0, all = 0;
      for (const ItemRecord& item : items) {
        if (!belongs(item.item.doc)) continue;
        ++all;
        if (item.judged.error) continue;
        ++n;
        right += item.judged.judgements[0].values[0].value == 1.0 ? 1 : 0;
      }
      EXPECT_EQ(asked_items, all);
      ASSERT_EQ(as_estimate(is) != nullptr, n > 0);
      if (n == 0) return;
      EXPECT_EQ(as_estimate(is)->n, n);
      EXPECT_DOUBLE_EQ(value_of(is), static_cast<double>(right) / static_cast<double>(n));
      EXPECT_EQ(as_estimate(is)->interval->low, clopper_pearson(right, n).low);
    };
    for (const LengthPoint& p : results->by_length) {
      check(p.value, p.items, [&](const Json& d) { return d["length"] == p.length; });
    }
    for (const DepthPoint& p : results->by_depth) {
      check(p.value, p.items, [&](const Json& d) { return d["depth"] == p.depth; });
    }
    for (const LengthCell& c : results->cells) {
      check(c.value, c.items,
            [&](const Json& d) { return d["length"] == c.length && d["depth"] == c.depth; });
    }
    const Json json = to_json(*results);
    const auto again = length_results_from_json(json);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(to_json(*again), json);
  }
}

TEST(LengthResults, TheRunsThresholdIsUsedAndKept) {
  std::vector<ItemRecord> items;
  for (int i = 0; i < 10; ++i) {
    items.push_back(asked(256, 50, i, 1.0));
    items.push_back(asked(512, 50, i, i < 6 ? 1.0 : 0.0));
  }
  TaskRecord task = record(items);
  EXPECT_EQ(std::get<EffectiveLength>(length_results(task)->above_score).length, 256);
  task.manifest = {{"asked", {{"settings", {{"effective", 0.5}}}}}};
  const auto results = length_results(task);
  EXPECT_EQ(std::get<EffectiveLength>(results->above_score).length, 512);
  EXPECT_EQ(std::get<EffectiveLength>(results->share_of_shortest).length, 512);
  EXPECT_EQ(to_json(*results).at("effective").at(1).at("threshold"), 0.5);
  EXPECT_EQ(length_results_from_json(to_json(*results))->threshold, 0.5);
}

TEST(LengthResults, EffectiveLengthInWords) {
  EffectiveLength effective{512, LengthEnd::kScore, EffectiveLength::Limits{{}, 1024}, ""};
  EXPECT_EQ(effective_length_text(effective, 256), "512 (95 %: below 256 to 1024)");
  effective = {2048, LengthEnd::kLongest, {}, "all alike"};
  EXPECT_EQ(effective_length_text(effective, 256),
            "2048, the longest asked (no interval: all alike)");
  effective = {2048, LengthEnd::kNotMeasured, EffectiveLength::Limits{2048, 2048}, ""};
  EXPECT_EQ(effective_length_text(effective, 256),
            "2048; longer was not measured (95 %: 2048 to 2048)");
  EXPECT_EQ(effective_length_text(Failed{"the shortest length was not measured"}, 256),
            "none: the shortest length was not measured");
}

}  // namespace
}  // namespace assay
