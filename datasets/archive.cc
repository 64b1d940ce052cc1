// See archive.h. ZIP: the central directory at the end says where each entry is (APPNOTE 6.3.x,
// sections 4.3.7, 4.3.12, 4.3.16); ZIP64 is not read, no data set needs it. tar: 512-byte headers.
#include "datasets/archive.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <utility>

#include "datasets/file_bytes.h"

namespace assay {
namespace {

using Wanted = std::function<bool(std::string_view)>;
using Take = std::function<expected<void>(const std::string&, std::string_view)>;

constexpr std::size_t kMaxEntry = std::size_t{2} << 30;

class Mapping {
 public:
  Mapping() = default;
  ~Mapping() {
    if (data_ != nullptr) ::munmap(data_, size_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  expected<void> open(const std::string& path, std::string_view name) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
      return unavailable(fmt::format("{} cannot be opened: {}.", name, system_reason(errno)));
    }
    struct stat info {};
    const bool regular = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0;
    if (regular) {
      size_ = static_cast<std::size_t>(info.st_size);
      void* data = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
      if (data != MAP_FAILED) data_ = data;
    }
    ::close(fd);
    if (data_ == nullptr) return data_error(fmt::format("{} cannot be read as an archive.", name));
    return {};
  }
  std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

Error damaged(std::string_view name, std::string_view what) {
  return data_error(
      fmt::format("The archive {} is damaged or truncated: {}; get it again.", name, what));
}

// Little-endian number of `width` bytes. REQUIRES: it lies inside.
std::uint32_t number(std::string_view bytes, std::size_t at, int width) {
  std::uint32_t value = 0;
  for (int i = width - 1; i >= 0; --i) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
  }
  return value;
}

std::optional<std::string> inflate_raw(std::string_view packed, std::size_t size) {
  std::string out(size, '\0');
  z_stream stream{};
  if (::inflateInit2(&stream, -15) != Z_OK) return std::nullopt;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int state = ::inflate(&stream, Z_FINISH);
  const bool complete = state == Z_STREAM_END && stream.total_out == size;
  ::inflateEnd(&stream);
  if (!complete) return std::nullopt;
  return out;
}

struct ZipEntry {
  std::string name;
  std::uint32_t method, crc, packed, size, offset;
};

expected<void> take_zip_entry(std::string_view zip, std::string_view name, const ZipEntry& entry,
                              const Take& take) {
  const std::size_t local = entry.offset;
  if (local + 30 > zip.size() || zip.substr(local, 4) != "PK\x03\x04") {
    return damaged(name, fmt::format("the entry {} is not where it should be", entry.name));
  }
  const std::size_t data = local + 30 + number(zip, local + 26, 2) + number(zip, local + 28, 2);
  if (data + entry.packed > zip.size() || entry.size > kMaxEntry) {
    return damaged(name, fmt::format("the entry {} reaches past the end", entry.name));
  }
  const std::string_view packed = zip.substr(data, entry.packed);
  std::optional<std::string> unpacked;
  if (entry.method == 0) unpacked = std::string(packed);
  if (entry.method == 8) unpacked = inflate_raw(packed, entry.size);
  const auto crc_of = [](const std::string& bytes) {
    return static_cast<std::uint32_t>(::crc32_z(
        ::crc32_z(0, nullptr, 0), reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
  };
  if (!unpacked || unpacked->size() != entry.size || crc_of(*unpacked) != entry.crc) {
    return damaged(
        name, fmt::format("the entry {} does not unpack to what its checksum says", entry.name));
  }
  return take(entry.name, *unpacked);
}

expected<void> walk_zip(std::string_view zip, std::string_view name, const Wanted& wanted,
                        const Take& take) {
  constexpr std::size_t kEndSize = 22;
  const std::size_t end = zip.size() < kEndSize ? std::string_view::npos : zip.rfind("PK\x05\x06");
  if (end == std::string_view::npos || end + kEndSize > zip.size()) {
    return damaged(name, "it has no table of contents");
  }
  std::size_t at = number(zip, end + 16, 4);
  const std::size_t count = number(zip, end + 10, 2);
  for (std::size_t i = 0; i < count; ++i) {
    if (at + 46 > zip.size() || zip.substr(at, 4) != "PK\x01\x02") {
      return damaged(name, "its table of contents breaks off");
    }
    const std::size_t name_size = number(zip, at + 28, 2);
    if (at + 46 + name_size > zip.size()) {
      return damaged(name, "its table of contents breaks off");
    }
    const ZipEntry entry{std::string(zip.substr(at + 46, name_size)),
                         number(zip, at + 10, 2),
                         number(zip, at + 16, 4),
                         number(zip, at + 20, 4),
                         number(zip, at + 24, 4),
                         number(zip, at + 42, 4)};
    at += 46 + name_size + number(zip, at + 30, 2) + number(zip, at + 32, 2);
    if (entry.name.ends_with('/') || !wanted(entry.name)) continue;
    if (expected<void> ok = take_zip_entry(zip, name, entry, take); !ok) return ok;
  }
  return {};
}

std::string_view until_nul(std::string_view field) { return field.substr(0, field.find('\0')); }

std::optional<std::size_t> octal(std::string_view field) {
  std::size_t value = 0;
  for (const char c : until_nul(field)) {
    if (c == ' ') continue;
    if (c < '0' || c > '7') return std::nullopt;
    value = value * 8 + static_cast<std::size_t>(c - '0');
  }
  return value;
}

expected<void> walk_tar(std::string_view tar, std::string_view name, const Wanted& wanted,
                        const Take& take) {
  constexpr std::size_t kBlock = 512;
  std::string long_name;
  std::size_t at = 0;
  while (at + kBlock <= tar.size()) {
    const std::string_view header = tar.substr(at, kBlock);
    if (header.find_first_not_of('\0') == std::string_view::npos) return {};
    const std::optional<std::size_t> size = octal(header.substr(124, 12));
    if (!size || at + kBlock + *size > tar.size()) {
      return damaged(name, fmt::format("the entry at byte {} reaches past the end", at));
    }
    const std::string_view content = tar.substr(at + kBlock, *size);
    at += kBlock + (*size + kBlock - 1) / kBlock * kBlock;
    const char type = header[156];
    if (type == 'L') {
      long_name = until_nul(content);
      continue;
    }
    std::string entry(until_nul(header.substr(0, 100)));
    if (header.substr(257, 5) == "ustar" && header[345] != '\0' && header[262] == '\0') {
      entry = fmt::format("{}/{}", until_nul(header.substr(345, 155)), entry);
    }
    if (!long_name.empty()) entry = std::exchange(long_name, "");
    if (entry.starts_with("./")) entry.erase(0, 2);
    if ((type != '0' && type != '\0') || entry.ends_with('/') || !wanted(entry)) continue;
    if (expected<void> ok = take(entry, content); !ok) return ok;
  }
  return damaged(name, "it has no end mark");
}

}  // namespace

bool looks_like_archive(std::string_view bytes) {
  return bytes.starts_with("PK\x03\x04") ||
         (bytes.size() >= 512 && bytes.substr(257, 5) == "ustar");
}

expected<void> for_each_archived(const std::string& path, std::string_view display_name,
                                 const Wanted& wanted, const Take& take) {
  Mapping mapping;
  if (expected<void> ok = mapping.open(path, display_name); !ok) return ok;
  std::string_view bytes = mapping.bytes();
  std::string unpacked;
  if (bytes.starts_with("\x1f\x8b")) {
    expected<std::string> plain = gunzip(bytes, display_name);
    if (!plain) return plain.error();
    unpacked = std::move(*plain);
    bytes = unpacked;
  }
  if (bytes.starts_with("PK")) return walk_zip(bytes, display_name, wanted, take);
  if (bytes.size() >= 512 && bytes.substr(257, 5) == "ustar") {
    return walk_tar(bytes, display_name, wanted, take);
  }
  return damaged(display_name, "it begins like neither ZIP nor tar");
}

}  // namespace assay
