// SHA-256 of model files. A model's digest is in every content key, and hashing a 10 GB file takes
// longer than loading it, so digests are remembered per (absolute path, size, modification time
// in nanoseconds) in $XDG_CACHE_HOME/assay/digests.json. The cache is a convenience: when it
// cannot be read or written the file is hashed again, and a damaged cache is started afresh. It is
// replaced by rename, so a reader never sees half of it.
//
// Thread-safety: free functions without shared state; concurrent writers may lose each other's
// entry, never correctness.
#pragma once

#include <string>
#include <string_view>

#include "assay/expected.h"

namespace assay {

std::string sha256_of(std::string_view bytes);  // 64 lower-case hexadecimal digits

expected<std::string> sha256_of_file(const std::string& path);

// As sha256_of_file, through the cache.
expected<std::string> cached_sha256_of_file(const std::string& path);

}  // namespace assay
