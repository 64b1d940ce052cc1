// The samples of a run inside a page: gzip blocks in base64, one <script> element each, which the
// viewer unpacks when somebody looks. Of every task there is an index (ids, groups, outcomes,
// extracted answers: enough to list and filter) and blocks of whole samples, about half a megabyte
// unpacked each, in which the prompts' common beginning is stored once.
//
// Thread-safety: one writer per page.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "assay/json.h"
#include "results/page/html_page.h"
#include "results/run_folder.h"
#include "runtime/asked_tokens.h"

namespace assay::page {

struct SampleDetail {
  const AskedTokens* tokens = nullptr;  // marks where tokens begin; null = not known
  bool token_ids = false;               // of generated texts, to find where two runs part
};

// Writes all blocks of one run; returns {"name", "filters", …} of each task for the page's data.
expected<Json> write_samples(std::size_t run, const RunFolder& folder, const Sink& sink,
                             const SampleDetail& detail = {});

// gzip (RFC 1952), then base64 without line breaks.
std::string packed(std::string_view bytes);

}  // namespace assay::page
