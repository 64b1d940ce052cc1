// Which model to open and with which engine settings. Every field that can change a number goes
// into the manifest as it was resolved (ModelInfo::manifest), not as it was asked for.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/model.h"
#include "runtime/rope_options.h"

namespace assay {

struct LoraOption {
  std::string file;
  double scale = 1.0;
};

struct ModelOptions {
  std::string spec;  // a GGUF path, "scripted:hash", "scripted:FILE.jsonl"
  int context = 0;   // tokens one request may use; 0 = the model's trained length, at most 8192
  int batch = 512;   // tokens per decode call (n_batch = n_ubatch)
  int threads = 0;   // 0 = the machine's physical share
  // Units answered at once, each by its share of the threads, at least one. 0 = two on a processor
  // whose threads can be halved, when memory is plenty; else one.
  int contexts = 0;
  int gpu_layers = -1;                 // -1 = all that fit when a GPU backend is built in
  std::string flash_attention = "on";  // "on", "off"
  std::string kv_type = "f16";  // "f16", "f32", "bf16", "q8_0", "q4_0", …; "K,V" for two types
  // "full"; "window": a small cache for layers that see a window of the text only, without sharing
  std::string swa_cache = "full";
  std::optional<bool> add_bos;     // unset = what the vocabulary says
  bool exact = false;              // layouts that no neighbour can move (runtime/exact_layout.h)
  double call_limit = 900;         // seconds of one decode call, after which its item is an error
  bool truncate_left = false;      // protocols.md section 5.4 instead of an item error
  std::string chat_template_file;  // overrides the GGUF's template
  std::vector<LoraOption> lora;
  RopeOptions rope{};          // what is to differ from the model's own positions
  bool probe_in_child = true;  // load in a child process first: hostile files abort there, not here
};

// Opens a model. Errors are sentences for people: no such file, not a GGUF, truncated, without
// vocabulary, unsupported architecture, adapter that does not fit. `on_progress` (0..1, may be
// empty) is called while weights load. The caller owns the model.
expected<std::unique_ptr<Model>> open_model(const ModelOptions& options,
                                            const std::function<void(double)>& on_progress = {});

// The same model for planning: it tokenises and renders, and cannot answer. Of a GGUF no more than
// header and vocabulary is read; a scripted model is opened as it is.
expected<std::unique_ptr<Model>> open_for_planning(const ModelOptions& options);

}  // namespace assay
