// See jsonl.h.
#include "datasets/jsonl.h"

#include <fmt/format.h>

#include "datasets/json_file.h"
#include "datasets/utf8.h"

namespace assay {

expected<void> for_each_jsonl(std::string_view bytes, std::string_view display_name,
                              const std::function<expected<void>(Json&&, std::size_t)>& row) {
  std::string_view rest = without_bom(bytes);
  std::size_t line_number = 0;
  while (!rest.empty()) {
    ++line_number;
    const std::size_t end = rest.find('\n');
    const bool last = end == std::string_view::npos;
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(last ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (const auto offset = first_invalid_utf8(line)) {
      return data_error(fmt::format(
          "{} line {} is not UTF-8: byte 0x{:02X} in column {}; convert the file or get it again.",
          display_name, line_number, static_cast<unsigned char>(line[*offset]), *offset + 1));
    }
    expected<Json> value = parse_json_text(line);
    if (!value) {
      return data_error(
          fmt::format("{} line {} is not JSON: {}{}; the file is damaged, get it "
                      "again.",
                      display_name, line_number, value.error().message,
                      last ? " (this is the last line and it has no end)" : ""));
    }
    if (expected<void> result = row(std::move(*value), line_number); !result) return result;
  }
  return {};
}

}  // namespace assay
