// The doctor's checks (see the header).
#include "runtime/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>

#include "assay/version.h"
#include "runtime/model_probe.h"
#include "runtime/reference_model.h"
#include "scorers/sandbox.h"
#if ASSAY_HAVE_LLAMA
#include "runtime/llama_gguf.h"
#include "runtime/llama_model.h"
#endif

namespace assay {
namespace {

// Differences of log-probabilities between the two ways of scoring. Sound models stay below 0.05
// on average even with 4-bit weights; random ones reach 0.4 (engine.md section b).
constexpr double kWarnMeanDifference = 0.1;
constexpr double kFailMeanDifference = 0.5;

class Report {
 public:
  void add(std::string name, CheckState state, std::string sentence) {
    report_.checks.push_back({std::move(name), state, std::move(sentence)});
  }
  DoctorReport take() { return std::move(report_); }

 private:
  DoctorReport report_;
};

void not_run(Report& report, std::span<const char* const> names, const std::string& why) {
  for (const char* name : names) report.add(name, CheckState::kNotRun, why);
}

constexpr const char* kAfterLoading[] = {"context", "tokenizer", "beginning token", "chat template",
                                         "arithmetic"};

[[maybe_unused]] std::string token_sentence(const Json& token) {
  if (!token.is_object()) return "none";
  return fmt::format("{} ({})", token["text"].get<std::string>(), token["id"].get<int>());
}

#if ASSAY_HAVE_LLAMA

void check_context(Report& report, const Json& manifest) {
  const int context = manifest.value("context", 0);
  const int trained = manifest.value("trained_context", 0);
  const std::string sizes =
      fmt::format("Prompts may use {} tokens; the model was trained with {}.", context, trained);
  if (trained > 0 && context > trained) {
    report.add("context", CheckState::kWarn, sizes + " Beyond that its answers are guesswork.");
  } else if (context < 1024) {
    report.add(
        "context", CheckState::kWarn,
        sizes + " Few-shot prompts of most benchmarks are longer: those items become errors.");
  } else {
    report.add("context", CheckState::kOk, sizes);
  }
}

void check_beginning(Report& report, const Json& manifest) {
  const bool adds = manifest.value("add_bos", false);
  const std::string tokens = fmt::format("BOS {}, EOS {}.", token_sentence(manifest["bos"]),
                                         token_sentence(manifest["eos"]));
  if (adds && !manifest["bos"].is_object()) {
    report.add("beginning token", CheckState::kFail,
               "A beginning token should be added but the vocabulary has none. " + tokens);
  } else if (!manifest["prefix_token"].is_object()) {
    report.add("beginning token", CheckState::kWarn,
               "The vocabulary has neither BOS nor EOS: texts without context cannot be scored.");
  } else {
    report.add("beginning token", CheckState::kOk,
               fmt::format("{} added to prompts ({}). {}", adds ? "BOS is" : "No BOS is",
                           manifest.value("add_bos_source", ""), tokens));
  }
}

void check_template(Report& report, const Model& model) {
  if (!model.info().manifest["chat_template_sha256"].is_string()) {
    report.add("chat template", CheckState::kWarn,
               "The file carries no chat template: --chat cannot be used with it.");
    return;
  }
  const ChatMessage turns[] = {
      {"user", "What is 2 + 2?"}, {"assistant", "4"}, {"user", "And 3 + 3?"}};
  const expected<std::string> rendered = model.render_chat(turns, true, false);
  if (!rendered) {
    report.add("chat template", CheckState::kWarn, rendered.error().message);
  } else if (rendered->find("And 3 + 3?") == std::string::npos) {
    report.add("chat template", CheckState::kWarn,
               "The chat template renders, but the question is not in what it renders.");
  } else {
    report.add("chat template", CheckState::kOk,
               fmt::format("It renders a conversation of three turns ({}).",
                           model.info().manifest.value("chat_renderer", "")));
  }
}

void check_arithmetic(Report& report, Model& model) {
  const expected<SelfCheck> check = self_check(model);
  if (!check) {
    report.add("arithmetic", CheckState::kFail, check.error().message);
    return;
  }
  report.add("tokenizer", check->round_trip ? CheckState::kOk : CheckState::kWarn,
             check->round_trip ? "A story survives encoding and decoding."
                               : "A story does not survive encoding and decoding unchanged.");
  const int positions = check->tokens + check->broken_rows;
  const std::string figures = fmt::format(
      "over {} tokens the log-probabilities differ by {:.2g} on average and {:.2g} at worst, the "
      "best token changes {} times",
      check->tokens, check->mean_difference, check->worst_difference, check->arg_max_changes);
  if (check->broken_rows > 0) {
    report.add(
        "arithmetic", CheckState::kFail,
        fmt::format("The output is not finite at {} of {} positions: the weights are damaged "
                    "or a setting does not suit this model.",
                    check->broken_rows, positions));
  } else if (check->constant_rows > 0) {
    report.add("arithmetic", CheckState::kFail,
               "Every token gets the same probability at some positions: the weights are empty or "
               "damaged.");
  } else if (check->mean_difference > kFailMeanDifference) {
    report.add("arithmetic", CheckState::kFail,
               "Scoring a text whole and token by token disagree: " + figures + ".");
  } else if (check->mean_difference > kWarnMeanDifference) {
    report.add("arithmetic", CheckState::kWarn,
               "Scoring a text whole and token by token agree only roughly: " + figures + ".");
  } else {
    report.add("arithmetic", CheckState::kOk,
               "Scoring a text whole and token by token agree: " + figures + ".");
  }
}

DoctorReport examine_gguf(const ModelOptions& options) {
  Report report;
  const auto stop_at = [&](const char* name, const Error& error, bool load_follows) {
    report.add(name, CheckState::kFail, error.message);
    const std::string why = fmt::format("Not looked at, because \"{}\" failed.", name);
    if (load_follows) report.add("load", CheckState::kNotRun, why);
    not_run(report, kAfterLoading, why);
    return report.take();
  };
  const expected<GgufSummary> gguf = inspect_gguf(options.spec);
  if (!gguf) return stop_at("file", gguf.error(), true);
  report.add(
      "file", CheckState::kOk,
      fmt::format("A whole GGUF of architecture {}, {} bytes in {} file{}.", gguf->architecture,
                  gguf->bytes, gguf->files.size(), gguf->files.size() == 1 ? "" : "s"));
  const expected<void> survived = probe_model(options.spec, gguf->bytes, ProbeDepth::kFull);
  if (!survived) return stop_at("load", survived.error(), false);
  ModelOptions probed = options;
  probed.probe_in_child = false;
  probed.contexts = 1;
  const expected<std::unique_ptr<Model>> opened = open_model(probed);
  if (!opened) return stop_at("load", opened.error(), false);
  Model& model = **opened;
  const Json& manifest = model.info().manifest;
  report.add(
      "load", CheckState::kOk,
      fmt::format("Loaded as {} with {:.2f} bits per weight, on {} thread{}.",
                  manifest.value("quantization", "?"), manifest.value("bits_per_weight", 0.0),
                  manifest.value("threads", 0), manifest.value("threads", 0) == 1 ? "" : "s"));
  check_context(report, manifest);
  check_beginning(report, manifest);
  check_template(report, model);
  check_arithmetic(report, model);
  return report.take();
}

#endif

}  // namespace

bool DoctorReport::refused() const {
  return std::ranges::any_of(checks, [](const Check& c) { return c.state == CheckState::kFail; });
}

const char* name_of(CheckState state) {
  switch (state) {
    case CheckState::kOk:
      return "ok";
    case CheckState::kWarn:
      return "warn";
    case CheckState::kFail:
      return "fail";
    case CheckState::kNotRun:
      break;
  }
  return "not run";
}

DoctorReport examine_model(const ModelOptions& options) {
#if ASSAY_HAVE_LLAMA
  if (!options.spec.starts_with("scripted:")) {
    const expected<std::string> file = model_file(options.spec);
    ModelOptions resolved = options;
    if (file) resolved.spec = *file;
    if (file) return examine_gguf(resolved);
  }
#endif
  Report report;
  const expected<std::unique_ptr<Model>> opened = open_model(options);
  if (!opened) {
    report.add("load", CheckState::kFail, opened.error().message);
    not_run(report, kAfterLoading, "Not looked at, because \"load\" failed.");
    return report.take();
  }
  report.add("load", CheckState::kOk, fmt::format("{} opens.", (*opened)->info().name));
  not_run(report, kAfterLoading, "A scripted model has no weights to check.");
  return report.take();
}

DoctorReport examine_machine() {
  Report report;
  if (ASSAY_HAVE_LLAMA) {
    report.add("engine", CheckState::kOk,
               fmt::format("llama.cpp {} (commit {}; {}).", ASSAY_ENGINE_VERSION,
                           ASSAY_ENGINE_COMMIT, ASSAY_ENGINE_FLAGS));
  } else {
    report.add("engine", CheckState::kFail,
               "This build has no engine: only scripted models can be opened.");
  }
  const auto sandbox = open_sandbox({});
  if (sandbox) {
    const Json described = (*sandbox)->describe();
    std::string layers;
    for (const Json& layer : described["layers"]) layers += "; " + layer.get<std::string>();
    for (const Json& layer : described.value("missing_layers", Json::array())) {
      layers += fmt::format("; without {}", layer.get<std::string>());
    }
    report.add("sandbox", CheckState::kOk,
               fmt::format("Proved, Python {}{}.", described["python"].get<std::string>(), layers));
  } else {
    report.add("sandbox", CheckState::kWarn, sandbox.error().message);
  }
  return report.take();
}

}  // namespace assay
