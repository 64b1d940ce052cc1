// The values of a template: what Python's Jinja2 works with, as far as tasks need it. A missing
// name or key is a value of its own (StrictUndefined): it may be passed on and asked `is defined`,
// and everything else that touches it raises an error.
//
// Values are immutable and cheap to copy. Lists and dicts know how deep they are nested, and one
// that is nested too deeply is refused, so that comparing, writing and freeing them is safe.
//
// Thread-safety: immutable value types; the reference counts are atomic.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "assay/json.h"
#include "tasks/jinja/budget.h"

namespace assay::jinja {

// A template cannot be read or rendered; what() is a sentence part without a final dot. `line` is
// the line within the template, 0 where it is not known yet.
class TemplateError : public std::runtime_error {
 public:
  explicit TemplateError(const std::string& what, int at = 0)
      : std::runtime_error(what), line(at) {}
  int line;
};

class Value;
using Values = std::vector<Value>;
using Members = std::vector<std::pair<Value, Value>>;  // in the order written; keys are unique

struct Undefined {
  std::string why;  // "'x' is undefined"
};
struct BigInteger {
  std::string digits;  // beyond 64 bits; can be written and compared for equality, nothing more
};
struct ListValue {
  Values items;
  bool tuple = false;
  int depth = 1;
};
struct DictValue {
  Members members;
  int depth = 1;
};
// A method that is bound to its value: s.strip
struct Method {
  std::shared_ptr<const Value> self;
  std::string name;
};

class Value {
 public:
  using Text = std::shared_ptr<const std::string>;
  using List = std::shared_ptr<const ListValue>;
  using Dict = std::shared_ptr<const DictValue>;
  using State = std::variant<std::nullptr_t, Undefined, bool, std::int64_t, BigInteger, double,
                             Text, List, Dict, Method>;

  Value() = default;  // None
  explicit Value(State state) : state_(std::move(state)) {}

  static Value undefined(std::string why) { return Value(State(Undefined{std::move(why)})); }
  static Value boolean(bool b) { return Value(State(b)); }
  static Value integer(std::int64_t i) { return Value(State(i)); }
  static Value number(double d) { return Value(State(d)); }
  static Value text(std::string s);
  static Value list(Values items, bool tuple = false);
  static Value dict(Members members);  // a later member replaces an earlier one of the same key
  static Value from_json(const Json& json);

  template <typename T>
  const T* as() const {
    return std::get_if<T>(&state_);
  }
  bool is_none() const { return as<std::nullptr_t>() != nullptr; }
  bool is_undefined() const { return as<Undefined>() != nullptr; }
  bool is_text() const { return as<Text>() != nullptr; }
  const std::string& text() const { return **as<Text>(); }  // REQUIRES: is_text()
  const ListValue* list() const { return as<List>() ? as<List>()->get() : nullptr; }
  const DictValue* dict() const { return as<Dict>() ? as<Dict>()->get() : nullptr; }
  // bool or int, as Python counts them.
  bool is_integer() const { return as<bool>() || as<std::int64_t>(); }
  std::int64_t integer() const;  // REQUIRES: is_integer()
  bool is_number() const { return is_integer() || as<double>(); }
  double number() const;  // REQUIRES: is_number()

 private:
  State state_;
};

const char* type_name(const Value& value);  // "str", "list", …

// The value itself; raises when it is undefined.
const Value& touched(const Value& value);

bool truth(const Value& value);
bool equal(const Value& a, const Value& b, Budget& budget);
bool less(const Value& a, const Value& b, Budget& budget);  // raises when there is no order

const Value* find_key(const DictValue& dict, const Value& key, Budget& budget);

std::string repr(const Value& value, Budget& budget);
std::string str(const Value& value, Budget& budget);  // repr, but a text is itself
Json to_json(const Value& value);

}  // namespace assay::jinja
