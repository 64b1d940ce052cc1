// See verify.h. Verifying is scoring again and comparing: there is no second way to compute a
// figure that could drift away from the first.
#include "results/verify.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "results/run_folder.h"
#include "results/samples.h"
#include "results/score.h"
#include "results/summarise.h"
#include "results/verdicts.h"
#include "runtime/files.h"
#include "runtime/journal.h"
#include "runtime/kept_tokens.h"
#include "runtime/manifest.h"
#include "runtime/resume.h"
#include "runtime/wire.h"

namespace assay {
namespace {

constexpr std::size_t kMaxProblems = 20;

class Verifier {
 public:
  Verifier(std::string path, const DataSource& data, CodeExecutor* executor, std::string why)
      : path_(std::move(path)), data_(data), executor_(executor), why_(std::move(why)) {}

  expected<VerifyReport> verify() {
    const expected<Json> manifest = load_manifest(path_);
    if (!manifest) {
      if (manifest.error().code != ErrorCode::kBadData) return manifest.error();
      problem(manifest.error().message);
      return report_;
    }
    const expected<void> journal = check_journal(*manifest);
    if (!journal) return journal.error();
    if (!report_.ok()) return report_;  // nothing can be recomputed from damaged evidence

    expected<RunFolder> anew = rescore(path_, data_, executor_);
    if (!anew) {
      if (anew.error().code != ErrorCode::kBadData) return anew.error();
      problem(anew.error().message);
      return report_;
    }
    const expected<void> verdicts = check_verdicts(*anew);
    if (!verdicts) return verdicts.error();
    check_decision(*manifest, *anew);
    const expected<void> summary = check_summary(*anew);
    if (!summary) return summary.error();
    const expected<void> samples = check_samples(*anew);
    if (!samples) return samples.error();
    return report_;
  }

 private:
  void problem(std::string sentence) {
    if (report_.problems.size() < kMaxProblems) report_.problems.push_back(std::move(sentence));
  }

  expected<void> check_journal(const Json& manifest) {
    const std::string file = path_ + "/journal.jsonl";
    const expected<JournalContents> contents = read_journal(file);
    if (!contents) return contents.error();
    for (const JournalDamage& damage : contents->damage) problem(file + ": " + damage.what);
    const expected<std::vector<ManifestUnit>> units = manifest_units(manifest);
    if (!units) return units.error();
    for (const JournalDamage& damage :
         check_against_manifest(*contents, *units, manifest.at("fingerprint").get<std::string>())) {
      problem(file + ": " + damage.what);
    }
    std::vector<bool> found(units->size(), false);
    const int keep = manifest.at("settings").value("keep_probs", 0);
    for (const JournalUnit& unit : contents->units) {
      if (keep > 0) check_kept(file, unit, keep);
      report_.records += unit.records.size();
      if (unit.index < found.size()) found[unit.index] = true;
    }
    if (contents->torn) problem(file + ": it ends in the middle of a unit");
    // Which units a run that may stop early needs is known when it is judged again.
    const bool may_stop = manifest.contains("sequence");
    for (std::size_t u = 0; u < units->size() && !may_stop; ++u) {
      if (found[u]) continue;
      const ManifestUnit& unit = (*units)[u];
      problem(fmt::format("{}: unit {} (task {}, items {} to {}) has no intact records", file, u,
                          unit.task, unit.items.front(), unit.items.back()));
    }
    return {};
  }

  // What --keep-probs kept: only its form can be checked without the model.
  void check_kept(const std::string& file, const JournalUnit& unit, int keep) {
    for (const JournalRecord& record : unit.records) {
      if (!record.evidence.answer) continue;
      const std::string wrong = kept_problem(record.evidence.answer->top_tokens, keep);
      if (wrong.empty()) continue;
      problem(fmt::format("{}: line {} (task {}, item {}): {}", file, record.evidence.line,
                          record.task, record.item, wrong));
    }
  }

  // What was decided, and after how many items, follows from manifest and journal.
  void check_decision(const Json& manifest, const RunFolder& anew) {
    if (!anew.summary.sequence) return;
    ++report_.figures;
    const Json is = Json::parse(dump_line(to_json(*anew.summary.sequence)));
    if (manifest.value("decision", Json()) == is) return;
    problem(fmt::format("{}/manifest.json: its decision is not what the journal gives", path_));
  }

