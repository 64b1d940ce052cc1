// See line_stream.h.
#include "datasets/line_stream.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "datasets/file_bytes.h"

namespace assay {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;

}  // namespace

expected<LineStream> LineStream::open(const std::string& path, std::string_view display_name) {
  const expected<int> file = open_regular_file(path, display_name);
  if (!file) return file.error();
  return LineStream(*file, std::string(display_name));
}

LineStream::LineStream(int file, std::string name) : file_(file), name_(std::move(name)) {}

LineStream::LineStream(LineStream&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      name_(std::move(other.name_)),
      buffer_(std::move(other.buffer_)),
      begin_(other.begin_),
      searched_(other.searched_),
      ended_(other.ended_),
      digest_(std::move(other.digest_)) {}

LineStream::~LineStream() {
  if (file_ >= 0) ::close(file_);
}

expected<bool> LineStream::fill() {
  buffer_.erase(0, begin_);
  searched_ -= begin_;
  begin_ = 0;
  const std::size_t filled = buffer_.size();
  buffer_.resize(filled + kPiece);
  ssize_t n = -1;
  do {
    n = ::read(file_, buffer_.data() + filled, kPiece);
  } while (n < 0 && errno == EINTR);
  buffer_.resize(filled + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  if (n < 0) {
    return data_error(
        fmt::format("{} cannot be read to its end: {}.", name_, system_reason(errno)));
  }
  digest_.update(std::string_view(buffer_).substr(filled));
  return n > 0;
}

expected<bool> LineStream::next(std::string_view& line) {
  while (true) {
    const std::size_t end = buffer_.find('\n', searched_);
    if (end != std::string::npos) {
      line = std::string_view(buffer_).substr(begin_, end - begin_);
      begin_ = searched_ = end + 1;
      ended_ = true;
      return true;
    }
    searched_ = buffer_.size();
    const expected<bool> more = fill();
    if (!more) return more;
    if (*more) continue;
    line = std::string_view(buffer_).substr(begin_);
    begin_ = buffer_.size();
    ended_ = false;
    return !line.empty();
  }
}

}  // namespace assay
