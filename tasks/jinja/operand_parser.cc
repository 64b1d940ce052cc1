// What operators stand between: constants, names, lists and dicts, and what may follow a value:
// members, subscripts, calls, filters and tests.
#include <charconv>
#include <cstdlib>

#include "tasks/jinja/expression_parser.h"

namespace assay::jinja {

ExprPtr ExpressionParser::primary() {
  const Token token = take();
  switch (token.kind) {
    case TokenKind::kName:
      if (token.text == "true" || token.text == "True") return constant(Value::boolean(true));
      if (token.text == "false" || token.text == "False") return constant(Value::boolean(false));
      if (token.text == "none" || token.text == "None") return constant(Value());
      return node(Op::kName, {}, token.text);
    case TokenKind::kString: {
      std::string text = token.text;
      while (is(TokenKind::kString)) text += take().text;
      return constant(Value::text(std::move(text)));
    }
    case TokenKind::kInteger:
      return integer(token);
    case TokenKind::kFloat:
      return constant(Value::number(std::strtod(token.text.c_str(), nullptr)));
    default:
      break;
  }
  if (token.kind == TokenKind::kOperator) {
    if (token.text == "(") return bracketed();
    if (token.text == "[") return node(Op::kList, list_until("]"));
    if (token.text == "{") return dict();
  }
  throw TemplateError(fmt::format("expected a value before {}", shown(token)), token.line);
}

ExprPtr ExpressionParser::integer(const Token& token) {
  std::int64_t value = 0;
  const char* end = token.text.data() + token.text.size();
  if (std::from_chars(token.text.data(), end, value).ec != std::errc()) {
    fail(fmt::format("the number {} is too large", token.text));
  }
  return constant(Value::integer(value));
}

std::vector<ExprPtr> ExpressionParser::list_until(std::string_view close) {
  std::vector<ExprPtr> items;
  while (!eat_op(close)) {
    if (!items.empty()) {
      need_op(",");
      if (eat_op(close)) break;
    }
    items.push_back(expression());
  }
  return items;
}

ExprPtr ExpressionParser::bracketed() {
  if (eat_op(")")) return node(Op::kTuple);
  ExprPtr first = expression();
  if (eat_op(")")) return first;
  std::vector<ExprPtr> items;
  items.push_back(std::move(first));
  while (!eat_op(")")) {
    need_op(",");
    if (eat_op(")")) break;
    items.push_back(expression());
  }
  return node(Op::kTuple, std::move(items));
}

ExprPtr ExpressionParser::dict() {
  std::vector<ExprPtr> members;
  while (!eat_op("}")) {
    if (!members.empty()) {
      need_op(",");
      if (eat_op("}")) break;
    }
    members.push_back(expression());
    need_op(":");
    members.push_back(expression());
  }
  return node(Op::kDict, std::move(members));
}

ExprPtr ExpressionParser::postfix(ExprPtr value) {
  while (true) {
    if (eat_op(".")) {
      if (is(TokenKind::kInteger)) {
        value = join(Op::kItem, std::move(value), integer(take()));
      } else {
        std::vector<ExprPtr> kids;
        kids.push_back(std::move(value));
        const std::string name = need_name();
        value = node(Op::kMember, std::move(kids), name);
      }
    } else if (eat_op("[")) {
      value = subscript(std::move(value));
    } else if (is_op("(")) {
      value = call(std::move(value));
    } else {
      return value;
    }
  }
}

ExprPtr ExpressionParser::subscript(ExprPtr value) {
  std::vector<ExprPtr> parts;
  parts.push_back(std::move(value));
  bool slice = false;
  ExprPtr part;
  while (!is_op("]")) {
    if (eat_op(":")) {
      slice = true;
      parts.push_back(std::move(part));
      part = nullptr;
      continue;
    }
    if (part) fail(fmt::format("expected ']' before {}", shown(now())));
    part = expression();
  }
  need_op("]");
  if (!slice) {
    if (!part) fail("an index is missing between [ and ]");
    return join(Op::kItem, std::move(parts.front()), std::move(part));
  }
  parts.push_back(std::move(part));
  if (parts.size() > 4) fail("a slice has at most three parts");
  parts.resize(4);
  return node(Op::kSlice, std::move(parts));
}

void ExpressionParser::arguments(Expr& into) {
  need_op("(");
  bool first = true;
  while (!eat_op(")")) {
    if (!first) {
      need_op(",");
      if (eat_op(")")) break;
    }
    first = false;
    if (is(TokenKind::kName) && next().kind == TokenKind::kOperator && next().text == "=") {
      into.names.push_back(take().text);
      take();
    } else if (!into.names.empty()) {
      fail("a positional argument follows a named one");
    }
    add_kid(into, expression());
  }
}

void ExpressionParser::add_kid(Expr& into, ExprPtr kid) {
  into.depth = std::max(into.depth, kid->depth + 1);
  if (into.depth > kDeepest) fail("an expression is nested too deeply");
  into.kids.push_back(std::move(kid));
}

ExprPtr ExpressionParser::call(ExprPtr callee) {
  ExprPtr made = join(Op::kCall, std::move(callee));
  arguments(*made);
  return made;
}

ExprPtr ExpressionParser::filters(ExprPtr value) {
  while (true) {
    if (eat_op("|")) {
      const std::string name = need_name();
      if (!is_filter(name)) {
        fail(fmt::format("there is no filter '{}'; known are {}", name, filters_known()));
      }
      std::vector<ExprPtr> kids;
      kids.push_back(std::move(value));
      value = node(Op::kFilter, std::move(kids), name);
      if (is_op("(")) arguments(*value);
    } else if (eat_word("is")) {
      value = test(std::move(value));
    } else if (is_op("(")) {
      value = call(std::move(value));
    } else {
      return value;
    }
  }
}

ExprPtr ExpressionParser::test(ExprPtr value) {
  const bool negated = eat_word("not");
  const std::string name = need_name();
  if (!is_test(name)) fail(fmt::format("there is no test '{}'", name));
  std::vector<ExprPtr> kids;
  kids.push_back(std::move(value));
  ExprPtr made = node(Op::kTest, std::move(kids), name);
  const bool word = is(TokenKind::kName) && !is_word("else") && !is_word("or") && !is_word("and") &&
                    !is_word("is") && !is_word("if") && !is_word("in") && !is_word("not");
  if (is_op("(")) {
    arguments(*made);
  } else if (word || is(TokenKind::kString) || is(TokenKind::kInteger) || is(TokenKind::kFloat) ||
             is_op("[") || is_op("{")) {
    add_kid(*made, postfix(primary()));
  }
  return negated ? join(Op::kNot, std::move(made)) : std::move(made);
}

}  // namespace assay::jinja
