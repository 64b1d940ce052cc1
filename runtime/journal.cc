// The writing half of the journal; see journal.h.
#include "runtime/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "runtime/files.h"
#include "runtime/journal_line.h"
#include "runtime/wire.h"
#include "runtime/wire_text.h"

namespace assay {
namespace {

constexpr std::chrono::seconds kSyncInterval{1};

}  // namespace

ObjectText begin_record(std::size_t unit, const std::string& task, const std::string& item,
                        const Evidence& evidence) {
  ObjectText record;
  record.add("unit", unit);
  record.add_text("task", task);
  record.add_text("item", item);
  record.add_text("key", evidence.key);
  if (evidence.request) {
    append_request(record.value("request"), *evidence.request);
  } else {
    record.add("request", Json());
  }
  return record;
}

std::string finish_record(ObjectText record, const expected<Response>& answer) {
  if (answer) {
    append_response(record.value("response"), *answer, true);
  } else {
    record.add("error", to_json(answer.error()));
  }
  return seal_line(std::move(record));
}

std::string end_line(const JournalUnit& unit, std::size_t records) {
  Json end = {{"unit", unit.index}, {"end", true}, {"records", records}, {"seconds", unit.seconds}};
  if (unit.cost) end["cost"] = to_json(*unit.cost);
  return seal_line(end);
}

std::string format_unit(const JournalUnit& unit) {
  std::string bytes;
  for (const JournalRecord& record : unit.records) {
    bytes += finish_record(begin_record(unit.index, record.task, record.item, record.evidence),
                           record.evidence.answer);
  }
  return bytes + end_line(unit, unit.records.size());
}

JournalWriter::JournalWriter(std::string path, int descriptor, std::size_t size)
    : path_(std::move(path)),
      descriptor_(descriptor),
      size_(size),
      last_sync_(std::chrono::steady_clock::now()) {}

JournalWriter::JournalWriter(JournalWriter&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      last_sync_(other.last_sync_) {}

JournalWriter::~JournalWriter() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

expected<JournalWriter> JournalWriter::open(const std::string& path, const std::string& fingerprint,
                                            std::size_t keep_bytes) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) return system_error("open", path, errno);
  JournalWriter writer(path, descriptor, keep_bytes);
  if (::ftruncate(descriptor, static_cast<off_t>(keep_bytes)) != 0) {
    return system_error("cut off the incomplete end of", path, errno);
  }
  if (keep_bytes == 0) {
    const expected<void> written = writer.write(
        seal_line({{"v", kJournalVersion}, {"kind", "assay-journal"}, {"manifest", fingerprint}}));
    if (!written) return written.error();
  }
  return writer;
}

expected<void> JournalWriter::write(const std::string& bytes) {
  const int error = write_fully(descriptor_, bytes);
  if (error == 0) {
    size_ += bytes.size();
    return {};
  }
  // Nothing is lost when this fails: the reader drops an incomplete unit at the end.
  if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) {
    return system_error("write or cut back", path_, error);
  }
  return system_error("write", path_, error);
}

expected<void> JournalWriter::append(const std::string& unit) {
  const expected<void> written = write(unit);
  if (!written) return written;
  if (std::chrono::steady_clock::now() - last_sync_ < kSyncInterval) return {};
  return sync();
}

expected<void> JournalWriter::sync() {
  last_sync_ = std::chrono::steady_clock::now();
  if (::fdatasync(descriptor_) != 0) return system_error("write", path_, errno);
  return {};
}

}  // namespace assay
