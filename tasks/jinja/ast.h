// The tree of a parsed template. One kind of node for expressions and one for statements; a node's
// operands are its children, so that depth can be limited in one place.
//
// Thread-safety: immutable once parsed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tasks/jinja/value.h"

namespace assay::jinja {

enum class Op {
  kConstant,
  kName,
  kList,
  kTuple,
  kDict,  // dict: key, value, key, value …
  kMember,
  kItem,
  kSlice,  // a.name; a[b]; a[b:c:d] (absent parts: null)
  kCall,
  kFilter,
  kTest,  // name and arguments below
  kNot,
  kNegate,
  kPlus,
  kAnd,
  kOr,
  kIf,  // kIf: condition, then, else (may be null)
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kFloorDivide,
  kModulo,
  kPower,
  kConcat,
  kCompare  // operands; the operators are in `names`
};

struct Expr {
  Op op;
  int line = 0;
  int depth = 1;
  std::string name;
  Value constant;
  // kCall, kFilter, kTest: the callee or input first, then positional, then named arguments, whose
  // names are `names`.
  std::vector<std::unique_ptr<Expr>> kids;
  std::vector<std::string> names;
};
using ExprPtr = std::unique_ptr<Expr>;

struct Stmt;
using Body = std::vector<std::unique_ptr<Stmt>>;

enum class StmtKind { kText, kPrint, kIf, kFor, kSet, kSetBlock };

struct Branch {
  ExprPtr condition;  // null: else
  Body body;
};

struct Stmt {
  StmtKind kind;
  int line = 0;
  std::string text;
  ExprPtr value;                     // printed, assigned, iterated over
  ExprPtr only_if;                   // {% for x in xs if … %}
  std::vector<std::string> targets;  // names assigned by set and for
  std::vector<Branch> branches;      // if: in order; for: the body, then its else
};

// Known names, so that a misspelt one is refused when the template is read.
bool is_filter(const std::string& name);
bool is_test(const std::string& name);
std::string filters_known();

// Raises TemplateError with the line.
Body parse(std::string_view source);

}  // namespace assay::jinja
