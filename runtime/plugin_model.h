// A model that a plug-in brought, behind a fence: an exception in it becomes an Error that names
// the plug-in, and answers that do not fit their requests are refused. The plug-in's name and the
// digest of its file are part of the engine's name, and so of every content key: another build of
// the plug-in is another model.
//
// Thread-safety and ownership: as Model says.
#pragma once

#include <memory>
#include <string>

#include "assay/expected.h"
#include "assay/model.h"
#include "assay/plugin.h"
#include "tasks/plugins.h"

namespace assay {

// Opens `kind` with what follows the colon of "-m SCHEME:ARGUMENT".
expected<std::unique_ptr<Model>> open_plugin_model(const ModelKind& kind,
                                                   const LoadedPlugin& plugin,
                                                   const std::string& argument);

}  // namespace assay
