// See the header. The fields are listed in tables, one line per field: which it is, whether it
// refuses, and what to tell the person. A field of the model's settings that no table names is
// annotated, so that a new setting cannot slip through in silence.
#include "results/comparability.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "runtime/wire.h"

namespace assay {
namespace {

constexpr std::size_t kShownValue = 60;

std::string shown(const Json& value) {
  if (value.is_null()) return "none";
  std::string text = value.is_string() ? value.get<std::string>() : dump_line(value);
  if (text.size() > kShownValue) text = to_valid_utf8(text.substr(0, kShownValue - 3)) + "...";
  return text.empty() ? "\"\"" : text;
}

// What the model is: differs in any comparison worth making, or follows from the file.
bool is_the_model(const std::string& field) {
  static const std::set<std::string> kModel = {"kind",
                                               "file",
                                               "bytes",
                                               "sha256",
                                               "parts",
                                               "architecture",
                                               "quantization",
                                               "parameters",
                                               "bits_per_weight",
                                               "trained_context",
                                               "vocabulary",
                                               "metadata",
                                               "bos",
                                               "eos",
                                               "prefix_token",
                                               "prefix_sharing",
                                               "cache_bytes",
                                               "stream_bytes",
                                               "swa_window",
                                               "swa_cells",
                                               "warnings"};
  return kModel.contains(field);
}

struct Advice {
  const char* field;
  const char* text;
};

std::string advice_for(const std::string& field) {
  constexpr const char* kRounding = "can change the last digits of a log-likelihood, rarely a pick";
  constexpr const char* kSetting =
      "the comparison measures this together with the model; run both with the same to tell the "
      "two apart";
  static const std::vector<Advice> kAdvice = {
      {"threads", kRounding},
      {"contexts", kRounding},
      {"batch", kRounding},
      {"ubatch", kRounding},
      {"cache_cells", kRounding},
      {"outputs_per_batch", kRounding},
      {"sequences", kRounding},
      {"text_slots", kRounding},
      {"text_cells", kRounding},
      {"stream_cells", kRounding},
      {"gpu_layers", kRounding},
      {"flash_attention", kRounding},
      {"swa_full", kRounding},
      {"engine_version", kRounding},
      {"engine_commit", kRounding},
      {"engine_flags", kRounding},
      {"cpu_features", kRounding},
      {"context", "longer prompts may be item errors in one run only; they are left out of both"},
      {"add_bos_source", kSetting},
      {"kv_type_k", kSetting},
      {"kv_type_v", kSetting},
      {"rope", kSetting},
      {"adapters", kSetting},
      {"add_bos", kSetting},
      {"truncate_left", kSetting},
      {"chat_template_sha256", "prompts may differ; they are checked item by item"},
      {"chat_template_source", "prompts may differ; they are checked item by item"},
      {"chat_renderer", "prompts may differ; they are checked item by item"},
  };
  for (const Advice& advice : kAdvice) {
    if (field == advice.field) return advice.text;
  }
  return "it may change numbers";
}

void add(std::vector<SettingDifference>& out, const std::string& field, const Json& base,
         const Json& other, const std::string& advice, bool refuses) {
  if (base == other) return;
  out.push_back({field, shown(base), shown(other), advice, refuses});
}

void compare_models(const Json& base, const Json& other, std::vector<SettingDifference>& out) {
  const Json& a = base.at("model").at("settings");
  const Json& b = other.at("model").at("settings");
  std::vector<std::string> fields;
  for (const auto& [name, value] : a.items()) fields.push_back(name);
  for (const auto& [name, value] : b.items()) {
    if (!a.contains(name)) fields.push_back(name);
  }
  // A script has no settings; beside a GGUF every one of them would differ.
  if (a.empty() || b.empty()) fields.clear();
  for (const std::string& field : fields) {
    if (is_the_model(field)) continue;
    add(out, "model." + field, a.value(field, Json()), b.value(field, Json()), advice_for(field),
        false);
  }
  const Json& engine = base.at("model").at("engine");
  if (!a.contains("engine_version") || !b.contains("engine_version")) {
    add(out, "model.engine", engine, other.at("model").at("engine"), advice_for("engine_version"),
        false);
  }
}

void compare_settings(const Json& base, const Json& other, std::vector<SettingDifference>& out) {
  const Json& a = base.at("settings");
  const Json& b = other.at("settings");
  const char* again = "run one of them again with the other's setting";
  add(out, "settings.chat", a.value("chat", Json()), b.value("chat", Json()), again, true);
  add(out, "settings.system_instruction", a.value("system_instruction", Json()),
      b.value("system_instruction", Json()), again, true);
  if (a.value("chat", false) && b.value("chat", false)) {
    add(out, "settings.fewshot_as_multiturn", a.value("fewshot_as_multiturn", Json()),
        b.value("fewshot_as_multiturn", Json()), again, true);
  }
}

const Json* task_entry(const Json& manifest, const std::string& name) {
  for (const Json& task : manifest.at("tasks")) {
    if (task.at("name") == name) return &task;
  }
  return nullptr;
}

void compare_generation(const std::string& prefix, const Json& a, const Json& b,
                        std::vector<SettingDifference>& out) {
  if (a.is_null() && b.is_null()) return;
  for (const char* field : {"stops", "max_tokens", "samples"}) {
    add(out, prefix + field, a.value(field, Json()), b.value(field, Json()),
        "run one of them again with the other's setting", true);
  }
  const Json sampling_a = a.value("sampling", Json::object());
  const Json sampling_b = b.value("sampling", Json::object());
  const bool greedy =
      sampling_a.value("temperature", 0.0) <= 0 && sampling_b.value("temperature", 0.0) <= 0;
  for (const auto& [field, value] : sampling_a.items()) {
    const bool is_seed = field == "seed";
    if (is_seed && greedy) continue;  // nothing is drawn
    add(out, prefix + "sampling." + field, value, sampling_b.value(field, Json()),
        is_seed ? "run one of them again with the other's --seed, so that chance is shared"
                : "run one of them again with the other's setting",
        true);
  }
}

void compare_task(const std::string& name, const Json& a, const Json& b,
                  std::vector<SettingDifference>& out) {
  const std::string prefix = "tasks " + name + ".";
  add(out, prefix + "version", a.value("version", Json()), b.value("version", Json()),
      "the task changed between the two programs; run both with one of them", true);
  // The digest covers the shots' split, too: it says nothing where one run has no shots.
  const bool same_splits = (a.value("shots", 0) > 0) == (b.value("shots", 0) > 0);
  if (same_splits)
    add(out, prefix + "data_sha256", a.value("data_sha256", Json()), b.value("data_sha256", Json()),
        "the data differ; run both on the same (`assay data verify`)", true);
  add(out, prefix + "shots", a.value("shots", Json()), b.value("shots", Json()),
      "run one of them again with the other's --shots", true);
  if (a.value("shots", 0) > 0 && b.value("shots", 0) > 0) {
    add(out, prefix + "fewshot_seed", a.at("asked").value("fewshot_seed", Json()),
        b.at("asked").value("fewshot_seed", Json()),
        "the worked examples are others; run one again", true);
  }
  compare_generation(prefix + "generation.", a.value("generation", Json()),
                     b.value("generation", Json()), out);
}

}  // namespace

std::vector<SettingDifference> setting_differences(const Json& base, const Json& other,
                                                   const std::vector<std::string>& tasks) {
  std::vector<SettingDifference> out;
  compare_settings(base, other, out);
  for (const std::string& name : tasks) {
    const Json* a = task_entry(base, name);
    const Json* b = task_entry(other, name);
    if (a != nullptr && b != nullptr) compare_task(name, *a, *b, out);
  }
  compare_models(base, other, out);
  add(out, "assay.version", base.value("assay", Json::object()).value("version", Json()),
      other.value("assay", Json::object()).value("version", Json()),
      "another version of this program made the run", false);
  // How code is executed decides verdicts of code tasks only; a run without has no "code".
  if (base.contains("code") && other.contains("code")) {
    for (const auto& [field, value] : base["code"].items()) {
      add(out, "code." + field, value, other["code"].value(field, Json()),
          "programs were executed in another way; `assay score` judges a run anew", false);
    }
  }
  std::stable_partition(out.begin(), out.end(), [](const auto& d) { return d.refuses; });
  return out;
}

bool same_tokens(const Json& base, const Json& other) {
  const Json& a = base.at("model").at("settings");
  const Json& b = other.at("model").at("settings");
  if (!a.contains("vocabulary") || a["vocabulary"] != b.value("vocabulary", Json())) return false;
  const auto tokenizer = [](const Json& settings) {
    Json fields = Json::object();
    const Json metadata = settings.value("metadata", Json::object());
    for (const auto& [name, value] : metadata.items()) {
      if (name.starts_with("tokenizer.ggml.")) fields[name] = value;
    }
    return fields;
  };
  return tokenizer(a) == tokenizer(b);
}

std::string refusal(const std::string& base_label, const std::string& other_label,
                    const std::vector<SettingDifference>& differences) {
  constexpr std::size_t kShown = 8;
  std::string list;
  std::size_t count = 0;
  for (const SettingDifference& d : differences) {
    if (!d.refuses) continue;
    if (++count > kShown) continue;
    list += fmt::format("{}{}: {} / {} ({})", list.empty() ? "" : "; ", d.field, d.base, d.other,
                        d.advice);
  }
  if (count > kShown) list += fmt::format("; and {} more", count - kShown);
  return fmt::format(
      "{} and {} were not asked the same, so their scores are not compared: {}. "
      "--despite-differences compares all the same and lists them.",
      base_label, other_label, list);
}

}  // namespace assay
