// WikiText's detokeniser, for its tests.
#pragma once

#include <string>
#include <string_view>

namespace assay {

// Undoes the data set's tokenisation (" @-@ " → "-", " , " → ", ", "( a )" → "(a)" …) by the
// original's list of rules, in its order. protocols.md section 10.15.
std::string detokenize_wikitext(std::string_view page);

}  // namespace assay
