// The filters that take one value: numbers, texts, and what makes one of the other.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "assay/text.h"
#include "scorers/python_format.h"
#include "scorers/python_regex.h"
#include "tasks/jinja/filters.h"

namespace assay::jinja {
namespace {

// A method of the same name does the work, on the value as a text.
template <const char* const& Name>
Value by_method(Evaluator& e, const Value& in, const Arguments& a) {
  Arguments call = a;
  call.callee = Name;
  return call_method(e, Value::text(str(in, e.budget())), call);
}
constexpr const char* kUpper = "upper";
constexpr const char* kLower = "lower";
constexpr const char* kCapitalize = "capitalize";
constexpr const char* kTitle = "title";
constexpr const char* kReplace = "replace";
constexpr const char* kStrip = "strip";

Value defaulted(Evaluator&, const Value& in, const Arguments& a) {
  const Value* fallback = a.find(0, "default_value");
  const Value* loose = a.find(1, "boolean");
  const bool replace = in.is_undefined() || (loose != nullptr && truth(*loose) && !truth(in));
  if (!replace) return in;
  return fallback == nullptr ? Value::text("") : *fallback;
}

Value to_int(Evaluator&, const Value& in, const Arguments& a) {
  const std::int64_t fallback = a.integer_or(0, "default", 0);
  if (touched(in).is_integer()) return Value::integer(in.integer());
  double real = 0.0;
  if (in.as<double>()) {
    real = in.number();
  } else if (in.is_text()) {
    const std::string text(strip(in.text()));
    const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const char* end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto r = std::from_chars(begin, end, whole); r.ec == std::errc() && r.ptr == end) {
      return Value::integer(whole);
    }
    const auto r = std::from_chars(begin, end, real);
    if (r.ec != std::errc() || r.ptr != end) return Value::integer(fallback);
  } else {
    return Value::integer(fallback);
  }
  if (!(std::fabs(real) < 9.2e18)) return Value::integer(fallback);
  return Value::integer(static_cast<std::int64_t>(real));
}

Value to_float(Evaluator&, const Value& in, const Arguments& a) {
  if (touched(in).is_number()) return Value::number(in.number());
  double real = 0.0;
  if (in.is_text()) {
    const std::string text(strip(in.text()));
    const char* end = text.data() + text.size();
    const auto r = std::from_chars(text.data() + (text.starts_with('+') ? 1 : 0), end, real);
    if (r.ec == std::errc() && r.ptr == end) return Value::number(real);
  }
  const Value* fallback = a.find(0, "default");
  return fallback == nullptr ? Value::number(0.0) : *fallback;
}

// Half to even, as Python's round.
Value rounded(Evaluator&, const Value& in, const Arguments& a) {
  if (!touched(in).is_number()) throw TemplateError("round needs a number");
  const std::int64_t digits = std::clamp<std::int64_t>(a.integer_or(0, "precision", 0), -15, 15);
  const std::string method = a.text_or(1, "method", "common");
  const double value = in.number();
  if (method == "common") {
    if (digits < 0) {
      const double scale = std::pow(10.0, static_cast<double>(-digits));
      return Value::number(std::nearbyint(value / scale) * scale);
    }
    return Value::number(std::stod(fmt::format("{:.{}f}", value, digits)));
  }
  const double scale = std::pow(10.0, static_cast<double>(digits));
  if (method == "ceil") return Value::number(std::ceil(value * scale) / scale);
  if (method == "floor") return Value::number(std::floor(value * scale) / scale);
  throw TemplateError("round knows the methods common, ceil and floor");
}

Value escaped(Evaluator& e, const Value& in, const Arguments&) {
  std::string out;
  for (const char c : str(in, e.budget())) {
    out += c == '&'    ? "&amp;"
           : c == '<'  ? "&lt;"
           : c == '>'  ? "&gt;"
           : c == '"'  ? "&#34;"
           : c == '\'' ? "&#39;"
                       : std::string(1, c);
  }
  return e.made_text(std::move(out));
}

Value as_json(Evaluator& e, const Value& in, const Arguments& a) {
  const auto indent =
      static_cast<int>(std::clamp<std::int64_t>(a.integer_or(0, "indent", -1), -1, 16));
  std::string out;
  for (const char c : python_json(to_json(in), indent, true)) {
    out += c == '<'    ? "\\u003c"
           : c == '>'  ? "\\u003e"
           : c == '&'  ? "\\u0026"
           : c == '\'' ? "\\u0027"
                       : std::string(1, c);
  }
  return e.made_text(std::move(out));
}

// re.sub's replacement: \1 and \g<1> are groups.
std::string expanded(const std::string& replacement, const RegexMatch& match) {
  std::string out;
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    if (replacement[i] != '\\' || i + 1 == replacement.size()) {
      out += replacement[i];
      continue;
    }
    const char c = replacement[++i];
    std::size_t group = std::string::npos;
    if (c >= '0' && c <= '9') {
      group = static_cast<std::size_t>(c - '0');
    } else if (replacement.compare(i, 2, "g<") == 0 && replacement.find('>', i) == i + 3) {
      group = static_cast<std::size_t>(replacement[i + 2] - '0');
      i += 3;
    }
    if (group == 0) {
      out += match.whole;
    } else if (group <= match.groups.size()) {
      out += match.groups[group - 1].value_or("");
    } else if (group != std::string::npos) {
      throw TemplateError(fmt::format("regex_replace: there is no group {}", group));
    } else {
      out += c == 'n' ? "\n" : c == 't' ? "\t" : c == '\\' ? "\\" : std::string("\\") + c;
    }
  }
  return out;
}

