// See the header.
#include "scorers/exact_match.h"

#include <fmt/format.h>

#include "assay/text.h"

namespace assay {
namespace {

void drop_trailing_nul(std::string& text) {
  while (!text.empty() && text.back() == '\0') text.pop_back();
}

bool is_punctuation(char c) {  // Python's string.punctuation
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
         (c >= '{' && c <= '~');
}

}  // namespace

expected<ExactMatch> ExactMatch::compile(const Json& args) {
  ExactMatch out;
  try {
    for (const auto& [key, value] : args.items()) {
      if (key == "regexes_to_ignore") {
        for (const Json& pattern : value) {
          auto compiled = PythonRegex::get(pattern.get<std::string>());
          if (!compiled) return compiled.error();
          out.ignored_.push_back(*compiled);
        }
      } else if (key == "ignore_case") {
        out.ignore_case_ = value.get<bool>();
      } else if (key == "ignore_punctuation") {
        out.ignore_punctuation_ = value.get<bool>();
      } else if (key == "ignore_numbers") {
        out.ignore_numbers_ = value.get<bool>();
      } else {
        return usage_error(
            fmt::format("exact_match has no argument \"{}\"; it takes regexes_to_ignore, "
                        "ignore_case, ignore_punctuation and ignore_numbers.",
                        key));
      }
    }
  } catch (const std::exception& e) {
    return usage_error(fmt::format("An argument of exact_match has a wrong type: {}.", e.what()));
  }
  return out;
}

expected<std::string> ExactMatch::normalise(std::string_view text) const {
  std::string out(text);
  drop_trailing_nul(out);
  for (const auto& pattern : ignored_) {
    auto rest = pattern->remove_all(out);
    if (!rest) return rest.error();
    out = std::move(*rest);
    drop_trailing_nul(out);
  }
  if (ignore_case_) {
    const std::size_t length = count_code_points(out);
    out = first_code_points(lower(out), length);
  }
  if (ignore_punctuation_) std::erase_if(out, is_punctuation);
  if (ignore_numbers_) std::erase_if(out, [](char c) { return c >= '0' && c <= '9'; });
  drop_trailing_nul(out);
  return out;
}

}  // namespace assay
