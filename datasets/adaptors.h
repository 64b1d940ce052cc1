// Adaptors turn the rows of an upstream file into documents with the columns, the column order and
// the types that the data set has on its usual hub. That form is what prompts are defined on, and
// the SHA-256 of a document's JSON is how two harnesses check that they asked the same question:
// the order of members is part of the result.
//
// An adaptor is a pure function of the bytes. Errors name the file and the line.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "datasets/line_stream.h"

namespace assay {

struct AdaptorFile {
  std::string name;        // display name: "gsm8k/test.jsonl", "mini/gsm8k/test.jsonl"
  std::string_view bytes;  // unpacked
  // What to read instead of `bytes`, for adaptors that go through the first file by its lines
  // (reads_lines).
  LineStream* lines = nullptr;
};

struct AdaptorInput {
  std::string config;  // the MMLU subject, "sanitized" …
  std::string split;
  std::vector<AdaptorFile> files;  // as the registry's SplitSource lists them, at least one
};

using RowSink = std::function<expected<void>(Json&& row)>;

// Gives the documents one after the other. An Error of the sink ends it and is returned.
using Adaptor = expected<void> (*)(const AdaptorInput& input, const RowSink& sink);

// nullptr when there is no adaptor of that name.
Adaptor find_adaptor(std::string_view name);

// Whether the adaptor of that name takes its first file as a LineStream.
bool reads_lines(std::string_view name);

std::vector<std::string> adaptor_names();

// The level-1 sections of WikiText: see adaptors_text.cc.
std::vector<std::string> wikitext_pages(std::string_view text);

}  // namespace assay
