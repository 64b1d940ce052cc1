// The filters that take a list, a text as its characters or a dict as its keys.
#include <fmt/format.h>

#include <algorithm>

#include "assay/text.h"
#include "tasks/jinja/filters.h"

namespace assay::jinja {
namespace {

Value length(Evaluator& e, const Value& in, const Arguments&) {
  if (touched(in).is_text()) {
    return Value::integer(static_cast<std::int64_t>(count_code_points(in.text())));
  }
  return Value::integer(static_cast<std::int64_t>(elements(in, e.budget()).size()));
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

}  // namespace

const FilterTable& list_filters() {
  static const FilterTable kTable = {
      {"count", length},
      {"first",
       [](Evaluator& e, const Value& in, const Arguments&) { return end_of(e, in, false); }},
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
      {"map", map},
      {"max", [](Evaluator& e, const Value& in, const Arguments&) { return extreme(e, in, true); }},
      {"min",
       [](Evaluator& e, const Value& in, const Arguments&) { return extreme(e, in, false); }},
      {"reject", [](Evaluator& e, const Value& in,
                    const Arguments& a) { return chosen(e, in, a, false, false); }},
      {"rejectattr", [](Evaluator& e, const Value& in,
                        const Arguments& a) { return chosen(e, in, a, false, true); }},
      {"reverse", reversed},
      {"select", [](Evaluator& e, const Value& in,
                    const Arguments& a) { return chosen(e, in, a, true, false); }},
      {"selectattr", [](Evaluator& e, const Value& in,
                        const Arguments& a) { return chosen(e, in, a, true, true); }},
      {"sort", sorted},
      {"sum", sum},
      {"unique", unique},
  };
  return kTable;
}

}  // namespace assay::jinja
