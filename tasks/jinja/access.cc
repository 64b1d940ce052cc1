// How an expression reaches values: names, members, subscripts, slices and calls.
#include <fmt/format.h>

#include <algorithm>

#include "assay/text.h"
#include "tasks/jinja/evaluate.h"

namespace assay::jinja {
namespace {

std::int64_t clamp_index(const Value* part, std::int64_t absent, std::int64_t size,
                         std::int64_t low, std::int64_t high) {
  if (part == nullptr || part->is_none()) return absent;
  if (!touched(*part).is_integer()) throw TemplateError("a slice needs whole numbers");
  std::int64_t index = part->integer();
  if (index < 0) index += size;
  return std::clamp(index, low, high);
}

// Where each character of a text begins, and its size.
std::vector<std::size_t> starts_of(const std::string& text, Budget& budget) {
  budget.step(1 + text.size() / 16);
  std::vector<std::size_t> out;
  for (std::size_t at = 0; at < text.size(); (void)decode_utf8(text, at)) out.push_back(at);
  out.push_back(text.size());
  return out;
}

// The positions a Python slice takes.
std::vector<std::size_t> sliced(std::int64_t size, const Value* from, const Value* to,
                                const Value* by) {
  std::int64_t step = 1;
  if (by != nullptr && !by->is_none()) {
    if (!touched(*by).is_integer()) throw TemplateError("a slice needs whole numbers");
    step = by->integer();
  }
  if (step == 0) throw TemplateError("a slice cannot have step 0");
  step = std::clamp<std::int64_t>(step, -(size + 1), size + 1);
  const bool up = step > 0;
  const std::int64_t begin =
      clamp_index(from, up ? 0 : size - 1, size, up ? 0 : -1, up ? size : size - 1);
  const std::int64_t end = clamp_index(to, up ? size : -1, size, up ? 0 : -1, up ? size : size - 1);
  std::vector<std::size_t> out;
  for (std::int64_t i = begin; up ? i < end : i > end; i += step) {
    out.push_back(static_cast<std::size_t>(i));
  }
  return out;
}

}  // namespace

Value Evaluator::name(const Expr& e) {
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
    if (const auto found = scope->find(e.name); found != scope->end()) return found->second;
  }
  if (const auto found = columns_.find(e.name); found != columns_.end()) return found->second;
  if (doc_.is_object()) {
    if (const auto column = doc_.find(e.name); column != doc_.end()) {
      return columns_.emplace(e.name, Value::from_json(*column)).first->second;
    }
  }
  return Value::undefined(fmt::format("'{}' is undefined (no such column)", e.name));
}

Value Evaluator::member(const Value& value, const std::string& name) {
  touched(value);
  if (has_method(value, name)) {
    return Value(Value::State(Method{std::make_shared<const Value>(value), name}));
  }
  if (const DictValue* dict = value.dict()) {
    if (const Value* found = find_key(*dict, Value::text(name), budget_)) return *found;
  }
  return Value::undefined(
      fmt::format("a value of type {} has no member '{}'", type_name(value), name));
}

Value Evaluator::item(const Value& value, const Value& key) {
  touched(value);
  touched(key);
  if (const DictValue* dict = value.dict()) {
    if (const Value* found = find_key(*dict, key, budget_)) return *found;
    return Value::undefined(fmt::format("the dict has no key {}", repr(key, budget_)));
  }
  if (key.is_integer() && (value.list() || value.is_text())) {
    const std::vector<std::size_t> starts =
        value.is_text() ? starts_of(value.text(), budget_) : std::vector<std::size_t>{};
    const auto size =
        static_cast<std::int64_t>(value.is_text() ? starts.size() - 1 : value.list()->items.size());
    const std::int64_t at = key.integer() < 0 ? key.integer() + size : key.integer();
    if (at < 0 || at >= size) {
      return Value::undefined(fmt::format("there is no element {} among {}", key.integer(), size));
    }
    const auto index = static_cast<std::size_t>(at);
    if (value.list()) return value.list()->items[index];
    return Value::text(value.text().substr(starts[index], starts[index + 1] - starts[index]));
  }
  if (key.is_text()) return member(value, key.text());
  return Value::undefined(
      fmt::format("a value of type {} has no element {}", type_name(value), repr(key, budget_)));
}

Value Evaluator::slice(const Expr& e) {
  const Value value = touched(evaluate(*e.kids[0]));
  Value parts[3];
  const Value* given[3] = {};
  for (std::size_t i = 0; i < 3; ++i) {
    if (!e.kids[i + 1]) continue;
    parts[i] = evaluate(*e.kids[i + 1]);
    given[i] = &parts[i];
  }
  if (!value.list() && !value.is_text()) {
    throw TemplateError(fmt::format("a value of type {} cannot be sliced", type_name(value)));
  }
  if (value.is_text()) {
    const std::vector<std::size_t> starts = starts_of(value.text(), budget_);
    std::string out;
    for (const std::size_t i :
         sliced(static_cast<std::int64_t>(starts.size() - 1), given[0], given[1], given[2])) {
      out.append(value.text(), starts[i], starts[i + 1] - starts[i]);
    }
    budget_.step(out.size() / 16);
    return made_text(std::move(out));
  }
  const Values& all = value.list()->items;
  Values items;
  for (const std::size_t i :
       sliced(static_cast<std::int64_t>(all.size()), given[0], given[1], given[2])) {
    items.push_back(all[i]);
  }
  budget_.step(items.size());
  budget_.grow(items.size() * sizeof(Value));
  return Value::list(std::move(items), value.list()->tuple);
}

Arguments Evaluator::arguments(const Expr& e) {
  Arguments out;
  const std::size_t positional = e.kids.size() - e.names.size();
  for (std::size_t i = 1; i < e.kids.size(); ++i) {
    Value value = evaluate(*e.kids[i]);
    if (i < positional) {
      out.positional.push_back(std::move(value));
    } else {
      out.named.emplace_back(e.names[i - positional], std::move(value));
    }
  }
  return out;
}

Value Evaluator::call(const Expr& e) {
  if (e.kids.front()->op == Op::kName && e.kids.front()->name == "range") {
    const Arguments given = arguments(e);
    std::vector<std::int64_t> numbers;
    for (const Value& value : given.positional) {
      if (!touched(value).is_integer()) throw TemplateError("range needs whole numbers");
      numbers.push_back(value.integer());
    }
    if (numbers.empty() || numbers.size() > 3) throw TemplateError("range takes 1 to 3 numbers");
    const std::int64_t begin = numbers.size() > 1 ? numbers[0] : 0;
    const std::int64_t end = numbers.size() > 1 ? numbers[1] : numbers[0];
    const std::int64_t step = numbers.size() > 2 ? numbers[2] : 1;
    if (step == 0) throw TemplateError("range cannot have step 0");
    Values out;
    for (std::int64_t i = begin; step > 0 ? i < end : i > end;) {
      budget_.step(2);
      budget_.grow(sizeof(Value));
      out.push_back(Value::integer(i));
      if (__builtin_add_overflow(i, step, &i)) break;
    }
    return Value::list(std::move(out));
  }
  const Value callee = touched(evaluate(*e.kids.front()));
  const Method* method = callee.as<Method>();
  if (method == nullptr) {
    throw TemplateError(fmt::format("a value of type {} cannot be called", type_name(callee)));
  }
  Arguments given = arguments(e);
  given.callee = method->name;
  return call_method(*this, *method->self, given);
}

}  // namespace assay::jinja
