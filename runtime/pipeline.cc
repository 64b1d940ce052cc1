// See pipeline.h.
#include "runtime/pipeline.h"

#include <fmt/format.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <variant>

#include "runtime/content_key.h"
#include "runtime/lane_pool.h"
#include "runtime/wire.h"

namespace assay {
namespace {

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// A unit on its way. `prepared` holds only the requests that can be asked; `slot[i]` is where item
// i stands in it, nothing when its evidence is an item error already.
struct Work {
  const Unit* unit = nullptr;
  std::vector<ItemRecord> items;
  std::vector<PreparedRequest> prepared;
  std::vector<std::optional<std::size_t>> slot;
  std::vector<ObjectText> begun;  // the journal's records up to their requests
  LaneJob job;
  double render_seconds = 0;
  double tokenise_seconds = 0;
  std::optional<Error> failure;  // its items could not be read
  std::string lines;             // for the sink
  bool submitted = false;
  bool journalled = false;
  bool judged = false;
};
using WorkPtr = std::shared_ptr<Work>;

bool is_finite(const Response& response) {
  if (const auto* scores = std::get_if<std::vector<ChoiceScore>>(&response.answer)) {
    return std::all_of(scores->begin(), scores->end(),
                       [](const ChoiceScore& score) { return std::isfinite(score.loglikelihood); });
  }
  const auto* rolling = std::get_if<RollingScore>(&response.answer);
  return rolling == nullptr || std::isfinite(rolling->loglikelihood);
}

std::size_t generated_tokens(const Response& response) {
  std::size_t tokens = 0;
  if (const auto* texts = std::get_if<std::vector<Generation>>(&response.answer)) {
    for (const Generation& text : *texts) tokens += static_cast<std::size_t>(text.tokens);
  }
  return tokens;
}

class Pipeline {
 public:
  explicit Pipeline(const PipelineJob& job)
      : job_(job),
        to_render_(job.units.size()),
        done_(job.done_items),
        errors_(job.done_errors),
        pool_(*job.model, [this] { return ended_ || should_stop(); }) {}

  expected<PipelineResult> run() {
    const Stopwatch wall;
    idle_ = Stopwatch();
    // One of them waits for the lanes while others render.
    tbb::task_arena arena(pool_.lanes() > 1 ? std::max(2, job_.workers) : job_.workers);
    const auto ahead = static_cast<std::size_t>(2 * (job_.workers + pool_.lanes()));
    arena.execute([&] {
      tbb::parallel_pipeline(
          ahead,
          tbb::make_filter<void, WorkPtr>(
              tbb::filter_mode::serial_in_order,
              [this](tbb::flow_control& flow) { return next_unit(flow); }) &
              tbb::make_filter<WorkPtr, WorkPtr>(
                  tbb::filter_mode::parallel,
                  [this](const WorkPtr& work) { return render(work); }) &
              tbb::make_filter<WorkPtr, WorkPtr>(
                  tbb::filter_mode::serial_in_order,
                  [this](const WorkPtr& work) { return answer(work); }) &
              tbb::make_filter<WorkPtr, WorkPtr>(
                  tbb::filter_mode::parallel, [this](const WorkPtr& work) { return judge(work); }) &
              tbb::make_filter<WorkPtr, void>(tbb::filter_mode::serial_in_order,
                                              [this](const WorkPtr& work) { write(*work); }));
    });
    if (failure_) return *failure_;
    if (sink_failure_) return *sink_failure_;
    result_.times.render = render_seconds_;
    result_.times.tokenise = tokenise_seconds_;
    result_.times.judge = judge_seconds_;
    result_.times.wait += idle_.seconds();
    result_.times.lanes = pool_.lanes();
    result_.times.busy_lanes = pool_.busy_lanes();
    if (pool_.lanes() > 1) {
      result_.times.wait = std::max(0.0, pool_.idle_seconds() - result_.times.journal);
    }
    result_.times.wall = wall.seconds();
    return result_;
  }

 private:
  bool should_stop() const { return job_.stop->load(std::memory_order_relaxed); }

  // Items of undecided comparisons; all items of a run that is not compared.
  bool wanted(const Unit& unit) const {
    return job_.monitor == nullptr || job_.monitor->wanted(unit.index);
  }

  WorkPtr next_unit(tbb::flow_control& flow) {
    if (should_stop() && next_ < job_.units.size()) interrupted_ = true;
    if (ended_ || interrupted_ || next_ == job_.units.size()) {
      flow.stop();
      return nullptr;
    }
    auto work = std::make_shared<Work>();
    work->unit = &job_.plan->units[job_.units[next_++]];
    return work;
  }

