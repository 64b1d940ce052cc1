// Which kind of model a MODEL argument names: "scripted:…", "reference", a plug-in's "SCHEME:…", or
// the path of a GGUF file.
#include <fmt/format.h>

#include <string_view>

#include "runtime/model_options.h"
#include "runtime/plugin_model.h"
#include "runtime/reference_model.h"
#include "runtime/scripted_model.h"
#if ASSAY_HAVE_LLAMA
#include "runtime/llama_model.h"
#include "runtime/llama_vocabulary.h"
#endif

namespace assay {
#if ASSAY_HAVE_LLAMA
namespace {

// The options with the file that MODEL stands for.
expected<ModelOptions> with_file(const ModelOptions& options) {
  const expected<std::string> file = model_file(options.spec);
  if (!file) return file.error();
  ModelOptions resolved = options;
  resolved.spec = *file;
  return resolved;
}

}  // namespace
#endif

expected<std::unique_ptr<Model>> open_model(const ModelOptions& options,
                                            const std::function<void(double)>& on_progress) {
  constexpr std::string_view kScripted = "scripted:";
  if (options.spec.empty()) {
    return usage_error("No model was named; give -m a GGUF file, reference or scripted:hash.");
  }
  if (options.spec.starts_with(kScripted)) {
    return open_scripted_model(options.spec.substr(kScripted.size()));
  }
  const std::size_t colon = options.spec.find(':');
  if (colon != std::string::npos) {
    const std::string scheme = options.spec.substr(0, colon);
    if (const ModelKind* kind = find_model_kind(scheme); kind != nullptr) {
      return open_plugin_model(*kind, plugin_of_model(scheme), options.spec.substr(colon + 1));
    }
  }
#if ASSAY_HAVE_LLAMA
  const expected<ModelOptions> resolved = with_file(options);
  if (!resolved) return resolved.error();
  return open_llama_model(*resolved, on_progress);
#else
  (void)on_progress;
  return unavailable(
      fmt::format("This build of assay has no engine, so {} cannot be opened; build it with "
                  "-DASSAY_LLAMA=auto, or use scripted:hash.",
                  options.spec));
#endif
}

expected<std::unique_ptr<Model>> open_for_planning(const ModelOptions& options) {
#if ASSAY_HAVE_LLAMA
  if (!options.spec.empty() && !options.spec.starts_with("scripted:")) {
    const expected<ModelOptions> resolved = with_file(options);
    if (!resolved) return resolved.error();
    return open_llama_vocabulary(*resolved);
  }
#endif
  return open_model(options);
}

}  // namespace assay
