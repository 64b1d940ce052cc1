// Generated-answer, code and plain-text data sets, and the two adaptors that pass rows through.
#include <fmt/format.h>

#include "datasets/adaptor_rows.h"
#include "datasets/adaptors_internal.h"
#include "datasets/csv.h"
#include "datasets/json_file.h"
#include "datasets/utf8.h"

namespace assay {
namespace {

// MBPP's splits are ranges of task ids (Austin et al. 2021, section 2.1).
bool mbpp_split_has(std::string_view split, std::int64_t id) {
  if (split == "prompt") return id >= 1 && id <= 10;
  if (split == "test") return id >= 11 && id <= 510;
  if (split == "validation") return id >= 511 && id <= 600;
  return id >= 601 && id <= 974;
}

// A level-1 heading: "= Title =", but not "= = Section = =".
bool is_heading(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return false;
  line = line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
  return line.size() > 3 && line.starts_with("= ") && line.ends_with(" =") &&
         !line.starts_with("= =") && !line.ends_with("= =");
}

}  // namespace

// WikiText's raw file is one stream of lines; the document-level form begins a page at every
// level-1 heading. Lines are joined by LF again, so a page ends without one. Blank pages (what
// stands before the first heading) are dropped.
std::vector<std::string> wikitext_pages(std::string_view text) {
  std::vector<std::string> pages;
  std::string page;
  bool empty = true;
  const auto finish = [&] {
    if (page.find_first_not_of(" \t\r\n") != std::string::npos) pages.push_back(page);
    page.clear();
    empty = true;
  };
  while (true) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (is_heading(line)) finish();
    if (!empty) page.push_back('\n');
    page.append(line);
    empty = false;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  finish();
  return pages;
}

namespace adaptors {

expected<void> gsm8k(const AdaptorInput& input, const RowSink& sink) {
  return map_jsonl(input.files.front(), sink, [](const DataRow& row) {
    Json document = Json::object();
    document["question"] = row.text("question");
    document["answer"] = row.text("answer");
    return document;
  });
}

expected<void> humaneval(const AdaptorInput& input, const RowSink& sink) {
  return map_jsonl(input.files.front(), sink, [](const DataRow& row) {
    Json document = Json::object();
    for (const char* name : {"task_id", "prompt", "canonical_solution", "test", "entry_point"}) {
      document[name] = row.text(name);
    }
    return document;
  });
}

expected<void> mbpp_full(const AdaptorInput& input, const RowSink& sink) {
  return map_jsonl(input.files.front(), sink, [&input](const DataRow& row) {
    if (!mbpp_split_has(input.split, row.integer("task_id"))) return Json();
    row.list("test_list");
    return row.columns(
        {"task_id", "text", "code", "test_list", "test_setup_code", "challenge_test_list"});
  });
}

expected<void> mbpp_sanitized(const AdaptorInput& input, const RowSink& sink) {
  const AdaptorFile& file = input.files.front();
  const expected<Json> json = parse_json_file(file.bytes, file.name);
  if (!json) return json.error();
  return map_array(file, *json, sink, [&input](const DataRow& row) {
    if (!mbpp_split_has(input.split, row.integer("task_id"))) return Json();
    row.list("test_list");
    return row.columns({"source_file", "task_id", "prompt", "code", "test_imports", "test_list"});
  });
}

expected<void> lambada(const AdaptorInput& input, const RowSink& sink) {
  return map_jsonl(input.files.front(), sink, [](const DataRow& row) {
    Json document = Json::object();
    document["text"] = row.text("text");
    return document;
  });
}

expected<void> wikitext(const AdaptorInput& input, const RowSink& sink) {
  const AdaptorFile& file = input.files.front();
  if (const auto offset = first_invalid_utf8(file.bytes)) {
    return data_error(
        fmt::format("{} is not UTF-8 at byte {}; get the file again.", file.name, *offset));
  }
  for (std::string& page : wikitext_pages(file.bytes)) {
    Json document = Json::object();
    document["page"] = std::move(page);
    if (const expected<void> taken = sink(std::move(document)); !taken) return taken;
  }
  return {};
}

expected<void> bbh(const AdaptorInput& input, const RowSink& sink) {
  const AdaptorFile& file = input.files.front();
  const expected<Json> json = parse_json_file(file.bytes, file.name);
  if (!json) return json.error();
  const auto examples = json->is_object() ? json->find("examples") : json->end();
  if (examples == json->end()) {
    return data_error(fmt::format("{} has no list \"examples\".", file.name));
  }
  return map_array(file, *examples, sink, [](const DataRow& row) {
    Json document = Json::object();
    document["input"] = row.text("input");
    document["target"] = row.text("target");
    return document;
  });
}

// Rows as they are.
expected<void> rows(const AdaptorInput& input, const RowSink& sink) {
  return map_jsonl(input.files.front(), sink, [](const DataRow& row) {
    if (!row.json().is_object()) row.fail("is not a JSON object");
    return row.json();
  });
}

// Rows of a CSV file with a header, every value a text.
expected<void> csv(const AdaptorInput& input, const RowSink& sink) {
  const AdaptorFile& file = input.files.front();
  const expected<std::vector<CsvRecord>> records = parse_csv(file.bytes, file.name);
  if (!records) return records.error();
  for (std::size_t i = 1; i < records->size(); ++i) {
    Json document = Json::object();
    for (std::size_t k = 0; k < records->front().fields.size(); ++k) {
      document[records->front().fields[k]] = (*records)[i].fields[k];
    }
    if (const expected<void> taken = sink(std::move(document)); !taken) return taken;
  }
  return {};
}

}  // namespace adaptors
}  // namespace assay
