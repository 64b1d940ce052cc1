// Non-blocking reads and writes of frames.
#include "scorers/sandbox/channel.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

namespace assay::sandbox {
namespace {

constexpr std::size_t kHead = 5;

std::size_t length_of(std::string_view head) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    length |= static_cast<std::size_t>(static_cast<unsigned char>(head[i])) << (8 * i);
  }
  return length;
}

}  // namespace

void Fd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

void Channel::send(char kind, std::string_view payload) {
  if (!wants_to_write()) {
    pending_.clear();
    sent_ = 0;
  }
  for (std::size_t i = 0; i < 4; ++i) {
    pending_.push_back(static_cast<char>(payload.size() >> (8 * i) & 0xff));
  }
  pending_.push_back(kind);
  pending_.append(payload);
}

void Channel::write_some() {
  while (wants_to_write()) {
    const ssize_t n = ::write(out_.get(), pending_.data() + sent_, pending_.size() - sent_);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) {  // nobody reads any more; what it still says can be read
      out_.reset();
      return;
    }
    sent_ += static_cast<std::size_t>(n);
  }
}

void Channel::read_some() {
  if (end_ || !in_) return;
  char buffer[1 << 16];
  const ssize_t n = ::read(in_.get(), buffer, sizeof buffer);
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (n <= 0) {
    end_ = true;
    return;
  }
  if (taken_ > 0 && taken_ == received_.size()) {
    received_.clear();
    taken_ = 0;
  }
  received_.append(buffer, static_cast<std::size_t>(n));
}

std::optional<Frame> Channel::next() {
  const std::string_view rest = std::string_view(received_).substr(taken_);
  if (broken_ || rest.size() < kHead) return std::nullopt;
  const std::size_t length = length_of(rest);
  if (length > kMaxFrame) {
    broken_ = end_ = true;
    return std::nullopt;
  }
  if (rest.size() < kHead + length) return std::nullopt;
  Frame frame{rest[4], std::string(rest.substr(kHead, length))};
  taken_ += kHead + length;
  if (taken_ > (std::size_t{1} << 20)) {
    received_.erase(0, taken_);
    taken_ = 0;
  }
  return frame;
}

}  // namespace assay::sandbox
