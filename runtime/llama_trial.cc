// The trial (see the header).
#include "runtime/llama_trial.h"

#include <llama.h>

#include <array>
#include <exception>
#include <string>

#include "runtime/chat_template.h"
#include "runtime/llama_log.h"

namespace assay {
namespace {

bool decodes(llama_model* model) {
  llama_context_params params = llama_context_default_params();
  params.n_ctx = 256;
  params.n_batch = 64;
  params.n_ubatch = 64;
  params.n_threads = 1;
  params.n_threads_batch = 1;
  llama_context* context = llama_init_from_model(model, params);
  if (context == nullptr) return false;
  // Without memory (encoders, diffusion) nothing is decoded: opening the model refuses it anyway.
  bool sound = llama_get_memory(context) == nullptr;
  if (!sound && llama_vocab_n_tokens(llama_model_get_vocab(model)) > 1) {
    std::array<llama_token, 2> tokens = {0, 1};
    sound = llama_decode(context, llama_batch_get_one(tokens.data(), 2)) == 0;
  }
  llama_free(context);
  return sound;
}

void render(const llama_model* model) {
  const char* source = llama_model_chat_template(model, nullptr);
  if (source == nullptr) return;
  const auto parsed = ChatTemplate::parse(source, "<s>", "</s>");
  if (!parsed) return;  // A broken template only matters once --chat asks for it.
  const ChatMessage hello{"user", "Hello"};
  (void)(*parsed)->render({&hello, 1}, true, false);
}

}  // namespace

bool try_llama(const char* path, bool full) {
  start_engine();
  try {
    llama_model_params params = llama_model_default_params();
    params.vocab_only = !full;
    params.load_mode = LLAMA_LOAD_MODE_NONE;
    params.n_gpu_layers = 0;
    llama_model* model = llama_model_load_from_file(path, params);
    if (model == nullptr) return false;
    std::array<llama_token, 64> tokens;
    const std::string text = "Hello, world 42";
    llama_tokenize(llama_model_get_vocab(model), text.data(), static_cast<int>(text.size()),
                   tokens.data(), static_cast<int>(tokens.size()), true, true);
    render(model);
    const bool sound = !full || decodes(model);
    llama_model_free(model);
    return sound;
  } catch (const std::exception&) {
    return false;
  }
}

bool llama_maps_devices() { return llama_supports_gpu_offload(); }

}  // namespace assay
