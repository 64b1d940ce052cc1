// See run_name.h. Machine settings (threads, batch, GPU layers) count as well: they can change the
// last bits of a number, and a run folder holds one manifest.
#include "cli/run_name.h"

#include <fmt/format.h>

#include <cctype>
#include <filesystem>

#include "assay/digest.h"
#include "runtime/settings_json.h"
#include "runtime/wire.h"

namespace assay::cli {
namespace {

constexpr std::size_t kMaxTargetsLength = 60;
constexpr std::size_t kDigits = 6;

std::string harmless(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool kept = std::isalnum(byte) != 0 || c == '.' || c == '_' || c == '-' || c == '+';
    out += kept ? c : '_';
  }
  return out;
}

std::string model_stem(const std::string& spec) {
  const std::string kScripted = "scripted:";
  if (spec.rfind(kScripted, 0) == 0) {
    return "scripted-" + std::filesystem::path(spec.substr(kScripted.size())).stem().string();
  }
  return std::filesystem::path(spec).stem().string();
}

Json options_json(const ModelOptions& options) {
  Json lora = Json::array();
  for (const LoraOption& adapter : options.lora) {
    lora.push_back({{"file", adapter.file}, {"scale", adapter.scale}});
  }
  return {{"context", options.context},
          {"batch", options.batch},
          {"threads", options.threads},
          {"contexts", options.contexts},
          {"gpu_layers", options.gpu_layers},
          {"flash_attention", options.flash_attention},
          {"kv_type", options.kv_type},
          {"swa_cache", options.swa_cache},
          {"rope", options.rope.to_json()},
          {"add_bos", options.add_bos ? Json(*options.add_bos) : Json()},
          {"exact", options.exact},
          {"truncate_left", options.truncate_left},
          {"chat_template_file", options.chat_template_file},
          {"lora", std::move(lora)}};
}

void keep_changed(const Json& now, const Json& usual, Json& changed) {
  for (const auto& [name, value] : now.items()) {
    if (name != "targets" && value != usual.value(name, Json())) changed[name] = value;
  }
}

}  // namespace

std::string harmless_model_name(const std::string& spec) { return harmless(model_stem(spec)); }

Json changed_settings(const RunSettings& settings, const ModelOptions& model) {
  Json changed = Json::object();
  keep_changed(to_json(settings), to_json(RunSettings{}), changed);
  keep_changed(options_json(model), options_json(ModelOptions{}), changed);
  return changed;
}

std::string default_run_folder(const RunSettings& settings, const ModelOptions& model,
                               const Json& more) {
  std::string targets;
  for (const std::string& target : settings.targets) {
    if (!targets.empty()) targets += '+';
    targets += harmless(target);
  }
  Json changed = changed_settings(settings, model);
  changed.update(more);
  std::string digest;
  if (!changed.empty() || targets.size() > kMaxTargetsLength) {
    digest = "-" + sha256_hex(targets + dump_line(changed)).substr(0, kDigits);
  }
  return fmt::format("runs/{}-{}{}", targets.substr(0, kMaxTargetsLength),
                     harmless_model_name(model.spec), digest);
}

}  // namespace assay::cli
