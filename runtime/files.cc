// See files.h. Plain system calls, because a lost errno is a lost reason.
#include "runtime/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace assay {
namespace {

constexpr std::size_t kFlushBytes = 1 << 20;

// Makes a rename in the file's folder survive a power cut. Best effort: some file systems refuse to
// sync a folder, and the data itself is already safe.
void sync_folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

Error system_error(std::string_view action, const std::string& path, int error_number) {
  std::string advice;
  if (error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG) {
    advice = "; make room and run the same command again to go on";
  }
  return unavailable(fmt::format("cannot {} {}: {}{}", action, path,
                                 std::generic_category().message(error_number), advice));
}

expected<void> make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return system_error("make the folder", path, error.value());
  if (!std::filesystem::is_directory(path, error)) {
    return system_error("use as a folder", path, ENOTDIR);
  }
  return {};
}

expected<std::string> read_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return system_error("open", path, errno);
  std::string bytes;
  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && status.st_size > 0) {
    bytes.reserve(static_cast<std::size_t>(status.st_size));
  }
  std::string block(kFlushBytes, '\0');
  while (true) {
    const ssize_t count = ::read(descriptor, block.data(), block.size());
    if (count == 0) break;
    if (count < 0) {
      if (errno == EINTR) continue;
      const int reason = errno;
      ::close(descriptor);
      return system_error("read", path, reason);
    }
    bytes.append(block, 0, static_cast<std::size_t>(count));
  }
  ::close(descriptor);
  return bytes;
}

bool file_exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

std::optional<std::string> cache_folder() {
  const char* home = std::getenv("XDG_CACHE_HOME");
  if (home != nullptr && *home == '/') return std::string(home) + "/assay";
  home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::string(home) + "/.cache/assay";
  return std::nullopt;
}

int write_fully(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

OutputFile::OutputFile(std::string path, int descriptor)
    : path_(std::move(path)), partial_path_(path_ + ".partial"), descriptor_(descriptor) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      partial_path_(std::move(other.partial_path_)),
      buffer_(std::move(other.buffer_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

OutputFile::~OutputFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(partial_path_.c_str());
}

expected<OutputFile> OutputFile::open(const std::string& path) {
  const std::string partial = path + ".partial";
  const int descriptor = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return system_error("write", partial, errno);
  return OutputFile(path, descriptor);
}

expected<void> OutputFile::flush() {
  const int error = write_fully(descriptor_, buffer_);
  buffer_.clear();
  if (error != 0) return system_error("write", partial_path_, error);
  return {};
}

expected<void> OutputFile::write(std::string_view bytes) {
  buffer_ += bytes;
  if (buffer_.size() < kFlushBytes) return {};
  return flush();
}

expected<void> OutputFile::commit() {
  const expected<void> flushed = flush();
  if (!flushed) return flushed;
  if (::fsync(descriptor_) != 0) return system_error("write", partial_path_, errno);
  if (::close(std::exchange(descriptor_, -1)) != 0) {
    return system_error("write", partial_path_, errno);
  }
  if (::rename(partial_path_.c_str(), path_.c_str()) != 0) {
    const int reason = errno;
    ::unlink(partial_path_.c_str());
    return system_error("put in place", path_, reason);
  }
  sync_folder_of(path_);
  return {};
}

expected<void> write_file(const std::string& path, std::string_view bytes) {
  expected<OutputFile> file = OutputFile::open(path);
  if (!file) return file.error();
  const expected<void> written = file->write(bytes);
  if (!written) return written;
  return file->commit();
}

}  // namespace assay
