// Scorers, filters, metrics and aggregations that came with plug-ins, by name. The built-in ones
// are looked up first, and the loader (tasks/plugins.h) refuses a name that is taken, so that a
// plug-in can add to the rules of scoring but never change one.
//
// Thread-safety: tables may be used and added to from any thread; what find() returns stays valid
// for the life of the program.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "assay/scorer.h"

namespace assay {

template <typename T>
class NamedTable {
 public:
  // nullptr when there is no such name.
  const T* find(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
  }
  // REQUIRES: the name is not there yet.
  void add(std::string name, T entry) {
    const std::lock_guard lock(mutex_);
    entries_.emplace(std::move(name), std::move(entry));
  }
  std::vector<std::string> names() const {  // sorted
    const std::lock_guard lock(mutex_);
    std::vector<std::string> out;
    for (const auto& [name, entry] : entries_) out.push_back(name);
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, T, std::less<>> entries_;
};

NamedTable<Scorer>& added_scorers();
NamedTable<Filter>& added_filters();
NamedTable<Metric>& added_metrics();
NamedTable<Aggregation>& added_aggregations();

// Whether assay itself has a filter, a metric for items, an aggregation of that name.
bool is_own_filter(std::string_view name);
bool is_own_metric(std::string_view name);
bool is_own_aggregation(std::string_view name);

}  // namespace assay
