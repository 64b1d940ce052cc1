// What one rendering may cost. Templates come with task files from anywhere; a loop over a giant
// range or a text multiplied by a billion must end in an error, not in a machine without memory.
// Steps and bytes are counted instead of seconds, so that the outcome depends on no clock.
//
// Thread-safety: one rendering, one thread.
#pragma once

#include <cstddef>

namespace assay::jinja {

class Budget {
 public:
  static constexpr std::size_t kSteps = 1'000'000;
  static constexpr std::size_t kBytes = std::size_t{32} << 20;

  void step(std::size_t count = 1) {
    if (count > steps_) exhausted("takes too long (more than a million steps)");
    steps_ -= count;
  }
  // Text or list elements are about to be made. Asked before the memory is taken.
  void grow(std::size_t bytes) {
    if (bytes > bytes_) exhausted("makes too much text (more than 32 MiB)");
    bytes_ -= bytes;
  }

 private:
  [[noreturn]] static void exhausted(const char* what);
  std::size_t steps_ = kSteps;
  std::size_t bytes_ = kBytes;
};

}  // namespace assay::jinja
