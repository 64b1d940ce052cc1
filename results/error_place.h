// What tells the errors of items apart. Where an item's error happened stands in its sentence;
// beside the item's name it is said twice, and for several items with the same error it names only
// one of them.
//
// Thread-safety: pure functions.
#pragma once

#include <string>

namespace assay {

// "Task needle, item 512/0/1: the prompt …" → "the prompt …". Any other sentence as it is.
std::string without_place(const std::string& sentence);

// "has 9102 tokens" and "has 8817 tokens" are one reason: digits do not tell reasons apart.
std::string without_digits(std::string reason);

}  // namespace assay
