// The parts of a journal or samples line that every item has, written as text at once: the bytes
// that wire.h's trees would give, without the trees.
//
// Pure functions.
#pragma once

#include <string>

#include "assay/request.h"
#include "assay/response.h"
#include "assay/scorer.h"
#include "runtime/json_text.h"

namespace assay {

void append_request(std::string& out, const Request& request);
// `with_top`: also what the model expected next.
void append_response(std::string& out, const Response& response, bool with_top);
void add_judgement(ObjectText& line, const Judgement& judgement);

}  // namespace assay
