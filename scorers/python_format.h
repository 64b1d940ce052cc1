// How Python writes values: str(), repr() and json.dumps. The original's document and target
// hashes are taken over such texts, and its sample files hold numbers as str() writes them.
//
// Pure and thread-safe. Whole numbers beyond 64 bits arrive as Json::binary of their digits
// (datasets/json_file.h) and are written as those digits.
#pragma once

#include <string>

#include "assay/json.h"
#include "assay/task.h"

namespace assay {

std::string python_float(double value);      // repr(float): "0.1", "1e-07", "100.0", "-inf"
std::string python_repr(const Json& value);  // None, True, ['a', "it's"], {'k': 1}
std::string python_str(const Json& value);   // repr, but a string is itself

// json.dumps(value, indent=indent, ensure_ascii=ascii); indent < 0: one line with ", " and ": ".
std::string python_json(const Json& value, int indent, bool ascii);

// str(target): the text whose SHA-256 is the original's target hash and which its sample files
// show.
std::string python_str(const Target& target);

// The text whose SHA-256 is the original's document hash: indent 2, no ASCII escaping.
inline std::string document_text(const Json& doc) { return python_json(doc, 2, false); }

}  // namespace assay
