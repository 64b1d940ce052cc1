// See journal_line.h.
#include "runtime/journal_line.h"

#include <fmt/format.h>

#include <utility>

#include "assay/digest.h"
#include "runtime/wire.h"

namespace assay {
namespace {

constexpr std::size_t kSumDigits = 16;
constexpr std::string_view kSumStart = ",\"sum\":\"";
constexpr std::string_view kSumEnd = "\"}";

std::string checksum(std::string_view bytes) { return sha256_hex(bytes).substr(0, kSumDigits); }

}  // namespace

std::string seal_line(const Json& object) {
  ObjectText text;
  text.add_members(object);
  return seal_line(std::move(text));
}

std::string seal_line(ObjectText object) {
  std::string line = std::move(object).take();
  const std::string sum = checksum(line);
  line += kSumStart;
  line += sum;
  line += kSumEnd;
  line += '\n';
  return line;
}

expected<Json> open_line(std::string_view line) {
  const std::size_t tail = kSumStart.size() + kSumDigits + kSumEnd.size();
  if (line.size() <= tail || !line.ends_with(kSumEnd) ||
      line.substr(line.size() - tail, kSumStart.size()) != kSumStart) {
    return data_error("it does not end in a checksum");
  }
  const std::string_view body = line.substr(0, line.size() - tail);
  const std::string_view sum = line.substr(body.size() + kSumStart.size(), kSumDigits);
  if (checksum(body) != sum) return data_error("its checksum does not match its bytes");
  return parse_json(std::string(body) + "}");
}

std::string salvage_member(std::string_view line, std::string_view member) {
  const std::string start = fmt::format("\"{}\":\"", member);
  const std::size_t begin = line.find(start);
  if (begin == std::string_view::npos) return "";
  const std::size_t from = begin + start.size();
  const std::size_t end = line.find('"', from);
  if (end == std::string_view::npos || end - from > 200) return "";
  return to_valid_utf8(line.substr(from, end - from));
}

}  // namespace assay
