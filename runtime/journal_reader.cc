// The reading half of the journal; see journal.h. The reader trusts nothing: a line counts when its
// checksum is right, a unit counts when all its lines follow each other and its end line agrees.
#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "assay/digest.h"
#include "runtime/files.h"
#include "runtime/journal.h"
#include "runtime/journal_line.h"
#include "runtime/wire.h"

namespace assay {
namespace {

// Two copies of a unit are the same when all but what they cost agrees.
std::string unit_digest(const JournalUnit& unit) {
  JournalUnit timeless = unit;
  timeless.seconds = 0;
  timeless.cost.reset();
  return sha256_hex(format_unit(timeless));
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  expected<JournalContents> read() {
    while (at_ < bytes_.size()) {
      const std::size_t end = bytes_.find('\n', at_);
      if (end == std::string_view::npos) break;  // a torn line
      ++line_;
      const std::string_view text = bytes_.substr(at_, end - at_);
      at_ = end + 1;
      const expected<void> taken = line_ == 1 ? take_header(text) : take_line(text);
      if (!taken) return taken.error();
    }
    contents_.torn = contents_.complete_bytes < bytes_.size();
    return std::move(contents_);
  }

 private:
  expected<void> take_header(std::string_view text) {
    const expected<Json> header = open_line(text);
    if (!header || !header->is_object() || header->value("kind", "") != "assay-journal") {
      damaged(text, header ? "it is not the header of a journal" : header.error().message);
      return {};
    }
    const Json version = header->value("v", Json());
    if (version != kJournalVersion) {
      return data_error(fmt::format(
          "the journal is of version {}, and this program reads version {}; use the program that "
          "wrote it",
          dump_line(version), kJournalVersion));
    }
    contents_.fingerprint = header->value("manifest", "");
    contents_.complete_bytes = at_;
    return {};
  }

  expected<void> take_line(std::string_view text) {
    const expected<Json> object = open_line(text);
    if (!object) {
      damaged(text, object.error().message);
      return {};
    }
    try {
      const auto unit = object->at("unit").get<std::size_t>();
      if (object->value("end", false)) {
        take_end(unit, *object, text);
      } else {
        take_record(unit, *object, text);
      }
    } catch (const std::exception& problem) {
      damaged(text, fmt::format("it is not of the form this version writes ({})", problem.what()));
    }
    return {};
  }

  void take_record(std::size_t unit, const Json& object, std::string_view text) {
    JournalRecord record{
        object.at("task").get<std::string>(), object.at("item").get<std::string>(), {}};
    record.evidence.key = object.at("key").get<std::string>();
    record.evidence.line = line_;
    if (!object.at("request").is_null()) {
      expected<Request> request = request_from_json(object.at("request"));
      if (!request) return damaged(text, request.error().message);
      record.evidence.request = std::move(*request);
    }
    if (object.contains("error")) {
      const std::optional<Error> error = error_from_json(object.at("error"));
      if (!error) return damaged(text, "its error cannot be read");
      record.evidence.answer = *error;
    } else {
      record.evidence.answer = response_from_json(object.at("response"));
      if (!record.evidence.answer) return damaged(text, record.evidence.answer.error().message);
    }
    if (open_ && open_->index != unit) {
      if (!spoiled_) {
        damaged(text, fmt::format("unit {} begins before unit {} has ended", unit, open_->index));
      }
      forget_open();
    }
    if (!open_) {
      open_.emplace();
      open_->index = unit;
      open_->line = line_;
    }
    last_task_ = record.task;
    last_item_ = record.item;
    open_->records.push_back(std::move(record));
  }

  void take_end(std::size_t unit, const Json& object, std::string_view text) {
    const auto count = object.at("records").get<std::size_t>();
    const double seconds = object.at("seconds").get<double>();
    const std::size_t found = open_ && open_->index == unit ? open_->records.size() : 0;
    if (spoiled_) {  // the damage inside is reported already
      contents_.complete_bytes = at_;
      return forget_open();
    }
    if (found != count) {
      damaged(text, fmt::format("unit {} ends with {} of its {} records", unit, found, count));
      contents_.complete_bytes = at_;
      return forget_open();
    }
    if (!open_) {
      open_.emplace();
      open_->index = unit;
      open_->line = line_;
    }
    open_->seconds = seconds;
    if (object.contains("cost")) open_->cost = unit_cost_from_json(object.at("cost"));
    contents_.complete_bytes = at_;
    keep(std::move(*open_));
    forget_open();
  }

  void keep(JournalUnit unit) {
    const std::string digest = unit_digest(unit);
    const auto [known, is_new] = seen_.emplace(unit.index, digest);
    if (is_new) {
      contents_.units.push_back(std::move(unit));
    } else if (known->second == digest) {
      contents_.notes.push_back(
          fmt::format("line {} of the journal: unit {} is there twice with the same content; the "
                      "second copy is ignored",
                      unit.line, unit.index));
    } else {
      const std::string item = unit.records.empty()
                                   ? ""
                                   : fmt::format(" (task {}, item {})", unit.records.front().task,
                                                 unit.records.front().item);
      contents_.damage.push_back(
          {unit.line, fmt::format("line {} of the journal{}: unit {} is there twice with different "
                                  "content",
                                  unit.line, item, unit.index)});
    }
  }

  void forget_open() {
    open_.reset();
    spoiled_ = false;
  }

  void damaged(std::string_view text, const std::string& what) {
    spoiled_ = line_ > 1;
    const std::string task = salvage_member(text, "task");
    const std::string item = salvage_member(text, "item");
    std::string place;
    if (line_ == 1) {
      place = "the header";
    } else if (!task.empty() || !item.empty()) {
      place = fmt::format("task {}, item {}", task.empty() ? "?" : task, item.empty() ? "?" : item);
    } else if (!last_item_.empty()) {
      place = fmt::format("after task {}, item {}", last_task_, last_item_);
    } else {
      place = "the first record";
    }
    contents_.damage.push_back(
        {line_, fmt::format("line {} of the journal ({}) is damaged: {}", line_, place, what)});
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;
  JournalContents contents_;
  std::optional<JournalUnit> open_;
  bool spoiled_ = false;  // a line of the unit in hand was damaged
  std::string last_task_, last_item_;
  std::map<std::size_t, std::string> seen_;
};

}  // namespace

expected<JournalContents> read_journal(const std::string& path) {
  if (!file_exists(path)) return JournalContents{};
  const expected<std::string> bytes = read_file(path);
  if (!bytes) return bytes.error();
  expected<JournalContents> contents = Reader(*bytes).read();
  if (!contents) {
    return Error{contents.error().code, fmt::format("{}: {}", path, contents.error().message)};
  }
  return contents;
}

}  // namespace assay
