// Reading the columns of a document. A column that is missing or of another type throws with a
// message a person can act on; whoever loads or asks adds the task and the item.
#pragma once

#include <string>
#include <vector>

#include "assay/json.h"

namespace assay {

// The pipeline of code tasks that reads programs out of chat answers by our rules
// (scorers/code_extraction.h); the original's pipeline beside it keeps the original's name.
inline constexpr const char* kOwnExtraction = "own-extraction";

const Json& field(const Json& doc, const char* name);
std::string text_field(const Json& doc, const char* name);
int int_field(const Json& doc, const char* name);  // also a text of digits, "3"
std::vector<std::string> text_list(const Json& doc, const char* name);

// The position of `label` among `labels`; throws when it is not there.
int index_of_label(const std::vector<std::string>& labels, const std::string& label);

}  // namespace assay
