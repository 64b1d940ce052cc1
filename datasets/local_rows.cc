// See local_rows.h.
#include "datasets/local_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <functional>

#include "assay/digest.h"
#include "datasets/adaptors.h"
#include "datasets/csv.h"
#include "datasets/file_bytes.h"
#include "datasets/json_file.h"
#include "datasets/jsonl.h"

namespace assay {
namespace {

template <typename Number>
bool reads_as(const std::string& text, Number& value) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  return result.ec == std::errc() && result.ptr == end;
}

Json as_whole(const std::string& text) {
  std::int64_t value = 0;
  return reads_as(text, value) ? Json(value) : Json();
}

Json as_real(const std::string& text) {
  double value = 0;
  return reads_as(text, value) ? Json(value) : Json();
}

// What a whole column reads as: the first of whole numbers, numbers, texts that fits every field.
std::function<Json(const std::string&)> reader_of(const std::vector<CsvRecord>& records,
                                                  std::size_t column) {
  for (const auto reader : {as_whole, as_real}) {
    bool fits = true;
    bool any = false;
    for (std::size_t i = 1; i < records.size() && fits; ++i) {
      const std::string& field = records[i].fields[column];
      if (field.empty()) continue;
      any = true;
      fits = !reader(field).is_null();
    }
    if (fits && any) return reader;
  }
  return [](const std::string& text) { return Json(text); };
}

expected<void> add_csv(const std::string& bytes, const std::string& name, const RowSink& sink) {
  const expected<std::vector<CsvRecord>> records = parse_csv(bytes, name);
  if (!records) return records.error();
  if (records->empty())
    return data_error(fmt::format("{} is empty; its first line names the columns.", name));
  const std::vector<std::string>& header = records->front().fields;
  std::vector<std::function<Json(const std::string&)>> readers;
  for (std::size_t c = 0; c < header.size(); ++c) readers.push_back(reader_of(*records, c));
  for (std::size_t i = 1; i < records->size(); ++i) {
    Json row = Json::object();
    for (std::size_t c = 0; c < header.size(); ++c) {
      const std::string& field = (*records)[i].fields[c];
      row[header[c]] = field.empty() ? Json() : readers[c](field);
    }
    if (expected<void> taken = sink(std::move(row)); !taken) return taken;
  }
  return {};
}

expected<void> add_row(Json&& row, const std::string& name, std::size_t line, const RowSink& sink) {
  if (!row.is_object()) {
    return data_error(fmt::format("{} row {} is not an object with columns.", name, line));
  }
  return sink(std::move(row));
}

expected<void> add_json(const std::string& bytes, const std::string& name, const RowSink& sink) {
  expected<Json> whole = parse_json_file(bytes, name);
  if (!whole) return whole.error();
  if (!whole->is_array()) {
    return data_error(
        fmt::format("{} is JSON but no list of rows; JSON Lines end in .jsonl.", name));
  }
  for (std::size_t i = 0; i < whole->size(); ++i) {
    if (auto added = add_row(std::move((*whole)[i]), name, i + 1, sink); !added) return added;
  }
  return {};
}

// Hands over the rows of a file and gives its digest.
expected<std::string> read_file(const std::string& path, const RowSink& sink) {
  const std::string name = std::filesystem::path(path).filename().string();
  if (path.ends_with(".jsonl")) {
    expected<LineStream> lines = LineStream::open(path, path);
    if (!lines) return lines.error();
    const expected<void> read = for_each_jsonl(*lines, name, [&](Json&& row, std::size_t line) {
      return add_row(std::move(row), name, line, sink);
    });
    if (!read) return read.error();
    return lines->sha256();
  }
  const expected<std::string> bytes = read_bytes(path, path);
  if (!bytes) return bytes.error();
  if (!path.ends_with(".csv") && !path.ends_with(".json")) {
    return data_error(
        fmt::format("{} is no data file that can be read; use .jsonl, .json or .csv.", path));
  }
  const expected<void> read =
      path.ends_with(".csv") ? add_csv(*bytes, name, sink) : add_json(*bytes, name, sink);
  if (!read) return read.error();
  return sha256_hex(*bytes);
}

}  // namespace

bool is_row_file(const std::string& path) {
  const std::string kind = std::filesystem::path(path).extension().string();
  return kind == ".jsonl" || kind == ".json" || kind == ".csv";
}

expected<DataSplit> read_local_rows(const std::vector<std::string>& paths, const RowTaker& take) {
  DataSplit split;
  for (const std::string& path : paths) {
    split.files.push_back(std::filesystem::path(path).filename().string());
  }
  const RowSink sink = [&](Json&& row) {
    ++split.status.rows;
    return take(std::move(row), split.files);
  };
  Sha256 digest;
  for (const std::string& path : paths) {
    const expected<std::string> sha256 = read_file(path, sink);
    if (!sha256) return sha256.error();
    digest.update(*sha256);
  }
  split.sha256 = digest.hex();
  return split;
}

}  // namespace assay
