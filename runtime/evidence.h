// Evidence and what follows from it. A run's evidence about an item is the request as it was asked
// and the answer (or the reason there is none); judging turns it into verdicts without the model.
//
// Thread-safety: value types; judge_item is pure apart from the executor.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "assay/code_executor.h"
#include "assay/expected.h"
#include "assay/item.h"
#include "assay/request.h"
#include "assay/response.h"
#include "assay/scorer.h"
#include "assay/task.h"

namespace assay {

struct Evidence {
  std::optional<Request> request;  // absent when the task could not even ask
  std::string key;                 // content key, see content_key.h
  expected<Response> answer = Error{ErrorCode::kInternal, "not answered"};
  std::size_t line = 0;  // 1-based line in the journal; 0 = not read from one
};

struct JudgedItem {
  std::vector<Judgement> judgements;  // one per filter pipeline; empty when `error` is set
  std::optional<Error> error;         // why the item could not be measured: an item error
};

struct ItemRecord {
  Item item;  // with its document, as the task processed it
  Evidence evidence;
  JudgedItem judged;
};

// Judges one item. An answer that is an error, and a judge that fails or throws, become `error`.
JudgedItem judge_item(const Task& task, const Item& item, const Evidence& evidence,
                      CodeExecutor* executor);

}  // namespace assay
