// See json_file.h.
#include "datasets/json_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "datasets/utf8.h"

namespace assay {
namespace {

constexpr int kMaxDepth = 500;

// nlohmann's values are destroyed recursively, so a file of a million "[" would overflow the stack.
bool too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxDepth) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

// "[json.exception.parse_error.101] parse error at line 1, column 5: syntax error while parsing
// value - unexpected end of input; expected ..." -> the part after the position.
std::string reason_of(const std::exception& error) {
  std::string text = error.what();
  if (const auto bracket = text.find("] "); bracket != std::string::npos)
    text.erase(0, bracket + 2);
  if (text.starts_with("parse error")) {
    if (const auto colon = text.find(": "); colon != std::string::npos) text.erase(0, colon + 2);
  }
  if (const auto tail = text.find("; expected"); tail != std::string::npos) text.erase(tail);
  if (text.size() > 160) text = text.substr(0, 60) + " … " + text.substr(text.size() - 60);
  if (first_invalid_utf8(text)) text = "syntax error";
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return text;
}

struct Place {
  std::size_t offset = 0;
  std::string reason;
};

// Builds values as nlohmann's own parser does, except that a whole number beyond 64 bits keeps its
// digits (as bytes) instead of becoming a rounded double: it is written into prompts as it stands.
class Builder : public nlohmann::detail::json_sax_dom_parser<Json> {
 public:
  using Base = nlohmann::detail::json_sax_dom_parser<Json>;
  explicit Builder(Json& value) : Base(value, true) {}
  bool number_float(double number, const std::string& digits) {
    if (digits.find_first_of(".eE") != std::string::npos) return Base::number_float(number, digits);
    Json::binary_t kept(std::vector<std::uint8_t>(digits.begin(), digits.end()));
    return Base::binary(kept);
  }
};

expected<Json> parse_or_place(std::string_view text, Place* place) {
  if (too_deep(text)) {
    place->reason = fmt::format("it is nested deeper than {} levels", kMaxDepth);
    return data_error("");
  }
  try {
    Json value;
    Builder builder(value);
    (void)Json::sax_parse(text.begin(), text.end(), &builder);
    return value;
  } catch (const Json::parse_error& error) {
    place->offset = error.byte > 0 ? error.byte - 1 : 0;
    place->reason = reason_of(error);
  } catch (const std::exception& error) {
    place->reason = reason_of(error);
  }
  return data_error("");
}

}  // namespace

expected<Json> parse_json_text(std::string_view text) {
  Place place;
  expected<Json> value = parse_or_place(text, &place);
  if (value) return value;
  return data_error(fmt::format("column {}: {}", place.offset + 1, place.reason));
}

expected<Json> parse_json_file(std::string_view bytes, std::string_view display_name) {
  const std::string_view text = without_bom(bytes);
  const auto line_of = [&text](std::size_t offset) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
    return 1 + std::count(text.begin(), end, '\n');
  };
  if (const auto offset = first_invalid_utf8(text)) {
    return data_error(
        fmt::format("{} line {} is not UTF-8: byte 0x{:02X}; convert the file or get it again.",
                    display_name, line_of(*offset), static_cast<unsigned char>(text[*offset])));
  }
  Place place;
  expected<Json> value = parse_or_place(text, &place);
  if (value) return value;
  return data_error(fmt::format("{} line {} is not JSON: {}; the file is damaged, get it again.",
                                display_name, line_of(place.offset), place.reason));
}

}  // namespace assay
