// From how programs ended to what a problem is worth: outcomes in words, pass@k, and how many of
// the programs are different ones. Kept apart from running them, so that figures can be derived
// again from recorded outcomes where there is no sandbox.
//
// Pure and thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assay/task.h"

namespace assay {

// "passed", "raised ValueError: …", "timed out: 3 s of processor time".
std::string outcome_text(const ProgramOutcome& outcome);

// What outcomes of one kind are counted by, "" when by nothing further: the exception's type for
// "raised", the rule for "killed by the sandbox", signal or exit status for "ended early".
std::string outcome_group(const ProgramOutcome& outcome);

// Fills in `values` (pass@k for each k the samples allow) and `why` from `programs`; leaves no
// value when a program did not start. REQUIRES: `programs` is not empty.
void settle_programs(const Task& task, Judgement& judgement);

// A program without what does not change what it does for sure: white space at the ends of lines,
// blank lines, line ends of other systems. Nothing inside a line is touched, because it may stand
// in a text; programs that differ in a comment or a name count as different.
std::string normalised_program(std::string_view program);

std::size_t count_distinct_programs(const std::vector<std::string>& programs);

}  // namespace assay
