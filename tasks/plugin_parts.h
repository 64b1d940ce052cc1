// What one plug-in brings, collected before any of it takes effect: all of it is checked first, so
// that a plug-in is taken whole or not at all.
//
// Thread-safety: one thread at a time.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "assay/expected.h"
#include "assay/plugin.h"

namespace assay {

class PluginParts final : public Plugin {
 public:
  explicit PluginParts(std::string plugin) : plugin_(std::move(plugin)) {}

  void add_task(Task task) override { tasks_.push_back(std::move(task)); }
  void add_group(TaskGroup group) override { groups_.push_back(std::move(group)); }
  void add_scorer(std::string name, Scorer scorer) override;
  void add_filter(std::string name, Filter filter) override;
  void add_metric(std::string name, Metric metric) override;
  void add_aggregation(std::string name, Aggregation aggregation) override;
  void add_reader(DataReader reader) override { readers_.push_back(std::move(reader)); }
  void add_model(ModelKind kind) override { models_.push_back(std::move(kind)); }

  // "task capitals", "filter last_word", "model echo" …, in the order of kinds.
  std::vector<std::string> names() const;

  // Whether everything is complete and every name is free. The message is the part of a sentence
  // after "The plug-in NAME was refused: ".
  expected<void> check() const;

  // Puts everything, guarded, where assay looks for it; models are handed out instead.
  // REQUIRES: check() was fine. Fails, with nothing done, when a task's or group's name is taken.
  expected<std::vector<ModelKind>> commit();

 private:
  template <typename T>
  using Named = std::vector<std::pair<std::string, T>>;

  std::string plugin_;
  std::vector<Task> tasks_;
  std::vector<TaskGroup> groups_;
  Named<Scorer> scorers_;
  Named<Filter> filters_;
  Named<Metric> metrics_;
  Named<Aggregation> aggregations_;
  std::vector<DataReader> readers_;
  std::vector<ModelKind> models_;
};

}  // namespace assay
