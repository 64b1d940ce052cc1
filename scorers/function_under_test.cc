// Which function a list of assertions is about, for data sets that do not say (MBPP). No parsing:
// the first name before a parenthesis that is neither a built-in nor an attribute.
#include <algorithm>
#include <cctype>
#include <set>

#include "scorers/code_extraction.h"

namespace assay {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool is_keyword(std::string_view name) {
  static const std::set<std::string, std::less<>> kKeywords = {
      "and", "assert", "elif", "except", "for", "if", "in", "is", "lambda", "not", "or", "while"};
  return kKeywords.contains(name);
}

// What tests call around the function: built-ins, and names of the standard library they import.
bool is_builtin(std::string_view name) {
  static const std::set<std::string, std::less<>> kBuiltIns = {
      "Counter",   "abs",   "all",     "any",        "bool",     "dict",  "filter", "float",
      "frozenset", "int",   "isclose", "isinstance", "len",      "list",  "map",    "max",
      "min",       "print", "range",   "repr",       "reversed", "round", "set",    "sorted",
      "str",       "sum",   "tuple",   "type",       "zip"};
  return kBuiltIns.contains(name);
}

}  // namespace

std::string function_under_test(std::string_view tests) {
  std::string built_in;
  for (std::size_t i = 0; i < tests.size();) {
    if (!is_word(tests[i])) {
      ++i;
      continue;
    }
    const std::size_t end = static_cast<std::size_t>(
        std::find_if_not(tests.begin() + static_cast<std::ptrdiff_t>(i), tests.end(), is_word) -
        tests.begin());
    const std::string_view name = tests.substr(i, end - i);
    const std::size_t next = std::min(tests.find_first_not_of(' ', end), tests.size());
    const bool called = next < tests.size() && tests[next] == '(';
    const bool attribute = i > 0 && tests[i - 1] == '.';
    const bool number = std::isdigit(static_cast<unsigned char>(name.front())) != 0;
    i = end;
    if (!called || attribute || number || is_keyword(name)) continue;
    if (!is_builtin(name)) return std::string(name);
    if (built_in.empty()) built_in = name;
  }
  return built_in;
}

}  // namespace assay
