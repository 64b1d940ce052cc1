// Python's str, repr and json.dumps.
#include "scorers/python_format.h"

#include <fmt/format.h>
#include <unicode/uchar.h>

#include <charconv>
#include <cmath>

#include "assay/text.h"

namespace assay {
namespace {

// str.isprintable for one code point: not in the categories Other and Separator, except the space.
bool is_printable(char32_t c) {
  if (c == ' ') return true;
  constexpr unsigned kOther = U_GC_C_MASK | U_GC_Z_MASK;
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & kOther) == 0;
}

std::string repr_text(std::string_view text) {
  const bool single = text.find('\'') != std::string_view::npos;
  const char quote = single && text.find('"') == std::string_view::npos ? '"' : '\'';
  std::string out(1, quote);
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = decode_utf8(text, at);
    const auto code = static_cast<unsigned>(c);
    if (c == static_cast<unsigned char>(quote) || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (is_printable(c)) {
      append_utf8(out, c);
    } else if (code < 0x100) {
      out += fmt::format("\\x{:02x}", code);
    } else if (code < 0x10000) {
      out += fmt::format("\\u{:04x}", code);
    } else {
      out += fmt::format("\\U{:08x}", code);
    }
  }
  return out + quote;
}

std::string json_text(std::string_view text, bool ascii) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = decode_utf8(text, at);
    const auto code = static_cast<unsigned>(c);
    constexpr std::string_view kNamed = "\"\\\n\r\t\f\b";
    constexpr std::string_view kLetters = "\"\\nrtfb";
    if (const auto i = code < 0x80 ? kNamed.find(static_cast<char>(c)) : std::string_view::npos;
        i != std::string_view::npos) {
      out += '\\';
      out += kLetters[i];
    } else if (code < 0x20) {
      out += fmt::format("\\u{:04x}", code);
    } else if (!ascii || code < 0x7F) {
      append_utf8(out, c);
    } else if (code < 0x10000) {
      out += fmt::format("\\u{:04x}", code);
    } else {
      out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + ((code - 0x10000) >> 10),
                         0xDC00 + ((code - 0x10000) & 0x3FF));
    }
  }
  return out + "\"";
}

std::string json_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return python_float(value);
}

// A whole number beyond 64 bits, as datasets/json_file.h keeps it.
std::string kept_digits(const Json& value) {
  const Json::binary_t& digits = value.get_binary();
  return {digits.begin(), digits.end()};
}

void write_json(std::string& out, const Json& value, int indent, bool ascii, int depth) {
  const bool container = value.is_object() || value.is_array();
  if (!container || value.empty()) {
    if (value.is_string()) {
      out += json_text(value.get_ref<const std::string&>(), ascii);
    } else if (value.is_number_float()) {
      out += json_number(value.get<double>());
    } else if (value.is_binary()) {
      out += kept_digits(value);
    } else {
      out += value.dump();
    }
    return;
  }
  const auto line = [&](int level) {
    if (indent >= 0) out.append("\n").append(static_cast<std::size_t>(indent * level), ' ');
  };
  out += value.is_object() ? '{' : '[';
  bool first = true;
  for (const auto& [key, member] : value.items()) {
    if (!first) out += indent >= 0 ? "," : ", ";
    first = false;
    line(depth + 1);
    if (value.is_object()) out += json_text(key, ascii) + ": ";
    write_json(out, member, indent, ascii, depth + 1);
  }
  line(depth);
  out += value.is_object() ? '}' : ']';
}

}  // namespace

// The shortest digits that read back as the same double, written plainly for exponents -4..15.
std::string python_float(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t e = text.find('e');
  const int exponent = std::stoi(std::string(text.substr(e + 1)));
  std::string digits;
  for (const char c : text.substr(0, e)) {
    if (c >= '0' && c <= '9') digits += c;
  }
  const std::string sign = text[0] == '-' ? "-" : "";
  const int count = static_cast<int>(digits.size());
  if (exponent < -4 || exponent >= 16) {
    if (count > 1) digits.insert(1, ".");
    return fmt::format("{}{}e{}{:02d}", sign, digits, exponent < 0 ? '-' : '+', std::abs(exponent));
  }
  if (exponent < 0) {
    return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  }
  if (count <= exponent + 1) {
    return sign + digits + std::string(static_cast<std::size_t>(exponent + 1 - count), '0') + ".0";
  }
  return sign + digits.insert(static_cast<std::size_t>(exponent) + 1, ".");
}

std::string python_repr(const Json& value) {
  if (value.is_null()) return "None";
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (value.is_string()) return repr_text(value.get_ref<const std::string&>());
  if (value.is_number_float()) return python_float(value.get<double>());
  if (value.is_binary()) return kept_digits(value);
  if (!value.is_object() && !value.is_array()) return value.dump();
  std::string out(1, value.is_object() ? '{' : '[');
  for (const auto& [key, member] : value.items()) {
    if (out.size() > 1) out += ", ";
    if (value.is_object()) out += repr_text(key) + ": ";
    out += python_repr(member);
  }
  return out + (value.is_object() ? '}' : ']');
}

std::string python_str(const Json& value) {
  return value.is_string() ? value.get<std::string>() : python_repr(value);
}

std::string python_json(const Json& value, int indent, bool ascii) {
  std::string out;
  write_json(out, value, indent, ascii, 0);
  return out;
}

std::string python_str(const Target& target) {
  return std::visit([](const auto& t) { return python_str(Json(t)); }, target);
}

}  // namespace assay