  WorkPtr render(const WorkPtr& work) {
    render_unit(work);
    if (--to_render_ == 0) pool_.close();
    return work;
  }

  void render_unit(const WorkPtr& work) {
    if (ended_ || !wanted(*work->unit)) return;
    const Stopwatch watch;
    const Plan& plan = *job_.plan;
    const PlannedTask& task = plan.tasks[work->unit->task];
    work->items.resize(work->unit->size());
    work->slot.resize(work->unit->size());
    work->begun.resize(work->unit->size());
    for (std::size_t i = 0; i < work->unit->size(); ++i) {
      LoadedItem item;
      try {
        item = plan.item(*work->unit, i);
      } catch (const std::exception& problem) {
        work->failure = unavailable(problem.what());
        return;
      }
      ItemRecord& record = work->items[i];
      render_item(*work, i, planned_request(plan, task, item));
      record.item = std::move(item.item);
      work->begun[i] =
          begin_record(work->unit->index, task.loaded.task->name, record.item.id, record.evidence);
    }
    work->render_seconds = watch.seconds();
    work->job.unit = work->unit->index;
    work->job.task = work->unit->task;
    work->job.requests = work->prepared;
    work->submitted = true;
    pool_.submit(work->job);
  }

  void render_item(Work& work, std::size_t i, const expected<Request>& request) {
    Evidence& evidence = work.items[i].evidence;
    if (!request) {
      evidence.answer = request.error();
      return;
    }
    evidence.request = to_valid_utf8(*request);
    const Stopwatch tokenising;
    expected<PreparedRequest> prepared = job_.model->prepare(*request);
    work.tokenise_seconds += tokenising.seconds();
    if (!prepared) {
      evidence.key = content_key(job_.model->info(), PreparedRequest{*request, {}, false});
      evidence.answer = prepared.error();
      return;
    }
    evidence.key = content_key(job_.model->info(), *prepared);
    prepared->keep_top = job_.keep_top;
    work.slot[i] = work.prepared.size();
    work.prepared.push_back(std::move(*prepared));
  }

  // Serial: one thread at a time in here, in unit order.
  WorkPtr answer(const WorkPtr& work) {
    result_.times.wait += idle_.seconds();
    WorkPtr answered = answer_unit(work);
    idle_ = Stopwatch();
    return answered;
  }

  WorkPtr answer_unit(const WorkPtr& work) {
    if (ended_) return drop(work);
    if (!wanted(*work->unit)) {
      not_run_ += work->unit->size();
      return drop(work);
    }
    if (should_stop()) {
      interrupted_ = ended_ = true;
      return drop(work);
    }
    if (work->failure) return give_up(work, *work->failure);
    render_seconds_ += work->render_seconds;
    tokenise_seconds_ += work->tokenise_seconds;
    pool_.wait(work->job);
    expected<std::vector<expected<Response>>>& answers = work->job.responses;
    if (!answers) return give_up(work, answers.error());
    if (answers->size() != work->prepared.size()) {
      return give_up(work, internal_error(fmt::format("the model answered {} of {} requests",
                                                      answers->size(), work->prepared.size())));
    }
    work->prepared.clear();
    take_answers(*work, *answers);

    JournalUnit unit;
    unit.index = work->unit->index;
    unit.seconds = work->job.seconds;
    unit.cost = work->job.cost;
    const Stopwatch journal_watch;
    const expected<void> written = job_.journal->append(journal_lines(*work, unit));
    result_.times.journal += journal_watch.seconds();
    if (!written) return give_up(work, written.error());
    work->journalled = true;
    result_.times.engine += unit.seconds;
    result_.cost.add(unit.seconds, unit.cost);
    result_.items += work->items.size();
    result_.answered.push_back(work->unit->index);
    report(*work);
    if (job_.monitor != nullptr) watch_sequence(*work, unit.seconds);
    return work;
  }

  // The decision follows the journal: it is made of units in their order, never of completion.
  void watch_sequence(Work& work, double engine_seconds) {
    judge_unit(work);
    std::vector<const JudgedItem*> judged;
    for (const ItemRecord& item : work.items) judged.push_back(&item.judged);
    const std::string news = job_.monitor->observe(work.unit->index, judged, engine_seconds);
    if (!news.empty()) job_.observer->on_note(news);
  }

  WorkPtr drop(const WorkPtr& work) {
    if (work->submitted) pool_.drop(work->job);
    return work;
  }

  WorkPtr give_up(const WorkPtr& work, const Error& error) {
    ended_ = true;
    if (error.code == ErrorCode::kInterrupted) {
      interrupted_ = true;
    } else {
      failure_ = error;
    }
    return work;
  }

