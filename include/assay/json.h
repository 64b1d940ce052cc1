// JSON values whose object members keep the order they were written in: the order of a data set's
// columns is part of its document hash, and files we write should read in the order we meant.
#pragma once

#include <nlohmann/json.hpp>

namespace assay {

using Json = nlohmann::ordered_json;

}  // namespace assay
