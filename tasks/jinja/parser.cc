// Parser of templates: recursive descent with the precedence of Jinja2's own parser. Trees deeper
// than a fixed limit are refused, so that neither evaluating nor freeing one can exhaust the stack.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "tasks/jinja/ast.h"
#include "tasks/jinja/lexer.h"

namespace assay::jinja {
namespace {

constexpr int kDeepest = 200;
constexpr std::size_t kLongest = std::size_t{1} << 20;

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Body whole() {
    Body body = statements({});
    return body;
  }

 private:
  struct Deeper {
    explicit Deeper(Parser& parser) : p(parser) {
      if (++p.depth_ > kDeepest) p.fail("the template is nested too deeply");
    }
    ~Deeper() { --p.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    Parser& p;
  };

  [[noreturn]] void fail(const std::string& what) const { throw TemplateError(what, now().line); }
  const Token& now() const { return tokens_[at_]; }
  const Token& next() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  Token take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool is(TokenKind kind) const { return now().kind == kind; }
  bool is_op(std::string_view op) const { return is(TokenKind::kOperator) && now().text == op; }
  bool is_word(std::string_view word) const { return is(TokenKind::kName) && now().text == word; }
  bool eat_op(std::string_view op) { return is_op(op) && (take(), true); }
  bool eat_word(std::string_view word) { return is_word(word) && (take(), true); }

  static std::string shown(const Token& token) {
    switch (token.kind) {
      case TokenKind::kEnd:
        return "the end of the template";
      case TokenKind::kPrintEnd:
        return "}}";
      case TokenKind::kBlockEnd:
        return "%}";
      default:
        return "'" + token.text + "'";
    }
  }
  void need_op(std::string_view op) {
    if (!eat_op(op)) fail(fmt::format("expected '{}' before {}", op, shown(now())));
  }
  void need_block_end() {
    if (!is(TokenKind::kBlockEnd)) fail(fmt::format("expected %}} before {}", shown(now())));
    take();
  }
  std::string need_name() {
    if (!is(TokenKind::kName)) fail(fmt::format("expected a name before {}", shown(now())));
    return take().text;
  }

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

  // --- Statements ------------------------------------------------------------------------------
  // Up to a block whose first word is one of `ends`; the word is left in place.
  Body statements(const std::vector<std::string_view>& ends) {
    const Deeper deeper(*this);
    Body body;
    while (!is(TokenKind::kEnd)) {
      auto stmt = std::make_unique<Stmt>();
      stmt->line = now().line;
      if (is(TokenKind::kText)) {
        stmt->kind = StmtKind::kText;
        stmt->text = take().text;
      } else if (is(TokenKind::kPrintBegin)) {
        take();
        stmt->kind = StmtKind::kPrint;
        stmt->value = tuple_or_one();
        if (!is(TokenKind::kPrintEnd)) fail(fmt::format("expected }}}} before {}", shown(now())));
        take();
      } else {
        take();
        if (std::find(ends.begin(), ends.end(), now().text) != ends.end() && is(TokenKind::kName)) {
          return body;
        }
        block(*stmt);
      }
      body.push_back(std::move(stmt));
    }
    if (!ends.empty()) {
      fail(fmt::format("the template ends before {{% {} %}}", ends.back()));
    }
    return body;
  }

  void block(Stmt& stmt) {
    if (!is(TokenKind::kName)) fail(fmt::format("expected a statement before {}", shown(now())));
    const Token word = now();
    if (eat_word("if")) return if_block(stmt);
    if (eat_word("for")) return for_block(stmt);
    if (eat_word("set")) return set_block(stmt);
    if (word.text.starts_with("end") || word.text == "else" || word.text == "elif") {
      fail(fmt::format("{{% {} %}} closes nothing", word.text));
    }
    fail(fmt::format("the statement '{}' is not supported; known are if, for, set and raw",
                     word.text));
  }

  void if_block(Stmt& stmt) {
    stmt.kind = StmtKind::kIf;
    ExprPtr condition = tuple_or_one();
    while (true) {
      need_block_end();
      Branch branch{std::move(condition), statements({"elif", "else", "endif"})};
      const bool last = branch.condition == nullptr;
      stmt.branches.push_back(std::move(branch));
      if (eat_word("endif")) break;
      if (last) fail("{% else %} must be the last branch of an if");
      condition = eat_word("elif") ? tuple_or_one() : nullptr;
      if (condition == nullptr) take();  // else
    }
    need_block_end();
  }

  std::vector<std::string> targets() {
    const bool bracket = eat_op("(");
    std::vector<std::string> names = {need_name()};
    while (eat_op(",")) names.push_back(need_name());
    if (bracket) need_op(")");
    return names;
  }

