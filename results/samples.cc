// See samples.h.
#include "results/samples.h"

#include <fmt/format.h>
#include <oneapi/tbb/parallel_pipeline.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <string_view>
#include <utility>
#include <variant>

#include "runtime/files.h"
#include "runtime/json_text.h"
#include "runtime/wire.h"
#include "runtime/wire_text.h"

namespace assay {
namespace {

constexpr int kSamplesVersion = 1;
constexpr const char* kHeader = "assay-samples";

// The part of a line that tells of the item; the same in each of an item's lines.
ObjectText item_text(const std::string& task, const Item& item, const Evidence& evidence) {
  ObjectText text;
  text.add_text("task", task);
  text.add_text("item", item.id);
  text.add("index", item.index);
  text.add_text("group", item.group);
  text.add("doc", item.doc);
  text.add_text("key", evidence.key);
  if (evidence.request) {
    append_request(text.value("request"), *evidence.request);
  } else {
    text.add("request", Json());
  }
  if (evidence.answer) {
    // What the model expected next stays in the journal: once for each item, for no one to read.
    append_response(text.value("response"), *evidence.answer, false);
  } else {
    text.add("no_response", to_json(evidence.answer.error()));
  }
  return text;
}

expected<ItemRecord> item_from(const Json& json) {
  ItemRecord record;
  record.item = {json.at("item").get<std::string>(), json.at("group").get<std::string>(),
                 json.at("index").get<std::size_t>(), json.at("doc")};
  record.evidence.key = json.at("key").get<std::string>();
  if (!json.at("request").is_null()) {
    expected<Request> request = request_from_json(json.at("request"));
    if (!request) return request.error();
    record.evidence.request = std::move(*request);
  }
  if (json.contains("response")) {
    record.evidence.answer = response_from_json(json.at("response"));
    if (!record.evidence.answer) return record.evidence.answer.error();
  } else if (std::optional<Error> error = error_from_json(json.at("no_response"))) {
    record.evidence.answer = *error;
  } else {
    return data_error("the reason why there is no response cannot be read");
  }
  return record;
}

expected<void> take_line(const Json& json, std::map<std::string, TaskRecord*>& by_name) {
  const auto name = json.at("task").get<std::string>();
  const auto task = by_name.find(name);
  if (task == by_name.end()) return data_error(fmt::format("task {} is not of this run", name));
  std::vector<ItemRecord>& items = task->second->items;
  if (items.empty() || items.back().item.id != json.at("item").get<std::string>()) {
    expected<ItemRecord> record = item_from(json);
    if (!record) return record.error();
    items.push_back(std::move(*record));
  }
  JudgedItem& judged = items.back().judged;
  if (json.contains("error")) {
    judged.error = error_from_json(json.at("error"));
    if (!judged.error) return data_error("the item's error cannot be read");
    return {};
  }
  expected<Judgement> judgement = judgement_from_json(json);
  if (!judgement) return judgement.error();
  judged.judgements.push_back(std::move(*judgement));
  return {};
}

// Consecutive items of one task, small enough that all threads have some.
struct Stretch {
  const TaskRecord* task = nullptr;
  std::size_t first = 0, last = 0;  // last is not part of it
};

std::vector<Stretch> cut(const std::vector<TaskRecord>& tasks) {
  constexpr std::size_t kItems = 64;
  std::vector<Stretch> stretches;
  for (const TaskRecord& task : tasks) {
    for (std::size_t first = 0; first < task.items.size(); first += kItems) {
      stretches.push_back({&task, first, std::min(task.items.size(), first + kItems)});
    }
  }
  return stretches;
}

std::string stretch_lines(const Stretch& stretch) {
  std::string bytes;
  for (std::size_t i = stretch.first; i < stretch.last; ++i) {
    for (const std::string& line : sample_lines(stretch.task->name, stretch.task->items[i])) {
      bytes += line;
    }
  }
  return bytes;
}

}  // namespace

std::string samples_header() {
  return dump_line({{"v", kSamplesVersion}, {"kind", kHeader}}) + "\n";
}

std::vector<std::string> sample_lines(const std::string& task, const ItemRecord& record) {
  std::vector<std::string> lines;
  const ObjectText start = item_text(task, record.item, record.evidence);
  if (record.judged.error) {
    ObjectText line = start;
    line.add("error", to_json(*record.judged.error));
    lines.push_back(std::move(line).take() + "}\n");
  }
  for (const Judgement& judgement : record.judged.judgements) {
    ObjectText line = start;
    add_judgement(line, judgement);
    lines.push_back(std::move(line).take() + "}\n");
  }
  return lines;
}

expected<void> SampleStream::begin() {
  expected<OutputFile> file = OutputFile::open(path_);
  if (!file) return file.error();
  file_.emplace(*std::move(file));
  return file_->write(samples_header());
}

expected<void> SampleStream::write(std::string_view lines) {
  if (!file_) {
    const expected<void> begun = begin();
    if (!begun) return begun;
  }
  return file_->write(lines);
}

expected<void> SampleStream::commit() {
  const expected<void> complete = write("");  // a run without items has a file, too
  if (!complete) return complete;
  return file_->commit();
}

expected<void> write_samples(const std::string& path, const std::vector<TaskRecord>& tasks) {
  expected<OutputFile> file = OutputFile::open(path);
  if (!file) return file.error();
  expected<void> written = file->write(samples_header());
  if (!written) return written;

  const std::vector<Stretch> stretches = cut(tasks);
  std::size_t next = 0;
  std::atomic<bool> failed{false};
  const auto source = [&](tbb::flow_control& flow) {
    if (!failed && next < stretches.size()) return stretches[next++];
    flow.stop();
    return Stretch{};
  };
  const auto sink = [&](const std::string& lines) {
    if (failed) return;
    written = file->write(lines);
    failed = !written;
  };
  constexpr std::size_t kAhead = 16;  // stretches in memory at a time
  using tbb::filter_mode;
  tbb::parallel_pipeline(
      kAhead, tbb::make_filter<void, Stretch>(filter_mode::serial_in_order, source) &
                  tbb::make_filter<Stretch, std::string>(
                      filter_mode::parallel, [](const Stretch& s) { return stretch_lines(s); }) &
                  tbb::make_filter<std::string, void>(filter_mode::serial_in_order, sink));
  if (!written) return written;
  return file->commit();
}

expected<void> read_samples(const std::string& path, std::vector<TaskRecord>& tasks) {
  const expected<std::string> bytes = read_file(path);
  if (!bytes) return bytes.error();
  std::map<std::string, TaskRecord*> by_name;
  for (TaskRecord& task : tasks) by_name.emplace(task.name, &task);
  std::string_view rest = *bytes;
  for (std::size_t line = 1; !rest.empty(); ++line) {
    const std::size_t end = rest.find('\n');
    const expected<Json> json = parse_json(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    expected<void> taken;
    try {
      if (!json) {
        taken = json.error();
      } else if (line == 1) {
        if (json->value("kind", Json()) != kHeader || json->value("v", Json()) != kSamplesVersion) {
          taken = data_error("it is not a samples file of the version this program reads");
        }
      } else {
        taken = take_line(*json, by_name);
      }
    } catch (const std::exception& problem) {
      taken =
          data_error(fmt::format("it is not of the form this version writes ({})", problem.what()));
    }
    if (!taken) {
      return data_error(fmt::format("{}, line {}: {}", path, line, taken.error().message));
    }
  }
  return {};
}

}  // namespace assay
