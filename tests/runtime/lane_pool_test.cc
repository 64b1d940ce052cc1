// LanePool on models that only count: who answers what, in which order, and what the clocks say.
#include "runtime/lane_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace assay {
namespace {

// Answers nothing; a call in a lane ends when the test says so.
class Counting : public Model, public Laned {
 public:
  explicit Counting(int lanes)
      : lanes_(lanes), ends_(static_cast<std::size_t>(lanes)), seen_(ends_.size()) {}

  const ModelInfo& info() const override { return info_; }
  expected<PreparedRequest> prepare(const Request& request) const override {
    return PreparedRequest{request, {}, false};
  }
  expected<std::vector<expected<Response>>> answer(
      std::span<const PreparedRequest> unit, const std::function<bool()>& should_stop) override {
    return answer_in(0, unit, should_stop);
  }
  expected<std::string> render_chat(std::span<const ChatMessage>, bool, bool) const override {
    return std::string();
  }
  std::string token_text(Token) const override { return ""; }
  std::optional<std::size_t> count_tokens(std::string_view) const override { return std::nullopt; }

  int lanes() const override { return lanes_; }
  expected<std::vector<expected<Response>>> answer_in(
      int lane, std::span<const PreparedRequest> unit,
      const std::function<bool()>& should_stop) override {
    std::unique_lock lock(mutex_);
    seen_[static_cast<std::size_t>(lane)].push_back(unit.size());  // tests tell units by their size
    ++under_way_;
    most_ = std::max(most_, under_way_);
    changed_.notify_all();
    int& ends = ends_[static_cast<std::size_t>(lane)];
    changed_.wait(lock, [&] { return open_ || ends > 0 || should_stop(); });
    if (ends > 0) --ends;
    --under_way_;
    if (should_stop()) return Error{ErrorCode::kInterrupted, "stopped"};
    return std::vector<expected<Response>>(unit.size(), Response{});
  }
  void share_threads(int working) override {
    const std::lock_guard lock(mutex_);
    shared_.push_back(working);
    changed_.notify_all();
  }
  EngineWork work_in(int lane) const override {
    const std::lock_guard lock(mutex_);
    const auto calls = seen_[static_cast<std::size_t>(lane)].size();
    return {0, {calls * 10, calls, static_cast<double>(calls)}, {}};
  }

  // Lets calls end.
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  // Lets the call of one lane end and waits for its next one.
  void go_on(std::size_t lane) {
    std::unique_lock lock(mutex_);
    const std::size_t calls = seen_[lane].size();
    ++ends_[lane];
    changed_.notify_all();
    changed_.wait(lock, [&] { return seen_[lane].size() > calls; });
  }
  // Lets the call of any lane end.
  void end_one() {
    const std::lock_guard lock(mutex_);
    const std::size_t lane = seen_[0].empty() ? 1 : 0;
    ++ends_[lane];
    changed_.notify_all();
  }
  void wait_for_calls(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return under_way_ == count; });
  }
  std::vector<std::vector<std::size_t>> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  int most() const { return most_; }
  // What share_threads() was told, when it was told so often.
  std::vector<int> shared(std::size_t times) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return shared_.size() >= times; });
    return shared_;
  }

 private:
  ModelInfo info_;
  const int lanes_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int under_way_ = 0;
  int most_ = 0;
  std::vector<int> shared_;
  std::vector<int> ends_;  // by lane: calls that may end
  std::vector<std::vector<std::size_t>> seen_;
};

// Unit u has u + 1 requests.
std::vector<std::vector<PreparedRequest>> requests(std::size_t units) {
  std::vector<std::vector<PreparedRequest>> made;
  for (std::size_t u = 0; u < units; ++u) made.emplace_back(u + 1);
  return made;
}

std::vector<LaneJob> jobs(const std::vector<std::vector<PreparedRequest>>& units,
                          const std::vector<std::size_t>& tasks) {
  std::vector<LaneJob> made(units.size());
  for (std::size_t u = 0; u < units.size(); ++u) {
    made[u].unit = u;
    made[u].task = tasks[u];
    made[u].requests = units[u];
  }
  return made;
}

TEST(LanePool, OneLaneAnswersInTheThreadThatWaits) {
  Counting model(1);
  model.open();
  LanePool pool(model, [] { return false; });
  const auto units = requests(2);
  std::vector<LaneJob> work = jobs(units, {0, 0});
  for (LaneJob& job : work) pool.submit(job);
  EXPECT_TRUE(model.seen()[0].empty());
  pool.wait(work[1]);
  EXPECT_THAT(model.seen()[0], testing::ElementsAre(2u));
  ASSERT_TRUE(work[1].responses);
  EXPECT_EQ(work[1].responses->size(), 2u);
  EXPECT_NEAR(pool.busy_lanes(), 1, 1e-9);
}

