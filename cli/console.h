// The two streams a command writes to, and what is known about them: whether a person is looking
// (a terminal), how wide it is, and whether colour is welcome. Results go to standard output;
// everything said on the way goes to standard error, so that a pipe carries results alone.
//
// A reader that goes away (`assay list | head`) must not kill a run that is being measured:
// SIGPIPE is ignored and a broken standard output is remembered instead of fatal.
//
// Thread-safety: say() and overwrite() may be called from any thread; the rest from one.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "assay/expected.h"

namespace assay::cli {

enum class Style { kPlain, kBold, kDim, kRed, kYellow, kGreen };

class Console {
 public:
  Console();

  // Result text, written as it is. Never adds a newline.
  void print(std::string_view text);
  // One sentence for the person, on its own line of standard error, after "assay: ".
  void say(std::string_view sentence);
  // Replaces the progress line on a terminal. REQUIRES: error_is_terminal()
  void overwrite(std::string_view line);
  // Takes the progress line away.
  void clear_line();

  // `text` in a colour when standard output (error) takes colours, else unchanged.
  std::string styled(std::string_view text, Style style) const;
  std::string styled_error(std::string_view text, Style style) const;

  bool output_is_terminal() const { return output_is_terminal_; }
  bool error_is_terminal() const { return error_is_terminal_; }
  // Columns of the terminal (of $COLUMNS when set); 0 when standard output is not a terminal.
  int output_width() const { return output_width_; }
  int error_width() const { return error_width_; }

  // Flushes standard output. An Error when something was lost for another reason than a reader
  // that went away, for example a full disk.
  expected<void> finish();

 private:
  std::mutex mutex_;
  bool line_shown_ = false;
  bool output_is_terminal_;
  bool error_is_terminal_;
  bool output_colour_;
  bool error_colour_;
  int output_width_;
  int error_width_;
  int output_errno_ = 0;
};

// Shortens a line to `width` columns by leaving out its middle ("Model-Q4…nel.gguf"). Counts code
// points, never cuts one.
std::string elide_middle(std::string_view text, std::size_t width);

}  // namespace assay::cli