  // Compares how programs ended with what is recorded, and puts the recorded words where the ending
  // is the same: messages may hold a time or a random number, verdicts may not.
  expected<void> check_verdicts(RunFolder& anew) {
    const VerdictCheck check = compare_verdicts(anew, path_, executor_ != nullptr);
    for (const std::string& sentence : check.differences) problem(sentence);
    report_.programs = check.compared;
    for (const auto& [task, programs] : check.taken_over) {
      report_.not_checked.push_back(fmt::format(
          "{}: how its {} programs ended is taken from samples.jsonl; they were not run again ({})",
          task, programs, why_));
    }
    expected<Summary> summary =
        summarise(anew.manifest, anew.tasks, anew.summary.timing, anew.summary.sequence);
    if (!summary) return summary.error();
    anew.summary = std::move(*summary);
    return {};
  }

  expected<void> check_summary(const RunFolder& anew) {
    const std::string file = path_ + "/summary.json";
    if (!file_exists(file)) {
      problem(fmt::format("{} is missing; `assay score {}` makes it", file, path_));
      return {};
    }
    const expected<std::string> text = read_file(file);
    if (!text) return text.error();
    const expected<Json> json = parse_json(*text);
    const expected<Summary> before =
        json ? summary_from_json(*json) : expected<Summary>(json.error());
    if (!before) {
      problem(fmt::format("{}: {}", file, before.error().message));
      return {};
    }
    const std::size_t already = report_.problems.size();
    for (const ResultEntry& entry : anew.summary.entries) {
      const ResultEntry* old = before->find(entry.name);
      if (old == nullptr) {
        problem(fmt::format("{}: {} is missing", file, entry.name));
        continue;
      }
      compare_entry(file, *old, entry);
    }
    if (report_.problems.size() > already) return {};
    // Whatever the comparison above does not name is caught by the bytes.
    Json was = *json;
    Json is = to_json(anew.summary);
    was.erase("timing");
    is.erase("timing");
    if (was != is) problem(fmt::format("{}: it is not what the journal gives", file));
    return {};
  }

  void compare_entry(const std::string& file, const ResultEntry& old, const ResultEntry& entry) {
    if (old.items != entry.items || old.errors != entry.errors) {
      problem(fmt::format("{}: {} has {} items and {} errors, the journal gives {} and {}", file,
                          entry.name, old.items, old.errors, entry.items, entry.errors));
    }
    for (const Score& score : entry.scores) {
      const Score* same = nullptr;
      for (const Score& candidate : old.scores) {
        if (candidate.metric == score.metric && candidate.filter == score.filter) same = &candidate;
      }
      const std::string name = fmt::format("{} {},{}", entry.name, score.metric, score.filter);
      if (same == nullptr) {
        problem(fmt::format("{}: {} is missing", file, name));
        continue;
      }
      const std::string was = dump_line(to_json(same->value));
      const std::string is = dump_line(to_json(score.value));
      ++report_.figures;
      if (was != is) {
        problem(fmt::format("{}: {} is {}, the journal gives {}", file, name, was, is));
      }
    }
  }

  expected<void> check_samples(const RunFolder& anew) {
    const std::string file = path_ + "/samples.jsonl";
    if (!file_exists(file)) {
      problem(fmt::format("{} is missing; `assay score {}` makes it", file, path_));
      return {};
    }
    const expected<std::string> bytes = read_file(file);
    if (!bytes) return bytes.error();
    std::string_view rest = *bytes;
    std::size_t line = 0;
    const auto next = [&]() -> std::string_view {
      const std::size_t end = rest.find('\n');
      const std::string_view text =
          rest.substr(0, end == std::string_view::npos ? rest.size() : end + 1);
      rest.remove_prefix(text.size());
      ++line;
      return text;
    };
    if (next() != samples_header()) problem(fmt::format("{}, line 1: not the header", file));
    for (const TaskRecord& task : anew.tasks) {
      for (const ItemRecord& record : task.items) {
        for (const std::string& is : sample_lines(task.name, record)) {
          const std::string_view was = next();
          if (was == is) {
            ++report_.samples;
          } else {
            problem(fmt::format("{}, line {} (task {}, item {}): not what the journal gives", file,
                                line, task.name, record.item.id));
          }
        }
      }
    }
    if (!rest.empty()) {
      problem(fmt::format("{}, line {}: more lines than the journal gives", file, line + 1));
    }
    return {};
  }

  std::string path_;
  const DataSource& data_;
  CodeExecutor* executor_;
  std::string why_;
  VerifyReport report_;
};

}  // namespace

expected<VerifyReport> verify_run(const std::string& path, const DataSource& data,
                                  CodeExecutor* executor, const std::string& why_no_executor) {
  return Verifier(path, data, executor, why_no_executor).verify();
}

}  // namespace assay
