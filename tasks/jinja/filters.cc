// The filters of templates: Jinja2's own, as far as tasks use them, and regex_replace, which the
// original adds.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "assay/text.h"
#include "scorers/python_format.h"
#include "scorers/python_regex.h"
#include "tasks/jinja/evaluate.h"

namespace assay::jinja {
namespace {

using Filter = Value (*)(Evaluator& e, const Value& in, const Arguments& a);

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

Value length(Evaluator& e, const Value& in, const Arguments&) {
  if (touched(in).is_text()) {
    return Value::integer(static_cast<std::int64_t>(count_code_points(in.text())));
  }
  return Value::integer(static_cast<std::int64_t>(elements(in, e.budget()).size()));
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

Value attribute_of(Evaluator& e, Value value, const std::string& path) {
  std::size_t begin = 0;
  while (true) {
    const std::size_t dot = path.find('.', begin);
    const std::string part = path.substr(begin, dot == std::string::npos ? dot : dot - begin);
    const bool index = is_digit_text(part) && part.size() < 10;
    value = e.item(value, index ? Value::integer(std::stoll(part)) : Value::text(part));
    if (dot == std::string::npos) return value;
    begin = dot + 1;
  }
}

Value join(Evaluator& e, const Value& in, const Arguments& a) {
  const std::string between = a.text_or(0, "d", "");
  const std::string attribute = a.text_or(1, "attribute", "");
  std::string out;
  bool first = true;
  for (const Value& one : elements(in, e.budget())) {
    const Value value = attribute.empty() ? one : attribute_of(e, one, attribute);
    const std::string text = str(value, e.budget());
    e.budget().grow(text.size() + between.size());
    if (!first) out += between;
    out += text;
    first = false;
  }
  return Value::text(std::move(out));
}

// What follows the first argument, for map and select.
Arguments rest_of(const Arguments& a, std::size_t from) {
  Arguments rest;
  for (std::size_t i = from; i < a.positional.size(); ++i)
    rest.positional.push_back(a.positional[i]);
  rest.named = a.named;
  return rest;
}

Value map(Evaluator& e, const Value& in, const Arguments& a) {
  Values out;
  if (a.positional.empty()) {
    const std::string attribute = a.text(1, "attribute");
    const Value* fallback = a.find(9, "default");
    for (const Value& one : elements(in, e.budget())) {
      Value value = attribute_of(e, one, attribute);
      out.push_back(value.is_undefined() && fallback != nullptr ? *fallback : std::move(value));
    }
    return Value::list(std::move(out));
  }
  const std::string name = a.text(0, "filter");
  if (!is_filter(name)) throw TemplateError(fmt::format("map: there is no filter '{}'", name));
  if (name == "map") throw TemplateError("map cannot be given to map");
  const Arguments rest = rest_of(a, 1);
  for (const Value& one : elements(in, e.budget())) out.push_back(e.filter(name, one, rest));
  return Value::list(std::move(out));
}

Value chosen(Evaluator& e, const Value& in, const Arguments& a, bool keep, bool by_attribute) {
  const std::string attribute = by_attribute ? a.text(0, "attribute") : "";
  const std::size_t test_at = by_attribute ? 1 : 0;
  const std::string test = a.text_or(test_at, "test", "");
  if (!test.empty() && !is_test(test))
    throw TemplateError(fmt::format("there is no test '{}'", test));
  const Arguments rest = rest_of(a, test_at + 1);
  Values out;
  for (const Value& one : elements(in, e.budget())) {
    const Value value = by_attribute ? attribute_of(e, one, attribute) : one;
    const bool passed = test.empty() ? truth(value) : e.test(test, value, rest);
    if (passed == keep) out.push_back(one);
  }
  return Value::list(std::move(out));
}

Value sorted(Evaluator& e, const Value& in, const Arguments& a) {
  Values items = elements(in, e.budget());
  const Value* reverse = a.find(0, "reverse");
  const Value* exact = a.find(1, "case_sensitive");
  const std::string attribute = a.text_or(2, "attribute", "");
  const bool fold = exact == nullptr || !truth(*exact);
  std::vector<std::pair<Value, Value>> keyed;
  for (Value& item : items) {
    Value key = attribute.empty() ? item : attribute_of(e, item, attribute);
    if (fold && key.is_text()) key = Value::text(lower(key.text()));
    keyed.emplace_back(std::move(key), std::move(item));
  }
  // Python keeps equal elements in order, also in reverse.
  const bool down = reverse != nullptr && truth(*reverse);
  std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& x, const auto& y) {
    return down ? less(y.first, x.first, e.budget()) : less(x.first, y.first, e.budget());
  });
  items.clear();
  for (auto& [key, item] : keyed) items.push_back(std::move(item));
  return Value::list(std::move(items));
}

Value unique(Evaluator& e, const Value& in, const Arguments&) {
  Values out;
  for (const Value& one : elements(in, e.budget())) {
    const bool seen = std::any_of(
        out.begin(), out.end(), [&](const Value& other) { return equal(one, other, e.budget()); });
    if (!seen) out.push_back(one);
  }
  return Value::list(std::move(out));
}

Value extreme(Evaluator& e, const Value& in, bool largest) {
  const Values items = elements(in, e.budget());
  if (items.empty()) return Value::undefined("an empty list has no smallest or largest element");
  const Value* best = &items.front();
  for (const Value& one : items) {
    if (largest ? less(*best, one, e.budget()) : less(one, *best, e.budget())) best = &one;
  }
  return *best;
}

Value sum(Evaluator& e, const Value& in, const Arguments& a) {
  const std::string attribute = a.text_or(0, "attribute", "");
  Value total = Value::integer(0);
  for (const Value& one : elements(in, e.budget())) {
    total = arithmetic(Op::kAdd, total, attribute.empty() ? one : attribute_of(e, one, attribute),
                       e.budget());
  }
  return total;
}

Value reversed(Evaluator& e, const Value& in, const Arguments&) {
  Values items = elements(in, e.budget());
  std::reverse(items.begin(), items.end());
  if (!in.is_text()) return Value::list(std::move(items));
  std::string out;
  for (const Value& one : items) out += one.text();
  return Value::text(std::move(out));
}

Value end_of(Evaluator& e, const Value& in, bool last) {
  const Values items = elements(in, e.budget());
  if (items.empty()) return Value::undefined("an empty list has no first or last element");
  return last ? items.back() : items.front();
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

const std::map<std::string, Filter, std::less<>>& table() {
  static const std::map<std::string, Filter, std::less<>> kTable = {
      {"abs",
       [](Evaluator& e, const Value& in, const Arguments&) {
         if (!touched(in).is_number()) throw TemplateError("abs needs a number");
         return in.number() < 0 ? arithmetic(Op::kSubtract, Value::integer(0), in, e.budget()) : in;
       }},
      {"capitalize", by_method<kCapitalize>},
      {"count", length},
      {"d", defaulted},
      {"default", defaulted},
      {"e", escaped},
      {"escape", escaped},
      {"first",
       [](Evaluator& e, const Value& in, const Arguments&) { return end_of(e, in, false); }},
      {"float", to_float},
      {"format",
       [](Evaluator& e, const Value& in, const Arguments& a) {
         return Value::text(
             percent_format(str(in, e.budget()), Value::list(a.positional, true), e.budget()));
       }},
      {"int", to_int},
      {"items",
       [](Evaluator& e, const Value& in, const Arguments&) {
         Arguments none;
         none.callee = "items";
         if (!touched(in).dict()) throw TemplateError("items needs a dict");
         return call_method(e, in, none);
       }},
      {"join", join},
      {"last", [](Evaluator& e, const Value& in, const Arguments&) { return end_of(e, in, true); }},
      {"length", length},
      {"list", [](Evaluator& e, const Value& in,
                  const Arguments&) { return Value::list(elements(in, e.budget())); }},
      {"lower", by_method<kLower>},
      {"map", map},
      {"max", [](Evaluator& e, const Value& in, const Arguments&) { return extreme(e, in, true); }},
      {"min",
       [](Evaluator& e, const Value& in, const Arguments&) { return extreme(e, in, false); }},
      {"regex_replace", regex_replace},
      {"reject", [](Evaluator& e, const Value& in,
                    const Arguments& a) { return chosen(e, in, a, false, false); }},
      {"rejectattr", [](Evaluator& e, const Value& in,
                        const Arguments& a) { return chosen(e, in, a, false, true); }},
      {"replace", by_method<kReplace>},
      {"reverse", reversed},
      {"round", rounded},
      {"safe", [](Evaluator&, const Value& in, const Arguments&) { return touched(in); }},
      {"select", [](Evaluator& e, const Value& in,
                    const Arguments& a) { return chosen(e, in, a, true, false); }},
      {"selectattr", [](Evaluator& e, const Value& in,
                        const Arguments& a) { return chosen(e, in, a, true, true); }},
      {"sort", sorted},
      {"string", [](Evaluator& e, const Value& in,
                    const Arguments&) { return e.made_text(str(in, e.budget())); }},
      {"sum", sum},
      {"title", by_method<kTitle>},
      {"tojson", as_json},
      {"trim", by_method<kStrip>},
      {"unique", unique},
      {"upper", by_method<kUpper>},
      {"wordcount",
       [](Evaluator& e, const Value& in, const Arguments&) {
         return Value::integer(static_cast<std::int64_t>(words(str(in, e.budget())).size()));
       }},
  };
  return kTable;
}

}  // namespace

bool is_filter(const std::string& name) { return table().contains(name); }

std::string filters_known() {
  std::string out;
  for (const auto& [name, filter] : table()) out += (out.empty() ? "" : ", ") + name;
  return out;
}

Value Evaluator::filter(const std::string& name, const Value& input, const Arguments& arguments) {
  budget_.step();
  Arguments named = arguments;
  named.callee = "the filter " + name;
  return table().find(name)->second(*this, input, named);
}

}  // namespace assay::jinja
