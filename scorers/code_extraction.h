// Reading the program out of what a chat model said: fenced blocks, prose around them, a signature
// said twice, a fence that never closes. Pure; protocols.md sections 10.6 and 10.7 say what the
// original does instead, which the tasks keep as their filters.
#pragma once

#include <string>
#include <string_view>

namespace assay {

struct ExtractedCode {
  std::string program;  // what to run
  std::string rule;     // how it was found, in words
};

// `prompt` is the beginning the model was asked to complete ("" when there is none) and
// `entry_point` the function it was asked for ("" when unknown).
//
// 1. Of the fenced blocks the last that defines the entry point, else the last that defines
//    anything, else the first. A fence that never closes ends with the text.
// 2. Without fences: the text from its first line of code to its last, or the text as it is when
//    it continues the prompt.
// 3. Code that defines the entry point itself is the whole program, with the prompt's imports and
//    helpers before it; code that does not is a body and is joined to the prompt.
ExtractedCode extract_code(std::string_view answer, std::string_view prompt,
                           std::string_view entry_point);

// The function that tests call: the first name that is called and is no built-in ("f" in
// "assert set(f(1)) == {2}"), else the first that is called, "" when none is.
std::string function_under_test(std::string_view tests);

}  // namespace assay
