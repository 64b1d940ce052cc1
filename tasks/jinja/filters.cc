// The filters of templates: Jinja2's own, as far as tasks use them, and regex_replace, which the
// original adds.
#include "tasks/jinja/filters.h"

namespace assay::jinja {
namespace {

const FilterTable& all() {
  static const FilterTable kAll = [] {
    FilterTable both = list_filters();
    both.insert(value_filters().begin(), value_filters().end());
    return both;
  }();
  return kAll;
}

}  // namespace

bool is_filter(const std::string& name) { return all().contains(name); }

std::string filters_known() {
  std::string out;
  for (const auto& [name, filter] : all()) out += (out.empty() ? "" : ", ") + name;
  return out;
}

Value Evaluator::filter(const std::string& name, const Value& input, const Arguments& arguments) {
  budget_.step();
  Arguments named = arguments;
  named.callee = "the filter " + name;
  return all().find(name)->second(*this, input, named);
}

}  // namespace assay::jinja
