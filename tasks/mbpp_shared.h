// What MBPP and MBPP+ share: the fixed shots.
#pragma once

#include <string>
#include <vector>

#include "assay/dataset.h"
#include "assay/expected.h"
#include "assay/json.h"
#include "assay/task.h"

namespace assay {

// MBPP's task ids 2, 3 and 4 from its prompt split: the shots of every variant.
expected<std::vector<Json>> mbpp_shots(const DataSource& source);

// "Your task: … Your code should pass these tests: …", as MBPP asks; `tests` are its lines.
std::string mbpp_question(const std::string& text, const std::string& tests);

}  // namespace assay
