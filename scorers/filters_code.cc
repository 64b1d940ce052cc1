// Filter steps that read programs out of answers: ours, and the original's with its known fault.
#include <algorithm>
#include <array>
#include <string_view>

#include "scorers/code_extraction.h"
#include "scorers/filters.h"
#include "scorers/postprocess_generation.h"
#include "scorers/python_format.h"
#include "scorers/python_regex.h"

namespace assay {
namespace {

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : python_str(value);
}

// The text of a document's field; "" for the name "". Lists are one line per member.
expected<std::string> field_text(const Json& doc, const std::string& name) {
  if (name.empty()) return std::string();
  const auto found = doc.find(name);
  if (found == doc.end()) return data_error("the document has no field \"" + name + "\"");
  if (!found->is_array()) return text_of(*found);
  std::string lines;
  for (const Json& line : *found) lines += text_of(line) + "\n";
  return lines;
}

expected<FilterFunction> each_text(
    std::function<expected<FilteredValue>(const std::string& text)> read) {
  return FilterFunction(
      [read = std::move(read)](FilteredSamples& samples, const FilterContext&) -> expected<void> {
        for (FilteredValue& v : samples.values) {
          auto value = read(text_of(v.value));
          if (!value) return value.error();
          v = std::move(*value);
        }
        return {};
      });
}

}  // namespace

// mbpp_instruct's rule: the response is read as if it stood after an opening fence. A response that
// begins with a word loses it to the language tag (upstream issue 3447): kept, because the numbers
// of the original have it.
expected<FilterFunction> make_extract_code(const Json&) {
  return each_text([](const std::string& answer) -> expected<FilteredValue> {
    static const std::string kPattern = "(?s)```(?:\\w+)?\\n?(.*?)\\n?```";
    const auto compiled = PythonRegex::get(kPattern);
    if (!compiled) return compiled.error();
    const std::string fenced = "```" + answer;  // the matches are views into it
    const auto matches = (*compiled)->find_all(fenced);
    if (!matches) return matches.error();
    if (matches->empty()) return FilteredValue{"", "no closing fence"};
    return FilteredValue{matches->front().groups[0].value_or(""), "fenced code"};
  });
}

expected<FilterFunction> make_extract_program(const Json& args) {
  const auto prompt_field = args.value("prompt", std::string());
  const auto entry_field = args.value("entry_point", std::string());
  const auto tests_field = args.value("tests", std::string());
  return FilterFunction(
      [=](FilteredSamples& samples, const FilterContext& context) -> expected<void> {
        const auto prompt = field_text(context.doc, prompt_field);
        if (!prompt) return prompt.error();
        auto entry = field_text(context.doc, entry_field);
        if (!entry) return entry.error();
        if (entry->empty()) {
          const auto tests = field_text(context.doc, tests_field);
          if (!tests) return tests.error();
          entry = function_under_test(*tests);
        }
        for (FilteredValue& v : samples.values) {
          ExtractedCode code = extract_code(text_of(v.value), *prompt, *entry);
          v = {std::move(code.program), std::move(code.rule)};
        }
        samples.programs = true;
        return {};
      });
}

expected<FilterFunction> make_cut_at(const Json& args) {
  const auto stops = args.at("until").get<std::vector<std::string>>();
  return each_text([stops](const std::string& answer) -> expected<FilteredValue> {
    std::string kept = postprocess_generation(answer, stops);
    const bool cut = kept.size() < answer.size();
    return FilteredValue{std::move(kept), cut ? "cut at a stop" : ""};
  });
}

}  // namespace assay
