// The score of the task a run is at, while it goes on: the mean so far of the figure by which the
// task is judged, with the interval it would have if the run ended now. For the progress line only;
// the summary's figures are made of the whole journal.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "runtime/evidence.h"

namespace assay {

class RunningScore {
 public:
  // Fewer items have intervals too wide to be worth a glance.
  static constexpr std::size_t kFewestItems = 10;

  // An item error, and a task whose first figure is no share of 1, add nothing.
  void add(const std::string& task, const JudgedItem& judged);

  // Of the task that was added to last: "gsm8k exact_match 0.31 ± 0.09"; "" below kFewestItems.
  // ± is half of the 95 % interval: Wilson's where items are right or wrong, else 1.96 standard
  // errors of the mean; with more decimals where two would make it 0.
  std::string text() const;

 private:
  struct Sums {
    std::string metric;
    std::size_t items = 0;
    double sum = 0;
    double squares = 0;
    bool right_or_wrong = true;
  };
  std::map<std::string, Sums> tasks_;
  std::string last_;
};

}  // namespace assay
