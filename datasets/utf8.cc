// Well-formed UTF-8 by table 3-7 of the Unicode standard: the second byte's range depends on the
// first, every further byte is a plain continuation byte.
#include "datasets/utf8.h"

#include <cstdint>
#include <cstring>

namespace assay {
namespace {

struct Lead {
  std::size_t length;  // bytes of the whole sequence, 0 = not a lead byte
  unsigned char low;   // allowed range of the second byte
  unsigned char high;
};

Lead lead_of(unsigned char byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {2, 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {3, 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {4, 0x80, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const std::size_t size = text.size();
  std::size_t i = 0;
  while (i < size) {
    // Eight ASCII bytes at a time: nearly all of a benchmark is ASCII.
    if (i + 8 <= size) {
      std::uint64_t word;
      std::memcpy(&word, bytes + i, sizeof word);
      if ((word & 0x8080808080808080ULL) == 0) {
        i += 8;
        continue;
      }
    }
    if (bytes[i] < 0x80) {
      ++i;
      continue;
    }
    const Lead lead = lead_of(bytes[i]);
    if (lead.length == 0 || i + lead.length > size) return i;
    if (bytes[i + 1] < lead.low || bytes[i + 1] > lead.high) return i;
    for (std::size_t k = 2; k < lead.length; ++k) {
      if ((bytes[i + k] & 0xC0) != 0x80) return i;
    }
    i += lead.length;
  }
  return std::nullopt;
}

std::string_view without_bom(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

}  // namespace assay
