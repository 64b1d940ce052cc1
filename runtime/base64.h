// Bytes as text for JSON: base64 (RFC 4648, section 4), with padding, without line breaks.
//
// Pure and thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay {

std::string to_base64(std::string_view bytes);
// nullopt when it is not what to_base64 writes.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace assay
