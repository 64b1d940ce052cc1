// The engine never prints: what happens during a run goes to an observer. The terminal's progress
// line is one implementation, a silent one another.
#pragma once

#include <cstddef>
#include <string>

#include "assay/expected.h"
#include "runtime/evidence.h"

namespace assay {

class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void on_plan(std::size_t /*items*/, std::size_t /*already_done*/) {}
  // Called from the journal stage, in unit order: done counts items answered so far, tokens those
  // asked and generated since this session began.
  virtual void on_progress(std::size_t /*done*/, std::size_t /*total*/, std::size_t /*errors*/,
                           std::size_t /*tokens*/) {}
  // A judged item, in no particular order and from several threads at once; items of an earlier
  // session are not told.
  virtual void on_judged(const std::string& /*task*/, const JudgedItem& /*judged*/) {}
  virtual void on_item_error(const std::string& /*task*/, const std::string& /*item*/,
                             const Error& /*error*/) {}
  virtual void on_note(const std::string& /*sentence*/) {}  // something a person should know
};

}  // namespace assay
