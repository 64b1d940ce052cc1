// See spool.h.
#include "tasks/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace assay {
namespace {

int make_file(std::string folder) {
#ifdef O_TMPFILE
  const int nameless = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (nameless >= 0) return nameless;
#endif
  folder += "/assay-XXXXXX";
  const int named = ::mkstemp(folder.data());
  if (named < 0) return -1;
  ::fcntl(named, F_SETFD, FD_CLOEXEC);
  ::unlink(folder.c_str());
  return named;
}

// /tmp may be memory, /var/tmp is not.
int make_temporary_file() {
  const char* asked = std::getenv("TMPDIR");
  for (const char* folder : {asked, "/var/tmp", "/tmp"}) {
    if (folder == nullptr || *folder == '\0') continue;
    if (const int file = make_file(folder); file >= 0) return file;
  }
  return -1;
}

bool write_at(int file, const char* bytes, std::size_t size, std::uint64_t place) {
  while (size > 0) {
    const ssize_t n = ::pwrite(file, bytes, size, static_cast<off_t>(place));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes += n;
    place += static_cast<std::uint64_t>(n);
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

void read_at(int file, char* bytes, std::size_t size, std::uint64_t place) {
  while (size > 0) {
    const ssize_t n = ::pread(file, bytes, size, static_cast<off_t>(place));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      throw std::system_error(n < 0 ? errno : EIO, std::generic_category(),
                              "the temporary file of the data set cannot be read");
    }
    bytes += n;
    place += static_cast<std::uint64_t>(n);
    size -= static_cast<std::size_t>(n);
  }
}

}  // namespace

Spool::Spool(std::size_t in_memory) : limit_(in_memory) {}

Spool::~Spool() {
  if (file_ >= 0) ::close(file_);
}

std::uint64_t Spool::add(std::string_view bytes) {
  const std::uint64_t place = size_;
  while (!bytes.empty()) {
    const std::size_t block = size_ / kBlock;
    const std::size_t used = size_ % kBlock;
    if (block == blocks_.size()) {
      if (block > 0) settle_block(block - 1);
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlock));
      in_memory_ += kBlock;
    }
    const std::size_t n = std::min(bytes.size(), kBlock - used);
    std::memcpy(blocks_[block].get() + used, bytes.data(), n);
    bytes.remove_prefix(n);
    size_ += n;
  }
  return place;
}

// A block that is full goes to the file, unless it is one of the first.
void Spool::settle_block(std::size_t block) {
  if (in_memory_ <= limit_ || no_file_) return;
  if (file_ < 0) file_ = make_temporary_file();
  if (file_ < 0 || !write_at(file_, blocks_[block].get(), kBlock, block * kBlock)) {
    no_file_ = true;
    return;
  }
  blocks_[block].reset();
  in_memory_ -= kBlock;
}

std::string Spool::read(std::uint64_t place, std::size_t size) const {
  std::string bytes(size, '\0');
  for (std::size_t done = 0; done < size;) {
    const std::uint64_t at = place + done;
    const std::size_t used = at % kBlock;
    const std::size_t n = std::min(size - done, kBlock - used);
    if (const char* block = blocks_[at / kBlock].get(); block != nullptr) {
      std::memcpy(bytes.data() + done, block + used, n);
    } else {
      read_at(file_, bytes.data() + done, n, at);
    }
    done += n;
  }
  return bytes;
}

}  // namespace assay
