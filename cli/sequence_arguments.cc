// See sequence_arguments.h.
#include "cli/sequence_arguments.h"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "cli/validators.h"

namespace assay::cli {
namespace {

constexpr double kPoints = 100;

}  // namespace

void SequenceArguments::add_to(CLI::App& app) {
  constexpr const char* kGroup = "Stopping early";
  app.add_option("--against", against_, "the run folder to compare with while this one runs")
      ->type_name("RUN")
      ->group(kGroup);
  app.add_flag("--stop-when-decided", stop_,
               "stop asking a task when the paired difference is decided")
      ->group(kGroup);
  app.add_option("--margin", margin_,
                 "points of difference that do not matter [1; several -m: none]")
      ->type_name("P")
      ->check(number_above(0, 100))
      ->group(kGroup);
  app.add_option("--alpha", alpha_, "chance of any wrong decision in the run [0.05]")
      ->type_name("A")
      ->check(number_above(0, 0.5))
      ->group(kGroup);
  app.add_option("--order-seed", order_seed_, "which random order items are asked in [0]")
      ->type_name("S")
      ->check(whole_number(0, 9223372036854775807LL))
      ->group(kGroup);
}

expected<std::optional<SequenceRequest>> SequenceArguments::resolve(std::size_t models) const {
  if (!stop_) {
    const bool of_a_ladder = models > 1 || (!margin_ && !alpha_);
    if (against_.empty() && !order_seed_ && of_a_ladder) {
      return std::optional<SequenceRequest>();
    }
    return usage_error(
        "--against, --margin, --alpha and --order-seed belong to --stop-when-decided (--margin and "
        "--alpha also to several -m); add it, or compare two finished runs with `assay compare`.");
  }
  if (against_.empty()) {
    return usage_error(
        "--stop-when-decided needs the run to compare with; name its folder with --against.");
  }
  SequenceSettings settings;
  if (margin_) settings.margin = *margin_ / kPoints;
  if (alpha_) settings.alpha = *alpha_;
  if (order_seed_) settings.order_seed = *order_seed_;
  return std::optional(sequence_against(against_, settings));
}

CompareOptions SequenceArguments::ladder_options() const {
  CompareOptions options;
  options.margin = margin_;
  if (alpha_) options.alpha = *alpha_;
  return options;
}

Json SequenceArguments::changed() const {
  if (!stop_) return Json::object();
  const std::filesystem::path folder(against_);
  return {{"against", (folder.has_filename() ? folder : folder.parent_path()).filename().string()},
          {"margin", margin_ ? Json(*margin_) : Json()},
          {"alpha", alpha_ ? Json(*alpha_) : Json()},
          {"order_seed", order_seed_ ? Json(*order_seed_) : Json()}};
}

}  // namespace assay::cli