TEST(LanePool, EveryUnitIsAnsweredOnceAndLanesWorkAtOnce) {
  Counting model(3);
  LanePool pool(model, [] { return false; });
  const auto units = requests(40);
  std::vector<LaneJob> work = jobs(units, std::vector<std::size_t>(40, 0));
  for (LaneJob& job : work) pool.submit(job);
  model.wait_for_calls(3);
  model.open();
  std::size_t tokens = 0;
  double shares = 0;
  for (LaneJob& job : work) {
    pool.wait(job);
    ASSERT_TRUE(job.responses);
    EXPECT_EQ(job.responses->size(), job.unit + 1);
    ASSERT_TRUE(job.cost);
    tokens += job.cost->prompt.tokens;
    shares += job.seconds;
  }
  EXPECT_EQ(tokens, 400u);
  EXPECT_EQ(model.most(), 3);
  std::multiset<std::size_t> sizes;
  for (const auto& lane : model.seen()) sizes.insert(lane.begin(), lane.end());
  EXPECT_EQ(sizes.size(), 40u);
  EXPECT_EQ(std::set<std::size_t>(sizes.begin(), sizes.end()).size(), 40u);
  EXPECT_GT(shares, 0);
  EXPECT_GT(pool.busy_lanes(), 1);
  EXPECT_LE(pool.busy_lanes(), 3);
}

TEST(LanePool, LanesKeepToTheirTasks) {
  Counting model(2);
  LanePool pool(model, [] { return false; });
  const auto units = requests(7);
  std::vector<LaneJob> work = jobs(units, {0, 0, 0, 1, 1, 1, 1});
  pool.submit(work[0]);
  model.wait_for_calls(1);
  pool.submit(work[4]);
  model.wait_for_calls(2);
  const std::size_t zero = model.seen()[0].front() == 1 ? 0 : 1;  // the lane at task 0
  for (const std::size_t u : {5u, 3u, 6u, 2u, 1u}) pool.submit(work[u]);
  model.go_on(zero);
  model.go_on(1 - zero);
  model.go_on(zero);
  EXPECT_THAT(model.seen()[zero], testing::ElementsAre(1u, 2u, 3u));
  EXPECT_THAT(model.seen()[1 - zero], testing::ElementsAre(5u, 4u));
  model.go_on(zero);  // nothing of its task is left: the first unit that waits
  EXPECT_THAT(model.seen()[zero], testing::ElementsAre(1u, 2u, 3u, 6u));
  model.open();
  for (LaneJob& job : work) pool.wait(job);
}

TEST(LanePool, AFreeLaneGoesWhereNoOtherIs) {
  Counting model(2);
  LanePool pool(model, [] { return false; });
  const auto units = requests(4);
  std::vector<LaneJob> work = jobs(units, {0, 2, 0, 1});
  pool.submit(work[0]);
  model.wait_for_calls(1);
  pool.submit(work[1]);
  model.wait_for_calls(2);
  const std::size_t zero = model.seen()[0].front() == 1 ? 0 : 1;
  pool.submit(work[2]);
  pool.submit(work[3]);
  model.go_on(1 - zero);  // unit 2 belongs to the other lane's task
  EXPECT_THAT(model.seen()[1 - zero], testing::ElementsAre(2u, 4u));
  model.open();
  for (LaneJob& job : work) pool.wait(job);
}

TEST(LanePool, WhatIsDroppedIsNotAnsweredAndNobodyIsAtItAnyMore) {
  Counting model(2);
  std::atomic<bool> stop = false;
  LanePool pool(model, [&] { return stop.load(); });
  const auto units = requests(4);
  std::vector<LaneJob> work = jobs(units, {0, 1, 2, 3});
  for (LaneJob& job : work) pool.submit(job);
  model.wait_for_calls(2);
  pool.drop(work[3]);  // still waiting
  stop = true;
  model.open();
  pool.drop(work[0]);
  pool.drop(work[1]);
  pool.wait(work[2]);
  ASSERT_FALSE(work[2].responses);
  EXPECT_EQ(work[2].responses.error().code, ErrorCode::kInterrupted);
  for (const auto& lane : model.seen()) EXPECT_THAT(lane, testing::Not(testing::Contains(4u)));
}

TEST(LanePool, LanesWithoutAnotherUnitLeaveTheirThreadsToTheOthers) {
  Counting model(3);
  LanePool pool(model, [] { return false; });
  const auto units = requests(2);
  std::vector<LaneJob> work = jobs(units, {0, 0});
  EXPECT_THAT(model.shared(1), testing::ElementsAre(3)) << "each may get a unit";
  for (LaneJob& job : work) pool.submit(job);
  model.wait_for_calls(2);
  pool.close();
  EXPECT_THAT(model.shared(2), testing::ElementsAre(3, 2)) << "the third got none";
  model.end_one();
  EXPECT_THAT(model.shared(3), testing::ElementsAre(3, 2, 1)) << "one is ready";
  model.open();
  for (LaneJob& job : work) pool.wait(job);
}

TEST(LanePool, EndsWithUnitsThatNobodyWaitedFor) {
  Counting model(2);
  const auto units = requests(5);
  std::vector<LaneJob> work = jobs(units, {0, 0, 0, 0, 0});
  std::atomic<bool> stop = false;
  LanePool pool(model, [&] { return stop.load(); });
  for (LaneJob& job : work) pool.submit(job);
  model.wait_for_calls(2);
  stop = true;
  model.open();
}

}  // namespace
}  // namespace assay
