// See field.h.
#include "tasks/declarative/field.h"

#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <stdexcept>

#include "assay/text.h"
#include "scorers/python_format.h"
#include "tasks/jinja/literal.h"

namespace assay {
namespace {

using Shared = std::shared_ptr<const TextField>;

std::vector<std::string> texts_of(const Json& list) {
  std::vector<std::string> out;
  for (const Json& one : list) out.push_back(python_str(one));
  return out;
}

// What a document's value means as an answer: an index, a text, or several of either.
Target target_of(const Json& value, const TextField& field) {
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (value.is_number_integer()) {
    const auto index = value.get<std::int64_t>();
    if (index < INT32_MIN || index > INT32_MAX) return python_str(value);
    return static_cast<int>(index);
  }
  if (value.is_null()) field.fail("the answer is null");
  if (!value.is_array()) return python_str(value);
  bool numbers = !value.empty();
  for (const Json& one : value) numbers = numbers && one.is_number_integer();
  if (numbers) return value.get<std::vector<int>>();
  return texts_of(value);
}

Target index_of_digits(const std::string& text, const TextField& field) {
  int index = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), index);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    field.fail(fmt::format("\"{}\" is not the index of a choice", text));
  }
  return index;
}

std::vector<std::string> choices_of(const Json& value, const TextField& field) {
  if (!value.is_array() && !value.is_object()) field.fail("the choices are not a list");
  return texts_of(value);  // of a dict: its values
}

}  // namespace

expected<TextField> TextField::make(const YamlNode& node, const std::string& key) {
  if (!node.is_text()) return yaml_error(node, key, "a text is expected here");
  TextField field;
  expected<jinja::Template> parsed = jinja::Template::parse(node.text());
  if (!parsed) return yaml_error(node, key, parsed.error().message);
  field.template_ = std::move(*parsed);
  field.where_ = fmt::format("{} line {}: {}", node.file, node.line, key);
  return field;
}

const Json* TextField::column(const Json& doc) const {
  if (!doc.is_object()) return nullptr;
  const auto found = doc.find(source());
  return found == doc.end() ? nullptr : &*found;
}

std::string TextField::rendered(const Json& doc) const {
  expected<std::string> text = template_.render(doc);
  if (!text) fail(text.error().message);
  return std::move(*text);
}

std::string TextField::text(const Json& doc) const {
  const Json* value = column(doc);
  return value == nullptr ? rendered(doc) : python_str(*value);
}

void TextField::fail(const std::string& what) const {
  throw std::runtime_error(where_ + ": " + what);
}

expected<TextFunction> text_function(const YamlNode& node, const std::string& key) {
  expected<TextField> field = TextField::make(node, key);
  if (!field) return field.error();
  return TextFunction([shared = std::make_shared<const TextField>(std::move(*field))](
                          const Json& doc) { return shared->text(doc); });
}

expected<TargetFunction> target_function(const YamlNode& node, const std::string& key,
                                         bool with_choices) {
  if (!node.is_text()) {
    const Json value = yaml_to_json(node);
    const bool usable = value.is_number_integer() || value.is_array();
    if (!usable) return yaml_error(node, key, "a text, a whole number or a list is expected here");
    YamlNode empty = node;
    empty.kind = YamlNode::Kind::kScalar;
    empty.scalar = "";
    const expected<TextField> field = TextField::make(empty, key);
    const Target target = target_of(value, *field);
    return TargetFunction([target](const Json&) { return target; });
  }
  expected<TextField> field = TextField::make(node, key);
  if (!field) return field.error();
  return TargetFunction([shared = std::make_shared<const TextField>(std::move(*field)),
                         with_choices](const Json& doc) -> Target {
    if (const Json* value = shared->column(doc)) return target_of(*value, *shared);
    std::string text = shared->rendered(doc);
    if (with_choices && is_digit_text(text)) return index_of_digits(text, *shared);
    if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
      if (const auto value = jinja::literal_eval(text)) {
        return target_of(jinja::to_json(*value), *shared);
      }
    }
    return text;
  });
}

expected<ChoiceFunction> choice_function(const YamlNode& node, const std::string& key) {
  if (!node.is_text()) {
    const Json value = yaml_to_json(node);
    if (!value.is_array() && !value.is_object()) {
      return yaml_error(node, key, "a list, a map or a text is expected here");
    }
    const std::vector<std::string> choices = texts_of(value);
    return ChoiceFunction([choices](const Json&) { return choices; });
  }
  expected<TextField> field = TextField::make(node, key);
  if (!field) return field.error();
  return ChoiceFunction([shared = std::make_shared<const TextField>(std::move(*field))](
                            const Json& doc) -> std::vector<std::string> {
    if (const Json* value = shared->column(doc)) return choices_of(*value, *shared);
    const std::string text = shared->rendered(doc);
    const auto value = jinja::literal_eval(text);
    if (!value) {
      shared->fail(fmt::format("the rendered text is not a list: {}",
                               std::string(first_code_points(text, 80))));
    }
    return choices_of(jinja::to_json(*value), *shared);
  });
}

}  // namespace assay
