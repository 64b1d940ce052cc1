// See adaptor_rows.h.
#include "datasets/adaptor_rows.h"

#include <fmt/format.h>

#include <charconv>

#include "datasets/jsonl.h"

namespace assay {

void DataRow::fail(std::string_view problem) const {
  throw DataRowError{fmt::format(
      "{} line {} {}; it is not the file the registry means, or damaged.", file_, line_, problem)};
}

const Json& DataRow::field(std::string_view name) const {
  if (!json_.is_object()) fail("is not a JSON object");
  const auto found = json_.find(std::string(name));
  if (found == json_.end()) fail(fmt::format("has no field \"{}\"", name));
  return *found;
}

std::string DataRow::text(std::string_view name) const {
  const Json& value = field(name);
  if (!value.is_string()) fail(fmt::format("has a field \"{}\" that is not a text", name));
  return value.get<std::string>();
}

std::string DataRow::text_or(std::string_view name, std::string_view fallback) const {
  return has(name) ? text(name) : std::string(fallback);
}

std::int64_t DataRow::integer(std::string_view name) const {
  const Json& value = field(name);
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_string()) {
    const auto& digits = value.get_ref<const std::string&>();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error == std::errc() && end == digits.data() + digits.size() && !digits.empty()) {
      return number;
    }
  }
  fail(fmt::format("has a field \"{}\" that is not a whole number", name));
}

const Json& DataRow::list(std::string_view name) const {
  const Json& value = field(name);
  if (!value.is_array()) fail(fmt::format("has a field \"{}\" that is not a list", name));
  return value;
}

DataRow DataRow::object(std::string_view name) const {
  const Json& value = field(name);
  if (!value.is_object()) fail(fmt::format("has a field \"{}\" that is not an object", name));
  return {value, file_, line_};
}

Json DataRow::columns(std::initializer_list<std::string_view> names) const {
  Json document = Json::object();
  for (const std::string_view name : names) document[std::string(name)] = field(name);
  return document;
}

Json choice_lists(const DataRow& holder, std::string_view first, std::string_view second) {
  Json lists = Json::object();
  lists[std::string(first)] = Json::array();
  lists[std::string(second)] = Json::array();
  for (const Json& choice : holder.list("choices")) {
    for (const std::string_view name : {first, second}) {
      const auto found = choice.is_object() ? choice.find(std::string(name)) : choice.end();
      if (found == choice.end() || !found->is_string()) {
        holder.fail(fmt::format("has a choice without a text \"{}\"", name));
      }
      lists[std::string(name)].push_back(*found);
    }
  }
  return lists;
}

namespace {

expected<Json> made(const AdaptorFile& file, const Json& json, std::size_t line,
                    const DataRowFunction& make) {
  try {
    return make(DataRow(json, file.name, line));
  } catch (const DataRowError& error) {
    return data_error(error.message);
  } catch (const std::exception& error) {
    return data_error(
        fmt::format("{} line {} has an unexpected form: {}.", file.name, line, error.what()));
  }
}

expected<void> give_row(const AdaptorFile& file, const Json& json, std::size_t line,
                        const RowSink& sink, const DataRowFunction& make) {
  expected<Json> document = made(file, json, line, make);
  if (!document) return document.error();
  return document->is_null() ? expected<void>() : sink(std::move(*document));
}

}  // namespace

expected<void> map_jsonl(const AdaptorFile& file, const RowSink& sink,
                         const DataRowFunction& make) {
  const JsonlRow row = [&](Json&& json, std::size_t line) {
    return give_row(file, json, line, sink, make);
  };
  return file.lines != nullptr ? for_each_jsonl(*file.lines, file.name, row)
                               : for_each_jsonl(file.bytes, file.name, row);
}

expected<void> map_array(const AdaptorFile& file, const Json& array, const RowSink& sink,
                         const DataRowFunction& make) {
  if (!array.is_array()) {
    return data_error(
        fmt::format("{} is not a list of records; it is not the file the registry "
                    "means.",
                    file.name));
  }
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (expected<void> given = give_row(file, array[i], i + 1, sink, make); !given) return given;
  }
  return {};
}

}  // namespace assay
