// See the header.
#include "runtime/asked_tokens.h"

#include <utility>

#include "runtime/content_key.h"
#include "runtime/model_options.h"
#include "runtime/reference_model.h"

namespace assay {

expected<AskedTokens> AskedTokens::open(const std::string& spec, const Json& model) {
  const Json settings = model.value("settings", Json::object());
  ModelOptions options;
  options.spec = spec;
  options.context = settings.value("context", 0);
  options.truncate_left = settings.value("truncate_left", false);
  if (settings.value("add_bos_source", "") == "option") {
    options.add_bos = settings.value("add_bos", false);
  }
  options.probe_in_child = spec != kReferenceModel;  // our own file is not hostile
  expected<std::unique_ptr<Model>> vocabulary = open_for_planning(options);
  if (!vocabulary) return vocabulary.error();
  ModelInfo asked;
  asked.identity = model.value("identity", "");
  asked.engine = model.value("engine", "");
  return AskedTokens(std::move(*vocabulary), std::move(asked));
}

AskedTokens::AskedTokens(std::shared_ptr<const Model> vocabulary, ModelInfo asked)
    : vocabulary_(std::move(vocabulary)), asked_(std::move(asked)) {}

std::optional<PreparedRequest> AskedTokens::tokens_of(const Evidence& evidence) const {
  if (!evidence.request || evidence.key.empty()) return std::nullopt;
  expected<PreparedRequest> prepared = vocabulary_->prepare(*evidence.request);
  if (!prepared || prepared->sequences.empty()) return std::nullopt;
  if (content_key(asked_, *prepared) != evidence.key) return std::nullopt;
  return std::move(*prepared);
}

}  // namespace assay
