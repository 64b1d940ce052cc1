// How requests, responses and judgements are written in the files of a run folder
// (docs/formats.md). Numbers are written in their shortest exact form, so that reading gives the
// same double; text that is not UTF-8 is written with U+FFFD in place of the bad bytes.
//
// Thread-safety: pure functions. Reading takes any JSON and fails with kBadData and a sentence.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "assay/expected.h"
#include "assay/json.h"
#include "assay/request.h"
#include "assay/response.h"
#include "assay/scorer.h"

namespace assay {

// One line of JSON, no spaces, never failing on bad UTF-8.
std::string dump_line(const Json& json);
// Two spaces per level, for files people read.
std::string dump_pretty(const Json& json);
// An Error saying where the text stops being JSON.
expected<Json> parse_json(std::string_view text);

// Valid UTF-8 is returned as it is; each bad byte becomes U+FFFD.
std::string to_valid_utf8(std::string_view text);
Request to_valid_utf8(const Request& request);

Json to_json(const Request& request);
expected<Request> request_from_json(const Json& json);

Json to_json(const Response& response);
expected<Response> response_from_json(const Json& json);

Json to_json(const Sampling& sampling);

// By the name that results use (to_string); nullopt when there is none of that name.
std::optional<CodeOutcome> code_outcome_from(std::string_view name);

Json to_json(const Judgement& judgement);
expected<Judgement> judgement_from_json(const Json& json);

Json to_json(const Error& error);
// nullopt when it is not an error as to_json writes it.
std::optional<Error> error_from_json(const Json& json);

}  // namespace assay
