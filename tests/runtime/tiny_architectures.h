// A tiny model with random weights of each architecture the engine knows, made in memory from
// metadata alone: tests/cases/architectures.jsonl. Its first line holds the keys that every model
// gets, with "%" for the architecture's name, and the second those of mixtures of experts; each
// further line an architecture and what is special about it:
//   "experts"  it has the second line's keys too
//   "set"      keys that are added or take the place of the common ones; null takes one away
//   "refused"  the engine can build it, and assay declines to measure it: words of the sentence
//   "cannot"   it cannot be built this way, and why; "aborts": the engine ends the process instead
//   "calm"     queries and keys are small: for attention that does not scale them itself
//   "drift"    how far rounding may move its log-likelihoods, where that is more than usual
// JSON integers become 32-bit unsigned values, numbers with a point 32-bit floats; "u64:" before a
// key makes its integers 64-bit.
//
// Weights are drawn per tensor, from its name: a model is the same whatever order the engine asks
// for its tensors in.
#pragma once

#include <ggml-backend.h>
#include <gguf.h>
#include <gtest/gtest.h>
#include <llama.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "assay/json.h"
#include "runtime/llama_load.h"
#include "runtime/llama_log.h"
#include "runtime/sampler.h"

namespace assay::test {

struct TinyArchitecture {
  std::string name;
  Json keys = Json::object();
  std::string refused;
  std::string cannot;
  bool aborts = false;
  bool calm = false;
  double drift = 0.03;
};

inline std::vector<TinyArchitecture> tiny_architectures() {
  std::ifstream in(std::string(ASSAY_SOURCE_DIR) + "/tests/cases/architectures.jsonl");
  std::string line;
  std::getline(in, line);
  const Json common = Json::parse(line).at("common");
  std::getline(in, line);
  const Json experts = Json::parse(line).at("experts");
  std::vector<TinyArchitecture> out;
  while (std::getline(in, line)) {
    const Json entry = Json::parse(line);
    TinyArchitecture made;
    made.name = entry.at("architecture");
    made.keys = common;
    if (entry.value("experts", false)) made.keys.update(experts);
    if (entry.contains("set")) made.keys.update(entry.at("set"));
    made.refused = entry.value("refused", "");
    made.cannot = entry.value("cannot", "");
    made.aborts = entry.value("aborts", false);
    made.calm = entry.value("calm", false);
    made.drift = entry.value("drift", made.drift);
    out.push_back(std::move(made));
  }
  return out;
}

namespace tiny {

template <typename T>
std::vector<T> numbers(const Json& value) {
  return value.get<std::vector<T>>();
}

inline void set_array(gguf_context* to, const std::string& key, const Json& value, bool wide) {
  const auto set = [&](gguf_type type, const auto& items) {
    gguf_set_arr_data(to, key.c_str(), type, items.data(), items.size());
  };
  if (value.front().is_boolean()) {
    std::vector<std::int8_t> items;
    for (const bool item : value) items.push_back(item ? 1 : 0);
    set(GGUF_TYPE_BOOL, items);
  } else if (value.front().is_number_float()) {
    set(GGUF_TYPE_FLOAT32, numbers<float>(value));
  } else if (wide) {
    set(GGUF_TYPE_UINT64, numbers<std::uint64_t>(value));
  } else {
    set(GGUF_TYPE_UINT32, numbers<std::uint32_t>(value));
  }
}

inline void set_key(gguf_context* to, std::string key, const Json& value, const std::string& name) {
  const bool wide = key.starts_with("u64:");
  if (wide) key = key.substr(4);
  if (key.starts_with("%")) key = name + key.substr(1);
  if (value.is_null()) return;
  if (value.is_array()) return set_array(to, key, value, wide);
  if (value.is_boolean()) return gguf_set_val_bool(to, key.c_str(), value);
  if (value.is_string()) return gguf_set_val_str(to, key.c_str(), value.get<std::string>().c_str());
  if (value.is_number_float()) return gguf_set_val_f32(to, key.c_str(), value);
  gguf_set_val_u32(to, key.c_str(), value);
}

// Token 7 is "t7 ".
inline void set_vocabulary(gguf_context* to, int size) {
  std::vector<std::string> texts;
  for (int i = 0; i < size; ++i) texts.push_back("t" + std::to_string(i) + " ");
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  const std::vector<float> scores(texts.size(), 0.0F);
  gguf_set_val_str(to, "tokenizer.ggml.model", "test");
  gguf_set_arr_str(to, "tokenizer.ggml.tokens", pointers.data(), pointers.size());
  gguf_set_arr_data(to, "tokenizer.ggml.scores", GGUF_TYPE_FLOAT32, scores.data(), scores.size());
}

// Matrices whose outputs are about as large as their inputs, norms around one, and states that fade
// slowly: what stood at the beginning of a text shall matter at its end.
inline void fill(ggml_tensor* tensor, void* calm) {
  const std::string name = tensor->name;
  std::uint64_t seed = 0xcbf29ce484222325;
  for (const char c : name) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  SplitMix64 random(seed);
  const auto has = [&](const char* part) { return name.find(part) != std::string::npos; };
  const bool is_vector = tensor->ne[1] * tensor->ne[2] * tensor->ne[3] == 1;
  double centre = 0;
  double spread = is_vector ? 0.2 : 2 / std::sqrt(static_cast<double>(tensor->ne[0]));
  if (has("norm") && name.ends_with(".weight")) {
    const bool small = *static_cast<const bool*>(calm) && (has("attn_q") || has("attn_k"));
    centre = small ? 0.4 : 1;
    spread = 0.2;
  }
  // Factors of whole matrices, and of the frequencies of positions.
  if (name.ends_with("scale") || name.starts_with("rope_")) centre = 1, spread = 0.1;
  if (has("ssm_a")) centre = -0.06, spread = 0.05;
  if (has("time_mix_decay.weight") || has("time_mix_w0")) centre = -5;  // through exponentials
  std::vector<float> values(static_cast<std::size_t>(ggml_nelements(tensor)));
  for (float& value : values) {
    value = static_cast<float>(centre + spread * (2 * random.next_unit() - 1));
  }
  if (tensor->type != GGML_TYPE_F32) {
    ADD_FAILURE() << name << " is not of the type it was asked to be";
    return;
  }
  ggml_backend_tensor_set(tensor, values.data(), 0, ggml_nbytes(tensor));
}

}  // namespace tiny

// Null, with the reason in engine_errors(), where the engine declines.
inline std::unique_ptr<llama_model, LlamaModelDeleter> make_tiny_model(
    const TinyArchitecture& architecture) {
  start_engine();
  forget_engine_errors();
  const std::unique_ptr<gguf_context, decltype(&gguf_free)> metadata(gguf_init_empty(), &gguf_free);
  gguf_set_val_str(metadata.get(), "general.architecture", architecture.name.c_str());
  for (const auto& [key, value] : architecture.keys.items()) {
    tiny::set_key(metadata.get(), key, value, architecture.name);
  }
  tiny::set_vocabulary(metadata.get(), architecture.keys.at("%.vocab_size"));
  llama_model_params params = llama_model_default_params();
  params.progress_callback = [](float, void*) { return true; };
  params.n_gpu_layers = 0;
  bool calm = architecture.calm;
  return std::unique_ptr<llama_model, LlamaModelDeleter>(
      llama_model_init_from_user(metadata.get(), tiny::fill, &calm, params));
}

}  // namespace assay::test
