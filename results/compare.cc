// See the header. Steps: pair the items of each task, check that the same was asked, compare each
// line of the base's report order (groups pool their tasks' items), decide the claims.
#include "results/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "results/claims.h"
#include "results/comparability.h"
#include "results/compared_lines.h"
#include "results/compared_run.h"

namespace assay {
namespace {

// Items of all tasks whose headline is right or wrong (or another share), pooled.
std::vector<const ComparedTask*> poolable(const std::map<std::string, ComparedTask>& tasks,
                                          const RunFolder& base) {
  std::vector<const ComparedTask*> out;
  for (const TaskRecord& record : base.tasks) {
    const auto found = tasks.find(record.name);
    if (found == tasks.end() || !found->second.share || found->second.pairs.measured.empty())
      continue;
    out.push_back(&found->second);
  }
  return out;
}

// Differences of the prompts themselves, which no manifest field shows reliably.
void add_rewordings(const std::map<std::string, ComparedTask>& tasks,
                    std::vector<SettingDifference>& differences) {
  for (const auto& [name, task] : tasks) {
    if (task.pairs.reworded == 0) continue;
    differences.push_back(
        {fmt::format("tasks {}.prompts", name), "",
         fmt::format("{} of {} items were asked in other words, for example item {}",
                     task.pairs.reworded, task.pairs.common, task.pairs.example),
         "`assay show` prints a prompt; run one of them again with the other's settings", true});
  }
}

// The tasks of both runs that are wanted, by name; the others' names go into `pair`.
std::map<std::string, ComparedTask> common_tasks(const RunFolder& base, const RunFolder& other,
                                                 const std::vector<std::string>& wanted,
                                                 PairComparison& pair) {
  std::map<std::string, ComparedTask> tasks;
  std::set<std::string> chosen;  // leaves of wanted groups are wanted, too
  for (const ReportLine& line : report_order(base.manifest)) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), line.name) == wanted.end()) {
      continue;
    }
    chosen.insert(line.name);
    chosen.insert(line.leaves.begin(), line.leaves.end());
  }
  const auto task_in = [](const RunFolder& run, const std::string& name) {
    return std::find_if(run.tasks.begin(), run.tasks.end(),
                        [&](const TaskRecord& t) { return t.name == name; });
  };
  for (const TaskRecord& record : base.tasks) {
    if (!chosen.contains(record.name)) continue;
    const auto twin = task_in(other, record.name);
    if (twin == other.tasks.end()) {
      pair.only_base.push_back(record.name);
    } else {
      tasks.emplace(record.name, compared_task(record, *twin));
    }
  }
  for (const TaskRecord& record : other.tasks) {
    const bool known = task_in(base, record.name) != base.tasks.end();
    if (!known && wanted.empty()) pair.only_other.push_back(record.name);
  }
  return tasks;
}

// What a reader has to know about the two runs as a whole.
std::vector<std::string> run_notes(const RunFolder& base, const RunFolder& other, bool same_file) {
  std::vector<std::string> notes;
  if (base.manifest.at("fingerprint") == other.manifest.at("fingerprint")) {
    notes.push_back("both are the same run (same manifest): every difference is zero or chance");
  } else if (same_file) {
    notes.push_back(
        "both runs measured the same model file: what differs comes from settings or chance");
  }
  const auto keeps = [](const RunFolder& run) {
    return run.manifest.at("settings").value("keep_probs", 0) > 0;
  };
  if (keeps(base) != keeps(other)) {
    notes.push_back(fmt::format(
        "next-token probabilities were kept in {} only (--keep-probs); they are not compared",
        keeps(base) ? base.path : other.path));
  }
  for (const RunFolder* run : {&base, &other}) {
    if (!run->summary.sequence || !run->summary.sequence->stopped_early()) continue;
    notes.push_back(fmt::format(
        "{} stopped when its comparison with {} was decided: its answers chose how many items it "
        "asked, so p-values and intervals here are surer than they should be; the decision in its "
        "own table allows for that",
        run->path, run->summary.sequence->against));
  }
  return notes;
}

expected<PairComparison> compare_pair(const RunFolder& base, const RunFolder& other,
                                      const ComparedRun& base_run, ComparedRun other_run,
                                      const CompareOptions& options) {
  PairComparison pair;
  pair.other = std::move(other_run);
  const std::map<std::string, ComparedTask> tasks = common_tasks(base, other, options.tasks, pair);
  if (tasks.empty()) {
    return usage_error(
        fmt::format("{} and {} have no task in common{}; run them on the same suite.", base.path,
                    other.path, options.tasks.empty() ? "" : " among those named with --tasks"));
  }
  std::vector<std::string> names;  // in the order they were run
  for (const TaskRecord& record : base.tasks) {
    if (tasks.contains(record.name)) names.push_back(record.name);
  }
  pair.differences = setting_differences(base.manifest, other.manifest, names);
  add_rewordings(tasks, pair.differences);
  const bool refuses = std::any_of(pair.differences.begin(), pair.differences.end(),
                                   [](const SettingDifference& d) { return d.refuses; });
  if (refuses && !options.despite_differences) {
    return usage_error(refusal(base_run.label, pair.other.label, pair.differences));
  }
  pair.same_file = !base_run.identity.empty() && base_run.identity == pair.other.identity;
  pair.notes = run_notes(base, other, pair.same_file);

  const std::vector<ComparedLine> lines = compared_lines(base.manifest, tasks);
  const std::vector<const ComparedTask*> pool = poolable(tasks, base);
  auto claims = static_cast<std::size_t>(
      std::count_if(lines.begin(), lines.end(), [](const ComparedLine& l) { return l.claimed; }));
  const bool overall = claims > 1 && pool.size() > 1;
  claims += overall ? 1 : 0;
  LineBuilder builder(options,
                      options.alpha / static_cast<double>(std::max<std::size_t>(1, claims)),
                      same_tokens(base.manifest, other.manifest));
  for (const ComparedLine& line : lines) {
    pair.tasks.push_back(compare_line(line, builder));
    if (line.report.group == nullptr) {
      pair.flips.insert(pair.flips.end(), builder.flips().begin(), builder.flips().end());
    }
  }
  if (overall) {
    pair.overall = builder.line(pool);
    // Tasks with too many item errors are refused on their own; together they may be few.
    MetricComparison m = builder.pooled(pool, "", "", true);
    m.headline = true;
    pair.overall->metrics.push_back(std::move(m));
    pair.overall->claim = Claim{};
    builder.add_notes(*pair.overall);
  }
  decide_claims(pair, base_run.label, options);
  return pair;
}

}  // namespace

expected<Comparison> compare_runs(const RunFolder& base, std::span<const RunFolder> others,
                                  const CompareOptions& options) {
  std::vector<const RunFolder*> all = {&base};
  for (const RunFolder& other : others) all.push_back(&other);
  std::vector<ComparedRun> described = compared_runs(all);
  Comparison comparison;
  comparison.options = options;
  comparison.base = described.front();
  for (std::size_t i = 0; i < others.size(); ++i) {
    expected<PairComparison> pair =
        compare_pair(base, others[i], described.front(), described[i + 1], options);
    if (!pair) return pair.error();
    comparison.others.push_back(std::move(*pair));
  }
  conclude(comparison);
  return comparison;
}

}  // namespace assay
