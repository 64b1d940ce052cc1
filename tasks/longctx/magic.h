// The words of needle tasks: keys, values, and the sentences they stand in. The sentences are those
// of the NIAH tasks (protocols.md section 10.17), so that a model is asked in the usual words.
//
// Pure and thread-safe, but for the generator that is passed in.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"
#include "assay/python_random.h"

namespace assay {

enum class MagicKind { kNumbers, kWords, kUuids };

std::string_view name_of(MagicKind kind);  // "numbers": also the word in the sentences
expected<MagicKind> magic_kind(const std::string& name);

// An adjective and a noun, "amber-anchor"; ours, so that keys depend on no package's word list.
std::string own_word(PythonRandom& random);
// A version-4 UUID from 128 random bits, as Python's uuid.UUID(int=getrandbits(128), version=4).
std::string random_uuid(PythonRandom& random);
// A seven-digit number, a word or a UUID. `word` draws the words.
std::string draw_magic(MagicKind kind, PythonRandom& random,
                       const std::function<std::string(PythonRandom&)>& word);

// "One of the special magic numbers for KEY is: VALUE."
std::string needle_sentence(MagicKind kind, const std::string& key, const std::string& value);

// "a", "a, and b", "a, b, c, and d": how several keys are asked for.
std::string joined_keys(const std::vector<std::string>& keys);

// What stands before the hay (ending in a newline), behind it (beginning with one), and what the
// answer begins with. `one`: one value of one key is asked for.
std::string magic_intro(MagicKind kind, bool one);
std::string magic_question(MagicKind kind, const std::string& keys, bool one);
std::string magic_answer_start(MagicKind kind, const std::string& keys, bool one);

}  // namespace assay
