// Shared by the adaptors: a DataRow is one JSON record with its place in a file, and reads fields
// with errors that say which field of which line is missing or of another type.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "datasets/adaptors.h"

namespace assay {

// Thrown by DataRow and by row functions; never leaves map_rows.
struct DataRowError {
  std::string message;
};

class DataRow {
 public:
  DataRow(const Json& json, std::string_view file, std::size_t line)
      : json_(json), file_(file), line_(line) {}

  const Json& json() const { return json_; }
  std::size_t line() const { return line_; }

  const Json& field(std::string_view name) const;  // any type
  std::string text(std::string_view name) const;
  std::string text_or(std::string_view name, std::string_view fallback) const;
  std::int64_t integer(std::string_view name) const;  // also from a string of digits
  const Json& list(std::string_view name) const;
  DataRow object(std::string_view name) const;
  bool has(std::string_view name) const { return json_.is_object() && json_.contains(name); }

  // The same record with the given members in the given order.
  Json columns(std::initializer_list<std::string_view> names) const;

  [[noreturn]] void fail(std::string_view problem) const;

 private:
  const Json& json_;
  std::string_view file_;
  std::size_t line_;
};

using DataRowFunction = std::function<Json(const DataRow&)>;

// Gives the sink what `make` makes of each row of a JSONL file. A null document is left out.
expected<void> map_jsonl(const AdaptorFile& file, const RowSink& sink, const DataRowFunction& make);

// The same for a file that is one JSON array; the place of a row is its position, 1-based.
expected<void> map_array(const AdaptorFile& file, const Json& array, const RowSink& sink,
                         const DataRowFunction& make);

// AI2's list of {text, label} as the hub's two parallel lists, in the given member order.
Json choice_lists(const DataRow& holder, std::string_view first, std::string_view second);

}  // namespace assay
