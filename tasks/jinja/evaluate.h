// Evaluates a parsed template over a document. Filters, tests and methods live in files of their
// own and get the evaluator for its budget and, for map and select, to call one another.
//
// Thread-safety: one rendering, one thread; the tree is shared.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "assay/json.h"
#include "tasks/jinja/ast.h"

namespace assay::jinja {

// Arguments of a call. The accessors name the callee in what they raise.
struct Arguments {
  std::string callee;
  Values positional;
  std::vector<std::pair<std::string, Value>> named;

  // The argument at `index` or of that name; nullptr when it is not given.
  const Value* find(std::size_t index, std::string_view name) const;
  std::string text(std::size_t index, std::string_view name) const;  // raises when absent
  std::string text_or(std::size_t index, std::string_view name, std::string fallback) const;
  std::int64_t integer_or(std::size_t index, std::string_view name, std::int64_t fallback) const;
  void at_most(std::size_t count) const;
};

class Evaluator {
 public:
  explicit Evaluator(const Json& doc) : doc_(doc) { scopes_.emplace_back(); }

  std::string render(const Body& body);

  Budget& budget() { return budget_; }
  Value filter(const std::string& name, const Value& input, const Arguments& arguments);
  bool test(const std::string& name, const Value& input, const Arguments& arguments);
  // a.name, as Jinja2: an attribute (method) first, then an item.
  Value member(const Value& value, const std::string& name);
  Value item(const Value& value, const Value& key);
  Value made_text(std::string text);  // charged to the budget

 private:
  void run(const Body& body, std::string& out);
  void run_for(const Stmt& stmt, std::string& out);
  void assign(const Stmt& stmt, const Value& value);
  Value evaluate(const Expr& e);
  Value name(const Expr& e);
  Value call(const Expr& e);
  Value slice(const Expr& e);
  Value compare(const Expr& e);
  Arguments arguments(const Expr& e);
  bool compare_pair(const std::string& op, const Value& a, const Value& b);

  const Json& doc_;
  Budget budget_;
  std::vector<std::map<std::string, Value, std::less<>>> scopes_;
  std::map<std::string, Value, std::less<>> columns_;
};

// a op b for the arithmetic operators, Python's rules.
Value arithmetic(Op op, const Value& a, const Value& b, Budget& budget);
// 'text' % value
std::string percent_format(const std::string& format, const Value& value, Budget& budget);
// Characters of a text, items of a list, keys of a dict; raises for anything else.
Values elements(const Value& value, Budget& budget);
// Whether there is a method of that name on such a value, and the call of one.
bool has_method(const Value& self, const std::string& name);
Value call_method(Evaluator& evaluator, const Value& self, const Arguments& arguments);

}  // namespace assay::jinja
