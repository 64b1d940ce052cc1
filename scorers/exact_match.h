// exact_match: are prediction and reference the same text once what a task wants ignored is gone?
// Arguments (protocols.md §7): regexes_to_ignore, ignore_case, ignore_punctuation, ignore_numbers.
//
// Two habits of numpy, through which the original passes its strings, are part of the numbers:
// trailing NUL characters vanish, and lower-casing cannot make a string longer (what would not fit
// is cut off).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "scorers/python_regex.h"

namespace assay {

class ExactMatch {
 public:
  // kUsage for an argument that is not known or a broken pattern.
  static expected<ExactMatch> compile(const Json& args);

  // What is compared. Errors only when a pattern gives up on the text.
  expected<std::string> normalise(std::string_view text) const;

 private:
  std::vector<std::shared_ptr<const PythonRegex>> ignored_;
  bool ignore_case_ = false;
  bool ignore_punctuation_ = false;
  bool ignore_numbers_ = false;
};

}  // namespace assay
