// The filter multi_choice_regex: reads "(B)" out of a free answer to a lettered question. Three
// attempts, in order: the primary pattern; one of the choice texts, after the same normalisation
// of both sides; a bare letter after a colon.
#include <fmt/format.h>
#include <unicode/uchar.h>

#include <map>

#include "assay/text.h"
#include "scorers/filters.h"
#include "scorers/python_regex.h"

namespace assay {
namespace {

struct Settings {
  std::string pattern;
  int group_select = 0;
  std::string fallback;
  bool ignore_case = false;
  bool ignore_punctuation = false;
  std::vector<std::string> regexes_to_ignore;
};

using Replacement = std::map<std::string, std::string>;

// Deletes the code points of the Unicode categories P*.
std::string without_punctuation(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = decode_utf8(text, at);
    if (!u_ispunct(static_cast<UChar32>(c))) append_utf8(out, c);
  }
  return out;
}

expected<std::string> normalised(const Settings& settings, std::string_view text) {
  std::string out(text);
  for (const std::string& pattern : settings.regexes_to_ignore) {
    const auto compiled = PythonRegex::get(pattern);
    if (!compiled) return compiled.error();
    auto rest = (*compiled)->remove_all(out);
    if (!rest) return rest.error();
    out = std::move(*rest);
  }
  if (settings.ignore_case) out = lower(out);
  return settings.ignore_punctuation ? without_punctuation(out) : out;
}

// The selected match, replaced by its entry in `replace` if it has one; "" when nothing matches.
expected<std::string> find(const Settings& settings, const std::string& pattern,
                           const std::string& text, const Replacement& replace) {
  auto found = extract_by_regex(pattern, settings.group_select, "", text);
  if (!found) return found.error();
  const auto value = found->value.get<std::string>();
  const auto entry = replace.find(value);
  return entry == replace.end() ? value : entry->second;
}

expected<FilteredValue> answer(const Settings& settings, const Json& doc, const std::string& text) {
  if (!doc.contains("choices") || !doc.at("choices").is_array()) {
    return data_error("The filter multi_choice_regex needs a list \"choices\" in the document.");
  }
  Replacement letter_of_text;
  Replacement letter_of_letter;
  std::string any_text;
  std::string any_letter;
  char letter = 'A';
  for (const Json& choice : doc.at("choices")) {
    const auto choice_text = normalised(settings, strip(choice.get<std::string>()));
    if (!choice_text) return choice_text.error();
    const std::string name = fmt::format("({})", letter);
    letter_of_text[*choice_text] = name;
    letter_of_letter[std::string(1, letter)] = name;
    any_text += (any_text.empty() ? "" : "|") + regex_escape(*choice_text);
    any_letter += (any_letter.empty() ? "" : "|") + std::string(1, letter);
    ++letter;
  }
  const auto plain = normalised(settings, text);
  if (!plain) return plain.error();
  struct Attempt {
    const char* rule;
    std::string pattern;
    const std::string& text;
    Replacement replace;
  };
  const Attempt attempts[] = {
      {"pattern", settings.pattern, text, {}},
      {"choice text in the answer", any_text, *plain, letter_of_text},
      {"letter after a colon", ":[\\s]*(" + any_letter + ")", text, letter_of_letter}};
  for (const Attempt& attempt : attempts) {
    const auto found = find(settings, attempt.pattern, attempt.text, attempt.replace);
    if (!found) return found.error();
    if (!found->empty()) return FilteredValue{*found, attempt.rule};
  }
  return FilteredValue{settings.fallback, "no match"};
}

}  // namespace

expected<FilterFunction> make_multi_choice_regex(const Json& args) {
  Settings settings;
  settings.pattern = args.value("regex_pattern", std::string("#### (\\-?[0-9\\.\\,]+)"));
  settings.group_select = args.value("group_select", 0);
  settings.fallback = args.value("fallback", std::string("[invalid]"));
  settings.ignore_case = args.value("ignore_case", false);
  settings.ignore_punctuation = args.value("ignore_punctuation", false);
  const Json ignored = args.value("regexes_to_ignore", Json());
  if (ignored.is_array()) settings.regexes_to_ignore = ignored.get<std::vector<std::string>>();
  if (auto compiled = PythonRegex::get(settings.pattern); !compiled) return compiled.error();
  return FilterFunction(
      [settings](FilteredSamples& samples, const FilterContext& context) -> expected<void> {
        for (FilteredValue& v : samples.values) {
          auto found = answer(settings, context.doc,
                              v.value.is_string() ? v.value.get<std::string>() : std::string());
          if (!found) return found.error();
          v = std::move(*found);
        }
        return {};
      });
}

}  // namespace assay
