// See resume.h.
#include "runtime/resume.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <utility>

#include "runtime/files.h"
#include "runtime/plan.h"

namespace assay {
namespace {

// "" when the unit is what was planned.
std::string unit_problem(const JournalUnit& unit, const std::vector<ManifestUnit>& planned) {
  if (unit.index >= planned.size()) {
    return fmt::format("line {} of the journal: unit {} is not in the plan of {} units", unit.line,
                       unit.index, planned.size());
  }
  const ManifestUnit& expected_unit = planned[unit.index];
  for (std::size_t i = 0; i < unit.records.size(); ++i) {
    const JournalRecord& record = unit.records[i];
    if (i >= expected_unit.items.size() || record.task != expected_unit.task ||
        record.item != expected_unit.items[i]) {
      return fmt::format(
          "line {} of the journal (task {}, item {}) is not what unit {} was planned to hold there",
          record.evidence.line, record.task, record.item, unit.index);
    }
  }
  if (unit.records.size() < expected_unit.items.size()) {
    return fmt::format(
        "line {} of the journal: unit {} holds {} of its {} items; task {}, item {} "
        "is missing",
        unit.line, unit.index, unit.records.size(), expected_unit.items.size(), expected_unit.task,
        expected_unit.items[unit.records.size()]);
  }
  return "";
}

expected<void> keep_damaged(const std::string& path) {
  const std::string aside = path + ".damaged";
  if (std::rename(path.c_str(), aside.c_str()) != 0) {
    return system_error("move aside", path, errno);
  }
  return {};
}

// A new journal of the intact units, put in place of the damaged one only when it is complete.
expected<JournalWriter> rewrite(const std::string& path, const std::string& fingerprint,
                                const std::vector<JournalUnit>& units) {
  const std::string fresh = path + ".repaired";
  std::size_t bytes = 0;
  {
    expected<JournalWriter> writer = JournalWriter::open(fresh, fingerprint, 0);
    if (!writer) return writer.error();
    for (const JournalUnit& unit : units) {
      const expected<void> written = writer->append(format_unit(unit));
      if (!written) return written.error();
    }
    const expected<void> synced = writer->sync();
    if (!synced) return synced.error();
    bytes = writer->size();
  }
  const expected<void> moved = keep_damaged(path);
  if (!moved) return moved.error();
  if (std::rename(fresh.c_str(), path.c_str()) != 0) {
    return system_error("put in place", path, errno);
  }
  return JournalWriter::open(path, fingerprint, bytes);
}

}  // namespace

expected<std::vector<ManifestUnit>> manifest_units(const Json& manifest) {
  try {
    const auto unit_items = manifest.at("unit_items").get<std::size_t>();
    if (unit_items == 0) return data_error("the manifest has units of no items");
    std::vector<ManifestUnit> units;
    if (manifest.contains("sequence")) {  // a run that may stop early has an order of its own
      for (const Json& entry : manifest.at("sequence").at("units")) {
        const Json& task = manifest.at("tasks").at(entry.at(0).get<std::size_t>());
        ManifestUnit unit{task.at("name").get<std::string>(), {}};
        for (const Json& position : entry.at(1)) {
          unit.items.push_back(
              task.at("item_ids").at(position.get<std::size_t>()).get<std::string>());
        }
        units.push_back(std::move(unit));
      }
      return units;
    }
    for (const Json& task : manifest.at("tasks")) {
      const auto name = task.at("name").get<std::string>();
      const auto ids = task.at("item_ids").get<std::vector<std::string>>();
      std::vector<std::size_t> sizes((ids.size() + unit_items - 1) / unit_items, unit_items);
      if (!ids.empty()) sizes.back() = ids.size() - (sizes.size() - 1) * unit_items;
      if (task.contains("units")) {  // not in manifests of versions that cut so
        expected<std::vector<std::size_t>> cut = units_from_json(task.at("units"), ids.size());
        if (!cut) {
          return data_error(fmt::format("in the manifest, task {}: {}", name, cut.error().message));
        }
        sizes = *std::move(cut);
      }
      auto next = ids.begin();
      for (const std::size_t size : sizes) {
        const auto end = next + static_cast<std::ptrdiff_t>(size);
        units.push_back({name, {next, end}});
        next = end;
      }
    }
    return units;
  } catch (const std::exception& problem) {
    return data_error(fmt::format("the manifest's task list is damaged ({})", problem.what()));
  }
}

std::vector<JournalDamage> check_against_manifest(const JournalContents& contents,
                                                  const std::vector<ManifestUnit>& units,
                                                  const std::string& fingerprint) {
  std::vector<JournalDamage> problems;
  const bool header_read = contents.complete_bytes > 0 && !contents.fingerprint.empty();
  if (header_read && contents.fingerprint != fingerprint) {
    problems.push_back({1, "line 1 of the journal: it was written for another manifest"});
  }
  for (const JournalUnit& unit : contents.units) {
    const std::string problem = unit_problem(unit, units);
    if (!problem.empty()) problems.push_back({unit.line, problem});
  }
  return problems;
}

expected<Resumption> resume_journal(const std::string& folder, const Json& manifest, bool repair,
                                    const std::function<void(const std::string&)>& note) {
  const std::string path = folder + "/journal.jsonl";
  const auto fingerprint = manifest.at("fingerprint").get<std::string>();
  expected<JournalContents> contents = read_journal(path);
  if (!contents) return contents.error();
  // Of a run that begins, there is nothing to compare the plan with.
  const bool begins = contents->units.empty() && contents->damage.empty() &&
                      (contents->fingerprint.empty() || contents->fingerprint == fingerprint);
  const expected<std::vector<ManifestUnit>> planned =
      begins ? std::vector<ManifestUnit>() : manifest_units(manifest);
  if (!planned) return planned.error();

  std::vector<JournalDamage> damage = contents->damage;
  const std::vector<JournalDamage> foreign =
      check_against_manifest(*contents, *planned, fingerprint);
  damage.insert(damage.end(), foreign.begin(), foreign.end());
  for (const std::string& sentence : contents->notes) note(sentence);

  if (damage.empty()) {
    if (contents->torn && contents->complete_bytes > 0) {
      note("the journal ends in an incomplete unit; it is dropped and repeated");
    }
    expected<JournalWriter> writer =
        JournalWriter::open(path, fingerprint, contents->complete_bytes);
    if (!writer) return writer.error();
    return Resumption{std::move(contents->units), std::move(*writer)};
  }
  if (!repair) {
    const std::string more =
        damage.size() > 1 ? fmt::format(" (and {} more places)", damage.size() - 1) : "";
    return data_error(fmt::format(
        "{}: {}{}; nothing was changed. Run the same command with --repair to keep every intact "
        "unit and repeat the rest",
        path, damage.front().what, more));
  }
  std::erase_if(contents->units,
                [&](const JournalUnit& unit) { return !unit_problem(unit, *planned).empty(); });
  if (!contents->fingerprint.empty() && contents->fingerprint != fingerprint) {
    contents->units.clear();  // another run's answers
  }
  expected<JournalWriter> writer = rewrite(path, fingerprint, contents->units);
  if (!writer) return writer.error();
  note(fmt::format("the journal was repaired: {} of {} units were kept, the damaged file is {}",
                   contents->units.size(), planned->size(), path + ".damaged"));
  return Resumption{std::move(contents->units), std::move(*writer)};
}

}  // namespace assay
