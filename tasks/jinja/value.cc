// See value.h.
#include "tasks/jinja/value.h"

#include <algorithm>
#include <cmath>

#include "scorers/python_format.h"

namespace assay::jinja {
namespace {

constexpr int kDeepest = 100;

int deeper(int depth, const Value& value) {
  int inner = 0;
  if (const ListValue* list = value.list()) inner = list->depth;
  if (const DictValue* dict = value.dict()) inner = dict->depth;
  if (inner + 1 > kDeepest) throw TemplateError("lists or dicts are nested too deeply");
  return std::max(depth, inner + 1);
}

// Compares a whole number with a double without rounding the former.
bool same_number(const Value& a, const Value& b) {
  if (a.is_integer() && b.is_integer()) return a.integer() == b.integer();
  return a.number() == b.number();
}

void append_repr(std::string& out, const Value& value, Budget& budget) {
  budget.step();
  const std::size_t before = out.size();
  if (const ListValue* list = value.list()) {
    out += list->tuple ? '(' : '[';
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      if (i > 0) out += ", ";
      append_repr(out, list->items[i], budget);
    }
    if (list->tuple && list->items.size() == 1) out += ',';
    out += list->tuple ? ')' : ']';
    budget.grow(2 * list->items.size() + 2);
    return;
  }
  if (const DictValue* dict = value.dict()) {
    out += '{';
    for (const auto& [key, member] : dict->members) {
      if (out.back() != '{' || out.size() != before + 1) out += ", ";
      append_repr(out, key, budget);
      out += ": ";
      append_repr(out, member, budget);
    }
    out += '}';
    budget.grow(4 * dict->members.size() + 2);
    return;
  }
  if (value.is_text()) {
    out += python_repr(Json(value.text()));
  } else {
    out += str(value, budget);
  }
  budget.grow(out.size() - before);
}

}  // namespace

void Budget::exhausted(const char* what) {
  throw TemplateError(std::string("the template ") + what);
}

Value Value::text(std::string s) {
  return Value(State(std::make_shared<const std::string>(std::move(s))));
}

Value Value::list(Values items, bool tuple) {
  int depth = 1;
  for (const Value& item : items) depth = deeper(depth, item);
  return Value(State(std::make_shared<const ListValue>(ListValue{std::move(items), tuple, depth})));
}

Value Value::dict(Members members) {
  int depth = 1;
  for (const auto& [key, member] : members) depth = deeper(deeper(depth, key), member);
  return Value(State(std::make_shared<const DictValue>(DictValue{std::move(members), depth})));
}

Value Value::from_json(const Json& json) {
  if (json.is_null()) return {};
  if (json.is_boolean()) return boolean(json.get<bool>());
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX) {
    return Value(State(BigInteger{json.dump()}));
  }
  if (json.is_number_integer()) return integer(json.get<std::int64_t>());
  if (json.is_number_float()) return number(json.get<double>());
  if (json.is_string()) return text(json.get<std::string>());
  if (json.is_binary()) {  // a whole number beyond 64 bits, see datasets/local_rows.h
    const auto& digits = json.get_binary();
    return Value(State(BigInteger{std::string(digits.begin(), digits.end())}));
  }
  if (json.is_array()) {
    Values items;
    items.reserve(json.size());
    for (const Json& item : json) items.push_back(from_json(item));
    return list(std::move(items));
  }
  Members members;
  members.reserve(json.size());
  for (const auto& [key, member] : json.items()) {
    members.emplace_back(text(key), from_json(member));
  }
  return dict(std::move(members));
}

std::int64_t Value::integer() const {
  if (const bool* b = as<bool>()) return *b ? 1 : 0;
  return *as<std::int64_t>();
}

double Value::number() const {
  if (const double* d = as<double>()) return *d;
  return static_cast<double>(integer());
}

const char* type_name(const Value& value) {
  if (value.is_none()) return "NoneType";
  if (value.is_undefined()) return "undefined";
  if (value.as<bool>()) return "bool";
  if (value.as<std::int64_t>() || value.as<BigInteger>()) return "int";
  if (value.as<double>()) return "float";
  if (value.is_text()) return "str";
  if (value.list()) return value.list()->tuple ? "tuple" : "list";
  return value.dict() ? "dict" : "method";
}

