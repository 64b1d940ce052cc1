// A page as HTML: sections, tables and static charts that need no script, in one document with its
// style. The interactive viewer, where the program carries it, works on this same document.
//
// Pure and thread-safe.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "assay/expected.h"
#include "results/page/page.h"

namespace assay::page {

// Takes the next bytes of the document.
using Sink = std::function<expected<void>(std::string_view bytes)>;

// Whether the program carries the interactive viewer.
bool has_viewer();

std::string html_table(const Table& table);
std::string html_block(const Block& block);

// Everything up to the sections' end; `samples` is the element the viewer's sample browser lives
// in. With `scripted` the viewer's script may run, and html_end holds it; else no script may.
std::string html_begin(const Page& page, std::string_view samples, bool scripted);
std::string html_end(bool scripted);

}  // namespace assay::page
