// Where the tokens of a text begin. The tokens' own texts, one after the other, have to spell the
// text to its end; where they do not (a vocabulary that normalises, bytes that are no character),
// there are no marks rather than guessed ones.
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/run_folder.h"
#include "results/sample_view.h"
#include "runtime/asked_tokens.h"

namespace assay {

// The byte at which each piece begins, in order. A beginning token that was added, or one that was
// added at the end, has no bytes of the text; neither has the blank that some vocabularies put in
// front of a word. `cut`: pieces spell the end of the text only (--truncate-left).
std::optional<std::vector<std::size_t>> spelled(std::string_view text,
                                                const std::vector<std::string>& pieces, bool cut);

// The same of generated tokens, of which the text may be only the beginning (it ends at a stop).
// Tokens behind its end begin at its end.
std::optional<std::vector<std::size_t>> spelled_beginning(std::string_view text,
                                                          const std::vector<std::string>& pieces);

// Whether `tokens` makes those of the run: judged by the first answered item of each task.
bool fits(const AskedTokens& tokens, const RunFolder& run);

// Puts marks on the texts of a sample, as far as `tokens` gives what was asked.
void mark_tokens(const AskedTokens& tokens, const ItemRecord& item, SampleView& view);

// Puts the generated tokens' ids beside the completions that have them on record.
void add_token_ids(const ItemRecord& item, SampleView& view);

}  // namespace assay
