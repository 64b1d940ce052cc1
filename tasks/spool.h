// Bytes that are written once and looked at again now and then: the documents of a data set while a
// run works through them. The first ones stay in memory; from a limit on they go to a temporary
// file that has no name, so that nothing is left of it whatever ends the program. Where no such
// file can be made or written, memory holds the rest.
//
// Thread-safety: add() from one thread at a time and beside no read(); read() from any number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

class Spool {
 public:
  static constexpr std::size_t kInMemory = std::size_t{8} << 20;

  explicit Spool(std::size_t in_memory = kInMemory);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // Where the bytes can be read again.
  std::uint64_t add(std::string_view bytes);

  // REQUIRES: that many bytes were added from there on. Throws std::system_error when the temporary
  // file can no longer be read; no item can be asked without its document.
  std::string read(std::uint64_t place, std::size_t size) const;

  std::uint64_t size() const { return size_; }
  std::size_t bytes_in_memory() const { return in_memory_; }

 private:
  static constexpr std::size_t kBlock = std::size_t{64} << 10;

  void settle_block(std::size_t block);

  std::size_t limit_;
  std::uint64_t size_ = 0;
  std::size_t in_memory_ = 0;
  int file_ = -1;
  bool no_file_ = false;
  std::vector<std::unique_ptr<char[]>> blocks_;  // null: in the file, at its place
};

}  // namespace assay
