// The journal: what the model answered, written before anything is made of it. An append-only file
// of lines, each with a checksum over its own bytes; docs/formats.md specifies them. All lines of a
// unit are written with one call and closed by an end line, so that a process killed at any moment
// leaves at most one incomplete unit at the end, which is dropped and repeated.
//
// Thread-safety: a JournalWriter belongs to one thread at a time; reading is pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "runtime/evidence.h"
#include "runtime/json_text.h"
#include "runtime/run_cost.h"

namespace assay {

inline constexpr int kJournalVersion = 1;

struct JournalRecord {
  std::string task;
  std::string item;
  Evidence evidence;
};

struct JournalUnit {
  std::size_t index = 0;
  double seconds = 0;            // the engine's, for this unit
  std::optional<UnitCost> cost;  // of models that measure themselves
  std::vector<JournalRecord> records;
  std::size_t line = 0;  // of its first record
};

// A place where the file is not what was written.
struct JournalDamage {
  std::size_t line = 0;
  std::string what;  // full sentence naming line and, as far as they can be read, task and item
};

struct JournalContents {
  std::string fingerprint;         // of the manifest; "" when the header could not be read
  std::vector<JournalUnit> units;  // intact and complete, each index once, in file order
  std::size_t complete_bytes = 0;  // up to the end of the last complete unit
  bool torn = false;               // bytes of an incomplete unit follow
  std::vector<JournalDamage> damage;
  std::vector<std::string> notes;  // harmless oddities, e.g. a unit that is there twice
};

// Reads and checks a whole journal. A missing or empty file is an empty journal. An Error only when
// the file cannot be read or is of a later version; damage is part of the contents.
expected<JournalContents> read_journal(const std::string& path);

// A complete unit as the bytes that are appended for it.
std::string format_unit(const JournalUnit& unit);

// The same in pieces, so that only the short ones are left to write when the answers are there: a
// record up to its request, the rest of its line, and the line after the last.
ObjectText begin_record(std::size_t unit, const std::string& task, const std::string& item,
                        const Evidence& evidence);
std::string finish_record(ObjectText record, const expected<Response>& answer);
std::string end_line(const JournalUnit& unit, std::size_t records);

class JournalWriter {
 public:
  // Opens for appending after `keep_bytes` (what follows is cut off); 0 writes a new header.
  static expected<JournalWriter> open(const std::string& path, const std::string& fingerprint,
                                      std::size_t keep_bytes);
  JournalWriter(JournalWriter&& other) noexcept;
  JournalWriter& operator=(JournalWriter&&) = delete;
  ~JournalWriter();

  // Appends all lines of a unit. After an error nothing of it counts: the file is cut back to
  // where it was, as far as the system lets us.
  expected<void> append(const std::string& unit);

  // Flushes to the disk; append does so too, at most once a second.
  expected<void> sync();

  std::size_t size() const { return size_; }

 private:
  JournalWriter(std::string path, int descriptor, std::size_t size);
  expected<void> write(const std::string& bytes);

  std::string path_;
  int descriptor_ = -1;
  std::size_t size_ = 0;
  std::chrono::steady_clock::time_point last_sync_;
};

}  // namespace assay
