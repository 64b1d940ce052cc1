// Frames over a pair of pipes, without ever blocking: four bytes of length (little-endian), one
// byte that says what it is, the payload. Whoever holds the other end is not trusted, so lengths
// are bounded and a frame is handed over only when it is whole.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace assay::sandbox {

inline constexpr std::size_t kMaxFrame = std::size_t{8} << 20;

// A file descriptor that closes itself.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~Fd() { reset(); }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

struct Frame {
  char kind = 0;
  std::string payload;
};

// Not thread-safe.
class Channel {
 public:
  Channel() = default;
  Channel(Fd in, Fd out) : in_(std::move(in)), out_(std::move(out)) {}

  int in() const { return in_.get(); }
  int out() const { return out_.get(); }
  bool wants_to_write() const { return out_ && sent_ < pending_.size(); }
  bool at_end() const { return end_; }          // the other side closed, or broke the rules
  bool broke_rules() const { return broken_; }  // a frame longer than kMaxFrame

  void send(char kind, std::string_view payload);  // queued; write_some() moves it
  void write_some();
  void read_some();
  std::optional<Frame> next();  // a whole frame, if there is one
  void close_out() { out_.reset(); }
  void close_in() { in_.reset(), end_ = true; }

 private:
  Fd in_;
  Fd out_;
  std::string received_;
  std::size_t taken_ = 0;
  std::string pending_;
  std::size_t sent_ = 0;
  bool end_ = false;
  bool broken_ = false;
};

}  // namespace assay::sandbox
