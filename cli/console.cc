// See console.h. Colour follows the NO_COLOR convention: any non-empty value of that variable
// turns it off, and so does TERM=dumb.
#include "cli/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace assay::cli {
namespace {

constexpr int kDefaultWidth = 80;

bool environment_has(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool colour_welcome() {
  const char* term = std::getenv("TERM");
  return !environment_has("NO_COLOR") && term != nullptr && std::strcmp(term, "dumb") != 0;
}

int width_of(int descriptor) {
  if (isatty(descriptor) == 0) return 0;
  if (environment_has("COLUMNS")) {
    const int columns = std::atoi(std::getenv("COLUMNS"));
    if (columns > 0) return columns;
  }
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kDefaultWidth;
}

std::string with_style(std::string_view text, Style style) {
  const char* code = "";
  switch (style) {
    case Style::kPlain:
      return std::string(text);
    case Style::kBold:
      code = "1";
      break;
    case Style::kDim:
      code = "2";
      break;
    case Style::kRed:
      code = "31";
      break;
    case Style::kYellow:
      code = "33";
      break;
    case Style::kGreen:
      code = "32";
      break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace

Console::Console()
    : output_is_terminal_(isatty(STDOUT_FILENO) != 0),
      error_is_terminal_(isatty(STDERR_FILENO) != 0),
      output_colour_(output_is_terminal_ && colour_welcome()),
      error_colour_(error_is_terminal_ && colour_welcome()),
      output_width_(width_of(STDOUT_FILENO)),
      error_width_(width_of(STDERR_FILENO)) {
  std::signal(SIGPIPE, SIG_IGN);
}

void Console::print(std::string_view text) {
  clear_line();
  if (output_errno_ != 0) return;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) output_errno_ = errno;
}

void Console::say(std::string_view sentence) {
  const std::lock_guard lock(mutex_);
  if (line_shown_) std::fputs("\r\x1b[K", stderr);
  line_shown_ = false;
  std::fprintf(stderr, "assay: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
}

void Console::overwrite(std::string_view line) {
  const std::lock_guard lock(mutex_);
  const auto width = static_cast<std::size_t>(error_width_ > 1 ? error_width_ - 1 : kDefaultWidth);
  const std::string shown = elide_middle(line, width);
  std::fprintf(stderr, "\r%s\x1b[K", shown.c_str());
  std::fflush(stderr);
  line_shown_ = true;
}

void Console::clear_line() {
  const std::lock_guard lock(mutex_);
  if (line_shown_) std::fputs("\r\x1b[K", stderr);
  line_shown_ = false;
}

std::string Console::styled(std::string_view text, Style style) const {
  return output_colour_ ? with_style(text, style) : std::string(text);
}

std::string Console::styled_error(std::string_view text, Style style) const {
  return error_colour_ ? with_style(text, style) : std::string(text);
}

expected<void> Console::finish() {
  if (output_errno_ == 0 && std::fflush(stdout) != 0) output_errno_ = errno;
  if (output_errno_ == 0 || output_errno_ == EPIPE) return {};
  return unavailable(
      fmt::format("Standard output could not be written: {}.", std::strerror(output_errno_)));
}

std::string elide_middle(std::string_view text, std::size_t width) {
  std::vector<std::size_t> starts;  // byte offset of each code point
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) starts.push_back(i);
  }
  if (starts.size() <= width) return std::string(text);
  if (width < 4) return std::string(text.substr(0, starts[width]));
  const std::size_t head = (width - 1) / 2;
  const std::size_t tail = width - 1 - head;
  return std::string(text.substr(0, starts[head])) + "…" +
         std::string(text.substr(starts[starts.size() - tail]));
}

}  // namespace assay::cli
