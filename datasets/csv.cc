// See csv.h. One pass over the bytes; a cursor counts lines as it goes.
#include "datasets/csv.h"

#include <fmt/format.h>

#include <algorithm>

#include "datasets/utf8.h"

namespace assay {
namespace {

class Parser {
 public:
  Parser(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  expected<std::vector<CsvRecord>> parse() {
    std::vector<CsvRecord> records;
    while (at_ < text_.size()) {
      if (skip_line_end()) continue;
      CsvRecord record{{}, line_};
      if (expected<void> result = read_record(&record); !result) return result.error();
      if (!records.empty() && records.front().fields.size() != record.fields.size()) {
        return data_error(fmt::format(
            "{} line {} has {} fields where the first record has {}; the file is damaged, get it "
            "again.",
            name_, record.line, record.fields.size(), records.front().fields.size()));
      }
      records.push_back(std::move(record));
    }
    return records;
  }

 private:
  // Steps over LF, CR LF or CR at the cursor.
  bool skip_line_end() {
    if (at_ >= text_.size() || (text_[at_] != '\n' && text_[at_] != '\r')) return false;
    if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
    ++at_;
    ++line_;
    return true;
  }

  expected<void> read_record(CsvRecord* record) {
    while (true) {
      std::string field;
      if (at_ < text_.size() && text_[at_] == '"') {
        if (expected<void> result = read_quoted(&field); !result) return result;
      } else {
        const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
        field.assign(text_.substr(at_, end - at_));
        at_ = end;
      }
      record->fields.push_back(std::move(field));
      if (at_ >= text_.size() || skip_line_end()) return {};
      if (text_[at_] != ',') {
        return data_error(fmt::format(
            "{} line {} has text after a closing quote; the file is damaged, get it again.", name_,
            line_));
      }
      ++at_;
    }
  }

  expected<void> read_quoted(std::string* field) {
    const std::size_t first_line = line_;
    ++at_;
    while (true) {
      const std::size_t quote = text_.find('"', at_);
      const std::string_view piece = text_.substr(at_, quote - at_);
      line_ += static_cast<std::size_t>(std::count(piece.begin(), piece.end(), '\n'));
      field->append(piece);
      if (quote == std::string_view::npos) {
        return data_error(fmt::format(
            "{} line {} opens a quote that is never closed; the file is damaged, get it again.",
            name_, first_line));
      }
      at_ = quote + 1;
      if (at_ >= text_.size() || text_[at_] != '"') return {};
      field->push_back('"');
      ++at_;
    }
  }

  std::string_view text_;
  std::string_view name_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

expected<std::vector<CsvRecord>> parse_csv(std::string_view bytes, std::string_view display_name) {
  const std::string_view text = without_bom(bytes);
  if (const auto offset = first_invalid_utf8(text)) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(*offset);
    return data_error(fmt::format(
        "{} line {} is not UTF-8: byte 0x{:02X}; convert the file or get it again.", display_name,
        1 + std::count(text.begin(), end, '\n'), static_cast<unsigned char>(text[*offset])));
  }
  return Parser(text, display_name).parse();
}

expected<std::size_t> csv_column(const CsvRecord& header, std::string_view name,
                                 std::string_view display_name) {
  const auto found = std::find(header.fields.begin(), header.fields.end(), name);
  if (found == header.fields.end()) {
    return data_error(fmt::format("{} has no column \"{}\"; it is not the file the registry means.",
                                  display_name, name));
  }
  return static_cast<std::size_t>(found - header.fields.begin());
}

}  // namespace assay
