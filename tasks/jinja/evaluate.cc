// See evaluate.h: statements and operators. Names, subscripts and calls are in access.cc.
#include "tasks/jinja/evaluate.h"

#include <fmt/format.h>

#include <algorithm>

#include "assay/text.h"

namespace assay::jinja {
Values elements(const Value& value, Budget& budget) {
  touched(value);
  if (const ListValue* list = value.list()) {
    budget.step(list->items.size());
    return list->items;
  }
  Values out;
  if (const DictValue* dict = value.dict()) {
    for (const auto& [key, member] : dict->members) out.push_back(key);
    budget.step(out.size());
    return out;
  }
  if (!value.is_text()) {
    throw TemplateError(fmt::format("a value of type {} is not a list", type_name(value)));
  }
  const std::string& text = value.text();
  for (std::size_t at = 0; at < text.size();) {
    budget.step();
    budget.grow(sizeof(Value) + 64);
    const std::size_t start = at;
    (void)decode_utf8(text, at);
    out.push_back(Value::text(text.substr(start, at - start)));
  }
  return out;
}

Value Evaluator::made_text(std::string text) {
  budget_.grow(text.size());
  return Value::text(std::move(text));
}

std::string Evaluator::render(const Body& body) {
  std::string out;
  run(body, out);
  return out;
}

void Evaluator::run(const Body& body, std::string& out) {
  for (const auto& stmt : body) {
    budget_.step();
    try {
      switch (stmt->kind) {
        case StmtKind::kText:
          budget_.grow(stmt->text.size());
          out += stmt->text;
          break;
        case StmtKind::kPrint: {
          const std::string text = str(evaluate(*stmt->value), budget_);
          budget_.grow(text.size());
          out += text;
          break;
        }
        case StmtKind::kIf:
          for (const Branch& branch : stmt->branches) {
            if (branch.condition && !truth(evaluate(*branch.condition))) continue;
            run(branch.body, out);
            break;
          }
          break;
        case StmtKind::kFor:
          run_for(*stmt, out);
          break;
        case StmtKind::kSet:
          assign(*stmt, evaluate(*stmt->value));
          break;
        case StmtKind::kSetBlock: {
          std::string text;
          run(stmt->branches.front().body, text);
          assign(*stmt, Value::text(std::move(text)));
          break;
        }
      }
    } catch (TemplateError& error) {
      if (error.line == 0) error.line = stmt->line;
      throw;
    }
  }
}

void Evaluator::assign(const Stmt& stmt, const Value& value) {
  auto& scope = scopes_.back();
  if (stmt.targets.size() == 1) {
    scope.insert_or_assign(stmt.targets.front(), value);
    return;
  }
  const Values parts = elements(value, budget_);
  if (parts.size() != stmt.targets.size()) {
    throw TemplateError(
        fmt::format("{} values cannot be given to {} names", parts.size(), stmt.targets.size()));
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    scope.insert_or_assign(stmt.targets[i], parts[i]);
  }
}

void Evaluator::run_for(const Stmt& stmt, std::string& out) {
  Values all = elements(evaluate(*stmt.value), budget_);
  scopes_.emplace_back();
  if (stmt.only_if) {
    std::erase_if(all, [&](const Value& one) {
      assign(stmt, one);
      return !truth(evaluate(*stmt.only_if));
    });
  }
  const auto count = static_cast<std::int64_t>(all.size());
  for (std::int64_t i = 0; i < count; ++i) {
    budget_.step(30);  // a pass costs more than an operation
    scopes_.back().clear();
    const auto at = [&](std::int64_t k) {
      return k >= 0 && k < count ? all[static_cast<std::size_t>(k)]
                                 : Value::undefined("there is no such loop item");
    };
    scopes_.back().insert_or_assign(
        "loop", Value::dict({{Value::text("index"), Value::integer(i + 1)},
                             {Value::text("index0"), Value::integer(i)},
                             {Value::text("revindex"), Value::integer(count - i)},
                             {Value::text("revindex0"), Value::integer(count - i - 1)},
                             {Value::text("first"), Value::boolean(i == 0)},
                             {Value::text("last"), Value::boolean(i + 1 == count)},
                             {Value::text("length"), Value::integer(count)},
                             {Value::text("previtem"), at(i - 1)},
                             {Value::text("nextitem"), at(i + 1)}}));
    assign(stmt, all[static_cast<std::size_t>(i)]);
    run(stmt.branches.front().body, out);
  }
  scopes_.pop_back();
  if (count == 0 && stmt.branches.size() > 1) run(stmt.branches[1].body, out);
}

bool Evaluator::compare_pair(const std::string& op, const Value& a, const Value& b) {
  if (op == "==") return equal(a, b, budget_);
  if (op == "!=") return !equal(a, b, budget_);
  if (op == "<") return less(a, b, budget_);
  if (op == ">") return less(b, a, budget_);
  if (op == "<=") return !less(b, a, budget_);
  if (op == ">=") return !less(a, b, budget_);
  Arguments within;
  within.positional = {b};
  return test("in", a, within) == (op == "in");
}

Value Evaluator::compare(const Expr& e) {
  Value left = evaluate(*e.kids.front());
  for (std::size_t i = 0; i < e.names.size(); ++i) {
    Value right = evaluate(*e.kids[i + 1]);
    if (!compare_pair(e.names[i], left, right)) return Value::boolean(false);
    left = std::move(right);
  }
  return Value::boolean(true);
}

Value Evaluator::evaluate(const Expr& e) {
  budget_.step();
  switch (e.op) {
    case Op::kConstant:
      return e.constant;
    case Op::kName:
      return name(e);
    case Op::kList:
    case Op::kTuple: {
      Values items;
      for (const ExprPtr& kid : e.kids) items.push_back(evaluate(*kid));
      return Value::list(std::move(items), e.op == Op::kTuple);
    }
    case Op::kDict: {
      Members members;
      for (std::size_t i = 0; i + 1 < e.kids.size(); i += 2) {
        Value key = evaluate(*e.kids[i]);
        Value member = evaluate(*e.kids[i + 1]);
        const auto same = std::find_if(members.begin(), members.end(),
                                       [&](const auto& m) { return equal(m.first, key, budget_); });
        if (same != members.end())
          same->second = std::move(member);
        else
          members.emplace_back(std::move(key), std::move(member));
      }
      return Value::dict(std::move(members));
    }
    case Op::kMember:
      return member(evaluate(*e.kids[0]), e.name);
    case Op::kItem:
      return item(evaluate(*e.kids[0]), evaluate(*e.kids[1]));
    case Op::kSlice:
      return slice(e);
    case Op::kCall:
      return call(e);
    case Op::kFilter: {
      const Value input = evaluate(*e.kids[0]);
      return filter(e.name, input, arguments(e));
    }
    case Op::kTest: {
      const Value input = evaluate(*e.kids[0]);
      return Value::boolean(test(e.name, input, arguments(e)));
    }
    case Op::kNot:
      return Value::boolean(!truth(evaluate(*e.kids[0])));
    case Op::kNegate:
      if (const Value value = evaluate(*e.kids[0]); value.as<double>()) {
        return Value::number(-value.number());  // -0.0 is not 0 - 0.0
      } else {
        return arithmetic(Op::kSubtract, Value::integer(0), value, budget_);
      }
    case Op::kPlus:
      return arithmetic(Op::kAdd, Value::integer(0), evaluate(*e.kids[0]), budget_);
    case Op::kAnd: {
      Value left = evaluate(*e.kids[0]);
      return truth(left) ? evaluate(*e.kids[1]) : left;
    }
    case Op::kOr: {
      Value left = evaluate(*e.kids[0]);
      return truth(left) ? left : evaluate(*e.kids[1]);
    }
    case Op::kIf:
      if (truth(evaluate(*e.kids[0]))) return evaluate(*e.kids[1]);
      if (e.kids[2]) return evaluate(*e.kids[2]);
      return Value::undefined("the condition of an inline if without else is false");
    case Op::kCompare:
      return compare(e);
    case Op::kConcat: {
      std::string out;
      for (const ExprPtr& kid : e.kids) {
        out += str(evaluate(*kid), budget_);
        budget_.grow(out.size());
      }
      return Value::text(std::move(out));
    }
    default: {
      const Value left = evaluate(*e.kids[0]);
      return arithmetic(e.op, left, evaluate(*e.kids[1]), budget_);
    }
  }
}

}  // namespace assay::jinja
