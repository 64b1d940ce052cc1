// Parser of templates: the statements {% if %}, {% for %} and {% set %} and the text between them.
#include <fmt/format.h>

#include <algorithm>

#include "tasks/jinja/expression_parser.h"

namespace assay::jinja {
namespace {

constexpr std::size_t kLongest = std::size_t{1} << 20;

class Parser : public ExpressionParser {
 public:
  using ExpressionParser::ExpressionParser;

  Body whole() { return statements({}); }

 private:
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
};

}  // namespace

Body parse(std::string_view source) {
  if (source.size() > kLongest) throw TemplateError("the template is longer than 1 MiB", 1);
  return Parser(tokenise(source)).whole();
}

}  // namespace assay::jinja
