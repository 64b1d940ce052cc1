// Checks one item before anything is asked about it: the columns its task reads are there, and its
// gold answer is one of its choices. A wrong gold scores every model down without a word, so it is
// a data error at load.
#pragma once

#include "assay/expected.h"
#include "assay/item.h"
#include "assay/task.h"

namespace assay {

// The message says what is wrong with the item, without naming task and file.
expected<void> check_item(const Task& task, const Item& item);

}  // namespace assay
