// Python's `re` for the patterns that tasks are written with. Answers are extracted by regular
// expressions from YAML files and task code, so a pattern has to mean here what it means there.
//
// Two engines stand behind it. RE2 runs in linear time and takes nearly every pattern; it lacks
// look-around, back-references and Python's `$` (which also matches before a final newline without
// consuming it), and those patterns go to ICU, which backtracks as Python does. The pattern is
// rewritten for either, because \d \w \s and `.` cover different characters in all three:
//   \d = category Nd, \w = letters, numbers and "_", \s = text.h's is_space, `.` = all but "\n",
//   `$` = (?=\n?\z), `\Z` = \z, \b by look-around on \w, (?P<name>…) as a numbered group.
// Not supported, and refused with a message: conditionals (?(1)…), verbose mode (?x), locale mode.
// Two known differences: after an empty match the search goes on one character further, where
// Python 3.7+ would still take a non-empty match at the same place; and ICU ignores case by full
// folding, so that (?i)ss$ would find a final "ß".
//
// A pattern that backtracks without end is given up after a fixed number of engine steps (so that
// the outcome does not depend on the machine) and reported as an Error.
//
// Thread-safety: immutable after compilation; use from any number of threads.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"

namespace assay {

struct RegexMatch {
  std::string_view whole;
  // Group 1 first; nullopt for a group that took no part (findall shows it as "").
  std::vector<std::optional<std::string_view>> groups;
};

class PythonRegex {
 public:
  enum class Engine { kFastest, kBacktracking };  // the second exists for tests

  // Compiles, or returns the one already compiled for this pattern. kUsage when the pattern is
  // broken or uses what is not supported.
  static expected<std::shared_ptr<const PythonRegex>> get(const std::string& pattern);
  static expected<std::shared_ptr<const PythonRegex>> compile(const std::string& pattern,
                                                              Engine engine = Engine::kFastest);

  virtual ~PythonRegex() = default;
  virtual bool backtracks() const = 0;
  virtual int group_count() const = 0;

  // All non-overlapping matches from left to right, as re.finditer; views into `text`, which is
  // valid UTF-8.
  virtual expected<std::vector<RegexMatch>> find_all(std::string_view text) const = 0;

  // re.sub(pattern, "", text)
  expected<std::string> remove_all(std::string_view text) const;
};

// re.escape
std::string regex_escape(std::string_view literal);

}  // namespace assay
