// The engine never prints: what happens during a run goes to an observer. The terminal's progress
// line is one implementation, a silent one another.
#pragma once

#include <cstddef>
#include <string>

#include "assay/expected.h"

namespace assay {

class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void on_plan(std::size_t /*items*/, std::size_t /*already_done*/) {}
  // Called from the journal stage, in unit order: done counts items answered so far.
  virtual void on_progress(std::size_t /*done*/, std::size_t /*total*/, std::size_t /*errors*/,
                           std::size_t /*prompt_tokens*/) {}
  virtual void on_item_error(const std::string& /*task*/, const std::string& /*item*/,
                             const Error& /*error*/) {}
  virtual void on_note(const std::string& /*sentence*/) {}  // something a person should know
};

}  // namespace assay
