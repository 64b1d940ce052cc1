// The tests of templates: what may follow `is`, and the operator `in`.
#include <fmt/format.h>

#include <map>

#include "assay/text.h"
#include "tasks/jinja/evaluate.h"

namespace assay::jinja {
namespace {

using Test = bool (*)(Evaluator& e, const Value& in, const Arguments& a);

const Value& other(const Arguments& a) {
  if (a.positional.size() != 1) throw TemplateError(a.callee + " needs one value to compare with");
  return a.positional.front();
}

bool within(Evaluator& e, const Value& in, const Arguments& a) {
  const Value& container = touched(other(a));
  touched(in);
  if (container.is_text()) {
    if (!in.is_text()) throw TemplateError("'in' a text needs a text on its left");
    return container.text().find(in.text()) != std::string::npos;
  }
  for (const Value& one : elements(container, e.budget())) {
    if (equal(one, in, e.budget())) return true;
  }
  return false;
}

std::int64_t whole(const Value& in) {
  if (!touched(in).is_integer())
    throw TemplateError("odd, even and divisibleby need whole numbers");
  return in.integer();
}

bool divisible(Evaluator&, const Value& in, const Arguments& a) {
  const std::int64_t by = whole(other(a));
  if (by == 0) throw TemplateError("division by zero");
  return by == -1 || whole(in) % by == 0;
}

const std::map<std::string, Test, std::less<>>& table() {
  using E = Evaluator&;
  using V = const Value&;
  using A = const Arguments&;
  static const Test kEqual = [](E e, V in, A a) { return equal(in, other(a), e.budget()); };
  static const Test kUnequal = [](E e, V in, A a) { return !equal(in, other(a), e.budget()); };
  static const Test kLess = [](E e, V in, A a) { return less(in, other(a), e.budget()); };
  static const Test kMore = [](E e, V in, A a) { return less(other(a), in, e.budget()); };
  static const Test kAtMost = [](E e, V in, A a) { return !less(other(a), in, e.budget()); };
  static const Test kAtLeast = [](E e, V in, A a) { return !less(in, other(a), e.budget()); };
  static const std::map<std::string, Test, std::less<>> kTable = {
      {"boolean", [](E, V in, A) { return touched(in).as<bool>() != nullptr; }},
      {"defined", [](E, V in, A) { return !in.is_undefined(); }},
      {"divisibleby", divisible},
      {"eq", kEqual},
      {"equalto", kEqual},
      {"even", [](E, V in, A) { return whole(in) % 2 == 0; }},
      {"false", [](E, V in, A) { return touched(in).as<bool>() != nullptr && !truth(in); }},
      {"float", [](E, V in, A) { return touched(in).as<double>() != nullptr; }},
      {"ge", kAtLeast},
      {"greaterthan", kMore},
      {"gt", kMore},
      {"in", within},
      {"integer", [](E, V in, A) { return touched(in).is_integer() && in.as<bool>() == nullptr; }},
      {"iterable", [](E, V in, A) { return touched(in).is_text() || in.list() || in.dict(); }},
      {"le", kAtMost},
      {"lessthan", kLess},
      {"lower",
       [](E e, V in, A) {
         return lower(str(in, e.budget())) == str(in, e.budget()) &&
                upper(str(in, e.budget())) != str(in, e.budget());
       }},
      {"lt", kLess},
      {"mapping", [](E, V in, A) { return touched(in).dict() != nullptr; }},
      {"ne", kUnequal},
      {"none", [](E, V in, A) { return touched(in).is_none(); }},
      {"number", [](E, V in, A) { return touched(in).is_number(); }},
      {"odd", [](E, V in, A) { return whole(in) % 2 != 0; }},
      {"sameas", kEqual},
      {"sequence", [](E, V in, A) { return touched(in).is_text() || in.list() || in.dict(); }},
      {"string", [](E, V in, A) { return touched(in).is_text(); }},
      {"true", [](E, V in, A) { return touched(in).as<bool>() != nullptr && truth(in); }},
      {"undefined", [](E, V in, A) { return in.is_undefined(); }},
      {"upper",
       [](E e, V in, A) {
         return upper(str(in, e.budget())) == str(in, e.budget()) &&
                lower(str(in, e.budget())) != str(in, e.budget());
       }},
  };
  return kTable;
}

}  // namespace

bool is_test(const std::string& name) { return table().contains(name); }

bool Evaluator::test(const std::string& name, const Value& input, const Arguments& arguments) {
  budget_.step();
  Arguments named = arguments;
  named.callee = "the test " + name;
  return table().find(name)->second(*this, input, named);
}

}  // namespace assay::jinja
