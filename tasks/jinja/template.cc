// See template.h.
#include "tasks/jinja/template.h"

#include <fmt/format.h>

#include "assay/text.h"
#include "tasks/jinja/evaluate.h"

namespace assay::jinja {
namespace {

Error located(const TemplateError& problem) {
  return data_error(problem.line > 0
                        ? fmt::format("template line {}: {}", problem.line, problem.what())
                        : std::string(problem.what()));
}

}  // namespace

struct Template::Tree {
  Body body;
};

expected<Template> Template::parse(std::string_view source) {
  Template made;
  // Line ends of the source become LF; those of values are kept.
  made.source_ = replace_all(replace_all(source, "\r\n", "\n"), "\r", "\n");
  try {
    auto tree = std::make_shared<Tree>();
    tree->body = jinja::parse(made.source_);
    made.constant_ = tree->body.empty() ||
                     (tree->body.size() == 1 && tree->body.front()->kind == StmtKind::kText &&
                      made.source_.find("{#") == std::string::npos);
    made.tree_ = std::move(tree);
  } catch (const TemplateError& problem) {
    return located(problem);
  }
  return made;
}

expected<std::string> Template::render(const Json& doc) const {
  try {
    return Evaluator(doc).render(tree_->body);
  } catch (const TemplateError& problem) {
    return located(problem);
  }
}

}  // namespace assay::jinja