  static void take_answers(Work& work, std::vector<expected<Response>>& answers) {
    for (std::size_t i = 0; i < work.slot.size(); ++i) {
      if (!work.slot[i]) continue;
      expected<Response>& answer = answers[*work.slot[i]];
      if (answer && !is_finite(*answer)) {
        answer = internal_error("the model gave a log-likelihood that is not a finite number");
      }
      if (answer) {
        if (auto* texts = std::get_if<std::vector<Generation>>(&answer->answer)) {
          for (Generation& text : *texts) text.text = to_valid_utf8(text.text);
        }
      }
      work.items[i].evidence.answer = std::move(answer);
    }
  }

  static std::string journal_lines(Work& work, const JournalUnit& unit) {
    std::string bytes;
    for (std::size_t i = 0; i < work.items.size(); ++i) {
      bytes += finish_record(std::move(work.begun[i]), work.items[i].evidence.answer);
    }
    work.begun.clear();
    return bytes + end_line(unit, work.items.size());
  }

  void report(const Work& work) {
    const std::string& task = job_.plan->tasks[work.unit->task].loaded.task->name;
    for (const ItemRecord& item : work.items) {
      const expected<Response>& answer = item.evidence.answer;
      if (answer) {
        result_.asked_tokens += static_cast<std::size_t>(answer->prompt_tokens);
        tokens_ += static_cast<std::size_t>(answer->prompt_tokens) + generated_tokens(*answer);
      } else {
        ++errors_;
        job_.observer->on_item_error(task, item.item.id, answer.error());
      }
    }
    done_ += work.items.size();
    job_.observer->on_progress(done_, job_.plan->items - not_run_, errors_, tokens_);
  }

  WorkPtr judge(const WorkPtr& work) {
    if (work->journalled && !work->judged) judge_unit(*work);
    return work;
  }

  // Serial, in unit order, but beside the engine stage.
  void write(Work& work) {
    if (!work.judged) return;
    if (job_.sink == nullptr) {
      keep(work);
      return;
    }
    if (sink_failure_) return;
    const expected<void> written = job_.sink->write(work.unit->task, work.items, work.lines);
    if (written) return;
    sink_failure_ = written.error();
    ended_ = true;
  }

  void keep(Work& work) {
    const Unit& unit = *work.unit;
    for (std::size_t i = 0; i < unit.size(); ++i) {
      (*job_.evidence)[unit.task][unit.positions[i]] = std::move(work.items[i].evidence);
      (*job_.judged)[unit.task][unit.positions[i]] = std::move(work.items[i].judged);
    }
  }

  void judge_unit(Work& work) {
    const Stopwatch watch;
    const Task& task = *job_.plan->tasks[work.unit->task].loaded.task;
    for (ItemRecord& item : work.items) {
      item.judged = judge_item(task, item.item, item.evidence, job_.executor);
      job_.observer->on_judged(task.name, item.judged);
      if (job_.sink != nullptr) work.lines += job_.sink->lines(task.name, item);
    }
    work.judged = true;
    const double seconds = watch.seconds();
    double total = judge_seconds_.load();
    while (!judge_seconds_.compare_exchange_weak(total, total + seconds)) {
    }
  }

 public:
  bool interrupted() const { return interrupted_; }

 private:
  const PipelineJob& job_;
  std::size_t next_ = 0;                // source stage only
  std::atomic<std::size_t> to_render_;  // units
  std::atomic<bool> ended_{false};      // no further unit is answered
  std::atomic<bool> interrupted_{false};
  std::optional<Error> failure_;       // engine stage only
  std::optional<Error> sink_failure_;  // last stage only
  PipelineResult result_;              // engine stage only
  double render_seconds_ = 0;          // engine stage only
  double tokenise_seconds_ = 0;        // engine stage only
  Stopwatch idle_;                     // engine stage only: since it had nothing to do
  std::atomic<double> judge_seconds_{0};
  std::size_t done_, errors_;  // engine stage only
  std::size_t tokens_ = 0;     // engine stage only
  std::size_t not_run_ = 0;    // engine stage only
  LanePool pool_;              // last: its threads use the above
};

}  // namespace

expected<PipelineResult> run_pipeline(const PipelineJob& job) {
  Pipeline pipeline(job);
  expected<PipelineResult> result = pipeline.run();
  if (!result) return result;
  result->interrupted = pipeline.interrupted();
  const expected<void> synced = job.journal->sync();
  if (!synced) return synced.error();
  return result;
}

int choose_workers(int engine_threads) {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return std::min(cores, std::max(1, cores - std::max(0, engine_threads)) + 1);
}

}  // namespace assay
