// A small run for tests of the run folder: ARC-Easy and GSM8K over rows made here, answered by
// scripted:hash behind a model that can be slow, refuse items, stop the run, and count.
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "results/run.h"
#include "runtime/files.h"
#include "runtime/model_options.h"
#include "runtime/wire.h"
#include "tests/support/memory_source.h"

namespace assay::testing {

inline MemorySource small_data(int arc_items, int gsm8k_items) {
  std::vector<Json> arc;
  for (int i = 0; i < arc_items; ++i) {
    arc.push_back(
        {{"id", fmt::format("arc-{}", i)},
         {"question", fmt::format("Which number follows {}?", i)},
         {"choices",
          {{"text", {fmt::format("{}", i + 1), fmt::format("{}", i + 7), fmt::format("{}", i)}},
           {"label", {"A", "B", "C"}}}},
         {"answerKey", "A"}});
  }
  std::vector<Json> gsm8k;
  for (int i = 0; i < gsm8k_items; ++i) {
    gsm8k.push_back({{"question", fmt::format("What is {} plus {}?", i, i)},
                     {"answer", fmt::format("It is {}.\n#### {}", 2 * i, 2 * i)}});
  }
  MemorySource source;
  source.add("arc/ARC-Easy/test", arc).add("gsm8k/main/test", gsm8k);
  source.add("arc/ARC-Easy/train", arc).add("gsm8k/main/train", gsm8k);
  source.add("arc/ARC-Easy/validation", arc);
  return source;
}

inline std::unique_ptr<Model> hash_model() {
  ModelOptions options;
  options.spec = "scripted:hash";
  auto model = open_model(options);
  if (!model) std::abort();
  return std::move(*model);
}

class TestModel : public Model {
 public:
  std::string refuse;                      // prepare fails for requests that hold this text
  std::chrono::milliseconds delay{0};      // per unit
  std::function<void(int units)> on_unit;  // before a unit is answered
  std::string say;                         // the text of every generation, "" = the script's
  std::atomic<int> units{0};
  std::optional<EngineWork> engine_work;  // what the model says of itself

  const ModelInfo& info() const override { return inner_->info(); }
  expected<PreparedRequest> prepare(const Request& request) const override {
    if (!refuse.empty() && dump_line(to_json(request)).find(refuse) != std::string::npos) {
      return data_error("the prompt has 9102 tokens but the context holds 512");
    }
    return inner_->prepare(request);
  }
  expected<std::vector<expected<Response>>> answer(
      std::span<const PreparedRequest> unit, const std::function<bool()>& should_stop) override {
    if (on_unit) on_unit(units);
    ++units;
    std::this_thread::sleep_for(delay);
    if (should_stop()) return Error{ErrorCode::kInterrupted, "stopped"};
    auto answers = inner_->answer(unit, should_stop);
    if (answers && !say.empty()) {
      for (expected<Response>& answer : *answers) {
        auto* texts = std::get_if<std::vector<Generation>>(&answer->answer);
        if (texts != nullptr) texts->front().text = say;
      }
    }
    return answers;
  }
  expected<std::string> render_chat(std::span<const ChatMessage> messages, bool prompt,
                                    bool open) const override {
    return inner_->render_chat(messages, prompt, open);
  }
  std::optional<EngineWork> work() const override { return engine_work; }
  std::string token_text(Token token) const override { return inner_->token_text(token); }
  std::optional<std::size_t> count_tokens(std::string_view text) const override {
    return inner_->count_tokens(text);
  }

 private:
  std::unique_ptr<Model> inner_ = hash_model();
};

class Notes : public RunObserver {
 public:
  void on_note(const std::string& sentence) override { all += sentence + "\n"; }
  std::string all;
};

// One run folder and what runs in it.
struct SmallRun {
  explicit SmallRun(std::string path, int arc_items = 40, int gsm8k_items = 5)
      : data(small_data(arc_items, gsm8k_items)), folder(std::move(path)) {
    settings.targets = {"arc_easy", "gsm8k"};
    settings.shots = 0;
  }

  expected<RunOutcome> go(bool repair = false) {
    RunRequest request;
    request.settings = settings;
    request.folder = folder;
    request.data = &data;
    request.model = &model;
    request.repair = repair;
    request.workers = workers;
    request.command_line = "assay run arc_easy gsm8k";
    return run(request, notes, stop);
  }
  std::string file(const std::string& name) const {
    return read_file(folder + "/" + name).value_or("");
  }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder + "/" + name, std::ios::binary) << bytes;
  }
  // Everything that a run found, timings apart, as one text.
  std::string findings() const {
    Json summary = Json::parse(file("summary.json"));
    summary.erase("timing");
    return dump_pretty(summary) + file("samples.jsonl");
  }
  // As after a crash: the results are gone and the journal is `bytes`.
  void crash_to(const std::string& bytes) const {
    std::filesystem::remove(folder + "/summary.json");
    std::filesystem::remove(folder + "/samples.jsonl");
    write("journal.jsonl", bytes);
  }

  MemorySource data;
  std::string folder;
  RunSettings settings;
  TestModel model;
  Notes notes;
  std::atomic<bool> stop{false};
  int workers = 2;
};

}  // namespace assay::testing
