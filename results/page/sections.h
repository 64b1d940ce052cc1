// The sections of a report page, made from runs. Each returns nullopt when the runs have nothing to
// show there, so a page has no empty headings.
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/inspect_run.h"
#include "results/page/page.h"

namespace assay::page {

// What the page knows of one run. `name` is unique in the page and is what legends say.
struct PageRun {
  std::string name;
  RunInspection inspected;

  // REQUIRES: inspected.run has a value
  const RunFolder& folder() const { return *inspected.run; }
  bool has_figures() const { return inspected.run.has_value(); }
};

// Short names by which readers tell the runs apart: what differs in the models' names, as in a
// comparison; where two runs share a model, its name with the folder's.
std::vector<std::string> run_names(std::span<const RunInspection> runs);

std::string mark_note(const std::string& series, const std::string& what, const Measurement& value);
std::string sample_link(const std::string& task);
// To a task's samples, or to the members of a group; "" where there is nothing to go to.
std::string entry_link(const ResultEntry& entry);
const Score* find_score(const RunFolder& run, const std::string& entry, const Score& like);

std::optional<Section> headline_section(std::span<const PageRun> runs);
std::optional<Section> comparison_section(std::span<const PageRun> runs);
std::optional<Section> tradeoff_section(std::span<const PageRun> runs);
std::optional<Section> pass_at_k_section(std::span<const PageRun> runs);
std::optional<Section> long_context_section(std::span<const PageRun> runs);
std::optional<Section> calibration_section(std::span<const PageRun> runs);
std::optional<Section> subject_section(std::span<const PageRun> runs);
std::optional<Section> manifest_section(std::span<const PageRun> runs);
std::optional<Section> method_section(std::span<const PageRun> runs);
std::vector<Banner> status_banners(std::span<const PageRun> runs);

}  // namespace assay::page
