// The reference model: a small real GGUF of our own, carried inside the program, which MODEL
// "reference" names. The engine reads files, so it is unpacked once to
// $XDG_CACHE_HOME/assay/reference/<first digits of its SHA-256>/reference.gguf (or below
// ~/.cache), and unpacked again when that copy is missing or differs. Both the embedded bytes and
// the copy are compared with models/reference.sha256 before they are used.
//
// Thread-safety: free functions without shared state; concurrent processes unpack the same bytes
// and rename them into place, so none sees half a file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "assay/expected.h"

namespace assay {

inline constexpr std::string_view kReferenceModel = "reference";

// `bytes` if their SHA-256 is the one that `checksum` (a line of sha256sum) begins with. Otherwise
// the error names both checksums and says how to restore the file; kBadData when it was altered,
// kUnavailable when the program was built without it.
expected<std::string_view> checked_reference(std::optional<std::string_view> bytes,
                                             std::optional<std::string_view> checksum);

// Writes the bytes to FOLDER/reference.gguf unless a file with that digest is there already, and
// returns its path.
expected<std::string> unpack_reference(std::string_view bytes, const std::string& folder);

// The file that the engine is to open for MODEL `spec`: the unpacked reference model for
// "reference", every other spec as it is.
expected<std::string> model_file(const std::string& spec);

}  // namespace assay
