// See file_bytes.h. zlib does the unpacking; POSIX calls do the rest, because their errno is what
// makes a message useful ("No space left on device").
#include "datasets/file_bytes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace assay {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  int close() {
    const int result = ::close(fd_);
    fd_ = -1;
    return result;
  }

 private:
  int fd_;
};

expected<void> write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      return unavailable(fmt::format("{} cannot be written: {}.", path, system_reason(errno)));
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace

std::string system_reason(int error_number) {
  return std::error_code(error_number, std::generic_category()).message();
}

expected<int> open_regular_file(const std::string& path, std::string_view display_name) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    return unavailable(fmt::format("{} cannot be opened: {}.", display_name, system_reason(errno)));
  }
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) {
    return unavailable(fmt::format("{} cannot be read: {}.", display_name, system_reason(errno)));
  }
  if (S_ISDIR(info.st_mode)) {
    return data_error(
        fmt::format("{} is a folder where a file is expected; move it away.", display_name));
  }
  if (!S_ISREG(info.st_mode)) {
    return data_error(
        fmt::format("{} is not a regular file; put a copy of the data there.", display_name));
  }
  return file.release();
}

expected<std::string> read_bytes(const std::string& path, std::string_view display_name) {
  const expected<int> opened = open_regular_file(path, display_name);
  if (!opened) return opened.error();
  const FileDescriptor file(*opened);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) {
    return unavailable(fmt::format("{} cannot be read: {}.", display_name, system_reason(errno)));
  }
  std::string bytes(static_cast<std::size_t>(std::max<off_t>(info.st_size, 0)), '\0');
  std::size_t filled = 0;
  while (true) {
    if (filled == bytes.size()) {
      char probe;
      const ssize_t more = ::read(file.get(), &probe, 1);
      if (more < 0 && errno == EINTR) continue;
      if (more <= 0) break;
      bytes.push_back(probe);
      ++filled;
      continue;
    }
    const ssize_t n = ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      return data_error(
          fmt::format("{} cannot be read to its end: {}.", display_name, system_reason(errno)));
    }
    if (n == 0) break;
    filled += static_cast<std::size_t>(n);
  }
  bytes.resize(filled);
  return bytes;
}

expected<std::string> gunzip(std::string_view bytes, std::string_view display_name,
                             std::size_t limit) {
  z_stream stream{};
  if (::inflateInit2(&stream, 15 + 16) != Z_OK) return internal_error("zlib cannot start.");
  struct Guard {
    z_stream* s;
    ~Guard() { ::inflateEnd(s); }
  } guard{&stream};
  constexpr std::size_t kMaxInput = std::size_t{1} << 30;
  std::string out;
  std::string block(1 << 16, '\0');
  std::size_t offset = 0;
  bool member_done = false;
  while (true) {
    if (stream.avail_in == 0 && offset < bytes.size()) {
      const std::size_t n = std::min(kMaxInput, bytes.size() - offset);
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + offset));
      stream.avail_in = static_cast<uInt>(n);
      offset += n;
    }
    if (member_done) {
      if (stream.avail_in == 0) return out;
      if (::inflateReset(&stream) != Z_OK) return internal_error("zlib cannot start again.");
      member_done = false;
    }
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    const int state = ::inflate(&stream, Z_NO_FLUSH);
    out.append(block.data(), block.size() - stream.avail_out);
    if (out.size() > limit) {
      return data_error(fmt::format("{} unpacks to more than {} bytes, which no data set does.",
                                    display_name, limit));
    }
    if (state == Z_STREAM_END) {
      member_done = true;
      continue;
    }
    if (state == Z_BUF_ERROR || (state == Z_OK && stream.avail_in == 0 && stream.avail_out > 0)) {
      if (offset < bytes.size()) continue;
      return data_error(fmt::format(
          "{} ends in the middle of its compressed data after {} unpacked bytes; the file is "
          "truncated, get it again.",
          display_name, out.size()));
    }
    if (state != Z_OK) {
      return data_error(
          fmt::format("{} is damaged: its compressed data is invalid after {} "
                      "unpacked bytes ({}); get it again.",
                      display_name, out.size(), stream.msg != nullptr ? stream.msg : "not gzip"));
    }
  }
}

expected<void> write_bytes_atomically(const std::string& path, std::string_view bytes) {
  std::error_code error;
  const std::filesystem::path target(path);
  if (target.has_parent_path()) std::filesystem::create_directories(target.parent_path(), error);
  if (error) {
    return unavailable(fmt::format("the folder {} cannot be made: {}.",
                                   target.parent_path().string(), error.message()));
  }
  const std::string temporary = fmt::format("{}.tmp{}", path, ::getpid());
  FileDescriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.get() < 0) {
    return unavailable(fmt::format("{} cannot be made: {}.", temporary, system_reason(errno)));
  }
  expected<void> result = write_all(file.get(), bytes, temporary);
  if (result && (::fsync(file.get()) != 0 && errno != EINVAL)) {
    result = unavailable(fmt::format("{} cannot be written: {}.", path, system_reason(errno)));
  }
  if (file.close() != 0 && result) {
    result = unavailable(fmt::format("{} cannot be written: {}.", path, system_reason(errno)));
  }
  if (result && ::rename(temporary.c_str(), path.c_str()) != 0) {
    result = unavailable(fmt::format("{} cannot be put in place: {}.", path, system_reason(errno)));
  }
  if (!result) ::unlink(temporary.c_str());
  return result;
}

}  // namespace assay
