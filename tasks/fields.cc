// See fields.h.
#include "assay/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace assay {
namespace {

[[noreturn]] void wrong_type(const char* name, const char* wanted) {
  throw std::invalid_argument(fmt::format("the column \"{}\" is not {}", name, wanted));
}

}  // namespace

const Json& field(const Json& doc, const char* name) {
  if (!doc.is_object()) throw std::invalid_argument("the row is not an object");
  const auto found = doc.find(name);
  if (found == doc.end()) {
    throw std::invalid_argument(fmt::format("the column \"{}\" is missing", name));
  }
  return *found;
}

std::string text_field(const Json& doc, const char* name) {
  const Json& value = field(doc, name);
  if (!value.is_string()) wrong_type(name, "a text");
  return value.get<std::string>();
}

int int_field(const Json& doc, const char* name) {
  const Json& value = field(doc, name);
  if (value.is_number_integer()) return value.get<int>();
  if (!value.is_string()) wrong_type(name, "a whole number");
  const auto& text = value.get_ref<const std::string&>();
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) wrong_type(name, "a whole number");
  return number;
}

std::vector<std::string> text_list(const Json& doc, const char* name) {
  const Json& value = field(doc, name);
  if (!value.is_array()) wrong_type(name, "a list of texts");
  std::vector<std::string> out;
  for (const Json& element : value) {
    if (!element.is_string()) wrong_type(name, "a list of texts");
    out.push_back(element.get<std::string>());
  }
  return out;
}

int index_of_label(const std::vector<std::string>& labels, const std::string& label) {
  const auto found = std::find(labels.begin(), labels.end(), label);
  if (found != labels.end()) return static_cast<int>(found - labels.begin());
  throw std::out_of_range(
      fmt::format("the gold answer \"{}\" is not among the labels of the choices", label));
}

}  // namespace assay
