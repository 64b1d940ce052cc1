// The tag in a plug-in's file (assay/plugin.h), read from its bytes: what it was built for is known
// before the system's loader, and with it any code of the plug-in, gets the file.
#pragma once

#include <string>
#include <string_view>

#include "assay/expected.h"
#include "assay/plugin.h"

namespace assay {

// Errors (kBadData) are sentences about `file`: it is no shared object, it has no tag.
expected<PluginTag> read_plugin_tag(std::string_view bytes, const std::string& file);

// What differs between a plug-in's tag and this program's: "gcc 11 instead of gcc 12"; "" when the
// two fit.
std::string tag_mismatch(const PluginTag& tag);

std::string name_of(const PluginTag& tag);
std::string version_of(const PluginTag& tag);

}  // namespace assay