Value regex_replace(Evaluator& e, const Value& in, const Arguments& a) {
  const std::string text = str(in, e.budget());
  const auto regex = PythonRegex::get(a.text(0, "pattern"));
  if (!regex) throw TemplateError("regex_replace: " + regex.error().message);
  const std::string replacement = a.text(1, "repl");
  std::int64_t most = a.integer_or(2, "count", 0);
  const auto matches = (*regex)->find_all(text);
  if (!matches) throw TemplateError("regex_replace: " + matches.error().message);
  std::string out;
  std::size_t copied = 0;
  for (const RegexMatch& match : *matches) {
    const auto start = static_cast<std::size_t>(match.whole.data() - text.data());
    const std::string put = expanded(replacement, match);
    e.budget().step();
    e.budget().grow(put.size());
    out.append(text, copied, start - copied).append(put);
    copied = start + match.whole.size();
    if (most > 0 && --most == 0) break;
  }
  return e.made_text(out.append(text, copied));
}

}  // namespace

const FilterTable& value_filters() {
  static const FilterTable kTable = {
      {"abs",
       [](Evaluator& e, const Value& in, const Arguments&) {
         if (!touched(in).is_number()) throw TemplateError("abs needs a number");
         return in.number() < 0 ? arithmetic(Op::kSubtract, Value::integer(0), in, e.budget()) : in;
       }},
      {"capitalize", by_method<kCapitalize>},
      {"d", defaulted},
      {"default", defaulted},
      {"e", escaped},
      {"escape", escaped},
      {"float", to_float},
      {"format",
       [](Evaluator& e, const Value& in, const Arguments& a) {
         return Value::text(
             percent_format(str(in, e.budget()), Value::list(a.positional, true), e.budget()));
       }},
      {"int", to_int},
      {"lower", by_method<kLower>},
      {"regex_replace", regex_replace},
      {"replace", by_method<kReplace>},
      {"round", rounded},
      {"safe", [](Evaluator&, const Value& in, const Arguments&) { return touched(in); }},
      {"string", [](Evaluator& e, const Value& in,
                    const Arguments&) { return e.made_text(str(in, e.budget())); }},
      {"title", by_method<kTitle>},
      {"tojson", as_json},
      {"trim", by_method<kStrip>},
      {"upper", by_method<kUpper>},
      {"wordcount",
       [](Evaluator& e, const Value& in, const Arguments&) {
         return Value::integer(static_cast<std::int64_t>(words(str(in, e.budget())).size()));
       }},
  };
  return kTable;
}

}  // namespace assay::jinja