  void for_block(Stmt& stmt) {
    stmt.kind = StmtKind::kFor;
    stmt.targets = targets();
    if (!eat_word("in")) fail("expected 'in' in {% for %}");
    stmt.value = tuple_or_one(false);
    if (eat_word("if")) stmt.only_if = expression();
    if (is_word("recursive")) fail("recursive loops are not supported");
    need_block_end();
    stmt.branches.push_back({nullptr, statements({"else", "endfor"})});
    if (eat_word("else")) {
      need_block_end();
      stmt.branches.push_back({nullptr, statements({"endfor"})});
    }
    take();
    need_block_end();
  }

  void set_block(Stmt& stmt) {
    stmt.targets = targets();
    if (is_op(".")) fail("namespaces are not supported");
    if (eat_op("=")) {
      stmt.kind = StmtKind::kSet;
      stmt.value = tuple_or_one();
      return need_block_end();
    }
    stmt.kind = StmtKind::kSetBlock;
    need_block_end();
    stmt.branches.push_back({nullptr, statements({"endset"})});
    take();
    need_block_end();
  }

  // --- Expressions, loosest first --------------------------------------------------------------
  ExprPtr tuple_or_one(bool with_condition = true) {
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

  ExprPtr expression() {
    const Deeper deeper(*this);
    ExprPtr value = either();
    while (eat_word("if")) {
      ExprPtr condition = either();
      ExprPtr other = eat_word("else") ? expression() : nullptr;
      value = join(Op::kIf, std::move(condition), std::move(value), std::move(other));
    }
    return value;
  }
  ExprPtr either() {
    ExprPtr left = both();
    while (eat_word("or")) left = join(Op::kOr, std::move(left), both());
    return left;
  }
  ExprPtr both() {
    ExprPtr left = negation();
    while (eat_word("and")) left = join(Op::kAnd, std::move(left), negation());
    return left;
  }
  ExprPtr negation() {
    const Deeper deeper(*this);
    if (eat_word("not")) return join(Op::kNot, negation());
    return comparison();
  }
  ExprPtr comparison() {
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
  ExprPtr sum() {
    ExprPtr left = concatenation();
    while (is_op("+") || is_op("-")) {
      const Op op = take().text == "+" ? Op::kAdd : Op::kSubtract;
      left = join(op, std::move(left), concatenation());
    }
    return left;
  }
  ExprPtr concatenation() {
    std::vector<ExprPtr> parts;
    parts.push_back(product());
    while (eat_op("~")) parts.push_back(product());
    return parts.size() == 1 ? std::move(parts.front()) : node(Op::kConcat, std::move(parts));
  }
  ExprPtr product() {
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
  ExprPtr power() {
    ExprPtr left = unary(true);
    while (eat_op("**")) left = join(Op::kPower, std::move(left), unary(true));
    return left;
  }
  ExprPtr unary(bool with_filters) {
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

  ExprPtr primary() {
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

  ExprPtr integer(const Token& token) {
    std::int64_t value = 0;
    const char* end = token.text.data() + token.text.size();
    if (std::from_chars(token.text.data(), end, value).ec != std::errc()) {
      fail(fmt::format("the number {} is too large", token.text));
    }
    return constant(Value::integer(value));
  }

  std::vector<ExprPtr> list_until(std::string_view close) {
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

  ExprPtr bracketed() {
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

  ExprPtr dict() {
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

  ExprPtr postfix(ExprPtr value) {
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

  ExprPtr subscript(ExprPtr value) {
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

  void arguments(Expr& into) {
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

  void add_kid(Expr& into, ExprPtr kid) {
    into.depth = std::max(into.depth, kid->depth + 1);
    if (into.depth > kDeepest) fail("an expression is nested too deeply");
    into.kids.push_back(std::move(kid));
  }

  ExprPtr call(ExprPtr callee) {
    ExprPtr made = join(Op::kCall, std::move(callee));
    arguments(*made);
    return made;
  }

  ExprPtr filters(ExprPtr value) {
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

  ExprPtr test(ExprPtr value) {
    const bool negated = eat_word("not");
    const std::string name = need_name();
    if (!is_test(name)) fail(fmt::format("there is no test '{}'", name));
    std::vector<ExprPtr> kids;
    kids.push_back(std::move(value));
    ExprPtr made = node(Op::kTest, std::move(kids), name);
    const bool word = is(TokenKind::kName) && !is_word("else") && !is_word("or") &&
                      !is_word("and") && !is_word("is") && !is_word("if") && !is_word("in") &&
                      !is_word("not");
    if (is_op("(")) {
      arguments(*made);
    } else if (word || is(TokenKind::kString) || is(TokenKind::kInteger) || is(TokenKind::kFloat) ||
               is_op("[") || is_op("{")) {
      add_kid(*made, postfix(primary()));
    }
    return negated ? join(Op::kNot, std::move(made)) : std::move(made);
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Body parse(std::string_view source) {
  if (source.size() > kLongest) throw TemplateError("the template is longer than 1 MiB", 1);
  return Parser(tokenise(source)).whole();
}

}  // namespace assay::jinja
