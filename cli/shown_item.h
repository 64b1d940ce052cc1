// One item as `assay show` prints it: the final request of the plan, what the right answer is,
// which shots stand before it and, with a model, the token ids on both sides of each boundary.
//
// Thread-safety: value types and pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "assay/model.h"
#include "runtime/plan.h"

namespace assay::cli {

struct ShownTokens {
  PreparedRequest prepared;
  std::vector<std::string> first_texts;  // text of the first token of each sequence: BOS or not
  std::vector<std::vector<std::string>> continuation_texts;
  Json add_bos;  // as the model's manifest says; null when it does not
  Json bos;      // {"id", "text"}; null when the vocabulary has none
};

struct ShownItem {
  std::string task;
  std::string version;
  std::string id;
  std::size_t index = 0;
  std::size_t available = 0;
  std::string data_label;
  std::vector<std::size_t> shots;  // positions in the shot pool, in prompt order
  Request request;
  std::vector<std::string> filters;  // named pipelines that read generated answers
  Json gold;                         // index, text or list of them; null for tasks without a gold
  std::optional<ShownTokens> tokens;
  std::string token_error;  // why the model cannot take this request, e.g. too long
};

// `model` may be null.
expected<ShownItem> make_shown_item(const Plan& plan, const PlannedTask& task,
                                    const LoadedItem& item, const Model* model);

// {"task", "id", "index", "shots", "context" | "contexts", "continuations", "stops", "gold", …}
Json shown_item_json(const ShownItem& item);
// For people: texts stand between ⟦ and ⟧, so that blanks and line ends at the borders are seen.
std::string shown_item_text(const ShownItem& item);

}  // namespace assay::cli
