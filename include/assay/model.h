// A Model answers requests. Three kinds exist: an in-process GGUF (runtime/llama_model), an HTTP
// endpoint, and a scripted table for tests (runtime/scripted_model).
//
// Answering has two steps so that a pipeline can overlap them: `prepare` turns texts into token
// ids and finds out whether the request fits (any thread), `answer` runs a whole unit of prepared
// requests (one thread at a time). A unit's answers are a pure function of the unit, the model and
// its settings: never of timing or of the units that came before. That is what makes an
// interrupted run continue with the same bits.
//
// Ownership: the caller owns the model; prepared requests own their data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "assay/request.h"
#include "assay/response.h"

namespace assay {

using Token = std::int32_t;

// Token ids of one (context, continuation) pair, of a prompt (continuation empty), or of one
// rolling window. Context + continuation is what the model sees; only continuation is scored.
struct TokenSequence {
  std::vector<Token> context;
  std::vector<Token> continuation;
};

struct PreparedRequest {
  Request request;
  std::vector<TokenSequence> sequences;  // Choices: one per continuation; Completion: one
  bool truncated = false;                // --truncate-left removed tokens from the left
  // --keep-probs: the most probable next tokens to keep at each of some positions; 0 = none.
  int keep_top = 0;
};

struct ModelInfo {
  std::string name;      // "stories260K-Q8_0.gguf", "scripted:hash"
  std::string identity;  // sha256 of the file(s) or a digest of the script: always in content keys
  std::string engine;    // engine version, commit and build flags, or "scripted"
  int max_length = 0;    // context tokens available to one request; 0 = unlimited
  // Everything about the model and its settings that can change a number: file size, GGUF
  // metadata, context, batch, threads, flash attention, KV type, BOS, chat template, adapters.
  Json manifest = Json::object();
};

// What decoding took, by a clock around each call of the engine.
struct DecodeWork {
  std::size_t tokens = 0;  // decoded
  std::size_t calls = 0;   // decode calls they went through
  double seconds = 0;
};

// What the engine did since the model was opened.
struct EngineWork {
  double load_seconds = 0;  // reading the weights and making the context
  DecodeWork prompt;        // texts that the model was given, shared beginnings once
  DecodeWork generation;    // what it wrote: one token per sequence and call
};

class Model {
 public:
  virtual ~Model() = default;

  virtual const ModelInfo& info() const = 0;

  // Tokenises and checks one request. Thread-safe. An Error here is an item error (for example
  // "the prompt has 9102 tokens but the context holds 8192; …").
  virtual expected<PreparedRequest> prepare(const Request& request) const = 0;

  // Answers a unit: one result per request, in order. An Error in a slot is that item's error; the
  // rest of the unit stands. Returns an outer Error only when nothing can go on (engine lost).
  // `should_stop` is polled between engine steps; when it returns true the call gives up with
  // ErrorCode::kInterrupted. REQUIRES: called from one thread at a time.
  virtual expected<std::vector<expected<Response>>> answer(
      std::span<const PreparedRequest> unit, const std::function<bool()>& should_stop) = 0;

  // Renders a conversation with the model's own chat template. Thread-safe.
  // continue_final: the last message is an assistant turn left open for the model to go on.
  virtual expected<std::string> render_chat(std::span<const ChatMessage> messages,
                                            bool add_generation_prompt,
                                            bool continue_final) const = 0;

  // Text of single tokens, for `assay show`. Thread-safe.
  virtual std::string token_text(Token token) const = 0;

  // Tokens of a text as a prompt, the beginning-of-text token included where one is added; nothing
  // for a model without a tokenizer. Thread-safe.
  virtual std::optional<std::size_t> count_tokens(std::string_view text) const = 0;

  // Whether answers can hold what PreparedRequest::keep_top asks for. Thread-safe.
  virtual bool keeps_top_tokens() const { return false; }

  // Totals so far; nothing for a model that does not measure itself. REQUIRES: answer() is not
  // under way.
  virtual std::optional<EngineWork> work() const { return std::nullopt; }
};

}  // namespace assay
