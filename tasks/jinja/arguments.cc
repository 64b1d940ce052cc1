// Arguments of filters, tests and methods: found by position or by name, and complained about.
#include <fmt/format.h>

#include "tasks/jinja/evaluate.h"

namespace assay::jinja {

const Value* Arguments::find(std::size_t index, std::string_view name) const {
  if (index < positional.size()) return &positional[index];
  for (const auto& [key, value] : named) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string Arguments::text(std::size_t index, std::string_view name) const {
  const Value* value = find(index, name);
  if (value == nullptr)
    throw TemplateError(fmt::format("{} needs the argument '{}'", callee, name));
  if (!touched(*value).is_text()) {
    throw TemplateError(fmt::format("{} needs a text as '{}', not a value of type {}", callee, name,
                                    type_name(*value)));
  }
  return value->text();
}

std::string Arguments::text_or(std::size_t index, std::string_view name,
                               std::string fallback) const {
  const Value* value = find(index, name);
  return value == nullptr || value->is_none() ? std::move(fallback) : text(index, name);
}

std::int64_t Arguments::integer_or(std::size_t index, std::string_view name,
                                   std::int64_t fallback) const {
  const Value* value = find(index, name);
  if (value == nullptr) return fallback;
  if (!touched(*value).is_integer()) {
    throw TemplateError(fmt::format("{} needs a whole number as '{}'", callee, name));
  }
  return value->integer();
}

void Arguments::at_most(std::size_t count) const {
  if (positional.size() + named.size() <= count) return;
  throw TemplateError(fmt::format("{} has too many arguments", callee));
}

}  // namespace assay::jinja
