// `assay report -o x.html`: one file that opens from the disk and needs nothing else. The document
// itself holds every figure as text, tables and static charts; where the program carries the viewer
// (results/viewer), charts become interactive and the samples can be searched.
//
// Runs are shown in whatever state they are in (results/inspect_run.h): what does not verify has a
// red banner, what is not finished its progress.
//
// Thread-safety: one writer per file.
#pragma once

#include <string>
#include <vector>

#include "assay/expected.h"
#include "results/inspect_run.h"
#include "results/page/page.h"

namespace assay {

// More runs than this are refused: colours and legends end there.
inline constexpr std::size_t kMostReportedRuns = 20;

// The page without its samples. REQUIRES: at least one run.
page::Page make_page(std::vector<RunInspection> runs);

// kUsage for too many runs, kUnavailable when the file cannot be written. The file takes its place
// when it is complete.
// `still`: no script and no samples inside, even where the program carries the viewer.
expected<void> write_html_report(std::vector<RunInspection> runs, const std::string& file,
                                 bool still = false);

}  // namespace assay
