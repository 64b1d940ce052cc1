// Jinja2 templates of declarative tasks: the environment of the original harness (no autoescape,
// undefined names raise, trailing newline kept, filter regex_replace), rendered as Python renders.
// protocols.md section 2; golden/jinja.jsonl holds its vectors.
//
// Why not the engine's interpreter, which renders chat templates: it writes lists and None as
// nothing, lets undefined names pass, has no `**`, `//`, `%` formatting, index() or regex_replace
// (57 of the 95 vectors pass), is absent from builds against an installed engine, and cannot be
// stopped. Here every rendering has a budget of steps and bytes (budget.h) and trees have a depth
// limit, because task files come from anywhere.
//
// Supported: {{ }}, if, for, set, raw, comments, white-space control; all operators of Jinja2; the
// filters, tests and methods listed in filters.cc, tests.cc and methods.cc. Refused when parsed:
// macros, includes, inheritance, namespaces, unknown filters and tests.
//
// Thread-safety: a parsed template is immutable; render it from any number of threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "assay/expected.h"
#include "assay/json.h"

namespace assay::jinja {

class Template {
 public:
  // kBadData; the message names the line within the template.
  static expected<Template> parse(std::string_view source);

  // The columns of `doc` are the variables. kBadData as above.
  expected<std::string> render(const Json& doc) const;

  const std::string& source() const { return source_; }
  bool is_constant() const { return constant_; }  // plain text without {{, {% or {#

 private:
  struct Tree;
  std::shared_ptr<const Tree> tree_;
  std::string source_;
  bool constant_ = false;
};

}  // namespace assay::jinja
