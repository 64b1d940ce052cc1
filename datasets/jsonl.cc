// See jsonl.h.
#include "datasets/jsonl.h"

#include <fmt/format.h>

#include "datasets/json_file.h"
#include "datasets/utf8.h"

namespace assay {

namespace {

// `line` without its LF; `ended`: it had one.
expected<void> take_line(std::string_view line, bool ended, std::size_t number,
                         std::string_view display_name, const JsonlRow& row) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return {};
  if (const auto offset = first_invalid_utf8(line)) {
    return data_error(fmt::format(
        "{} line {} is not UTF-8: byte 0x{:02X} in column {}; convert the file or get it again.",
        display_name, number, static_cast<unsigned char>(line[*offset]), *offset + 1));
  }
  expected<Json> value = parse_json_text(line);
  if (!value) {
    return data_error(
        fmt::format("{} line {} is not JSON: {}{}; the file is damaged, get it "
                    "again.",
                    display_name, number, value.error().message,
                    ended ? "" : " (this is the last line and it has no end)"));
  }
  return row(std::move(*value), number);
}

}  // namespace

expected<void> for_each_jsonl(std::string_view bytes, std::string_view display_name,
                              const JsonlRow& row) {
  std::string_view rest = without_bom(bytes);
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    const bool ended = end != std::string_view::npos;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(ended ? end + 1 : rest.size());
    if (expected<void> taken = take_line(line, ended, number, display_name, row); !taken) {
      return taken;
    }
  }
  return {};
}

expected<void> for_each_jsonl(LineStream& lines, std::string_view display_name,
                              const JsonlRow& row) {
  std::string_view line;
  for (std::size_t number = 1;; ++number) {
    const expected<bool> more = lines.next(line);
    if (!more) return more.error();
    if (!*more) return {};
    if (number == 1) line = without_bom(line);
    expected<void> taken = take_line(line, lines.line_was_ended(), number, display_name, row);
    if (!taken) return taken;
  }
}

}  // namespace assay
