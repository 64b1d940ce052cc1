// MBPP+ (EvalPlus). Its rows are Python's JSON: test inputs hold Infinity and integers of any size,
// which a JSON reader would refuse or round. They stay what they are, as texts in the document, and
// are read by the Python that runs the tests.
#include <optional>
#include <string>
#include <string_view>

#include "datasets/adaptor_rows.h"
#include "datasets/adaptors_internal.h"

namespace assay {
namespace {

// The end of the JSON value that begins at `at`: the comma or bracket after it.
std::size_t end_of_value(std::string_view line, std::size_t at) {
  int depth = 0;
  for (bool in_text = false; at < line.size(); ++at) {
    const char c = line[at];
    if (in_text) {
      if (c == '\\') ++at;
      if (c == '"') in_text = false;
      continue;
    }
    if (c == '"') in_text = true;
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) return at;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
  }
  return line.size();
}

// Where the value of the row's own member begins; nullopt when it has none of that name.
std::optional<std::size_t> member_at(std::string_view line, std::string_view name) {
  std::size_t at = line.find('{');
  while (at < line.size()) {
    const std::size_t key = line.find('"', at + 1);
    if (key == std::string_view::npos) return std::nullopt;
    const std::size_t end = line.find('"', key + 1);
    const std::size_t colon = line.find(':', end);
    if (end == std::string_view::npos || colon == std::string_view::npos) return std::nullopt;
    const std::size_t value = std::min(line.find_first_not_of(" \t", colon + 1), line.size());
    if (line.substr(key + 1, end - key - 1) == name) return value;
    at = end_of_value(line, value);
  }
  return std::nullopt;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// The row with the value of that member as a text.
std::string with_text(std::string_view line, std::string_view name) {
  const auto begin = member_at(line, name);
  if (!begin) return std::string(line);
  const std::size_t end = end_of_value(line, *begin);
  return std::string(line.substr(0, *begin)) + quoted(line.substr(*begin, end - *begin)) +
         std::string(line.substr(end));
}

}  // namespace

namespace adaptors {

expected<void> mbpp_plus(const AdaptorInput& input, const RowSink& sink) {
  std::string bytes;
  std::string_view rest = input.files.front().bytes;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    bytes += with_text(with_text(line, "base_input"), "plus_input") + "\n";
  }
  return map_jsonl({input.files.front().name, bytes}, sink, [](const DataRow& row) {
    for (const char* name : {"task_id", "prompt", "entry_point", "canonical_solution", "base_input",
                             "plus_input", "assertion"}) {
      row.text(name);
    }
    row.field("atol");
    return row.columns({"task_id", "prompt", "entry_point", "canonical_solution", "base_input",
                        "atol", "plus_input", "contract", "assertion"});
  });
}

}  // namespace adaptors
}  // namespace assay
