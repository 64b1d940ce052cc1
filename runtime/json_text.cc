// See json_text.h. Only text that is not UTF-8 still goes through the library, which decides how
// bad bytes are replaced.
#include "runtime/json_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include "datasets/utf8.h"

namespace assay {
namespace {

// 0: stands as it is; u: backslash, u and four digits; else the letter after the backslash.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> escapes{};
  for (std::size_t c = 0; c < 0x20; ++c) escapes[c] = 'u';
  escapes['\b'] = 'b';
  escapes['\t'] = 't';
  escapes['\n'] = 'n';
  escapes['\f'] = 'f';
  escapes['\r'] = 'r';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}();

void append_escape(std::string& out, unsigned char byte, char escape) {
  out += '\\';
  out += escape;
  if (escape != 'u') return;
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "00";
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

template <typename Integer>
void append_integer(std::string& out, Integer value) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

// The library's digits: its shortest form is not always that of std::to_chars.
void append_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  std::array<char, 64> digits;
  char* const end = nlohmann::detail::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), end);
}

void append_object(std::string& out, const Json& value) {
  out += '{';
  bool first = true;
  for (const auto& [name, member] : value.get_ref<const Json::object_t&>()) {
    if (!std::exchange(first, false)) out += ',';
    append_json_text(out, name);
    out += ':';
    append_json(out, member);
  }
  out += '}';
}

void append_array(std::string& out, const Json& value) {
  out += '[';
  bool first = true;
  for (const Json& element : value) {
    if (!std::exchange(first, false)) out += ',';
    append_json(out, element);
  }
  out += ']';
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  if (first_invalid_utf8(text)) {
    out += Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
    return;
  }
  out += '"';
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const char escape = kEscapes[byte];
    if (escape == 0) continue;
    out.append(text, begin, i - begin);
    append_escape(out, byte, escape);
    begin = i + 1;
  }
  out.append(text, begin);
  out += '"';
}

void append_json(std::string& out, const Json& value) {
  switch (value.type()) {
    case Json::value_t::object:
      return append_object(out, value);
    case Json::value_t::array:
      return append_array(out, value);
    case Json::value_t::string:
      return append_json_text(out, value.get_ref<const std::string&>());
    case Json::value_t::boolean:
      out += value.get<bool>() ? "true" : "false";
      return;
    case Json::value_t::number_integer:
      return append_integer(out, value.get<std::int64_t>());
    case Json::value_t::number_unsigned:
      return append_integer(out, value.get<std::uint64_t>());
    case Json::value_t::number_float:
      return append_double(out, value.get<double>());
    default:  // null; binary and discarded values do not occur
      out += value.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
}

void ObjectText::start(std::string_view name) {
  if (text_.size() > 1) text_ += ',';
  text_ += '"';
  text_ += name;
  text_ += "\":";
}

void ObjectText::add_text(std::string_view name, std::string_view text) {
  start(name);
  append_json_text(text_, text);
}

void ObjectText::add(std::string_view name, const Json& value) {
  start(name);
  append_json(text_, value);
}

std::string& ObjectText::value(std::string_view name) {
  start(name);
  return text_;
}

void ObjectText::add_members(const Json& object) {
  for (const auto& [name, value] : object.get_ref<const Json::object_t&>()) add(name, value);
}

}  // namespace assay
