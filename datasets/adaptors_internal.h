// The adaptors, one declaration each; adaptors.cc holds the table of names. The multiple-choice
// sets are in adaptors_choice.cc, code, mathematics and plain texts in adaptors_text.cc, MBPP+ in
// adaptors_evalplus.cc.
#pragma once

#include "datasets/adaptors.h"

namespace assay::adaptors {

expected<std::vector<Json>> mmlu(const AdaptorInput& input);
expected<std::vector<Json>> arc(const AdaptorInput& input);
expected<std::vector<Json>> openbookqa(const AdaptorInput& input);
expected<std::vector<Json>> commonsenseqa(const AdaptorInput& input);
expected<std::vector<Json>> hellaswag(const AdaptorInput& input);
expected<std::vector<Json>> winogrande(const AdaptorInput& input);
expected<std::vector<Json>> piqa(const AdaptorInput& input);
expected<std::vector<Json>> siqa(const AdaptorInput& input);
expected<std::vector<Json>> boolq(const AdaptorInput& input);
expected<std::vector<Json>> truthfulqa_mc(const AdaptorInput& input);
expected<std::vector<Json>> truthfulqa_csv(const AdaptorInput& input);

expected<std::vector<Json>> gsm8k(const AdaptorInput& input);
expected<std::vector<Json>> humaneval(const AdaptorInput& input);
expected<std::vector<Json>> mbpp_full(const AdaptorInput& input);
expected<std::vector<Json>> mbpp_sanitized(const AdaptorInput& input);
expected<std::vector<Json>> mbpp_plus(const AdaptorInput& input);
expected<std::vector<Json>> lambada(const AdaptorInput& input);
expected<std::vector<Json>> wikitext(const AdaptorInput& input);
expected<std::vector<Json>> bbh(const AdaptorInput& input);
expected<std::vector<Json>> rows(const AdaptorInput& input);
expected<std::vector<Json>> csv(const AdaptorInput& input);

}  // namespace assay::adaptors
