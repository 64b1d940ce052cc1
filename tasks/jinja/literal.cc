// See literal.h.
#include "tasks/jinja/literal.h"

#include <charconv>
#include <cstdlib>

#include "assay/text.h"

namespace assay::jinja {
namespace {

// Digits of the given base at `at`, at most `most`; -1 when there are none or fewer than `least`.
long digits_at(std::string_view text, std::size_t& at, int base, std::size_t least,
               std::size_t most) {
  long value = 0;
  const char* begin = text.data() + at;
  const char* limit = begin + std::min(most, text.size() - at);
  const auto [end, error] = std::from_chars(begin, limit, value, base);
  if (error != std::errc() || static_cast<std::size_t>(end - begin) < least) return -1;
  at += static_cast<std::size_t>(end - begin);
  return value;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<Value> whole() {
    std::optional<Value> value = read(0);
    space();
    return at_ == text_.size() ? value : std::nullopt;
  }

 private:
  void space() {
    while (at_ < text_.size() &&
           std::string_view(" \t\n\r\f").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
  }
  bool eat(char c) {
    space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view w) {
    if (!text_.substr(at_).starts_with(w)) return false;
    at_ += w.size();
    return true;
  }

  std::optional<Value> read(int depth) {
    if (depth > 60) return std::nullopt;
    space();
    if (at_ >= text_.size()) return std::nullopt;
    const char c = text_[at_];
    if (c == '\'' || c == '"') return strings();
    if (c == '[') return sequence(']', false, depth);
    if (c == '(') return sequence(')', true, depth);
    if (c == '{') return dict(depth);
    if (word("True")) return Value::boolean(true);
    if (word("False")) return Value::boolean(false);
    if (word("None")) return Value();
    return number();
  }

  std::optional<Value> strings() {
    std::string out;
    while (at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"')) {
      const char quote = text_[at_];
      std::size_t end = at_ + 1;
      while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
        end += text_[end] == '\\' ? 2 : 1;
      }
      if (end >= text_.size() || text_[end] != quote) return std::nullopt;
      out += unescape_python(text_.substr(at_ + 1, end - at_ - 1));
      at_ = end + 1;
      space();
    }
    return Value::text(out);
  }

  std::optional<Value> sequence(char close, bool round, int depth) {
    ++at_;
    Values items;
    bool comma = false;
    while (!eat(close)) {
      if (!items.empty() && !comma) return std::nullopt;
      std::optional<Value> item = read(depth + 1);
      if (!item) return std::nullopt;
      items.push_back(std::move(*item));
      comma = eat(',');
    }
    if (round && items.size() == 1 && !comma) return items.front();  // only brackets
    return Value::list(std::move(items), round);
  }

  std::optional<Value> dict(int depth) {
    ++at_;
    Members members;
    bool comma = false;
    while (!eat('}')) {
      if (!members.empty() && !comma) return std::nullopt;
      std::optional<Value> key = read(depth + 1);
      if (!key || !eat(':')) return std::nullopt;
      std::optional<Value> member = read(depth + 1);
      if (!member) return std::nullopt;
      members.emplace_back(std::move(*key), std::move(*member));
      comma = eat(',');
    }
    return Value::dict(std::move(members));
  }

  std::optional<Value> number() {
    bool negative = false;
    while (at_ < text_.size() && (text_[at_] == '-' || text_[at_] == '+')) {
      negative = negative != (text_[at_++] == '-');
      space();
    }
    std::size_t end = at_;
    bool real = false;
    while (end < text_.size()) {
      const char c = text_[end];
      const bool sign =
          (c == '+' || c == '-') && end > at_ && (text_[end - 1] == 'e' || text_[end - 1] == 'E');
      if (c == '.' || c == 'e' || c == 'E') real = true;
      if (!(c >= '0' && c <= '9') && c != '.' && c != 'e' && c != 'E' && !sign) break;
      ++end;
    }
    if (end == at_) return std::nullopt;
    const std::string_view plain = text_.substr(at_, end - at_);
    const std::string digits = (negative ? "-" : "") + std::string(plain);
    at_ = end;
    if (!real) {
      if (plain.size() > 1 && plain.front() == '0') return std::nullopt;  // not Python: 007
      std::int64_t value = 0;
      const auto error = std::from_chars(digits.data(), digits.data() + digits.size(), value).ec;
      if (error == std::errc::result_out_of_range) return Value(Value::State(BigInteger{digits}));
      return Value::integer(value);
    }
    double value = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
    return Value::number(value);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string unescape_python(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      out += text[at++];
      continue;
    }
    const char c = text[at + 1];
    constexpr std::string_view kLetters = "ntr\\'\"abfv";
    constexpr std::string_view kMeans = "\n\t\r\\'\"\a\b\f\v";
    if (const auto i = kLetters.find(c); i != std::string_view::npos) {
      out += kMeans[i];
      at += 2;
      continue;
    }
    if (c == '\n') {  // a line that goes on
      at += 2;
      continue;
    }
    const std::size_t width = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    std::size_t next = at + (width > 0 ? 2 : 1);
    const long code = width > 0              ? digits_at(text, next, 16, width, width)
                      : c >= '0' && c <= '7' ? digits_at(text, next, 8, 1, 3)
                                             : -1;
    if (code < 0 || code > 0x10FFFF) {
      out += text[at++];  // not an escape: the backslash stands for itself
      continue;
    }
    append_utf8(out, code >= 0xD800 && code < 0xE000 ? U'\uFFFD' : static_cast<char32_t>(code));
    at = next;
  }
  return out;
}

std::optional<Value> literal_eval(std::string_view text) {
  try {
    return Reader(strip(text)).whole();
  } catch (const TemplateError&) {  // nested too deeply
    return std::nullopt;
  }
}

}  // namespace assay::jinja
