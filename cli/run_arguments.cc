// See run_arguments.h.
#include "cli/run_arguments.h"

#include <CLI/CLI.hpp>

#include "cli/task_files.h"
#include "cli/validators.h"
#include "runtime/kept_tokens.h"
#include "runtime/settings_json.h"
#include "tasks/samples.h"

namespace assay::cli {

void RunArguments::add_to(CLI::App& app) {
  constexpr const char* kItems = "Items";
  app.add_option("--shots", settings_.shots, "worked examples before each item [the task's own]")
      ->type_name("K")
      ->check(whole_number(0, 1000))
      ->group(kItems);
  CLI::Option* first = app.add_option("--first", first_, "the first N items of each task [all]");
  first->type_name("N")->check(whole_number(1))->group(kItems);
  CLI::Option* limit = app.add_option(
      "--limit", settings_.limit, "as the original's: below 1 a share of the items, else a count");
  limit->type_name("L")->check(number(1e-9, 1e12))->group(kItems)->excludes(first);
  app.add_option("--items", settings_.items, "a drawn subset of N items of each task or group")
      ->type_name("N")
      ->check(whole_number(1))
      ->group(kItems)
      ->excludes(first)
      ->excludes(limit);
  app.add_option("--subset-seed", settings_.subset_seed, "which subset --items draws [0]")
      ->type_name("S")
      ->check(whole_number(0, 9223372036854775807LL))
      ->group(kItems);
  grid_.add_to(app, kItems);

  constexpr const char* kSampling = "Sampling (generated answers)";
  app.add_option("--seed", settings_.seed, "what every sample's seed derives from [1234]")
      ->type_name("S")
      ->check(whole_number(0, 9223372036854775807LL))
      ->group(kSampling);
  app.add_option("--samples", settings_.samples, "answers per item [the task's own]")
      ->type_name("N")
      ->check(whole_number(1, 100000))
      ->group(kSampling);
  app.add_option("--temperature", settings_.temperature, "0: greedy [the task's own]")
      ->type_name("T")
      ->check(number(0, 100))
      ->group(kSampling);
  app.add_option("--top-k", settings_.top_k, "0: off")
      ->type_name("K")
      ->check(whole_number(0))
      ->group(kSampling);
  app.add_option("--top-p", settings_.top_p, "1: off")
      ->type_name("P")
      ->check(number(0, 1))
      ->group(kSampling);
  app.add_option("--min-p", settings_.min_p, "0: off")
      ->type_name("P")
      ->check(number(0, 1))
      ->group(kSampling);
  app.add_option("--repeat-penalty", settings_.repeat_penalty, "1: off")
      ->type_name("X")
      ->check(number(0.01, 100))
      ->group(kSampling);
  app.add_option("--max-tokens", settings_.max_tokens, "longest answer [the task's own]")
      ->type_name("N")
      ->check(whole_number(1))
      ->group(kSampling);

  constexpr const char* kPrompt = "Prompt";
  app.add_flag("--chat", settings_.chat, "apply the model's chat template")->group(kPrompt);
  app.add_option("--system", settings_.system_instruction, "system instruction")
      ->type_name("TEXT")
      ->group(kPrompt);
  app.add_flag("--no-multiturn", no_multiturn_, "with --chat: all shots in one user turn")
      ->group(kPrompt);

  app.add_option("--compat", settings_.compat,
                 "lm-eval: ask and extract as the original does where ours differs")
      ->type_name("NAME")
      ->check(CLI::IsMember({std::string(kCompatLmEval)}))
      ->group(kPrompt);

  keep_probs_ = app.add_option("--keep-probs", settings_.keep_probs,
                               "keep the K most probable next tokens where answers are scored [16]")
                    ->type_name("K")
                    ->expected(0, 1)
                    ->check(whole_number(1, kMostKeptTokens))
                    ->group("Evidence");

  constexpr const char* kPlaces = "Places";
  add_data_option(app, data_dir_);
  app.get_option("--data")->group(kPlaces);
  app.add_option("--suites", suites_file_, "a file with further suites")
      ->type_name("FILE")
      ->group(kPlaces);
  add_include_path_option(app, include_path_);
  app.get_option("--include-path")->group(kPlaces);
}

expected<RunSettings> RunArguments::resolve() const {
  RunSettings settings = settings_;
  if (first_) settings.limit = static_cast<double>(*first_);
  settings.fewshot_as_multiturn = !no_multiturn_;
  if (keep_probs_->count() > 0 && settings.keep_probs == 0) {
    settings.keep_probs = kDefaultKeptTokens;
  }
  if (no_multiturn_ && !settings.chat) {
    return usage_error(
        "--no-multiturn changes nothing without --chat; add --chat or leave it out.");
  }
  expected<Json> grid = grid_.resolve();
  if (!grid) return grid.error();
  if (!grid->empty()) settings.task_settings[kEveryGeneratedTask] = std::move(*grid);
  return settings;
}

void add_data_option(CLI::App& app, std::string& data_dir) {
  app.add_option("--data", data_dir, "data home [$ASSAY_DATA, else $XDG_DATA_HOME/assay]")
      ->type_name("DIR");
}

}  // namespace assay::cli
