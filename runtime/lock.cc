// See lock.h.
#include "runtime/lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "runtime/files.h"

namespace assay {

expected<FolderLock> FolderLock::take(const std::string& folder) {
  const std::string path = folder + "/lock";
  FolderLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (lock.descriptor_ < 0) return system_error("open", path, errno);
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_error("lock", path, errno);
    const expected<std::string> holder = read_file(path);
    const std::string pid = holder ? holder->substr(0, holder->find('\n')) : "";
    return unavailable(fmt::format(
        "the run folder {} is in use by {}; wait for it to end, stop it, or choose another folder",
        folder, pid.empty() ? "another process" : "process " + pid));
  }
  // The id is for the message above only: a disk too full to hold it must not stop a run that has
  // nothing left to write.
  if (::ftruncate(lock.descriptor_, 0) == 0) {
    write_fully(lock.descriptor_, fmt::format("{}\n", ::getpid()));
  }
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace assay
