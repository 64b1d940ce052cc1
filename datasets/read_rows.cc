// read_rows of assay/plugin.h: the readers of the data home, for files that no registry knows.
#include <fmt/format.h>

#include <filesystem>
#include <string_view>
#include <utility>

#include "assay/digest.h"
#include "assay/plugin.h"
#include "datasets/csv.h"
#include "datasets/file_bytes.h"
#include "datasets/json_file.h"
#include "datasets/jsonl.h"

namespace assay {
namespace {

expected<std::vector<Json>> csv_rows(std::string_view bytes, const std::string& name) {
  const expected<std::vector<CsvRecord>> records = parse_csv(bytes, name);
  if (!records) return records.error();
  std::vector<Json> rows;
  for (std::size_t i = 1; i < records->size(); ++i) {
    Json row = Json::object();
    for (std::size_t column = 0; column < records->front().fields.size(); ++column) {
      row[records->front().fields[column]] = (*records)[i].fields[column];
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

expected<std::vector<Json>> jsonl_rows(std::string_view bytes, const std::string& name) {
  std::vector<Json> rows;
  const auto take = [&](Json&& row, std::size_t) -> expected<void> {
    rows.push_back(std::move(row));
    return {};
  };
  const expected<void> read = for_each_jsonl(bytes, name, take);
  if (!read) return read.error();
  return rows;
}

expected<std::vector<Json>> json_rows(std::string_view bytes, const std::string& name) {
  expected<Json> whole = parse_json_file(bytes, name);
  if (!whole) return whole.error();
  if (!whole->is_array()) return data_error(fmt::format("{} is not a list of objects.", name));
  return whole->get<std::vector<Json>>();
}

expected<std::vector<Json>> parse_rows(std::string_view bytes, const std::string& name) {
  if (name.ends_with(".jsonl")) return jsonl_rows(bytes, name);
  if (name.ends_with(".json")) return json_rows(bytes, name);
  if (name.ends_with(".csv")) return csv_rows(bytes, name);
  return usage_error(fmt::format("{} is none of .jsonl, .json and .csv (also with .gz).", name));
}

}  // namespace

expected<DataSplit> read_rows(const std::string& path) {
  expected<std::string> bytes = read_bytes(path, path);
  if (!bytes) return bytes.error();
  std::string name = path;
  if (name.ends_with(".gz")) {
    bytes = gunzip(*bytes, path);
    if (!bytes) return bytes.error();
    name.resize(name.size() - 3);
  }
  expected<std::vector<Json>> rows = parse_rows(*bytes, name);
  if (!rows) return rows.error();
  for (std::size_t i = 0; i < rows->size(); ++i) {
    if (!(*rows)[i].is_object()) {
      return data_error(fmt::format("{}: row {} is not an object.", name, i));
    }
  }
  DataSplit split;
  split.status.rows = rows->size();
  split.rows = std::move(*rows);
  split.sha256 = sha256_hex(*bytes);
  split.files = {std::filesystem::path(name).filename().string()};
  return split;
}

}  // namespace assay
