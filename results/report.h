// Reports: one or more runs as Markdown, CSV or JSON, rendered from their typed results. Every
// report says the same: each figure with its n, standard error and interval, item errors beside
// it, the data's label, and words where there is no figure. Nothing is judged or rounded away
// except for the display in Markdown.
//
// Thread-safety: pure functions.
#pragma once

#include <span>
#include <string>

#include "assay/expected.h"
#include "results/run_folder.h"

namespace assay {

enum class ReportFormat { kMarkdown, kCsv, kJson, kHtml };

// By the file name's ending. kUsage for others, with what there is.
expected<ReportFormat> report_format_for(const std::string& file);

// REQUIRES: at least one run; not kHtml, which results/html_report.h writes. Runs that were loaded
// with their samples (load_run) are also compared with the first, in Markdown and JSON; for all
// else load_run_summary is enough.
std::string render_report(std::span<const RunFolder> runs, ReportFormat format);

// For people: with one run its table and how it was made; with several also all figures side by
// side and what the paired comparison says.
std::string markdown_report(std::span<const RunFolder> runs);
// One line per run, task, filter and metric (RFC 4180, header first, numbers in full precision).
std::string csv_report(std::span<const RunFolder> runs);
// {"format": "assay-report", "version": 1, "runs": [{"folder", "manifest", "summary"}],
// "comparison": as `assay compare --json` or {"refused": why}}
std::string json_report(std::span<const RunFolder> runs);

}  // namespace assay
