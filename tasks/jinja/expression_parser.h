// Parser of expressions: recursive descent with the precedence of Jinja2's own parser.
// expression_parser.cc has the operators, loosest first; operand_parser.cc what they stand between.
#pragma once

#include "tasks/jinja/ast.h"
#include "tasks/jinja/token_reader.h"

namespace assay::jinja {

class ExpressionParser : public TokenReader {
 public:
  using TokenReader::TokenReader;

 protected:
  // One expression, or several with commas between them, which make a tuple. Without conditions
  // (`x if c`), as {% for %} wants it, whose own `if` follows.
  ExprPtr tuple_or_one(bool with_condition = true);
  ExprPtr expression();

 private:
  ExprPtr node(Op op, std::vector<ExprPtr> kids = {}, std::string name = "") {
    auto made = std::make_unique<Expr>();
    made->op = op;
    made->line = now().line;
    made->name = std::move(name);
    for (const ExprPtr& kid : kids) {
      if (kid) made->depth = std::max(made->depth, kid->depth + 1);
    }
    made->kids = std::move(kids);
    if (made->depth > kDeepest) fail("an expression is nested too deeply");
    return made;
  }
  template <typename... Kids>
  ExprPtr join(Op op, Kids... kids) {
    std::vector<ExprPtr> list;
    (list.push_back(std::move(kids)), ...);
    return node(op, std::move(list));
  }
  ExprPtr constant(Value value) {
    ExprPtr made = node(Op::kConstant);
    made->constant = std::move(value);
    return made;
  }

  ExprPtr either();
  ExprPtr both();
  ExprPtr negation();
  ExprPtr comparison();
  ExprPtr sum();
  ExprPtr concatenation();
  ExprPtr product();
  ExprPtr power();
  ExprPtr unary(bool with_filters);

  ExprPtr primary();
  ExprPtr integer(const Token& token);
  std::vector<ExprPtr> list_until(std::string_view close);
  ExprPtr bracketed();
  ExprPtr dict();
  ExprPtr postfix(ExprPtr value);
  ExprPtr subscript(ExprPtr value);
  void arguments(Expr& into);
  void add_kid(Expr& into, ExprPtr kid);
  ExprPtr call(ExprPtr callee);
  ExprPtr filters(ExprPtr value);
  ExprPtr test(ExprPtr value);
};

}  // namespace assay::jinja
