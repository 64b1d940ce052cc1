// Taking single files out of the archives in which some upstreams publish: ZIP (stored and
// deflated entries) and tar (ustar and GNU long names, also gzipped). Only regular files are given
// out, and nothing is ever written by this code, so a hostile path in an archive can do no harm.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "assay/expected.h"

namespace assay {

// True when the bytes begin like a ZIP or tar archive (not a gzipped one).
bool looks_like_archive(std::string_view bytes);

// Calls `take(name, bytes)` for each regular file of the archive whose name `wanted` accepts, in
// archive order. The archive is mapped, not read, so one of gigabytes costs only what is taken.
// kBadData when it is damaged or truncated; an Error of `take` ends the walk and is returned.
expected<void> for_each_archived(
    const std::string& path, std::string_view display_name,
    const std::function<bool(std::string_view name)>& wanted,
    const std::function<expected<void>(const std::string& name, std::string_view bytes)>& take);

}  // namespace assay
