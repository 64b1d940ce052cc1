// The tokens that a run's requests were asked in, made again from a vocabulary. A run folder holds
// texts, and content keys over token ids; so a vocabulary that is at hand later, of the same file
// or of another quantization of it, can be proved right item by item: tokens count only where they
// give the record's key. Nothing is guessed where they do not.
//
// Thread-safety: const and thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "assay/expected.h"
#include "assay/json.h"
#include "assay/model.h"
#include "runtime/evidence.h"

namespace assay {

class AskedTokens {
 public:
  // Reads the vocabulary of MODEL `spec` for the run whose manifest has `model`, with that run's
  // context and BOS. Errors: those of opening a model for planning.
  static expected<AskedTokens> open(const std::string& spec, const Json& model);

  // `vocabulary` tokenises; `asked` is the model that answered, whose identity is in the keys.
  AskedTokens(std::shared_ptr<const Model> vocabulary, ModelInfo asked);

  // nullopt when this vocabulary does not make the tokens that were asked.
  std::optional<PreparedRequest> tokens_of(const Evidence& evidence) const;

  // Special tokens are shown; part of a character for tokens that are bytes.
  std::string text(Token token) const { return vocabulary_->token_text(token); }

 private:
  std::shared_ptr<const Model> vocabulary_;
  ModelInfo asked_;
};

}  // namespace assay
