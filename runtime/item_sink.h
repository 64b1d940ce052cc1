// Where judged items go while a run is still under way, so that what was asked and answered need
// not be kept in memory until its end: the journal has it. results/samples.h writes samples.jsonl
// in this way.
#pragma once

#include <string>
#include <string_view>

#include "assay/expected.h"
#include "assay/item.h"
#include "runtime/evidence.h"

namespace assay {

class ItemSink {
 public:
  virtual ~ItemSink() = default;
  // What is to be written of an item. Takes out of evidence and judgements what nobody needs after
  // that. Thread-safe.
  virtual std::string take(const std::string& task, const Item& item, Evidence& evidence,
                           JudgedItem& judged) = 0;
  // Writes what take() gave, in plan order. REQUIRES: called from one thread at a time.
  virtual expected<void> write(std::string_view bytes) = 0;
};

}  // namespace assay
