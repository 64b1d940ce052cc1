// Reading datasets/mini, and the real benchmarks of the same formats, for mini_data_test.cc. See
// mini_rows.h.
#include "tests/datasets/mini_rows.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace assay::mini {
namespace {

using nlohmann::json;

// The records of an RFC 4180 text: quoted fields may hold commas, doubled quotes and line breaks.
std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> records;
  std::vector<std::string> record;
  std::string field;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      record.push_back(std::move(field));
      field.clear();
    } else if (c == '\n') {
      record.push_back(std::move(field));
      field.clear();
      records.push_back(std::move(record));
      record.clear();
    } else if (c != '\r') {
      field += c;
    }
  }
  if (quoted) throw std::runtime_error("a quoted field is not closed");
  if (!field.empty() || !record.empty()) {
    record.push_back(std::move(field));
    records.push_back(std::move(record));
  }
  return records;
}

std::vector<json> parse_jsonl(const std::string& path) {
  std::istringstream lines(read_text(path));
  std::vector<json> rows;
  for (std::string line; std::getline(lines, line);) rows.push_back(json::parse(line));
  return rows;
}

std::string place(const std::string& path, std::size_t row) {
  return std::filesystem::path(path).filename().string() + ":" + std::to_string(row + 1);
}

}  // namespace

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot open " + path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::string> file_names(const std::string& folder, std::string_view extension) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == extension) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<ChoiceRow> read_mmlu(const std::string& root, const std::string& split) {
  const std::string folder = root + "/mmlu/" + split;
  std::vector<ChoiceRow> rows;
  for (const std::string& name : file_names(folder, ".csv")) {
    const auto records = parse_csv(read_text(folder + "/" + name));
    for (std::size_t i = 0; i < records.size(); ++i) {
      const auto& record = records[i];
      ChoiceRow row;
      row.where = place(name, i);
      row.id = row.where;
      if (record.size() != 6) throw std::runtime_error(row.where + " does not have six fields");
      row.question = record[0];
      row.choices.assign(record.begin() + 1, record.begin() + 5);
      const std::size_t gold = std::string_view("ABCD").find(record[5]);
      if (record[5].size() == 1 && gold != std::string_view::npos)
        row.gold = static_cast<int>(gold);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

std::vector<ChoiceRow> read_arc(const std::string& path) {
  const auto records = parse_jsonl(path);
  std::vector<ChoiceRow> rows;
  for (std::size_t i = 0; i < records.size(); ++i) {
    ChoiceRow row;
    row.where = place(path, i);
    row.id = records[i].at("id").get<std::string>();
    row.question = records[i].at("question").at("stem").get<std::string>();
    const auto key = records[i].at("answerKey").get<std::string>();
    for (const json& choice : records[i].at("question").at("choices")) {
      if (choice.at("label").get<std::string>() == key)
        row.gold = static_cast<int>(row.choices.size());
      row.choices.push_back(choice.at("text").get<std::string>());
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<ChoiceRow> read_hellaswag(const std::string& path) {
  const auto records = parse_jsonl(path);
  std::vector<ChoiceRow> rows;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const json& record = records[i];
    ChoiceRow row;
    row.where = place(path, i);
    row.id = std::to_string(record.at("ind").get<int>());
    row.question = record.at("ctx").get<std::string>();
    row.choices = record.at("endings").get<std::vector<std::string>>();
    const int label = record.at("label").get<int>();
    if (label >= 0 && label < static_cast<int>(row.choices.size())) row.gold = label;
    const auto ctx_a = record.at("ctx_a").get<std::string>();
    const auto ctx_b = record.at("ctx_b").get<std::string>();
    if (row.question != (ctx_b.empty() ? ctx_a : ctx_a + " " + ctx_b)) {
      throw std::runtime_error(row.where + ": ctx is not ctx_a and ctx_b joined");
    }
    for (const char* key : {"activity_label", "split", "split_type", "source_id"}) {
      if (record.at(key).get<std::string>().empty())
        throw std::runtime_error(row.where + ": empty " + key);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<ProblemRow> read_gsm8k(const std::string& path) {
  const auto records = parse_jsonl(path);
  std::vector<ProblemRow> rows;
  for (std::size_t i = 0; i < records.size(); ++i) {
    rows.push_back({place(path, i), records[i].at("question").get<std::string>(),
                    records[i].at("answer").get<std::string>()});
  }
  return rows;
}

std::vector<CodeRow> read_humaneval(const std::string& path) {
  std::vector<CodeRow> rows;
  for (const json& record : parse_jsonl(path)) {
    rows.push_back({record.at("task_id").get<std::string>(), record.at("prompt").get<std::string>(),
                    record.at("entry_point").get<std::string>(),
                    record.at("canonical_solution").get<std::string>(),
                    record.at("test").get<std::string>()});
  }
  return rows;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> found;
  std::string word;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 128 && std::isalnum(byte) != 0) {
      word += static_cast<char>(std::tolower(byte));
    } else if (!word.empty()) {
      found.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) found.push_back(std::move(word));
  return found;
}

std::vector<std::uint64_t> ngram_hashes(std::string_view text, std::size_t n) {
  const auto all = words(text);
  std::vector<std::uint64_t> word_hashes;
  for (const std::string& word : all) {
    std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
    for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    word_hashes.push_back(hash);
  }
  std::vector<std::uint64_t> hashes;
  for (std::size_t i = 0; i + n <= all.size(); ++i) {
    std::uint64_t hash = 0;
    for (std::size_t j = i; j < i + n; ++j) {
      hash = hash * 6364136223846793005ULL + word_hashes[j];
      hash ^= hash >> 29;
    }
    hashes.push_back(hash);
  }
  return hashes;
}

}  // namespace assay::mini
