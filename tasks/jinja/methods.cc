// The methods of lists and dicts, and the call of any method by its name.
#include "tasks/jinja/methods.h"

#include <fmt/format.h>

namespace assay::jinja {
namespace {

const MethodTable& of_list() {
  static const MethodTable kTable = {
      {"index",
       [](Evaluator& e, const Value& s, const Arguments& a) {
         a.at_most(1);
         const Value* wanted = a.find(0, "value");
         if (wanted == nullptr) throw TemplateError("index needs a value");
         const Values& items = s.list()->items;
         for (std::size_t i = 0; i < items.size(); ++i) {
           if (equal(items[i], *wanted, e.budget()))
             return Value::integer(static_cast<std::int64_t>(i));
         }
         throw TemplateError(fmt::format("{} is not in the list", repr(*wanted, e.budget())));
       }},
      {"count",
       [](Evaluator& e, const Value& s, const Arguments& a) {
         a.at_most(1);
         const Value* wanted = a.find(0, "value");
         if (wanted == nullptr) throw TemplateError("count needs a value");
         std::int64_t count = 0;
         for (const Value& one : s.list()->items) count += equal(one, *wanted, e.budget()) ? 1 : 0;
         return Value::integer(count);
       }},
  };
  return kTable;
}

Value members(Evaluator& e, const Value& self, bool keys, bool values) {
  Values out;
  for (const auto& [key, member] : self.dict()->members) {
    e.budget().step();
    if (keys && values)
      out.push_back(Value::list({key, member}, true));
    else
      out.push_back(keys ? key : member);
  }
  return Value::list(std::move(out));
}

const MethodTable& of_dict() {
  static const MethodTable kTable = {
      {"keys",
       [](Evaluator& e, const Value& s, const Arguments&) { return members(e, s, true, false); }},
      {"values",
       [](Evaluator& e, const Value& s, const Arguments&) { return members(e, s, false, true); }},
      {"items",
       [](Evaluator& e, const Value& s, const Arguments&) { return members(e, s, true, true); }},
      {"get",
       [](Evaluator& e, const Value& s, const Arguments& a) {
         a.at_most(2);
         const Value* key = a.find(0, "key");
         if (key == nullptr) throw TemplateError("get needs a key");
         const Value* member = find_key(*s.dict(), *key, e.budget());
         if (member != nullptr) return *member;
         const Value* fallback = a.find(1, "default");
         return fallback == nullptr ? Value() : *fallback;
       }},
  };
  return kTable;
}

const MethodTable* table_of(const Value& self) {
  if (self.is_text()) return &text_methods();
  if (self.list()) return &of_list();
  return self.dict() ? &of_dict() : nullptr;
}

}  // namespace

bool has_method(const Value& self, const std::string& name) {
  const MethodTable* table = table_of(self);
  return table != nullptr && table->contains(name);
}

Value call_method(Evaluator& evaluator, const Value& self, const Arguments& arguments) {
  evaluator.budget().step();
  return table_of(self)->find(arguments.callee)->second(evaluator, self, arguments);
}

}  // namespace assay::jinja
