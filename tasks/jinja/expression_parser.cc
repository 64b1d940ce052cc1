// The operators of expressions, loosest first: each function reads what binds tighter and joins it.
#include "tasks/jinja/expression_parser.h"

namespace assay::jinja {

ExprPtr ExpressionParser::tuple_or_one(bool with_condition) {
  ExprPtr first = with_condition ? expression() : either();
  if (!is_op(",")) return first;
  std::vector<ExprPtr> items;
  items.push_back(std::move(first));
  while (eat_op(",")) {
    if (is(TokenKind::kPrintEnd) || is(TokenKind::kBlockEnd)) break;
    items.push_back(with_condition ? expression() : either());
  }
  return node(Op::kTuple, std::move(items));
}

ExprPtr ExpressionParser::expression() {
  const Deeper deeper(*this);
  ExprPtr value = either();
  while (eat_word("if")) {
    ExprPtr condition = either();
    ExprPtr other = eat_word("else") ? expression() : nullptr;
    value = join(Op::kIf, std::move(condition), std::move(value), std::move(other));
  }
  return value;
}

ExprPtr ExpressionParser::either() {
  ExprPtr left = both();
  while (eat_word("or")) left = join(Op::kOr, std::move(left), both());
  return left;
}

ExprPtr ExpressionParser::both() {
  ExprPtr left = negation();
  while (eat_word("and")) left = join(Op::kAnd, std::move(left), negation());
  return left;
}

ExprPtr ExpressionParser::negation() {
  const Deeper deeper(*this);
  if (eat_word("not")) return join(Op::kNot, negation());
  return comparison();
}

ExprPtr ExpressionParser::comparison() {
  std::vector<ExprPtr> operands;
  operands.push_back(sum());
  std::vector<std::string> operators;
  while (true) {
    if (is(TokenKind::kOperator) &&
        (is_op("==") || is_op("!=") || is_op("<") || is_op("<=") || is_op(">") || is_op(">="))) {
      operators.push_back(take().text);
    } else if (eat_word("in")) {
      operators.emplace_back("in");
    } else if (is_word("not") && next().kind == TokenKind::kName && next().text == "in") {
      take();
      take();
      operators.emplace_back("not in");
    } else {
      break;
    }
    operands.push_back(sum());
  }
  if (operators.empty()) return std::move(operands.front());
  ExprPtr made = node(Op::kCompare, std::move(operands));
  made->names = std::move(operators);
  return made;
}

ExprPtr ExpressionParser::sum() {
  ExprPtr left = concatenation();
  while (is_op("+") || is_op("-")) {
    const Op op = take().text == "+" ? Op::kAdd : Op::kSubtract;
    left = join(op, std::move(left), concatenation());
  }
  return left;
}

ExprPtr ExpressionParser::concatenation() {
  std::vector<ExprPtr> parts;
  parts.push_back(product());
  while (eat_op("~")) parts.push_back(product());
  return parts.size() == 1 ? std::move(parts.front()) : node(Op::kConcat, std::move(parts));
}

ExprPtr ExpressionParser::product() {
  ExprPtr left = power();
  while (is_op("*") || is_op("/") || is_op("//") || is_op("%")) {
    const std::string op = take().text;
    const Op kind = op == "*"    ? Op::kMultiply
                    : op == "/"  ? Op::kDivide
                    : op == "//" ? Op::kFloorDivide
                                 : Op::kModulo;
    left = join(kind, std::move(left), power());
  }
  return left;
}

ExprPtr ExpressionParser::power() {
  ExprPtr left = unary(true);
  while (eat_op("**")) left = join(Op::kPower, std::move(left), unary(true));
  return left;
}

ExprPtr ExpressionParser::unary(bool with_filters) {
  const Deeper deeper(*this);
  ExprPtr value;
  if (eat_op("-")) {
    value = join(Op::kNegate, unary(false));
  } else if (eat_op("+")) {
    value = join(Op::kPlus, unary(false));
  } else {
    value = primary();
  }
  value = postfix(std::move(value));
  return with_filters ? filters(std::move(value)) : std::move(value);
}

}  // namespace assay::jinja
