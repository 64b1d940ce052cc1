// The text of one generation as it grows: when a stop string has appeared, what is left after
// cutting, and valid UTF-8 out of whatever bytes the tokens had.
//
// Rules: protocols.md section 6. Generation halts when any stop string is in the text; then for
// each stop in list order the text is cut at its first occurrence, so that the order of
// overlapping stops matters, as in the original. Empty stops are ignored.
//
// Thread-safety: one object serves one generation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay {

class StopText {
 public:
  explicit StopText(std::vector<std::string> stops);

  // Appends a token's bytes; true when the text now holds a stop string.
  bool append(std::string_view piece);
  bool is_stop(std::string_view text) const;  // whether `text` as a whole is one of the stops

  std::string cut() const;  // after cutting, invalid bytes replaced by U+FFFD

 private:
  std::vector<std::string> stops_;
  std::size_t longest_ = 0;
  std::string text_;
};

}  // namespace assay
