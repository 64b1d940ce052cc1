// The methods of texts that templates call: those of Python, for the ones tasks use. Positions
// count code points, as Python's do.
#include <fmt/format.h>

#include <algorithm>

#include "assay/text.h"
#include "tasks/jinja/methods.h"

namespace assay::jinja {
namespace {

// Python's strip(chars): every character of `chars`, or white space without them.
std::string_view stripped(std::string_view text, const Value* chars, bool left, bool right) {
  if (chars == nullptr || chars->is_none()) {
    if (left) text = lstrip(text);
    return right ? rstrip(text) : text;
  }
  if (!touched(*chars).is_text()) throw TemplateError("strip needs a text");
  std::vector<char32_t> set;
  for (std::size_t at = 0; at < chars->text().size();)
    set.push_back(decode_utf8(chars->text(), at));
  const auto in_set = [&](char32_t c) { return std::find(set.begin(), set.end(), c) != set.end(); };
  while (left && !text.empty()) {
    std::size_t at = 0;
    if (!in_set(decode_utf8(text, at))) break;
    text.remove_prefix(at);
  }
  while (right && !text.empty()) {
    std::size_t start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) --start;
    std::size_t at = start;
    if (!in_set(decode_utf8(text, at))) break;
    text.remove_suffix(text.size() - start);
  }
  return text;
}

Value texts(Evaluator& e, const std::vector<std::string_view>& parts) {
  Values out;
  for (const std::string_view part : parts) {
    e.budget().step();
    e.budget().grow(part.size() + sizeof(Value) + 32);
    out.push_back(Value::text(std::string(part)));
  }
  return Value::list(std::move(out));
}

// split(sep, maxsplit); sep None: runs of white space.
Value split(Evaluator& e, const Value& self, const Arguments& a) {
  a.at_most(2);
  std::string_view rest = self.text();
  std::int64_t most = a.integer_or(1, "maxsplit", -1);
  const Value* given = a.find(0, "sep");
  std::vector<std::string_view> parts;
  e.budget().step(rest.size() / 16);
  if (given == nullptr || given->is_none()) {
    rest = lstrip(rest);
    while (!rest.empty() && most-- != 0) {
      std::size_t end = 0;
      for (std::size_t at = 0; at < rest.size();) {
        end = at;
        if (is_space(decode_utf8(rest, at))) break;
        end = rest.size();
      }
      parts.push_back(rest.substr(0, end));
      rest = lstrip(rest.substr(end));
    }
    if (!rest.empty()) parts.push_back(rstrip(rest));
    return texts(e, parts);
  }
  const std::string separator = a.text(0, "sep");
  if (separator.empty()) throw TemplateError("split needs a separator that is not empty");
  while (most-- != 0) {
    const std::size_t at = rest.find(separator);
    if (at == std::string_view::npos) break;
    parts.push_back(rest.substr(0, at));
    rest.remove_prefix(at + separator.size());
  }
  parts.push_back(rest);
  return texts(e, parts);
}

Value rsplit(Evaluator& e, const Value& self, const Arguments& a) {
  a.at_most(2);
  const std::string separator = a.text(0, "sep");
  if (separator.empty()) throw TemplateError("rsplit needs a separator that is not empty");
  std::string_view rest = self.text();
  std::int64_t most = a.integer_or(1, "maxsplit", -1);
  std::vector<std::string_view> parts;
  while (most-- != 0) {
    const std::size_t at = rest.rfind(separator);
    if (at == std::string_view::npos) break;
    parts.push_back(rest.substr(at + separator.size()));
    rest = rest.substr(0, at);
  }
  parts.push_back(rest);
  std::reverse(parts.begin(), parts.end());
  return texts(e, parts);
}

Value splitlines(Evaluator& e, const Value& self, const Arguments& a) {
  a.at_most(0);
  std::vector<std::string_view> lines;
  std::string_view rest = self.text();
  while (!rest.empty()) {
    const std::size_t end = rest.find_first_of("\n\r");
    lines.push_back(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + (rest.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  return texts(e, lines);
}

std::int64_t position(const Value& self, const std::string& what, bool last) {
  const std::size_t at = last ? self.text().rfind(what) : self.text().find(what);
  if (at == std::string::npos) return -1;
  return static_cast<std::int64_t>(count_code_points(std::string_view(self.text()).substr(0, at)));
}

Value found(const Value& self, const Arguments& a, bool last, bool must) {
  a.at_most(1);
  const std::int64_t at = position(self, a.text(0, "sub"), last);
  if (must && at < 0) throw TemplateError(fmt::format("{}: the text is not found", a.callee));
  return Value::integer(at);
}

std::int64_t occurrences(std::string_view text, std::string_view what) {
  if (what.empty()) return static_cast<std::int64_t>(count_code_points(text)) + 1;
  std::int64_t count = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos;
       at = text.find(what, at + what.size())) {
    ++count;
  }
  return count;
}

Value replace(Evaluator& e, const Value& self, const Arguments& a) {
  a.at_most(3);
  const std::string from = a.text(0, "old");
  const std::string to = a.text(1, "new");
  std::int64_t most = a.integer_or(2, "count", -1);
  if (from.empty()) throw TemplateError("replace needs a text to look for that is not empty");
  const auto hits = static_cast<std::size_t>(occurrences(self.text(), from));
  e.budget().step(hits);
  if (to.size() > 0 && hits > Budget::kBytes / to.size()) e.budget().grow(Budget::kBytes + 1);
  e.budget().grow(self.text().size() + hits * to.size());
  std::string out;
  std::string_view rest = self.text();
  while (most-- != 0) {
    const std::size_t at = rest.find(from);
    if (at == std::string_view::npos) break;
    out.append(rest.substr(0, at)).append(to);
    rest.remove_prefix(at + from.size());
  }
  out.append(rest);
  return Value::text(std::move(out));
}

Value affix(const Value& self, const Arguments& a, bool front) {
  a.at_most(1);
  const Value* given = a.find(0, "prefix");
  if (given == nullptr) throw TemplateError(fmt::format("{} needs a text", a.callee));
  const Values options = given->list() ? given->list()->items : Values{*given};
  for (const Value& option : options) {
    if (!touched(option).is_text()) throw TemplateError(fmt::format("{} needs a text", a.callee));
    const std::string_view text = self.text();
    if (front ? text.starts_with(option.text()) : text.ends_with(option.text())) {
      return Value::boolean(true);
    }
  }
  return Value::boolean(false);
}

Value join(Evaluator& e, const Value& self, const Arguments& a) {
  a.at_most(1);
  const Value* given = a.find(0, "iterable");
  if (given == nullptr) throw TemplateError("join needs a list");
  std::string out;
  bool first = true;
  for (const Value& one : elements(*given, e.budget())) {
    if (!touched(one).is_text()) throw TemplateError("join needs a list of texts");
    e.budget().grow(one.text().size() + self.text().size());
    if (!first) out += self.text();
    out += one.text();
    first = false;
  }
  return Value::text(std::move(out));
}

// True when the text is not empty and every character passes.
Value every(const Value& self, bool (*passes)(std::string_view)) {
  return Value::boolean(passes(self.text()));
}

std::string title(std::string_view text) {
  std::string out;
  bool within = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    (void)decode_utf8(text, at);
    const std::string_view c = text.substr(start, at - start);
    const bool letter = upper(c) != lower(c);
    out += !letter ? std::string(c) : within ? lower(c) : capitalize(c);
    within = letter;
  }
  return out;
}

}  // namespace

const MethodTable& text_methods() {
  static const MethodTable kTable = {
      {"strip",
       [](Evaluator& e, const Value& s, const Arguments& a) {
         a.at_most(1);
         return e.made_text(std::string(stripped(s.text(), a.find(0, "chars"), true, true)));
       }},
      {"lstrip",
       [](Evaluator& e, const Value& s, const Arguments& a) {
         a.at_most(1);
         return e.made_text(std::string(stripped(s.text(), a.find(0, "chars"), true, false)));
       }},
      {"rstrip",
       [](Evaluator& e, const Value& s, const Arguments& a) {
         a.at_most(1);
         return e.made_text(std::string(stripped(s.text(), a.find(0, "chars"), false, true)));
       }},
      {"split", split},
      {"rsplit", rsplit},
      {"splitlines", splitlines},
      {"lower",
       [](Evaluator& e, const Value& s, const Arguments&) { return e.made_text(lower(s.text())); }},
      {"upper",
       [](Evaluator& e, const Value& s, const Arguments&) { return e.made_text(upper(s.text())); }},
      {"capitalize", [](Evaluator& e, const Value& s,
                        const Arguments&) { return e.made_text(capitalize(s.text())); }},
      {"title",
       [](Evaluator& e, const Value& s, const Arguments&) { return e.made_text(title(s.text())); }},
      {"replace", replace},
      {"find",
       [](Evaluator&, const Value& s, const Arguments& a) { return found(s, a, false, false); }},
      {"rfind",
       [](Evaluator&, const Value& s, const Arguments& a) { return found(s, a, true, false); }},
      {"index",
       [](Evaluator&, const Value& s, const Arguments& a) { return found(s, a, false, true); }},
      {"rindex",
       [](Evaluator&, const Value& s, const Arguments& a) { return found(s, a, true, true); }},
      {"count",
       [](Evaluator&, const Value& s, const Arguments& a) {
         return Value::integer(occurrences(s.text(), a.text(0, "sub")));
       }},
      {"startswith",
       [](Evaluator&, const Value& s, const Arguments& a) { return affix(s, a, true); }},
      {"endswith",
       [](Evaluator&, const Value& s, const Arguments& a) { return affix(s, a, false); }},
      {"removeprefix",
       [](Evaluator& e, const Value& s, const Arguments& a) {
         const std::string x = a.text(0, "prefix");
         return e.made_text(s.text().starts_with(x) ? s.text().substr(x.size()) : s.text());
       }},
      {"removesuffix",
       [](Evaluator& e, const Value& s, const Arguments& a) {
         const std::string x = a.text(0, "suffix");
         const bool cut = s.text().ends_with(x);
         return e.made_text(cut ? s.text().substr(0, s.text().size() - x.size()) : s.text());
       }},
      {"join", join},
      {"isdigit",
       [](Evaluator&, const Value& s, const Arguments&) { return every(s, is_digit_text); }},
      {"isupper",
       [](Evaluator&, const Value& s, const Arguments&) {
         return Value::boolean(upper(s.text()) == s.text() && lower(s.text()) != s.text());
       }},
      {"islower",
       [](Evaluator&, const Value& s, const Arguments&) {
         return Value::boolean(lower(s.text()) == s.text() && upper(s.text()) != s.text());
       }},
  };
  return kTable;
}

}  // namespace assay::jinja
