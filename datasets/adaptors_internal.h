// The adaptors, one declaration each; adaptors.cc holds the table of names. The multiple-choice
// sets are in adaptors_choice.cc, code, mathematics and plain texts in adaptors_text.cc, MBPP+ in
// adaptors_evalplus.cc.
#pragma once

#include "datasets/adaptors.h"

namespace assay::adaptors {

expected<void> mmlu(const AdaptorInput& input, const RowSink& sink);
expected<void> arc(const AdaptorInput& input, const RowSink& sink);
expected<void> openbookqa(const AdaptorInput& input, const RowSink& sink);
expected<void> commonsenseqa(const AdaptorInput& input, const RowSink& sink);
expected<void> hellaswag(const AdaptorInput& input, const RowSink& sink);
expected<void> winogrande(const AdaptorInput& input, const RowSink& sink);
expected<void> piqa(const AdaptorInput& input, const RowSink& sink);
expected<void> siqa(const AdaptorInput& input, const RowSink& sink);
expected<void> boolq(const AdaptorInput& input, const RowSink& sink);
expected<void> truthfulqa_mc(const AdaptorInput& input, const RowSink& sink);
expected<void> truthfulqa_csv(const AdaptorInput& input, const RowSink& sink);

expected<void> gsm8k(const AdaptorInput& input, const RowSink& sink);
expected<void> humaneval(const AdaptorInput& input, const RowSink& sink);
expected<void> mbpp_full(const AdaptorInput& input, const RowSink& sink);
expected<void> mbpp_sanitized(const AdaptorInput& input, const RowSink& sink);
expected<void> mbpp_plus(const AdaptorInput& input, const RowSink& sink);
expected<void> lambada(const AdaptorInput& input, const RowSink& sink);
expected<void> wikitext(const AdaptorInput& input, const RowSink& sink);
expected<void> bbh(const AdaptorInput& input, const RowSink& sink);
expected<void> rows(const AdaptorInput& input, const RowSink& sink);
expected<void> csv(const AdaptorInput& input, const RowSink& sink);

}  // namespace assay::adaptors
