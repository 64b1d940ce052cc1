// See model_arguments.h.
#include "cli/model_arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "cli/validators.h"

namespace assay::cli {

void ModelArguments::add_to(CLI::App& app) {
  constexpr const char* kGroup = "Model";
  app.add_option("-m,--model", specs_,
                 "a GGUF file, reference, scripted:hash or scripted:FILE.jsonl")
      ->type_name("MODEL")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(kGroup);
  app.add_option("--context", options_.context,
                 "tokens one request may use [the model's trained length, at most 8192]")
      ->type_name("N")
      ->check(whole_number(1))
      ->group(kGroup);
  app.add_option("--batch", options_.batch, "tokens per decode call [512]")
      ->type_name("N")
      ->check(whole_number(1))
      ->group(kGroup);
  CLI::Option* exact =
      app.add_flag("--exact", options_.exact,
                   "answers whose bits depend on no neighbour, batch, order or thread count");
  exact->group(kGroup);
  app.add_flag("--fast", fast_, "batches as full as they get; last digits may differ [this]")
      ->excludes(exact)
      ->group(kGroup);
  app.add_option("--threads", options_.threads, "engine threads [the machine's physical share]")
      ->type_name("N")
      ->check(whole_number(1, 4096))
      ->group(kGroup);
  app.add_option(
         "--contexts", options_.contexts,
         "units answered at once, which share weights and threads [2, with a GPU or odd threads 1]")
      ->type_name("N")
      ->check(whole_number(1, 64))
      ->group(kGroup);
  app.add_option("--call-limit", options_.call_limit,
                 "seconds after which a decode call is given up and its item an error [900]")
      ->type_name("SECONDS")
      ->check(CLI::PositiveNumber)
      ->group(kGroup);
  app.add_option("--gpu-layers", options_.gpu_layers, "layers on the GPU, -1: all that fit [-1]")
      ->type_name("N")
      ->check(whole_number(-1))
      ->group(kGroup);
  app.add_option("--flash-attention", options_.flash_attention, "on or off [on]")
      ->type_name("on|off")
      ->check(one_of({"on", "off"}))
      ->group(kGroup);
  app.add_option("--kv", options_.kv_type, "type of the KV cache, or of K and of V [f16]")
      ->type_name("TYPE[,TYPE]")
      ->group(kGroup);
  app.add_option("--swa-cache", options_.swa_cache,
                 "cells for layers with a sliding window: for all tokens, or the window's [full]")
      ->type_name("full|window")
      ->check(one_of({"full", "window"}))
      ->group(kGroup);
  app.add_option("--rope", rope_,
                 "scaling=none|linear|yarn, base, scale, original, ext, attn, fast, slow [the "
                 "model's]")
      ->type_name("NAME=VALUE,…")
      ->group(kGroup);
  app.add_option("--lora", lora_, "apply an adapter, scale 1 unless given; may be repeated")
      ->type_name("FILE[:SCALE]")
      ->allow_extra_args(false)
      ->group(kGroup);
  CLI::Option* bos = app.add_flag("--bos", bos_, "begin with BOS [what the vocabulary says]");
  bos->group(kGroup);
  app.add_flag("--no-bos", no_bos_, "begin without BOS")->excludes(bos)->group(kGroup);
  app.add_flag("--truncate-left", options_.truncate_left,
               "cut long prompts from the left, as the original does [an item error]")
      ->group(kGroup);
  app.add_option("--chat-template", options_.chat_template_file,
                 "use this Jinja template instead of the model's own")
      ->type_name("FILE")
      ->group(kGroup);
}

expected<ModelOptions> ModelArguments::resolve() const {
  if (specs_.size() > 1) {
    return usage_error(
        fmt::format("{} models were named with -m; this takes one at a time.", specs_.size()));
  }
  expected<std::vector<ModelOptions>> each = resolve_each();
  if (!each) return each.error();
  return std::move(each->front());
}

expected<std::vector<ModelOptions>> ModelArguments::resolve_each() const {
  ModelOptions options = options_;
  if (bos_) options.add_bos = true;
  if (no_bos_) options.add_bos = false;
  if (!rope_.empty()) {
    const expected<RopeOptions> rope = parse_rope_options(rope_);
    if (!rope) return rope.error();
    options.rope = *rope;
  }
  for (const std::string& text : lora_) {
    expected<LoraOption> lora = parse_lora(text);
    if (!lora) return lora.error();
    options.lora.push_back(*lora);
  }
  std::vector<ModelOptions> each;
  for (const std::string& spec : specs_) {
    const bool twice = std::any_of(each.begin(), each.end(),
                                   [&](const ModelOptions& other) { return other.spec == spec; });
    if (twice) return usage_error(fmt::format("The model {} was named twice with -m.", spec));
    each.push_back(options);
    each.back().spec = spec;
  }
  if (each.empty()) each.push_back(options);
  return each;
}

expected<LoraOption> parse_lora(const std::string& text) {
  LoraOption lora{text, 1.0};
  const std::size_t colon = text.rfind(':');
  if (colon != std::string::npos && colon + 1 < text.size()) {
    const std::string scale = text.substr(colon + 1);
    char* end = nullptr;
    const double value = std::strtod(scale.c_str(), &end);
    if (end == scale.c_str() + scale.size()) {
      if (!std::isfinite(value)) {
        return usage_error(fmt::format("--lora {}: the scale must be a finite number.", text));
      }
      lora.file = text.substr(0, colon);
      lora.scale = value;
    }
  }
  if (lora.file.empty()) return usage_error("--lora needs the file of an adapter.");
  return lora;
}

}  // namespace assay::cli
