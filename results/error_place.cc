// See error_place.h.
#include "results/error_place.h"

namespace assay {

std::string without_place(const std::string& sentence) {
  if (!sentence.starts_with("Task ")) return sentence;
  const std::size_t end = sentence.find(": ");
  const std::size_t item = sentence.find(", item ");
  if (end == std::string::npos || item == std::string::npos || item > end) return sentence;
  return sentence.substr(end + 2);
}

std::string without_digits(std::string reason) {
  std::erase_if(reason, [](char c) { return c >= '0' && c <= '9'; });
  return reason;
}

}  // namespace assay
