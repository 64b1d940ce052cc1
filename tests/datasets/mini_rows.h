// The rows of datasets/mini as the tests of their content see them. Reading is done here with plain
// files and nlohmann::json rather than with the project's own readers, so that a fault in a reader
// cannot hide a fault in a row, or the other way round.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::mini {

struct ChoiceRow {
  std::string where;  // file and row, for messages
  std::string id;
  std::string question;
  std::vector<std::string> choices;
  int gold = -1;  // index into choices; -1 when the file names a label that is not among them
};

struct ProblemRow {
  std::string where;
  std::string question;
  std::string answer;
};

struct CodeRow {
  std::string task_id;
  std::string prompt;
  std::string entry_point;
  std::string solution;
  std::string test;
};

// All of these throw (std::runtime_error or nlohmann::json::exception) when a file cannot be read
// or has another shape than the upstream's: in a test that is a failure with a message.
std::string read_text(const std::string& path);
std::vector<std::string> file_names(const std::string& folder, std::string_view extension);
std::vector<ChoiceRow> read_mmlu(const std::string& root, const std::string& split);
std::vector<ChoiceRow> read_arc(const std::string& path);
std::vector<ChoiceRow> read_hellaswag(const std::string& path);
std::vector<ProblemRow> read_gsm8k(const std::string& path);
std::vector<CodeRow> read_humaneval(const std::string& path);

// Lower-case words of ASCII letters and digits; everything else separates.
std::vector<std::string> words(std::string_view text);

// One 64-bit hash for every run of n consecutive words. Two texts that share a hash share the run:
// with the few million runs compared here a chance meeting has a probability below 1e-5.
std::vector<std::uint64_t> ngram_hashes(std::string_view text, std::size_t n);

}  // namespace assay::mini