const Value& touched(const Value& value) {
  if (const Undefined* nothing = value.as<Undefined>()) throw TemplateError(nothing->why);
  return value;
}

bool truth(const Value& value) {
  touched(value);
  if (value.is_none()) return false;
  if (value.is_number()) return value.number() != 0.0;
  if (value.is_text()) return !value.text().empty();
  if (value.list()) return !value.list()->items.empty();
  if (value.dict()) return !value.dict()->members.empty();
  return true;
}

bool equal(const Value& a, const Value& b, Budget& budget) {
  budget.step();
  touched(a);
  touched(b);
  if (a.is_number() && b.is_number()) return same_number(a, b);
  if (a.is_text() && b.is_text()) return a.text() == b.text();
  if (a.is_none() || b.is_none()) return a.is_none() && b.is_none();
  if (a.as<BigInteger>() && b.as<BigInteger>()) {
    return a.as<BigInteger>()->digits == b.as<BigInteger>()->digits;
  }
  if (a.list() && b.list()) {
    const ListValue& x = *a.list();
    const ListValue& y = *b.list();
    if (x.tuple != y.tuple || x.items.size() != y.items.size()) return false;
    for (std::size_t i = 0; i < x.items.size(); ++i) {
      if (!equal(x.items[i], y.items[i], budget)) return false;
    }
    return true;
  }
  if (a.dict() && b.dict()) {
    if (a.dict()->members.size() != b.dict()->members.size()) return false;
    for (const auto& [key, member] : a.dict()->members) {
      const Value* other = find_key(*b.dict(), key, budget);
      if (other == nullptr || !equal(member, *other, budget)) return false;
    }
    return true;
  }
  return false;
}

bool less(const Value& a, const Value& b, Budget& budget) {
  budget.step();
  touched(a);
  touched(b);
  if (a.is_integer() && b.is_integer()) return a.integer() < b.integer();
  if (a.is_number() && b.is_number()) return a.number() < b.number();
  if (a.is_text() && b.is_text()) return a.text() < b.text();  // UTF-8 sorts by code point
  if (a.list() && b.list() && a.list()->tuple == b.list()->tuple) {
    const Values& x = a.list()->items;
    const Values& y = b.list()->items;
    for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
      if (!equal(x[i], y[i], budget)) return less(x[i], y[i], budget);
    }
    return x.size() < y.size();
  }
  throw TemplateError(std::string("there is no order between ") + type_name(a) + " and " +
                      type_name(b));
}

const Value* find_key(const DictValue& dict, const Value& key, Budget& budget) {
  for (const auto& [name, member] : dict.members) {
    if (equal(name, key, budget)) return &member;
  }
  return nullptr;
}

std::string repr(const Value& value, Budget& budget) {
  std::string out;
  append_repr(out, value, budget);
  return out;
}

std::string str(const Value& value, Budget& budget) {
  touched(value);
  if (value.is_text()) return value.text();
  if (value.is_none()) return "None";
  if (const bool* b = value.as<bool>()) return *b ? "True" : "False";
  if (const auto* i = value.as<std::int64_t>()) return std::to_string(*i);
  if (const double* d = value.as<double>()) return python_float(*d);
  if (const BigInteger* big = value.as<BigInteger>()) return big->digits;
  if (value.as<Method>()) throw TemplateError("a method is written without calling it; add ()");
  return repr(value, budget);
}

Json to_json(const Value& value) {
  touched(value);
  if (const bool* b = value.as<bool>()) return *b;
  if (const auto* i = value.as<std::int64_t>()) return *i;
  if (const double* d = value.as<double>()) return *d;
  if (value.is_text()) return value.text();
  if (const BigInteger* big = value.as<BigInteger>()) {
    return Json::binary({big->digits.begin(), big->digits.end()});
  }
  if (const ListValue* list = value.list()) {
    Json out = Json::array();
    for (const Value& item : list->items) out.push_back(to_json(item));
    return out;
  }
  if (const DictValue* dict = value.dict()) {
    Json out = Json::object();
    Budget budget;
    for (const auto& [key, member] : dict->members) out[str(key, budget)] = to_json(member);
    return out;
  }
  return nullptr;
}

}  // namespace assay::jinja
