// The list of sub-commands; see command.h.
#include <algorithm>
#include <cctype>
#include <string_view>

#include "cli/command.h"

namespace assay::cli {
namespace {

std::vector<std::string>& words() {
  static std::vector<std::string> storage;
  return storage;
}

bool needs_quotes(const std::string& word) {
  constexpr std::string_view kHarmless = "_@%+=:,./-";
  return word.empty() || !std::all_of(word.begin(), word.end(), [&](unsigned char c) {
           return std::isalnum(c) != 0 ||
                  kHarmless.find(static_cast<char>(c)) != std::string_view::npos;
         });
}

}  // namespace

const std::vector<CommandEntry>& commands() {
  static const std::vector<CommandEntry> kAll = {
      {"run", "measure a model on suites and tasks; the same line again goes on", make_run_command},
      {"list", "what there is: tasks, suites, models, data", make_list_command},
      {"show", "the exact prompt of an item, its stops, shots and token ids", make_show_command},
      {"score", "score a run again from its journal, without the model", make_score_command},
      {"verify", "recompute every figure of a run from its evidence", make_verify_command},
      {"compare", "what changed between runs, item by item: scores, flips, costs",
       make_compare_command},
      {"report", "write runs as Markdown, CSV, JSON or lm-eval result files", make_report_command},
      {"quantize", "make smaller files of a model, through the engine's own quantizer",
       make_quantize_command},
      {"imatrix", "measure which of a model's weights matter, for quantize", make_imatrix_command},
      {"doctor", "check engine, model, data and sandbox", make_doctor_command},
      {"data", "list, import, verify and fetch data sets", make_data_command},
  };
  return kAll;
}

const std::vector<std::string>& command_line() { return words(); }

void set_command_line(std::vector<std::string> given) { words() = std::move(given); }

std::string shell_line(const std::vector<std::string>& given) {
  std::string line;
  for (const std::string& word : given) {
    if (!line.empty()) line += ' ';
    if (!needs_quotes(word)) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) {
      if (c == '\'') {
        line += "'\\''";
      } else {
        line += c;
      }
    }
    line += '\'';
  }
  return line;
}

}  // namespace assay::cli
