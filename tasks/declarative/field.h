// The template-valued keys of a declarative task: a text that is a column's name stands for that
// column, any other text is a template (protocols.md section 2). What goes wrong while a document
// is rendered is thrown as std::runtime_error with file, line, key and reason; whoever loads or
// asks adds task and item.
//
// Thread-safety: immutable.
#pragma once

#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "assay/task.h"
#include "tasks/declarative/yaml_tree.h"
#include "tasks/jinja/template.h"

namespace assay {

class TextField {
 public:
  // kBadData with file, line and key when the template cannot be read.
  static expected<TextField> make(const YamlNode& node, const std::string& key);

  // The column's value when the text is the name of one, else nullptr.
  const Json* column(const Json& doc) const;
  std::string rendered(const Json& doc) const;
  std::string text(const Json& doc) const;  // str() of the column, or the rendered template
  const std::string& source() const { return template_.source(); }
  bool is_constant() const { return template_.is_constant(); }
  [[noreturn]] void fail(const std::string& what) const;

 private:
  jinja::Template template_;
  std::string where_;
};

// The functions of a Task for a doc_to_text, doc_to_target or doc_to_choice key.
using TextFunction = std::function<std::string(const Json&)>;
using TargetFunction = std::function<Target(const Json&)>;
using ChoiceFunction = std::function<std::vector<std::string>(const Json&)>;

expected<TextFunction> text_function(const YamlNode& node, const std::string& key);
// `with_choices`: a text of digits is the index of a choice.
expected<TargetFunction> target_function(const YamlNode& node, const std::string& key,
                                         bool with_choices);
expected<ChoiceFunction> choice_function(const YamlNode& node, const std::string& key);

}  // namespace assay
