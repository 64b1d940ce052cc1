// How the runs were made: banners for what does not verify or is not finished, the manifests with
// what differs between them, and the methods and limits that follow from what was actually run.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "results/figures.h"
#include "results/page/sections.h"
#include "runtime/wire.h"

namespace assay::page {
namespace {

constexpr std::size_t kLongestShown = 4000;  // characters of one manifest member
constexpr std::size_t kListedIds = 12;

// "a.b.c" → text, in the manifest's order. Item lists are cut: they are in manifest.json.
using Facts = std::vector<std::pair<std::string, std::string>>;

void add_facts(const std::string& name, const Json& value, Facts& facts) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      add_facts(name.empty() ? key : name + "." + key, member, facts);
    }
    return;
  }
  const bool ids = name.ends_with(".item_ids") || name.ends_with(".item_indices");
  if (value.is_array() && ids && value.size() > kListedIds) {
    Json head = Json::array();
    for (std::size_t i = 0; i < kListedIds; ++i) head.push_back(value[i]);
    std::string text = dump_line(head);
    text.pop_back();
    facts.emplace_back(name, fmt::format("{}, … {} in all", text, value.size()));
    return;
  }
  if (value.is_array() && !value.empty() && value.front().is_object()) {
    for (const Json& member : value) {
      const std::string key = member.contains("name") && member["name"].is_string()
                                  ? member["name"].get<std::string>()
                                  : std::to_string(&member - &value.front());
      add_facts(fmt::format("{}[{}]", name, key), member, facts);
    }
    return;
  }
  std::string text = value.is_string() ? value.get<std::string>() : dump_line(value);
  if (text.size() > kLongestShown) {
    const std::size_t size = text.size();
    text.resize(kLongestShown);
    text = to_valid_utf8(text) + fmt::format(" … ({} bytes in all)", size);
  }
  facts.emplace_back(name, std::move(text));
}

Facts facts_of(const PageRun& run) {
  Facts facts;
  if (run.inspected.manifest.is_object()) add_facts("", run.inspected.manifest, facts);
  return facts;
}

Table manifest_table(const Facts& facts) {
  Table table;
  table.columns = {{"member"}, {"value"}};
  for (const auto& [name, text] : facts) table.rows.push_back({{name}, {text, CellKind::kCode}});
  return table;
}

// Members in which not all runs say the same.
Table difference_table(std::span<const PageRun> runs) {
  std::vector<std::string> order;
  std::vector<std::map<std::string, std::string>> by_run;
  for (const PageRun& run : runs) {
    std::map<std::string, std::string> own;
    for (const auto& [name, text] : facts_of(run)) {
      const bool known = std::any_of(by_run.begin(), by_run.end(),
                                     [&](const auto& other) { return other.contains(name); });
      if (!known && !own.contains(name)) order.push_back(name);
      own.emplace(name, text);
    }
    by_run.push_back(std::move(own));
  }
  Table table;
  table.columns = {{"member"}};
  for (const PageRun& run : runs) table.columns.push_back({run.name});
  for (const std::string& name : order) {
    std::set<std::string> texts;
    std::vector<Cell> row = {{name}};
    for (const auto& own : by_run) {
      const auto found = own.find(name);
      if (found == own.end()) {
        texts.insert("\n");  // no member reads so
        row.push_back({"not there", CellKind::kAbsent});
      } else {
        texts.insert(found->second);
        row.push_back({found->second, CellKind::kCode});
      }
    }
    if (texts.size() > 1) table.rows.push_back(std::move(row));
  }
  return table;
}

void add_unique(std::vector<std::string>& sentences, std::string sentence) {
  if (std::find(sentences.begin(), sentences.end(), sentence) == sentences.end()) {
    sentences.push_back(std::move(sentence));
  }
}

const std::map<std::string, std::string>& interval_sentences() {
  static const std::map<std::string, std::string> sentences = {
      {"wilson", "Intervals of proportions are Wilson's score intervals."},
      {"normal", "Intervals named normal are the value ± 1.96 standard errors."},
      {"clustered",
       "Where an item has several samples, the standard error is clustered by item, with Student's "
       "t for few items."},
      {"bootstrap", "Intervals named bootstrap hold the middle 95 % of resampled figures."},
      {"clopper-pearson", "Cells of needle grids have Clopper and Pearson's exact intervals."}};
  return sentences;
}

void add_task_methods(const PageRun& run, std::vector<std::string>& methods,
                      std::vector<std::string>& limits) {
  std::size_t partial_tasks = 0;
  std::size_t partial_items = 0;
  std::size_t whole_items = 0;
  for (const Json& task : run.inspected.manifest.value("tasks", Json::array())) {
    const std::string name = task.value("name", "");
    const std::string output = task.value("output", "");
    const std::size_t items = task.value("item_ids", Json::array()).size();
    const std::size_t available = task.value("available", std::size_t{0});
    if (output == "multiple_choice") {
      add_unique(methods,
                 "Multiple choice: the choice with the highest summed log-likelihood is taken as "
                 "the answer (acc); acc_norm divides by the choice's length in characters.");
    } else if (output == "generate_until") {
      add_unique(methods,
                 "Generated answers: a filter reads the answer out of the text; the rule that "
                 "matched is beside every sample.");
    } else if (output == "loglikelihood_rolling") {
      add_unique(methods,
                 "Perplexities are over whole texts in disjoint windows; lower is better.");
    }
    if (available > items) {
      ++partial_tasks;
      partial_items += items;
      whole_items += available;
    }
    const std::string label = task.value("data_label", "");
    if (!label.empty()) add_unique(limits, fmt::format("{}: its data are {}.", name, label));
  }
  if (partial_tasks == 0) return;
  const bool drawn = run.inspected.manifest.value("settings", Json::object()).contains("items") &&
                     !run.inspected.manifest["settings"]["items"].is_null();
  add_unique(
      limits,
      fmt::format("{}: {} task{} asked in part, {} of {} items: {}.", run.name, partial_tasks,
                  partial_tasks == 1 ? " was" : "s were", partial_items, whole_items,
                  drawn ? "a drawn sample, for which the intervals account"
                        : "the first ones, not a drawn sample; the intervals do not account "
                          "for that choice"));
}

void add_run_methods(const PageRun& run, std::vector<std::string>& methods,
                     std::vector<std::string>& limits) {
  const Json settings = run.inspected.manifest.value("settings", Json::object());
  const Json chat = settings.value("chat", Json());
  if (chat.is_boolean()) {
    add_unique(methods, chat.get<bool>() ? "Prompts went through the model's chat template."
                                         : "Prompts are plain text, without a chat template.");
  }
  if (!run.has_figures()) return;
  const Summary& summary = run.folder().summary;
  for (const ResultEntry& entry : summary.entries) {
    for (const Score& score : entry.scores) {
      const Estimate* estimate = as_estimate(score.value);
      if (estimate == nullptr) {
        limits.push_back(fmt::format("{}: {} {} was not measured: {}.", run.name, entry.name,
                                     metric_text(score), absence_text(score.value)));
        continue;
      }
      const auto sentence = interval_sentences().find(estimate->interval_method);
      if (sentence != interval_sentences().end()) add_unique(methods, sentence->second);
      if (!estimate->interval) {
        add_unique(limits, fmt::format("{} {} has no interval.", entry.name, metric_text(score)));
      }
    }
  }
  if (summary.errors > 0) {
    limits.push_back(fmt::format(
        "{}: {} of {} items could not be measured. They are in no score: were they harder than the "
        "others, the scores flatter the model.",
        run.name, summary.errors, summary.items));
  }
}

Banner status_of(const PageRun& run) {
  const RunInspection& found = run.inspected;
  if (!found.verifies()) {
    return {
        Tone::kDamage,
        fmt::format("{} does not verify: its figures do not follow from its evidence", found.path),
        found.problems};
  }
  if (found.state == RunState::kUnfinished) {
    std::size_t answered = 0;
    std::size_t planned = 0;
    Banner banner{Tone::kWarning, "", {}};
    for (const TaskProgress& task : found.progress) {
      answered += task.answered;
      planned += task.planned;
      if (found.progress.size() <= 20) {
        banner.details.push_back(
            fmt::format("{}: {} of {} items answered", task.task, task.answered, task.planned));
      }
    }
    banner.headline = fmt::format(
        "{} is not finished: {} of {} items answered ({:.1f} %); it has no figures yet", found.path,
        answered, planned,
        planned > 0 ? 100.0 * static_cast<double>(answered) / static_cast<double>(planned) : 0.0);
    return banner;
  }
  return {Tone::kNote, "", {}};
}

}  // namespace

std::vector<Banner> status_banners(std::span<const PageRun> runs) {
  std::vector<Banner> banners;
  for (const PageRun& run : runs) {
    Banner banner = status_of(run);
    if (!banner.headline.empty()) banners.push_back(std::move(banner));
  }
  std::set<std::string> suites;
  for (const PageRun& run : runs) {
    std::set<std::string> tasks;
    for (const Json& task : run.inspected.manifest.is_object()
                                ? run.inspected.manifest.value("tasks", Json::array())
                                : Json::array()) {
      tasks.insert(task.value("name", ""));
    }
    if (!tasks.empty()) suites.insert(fmt::format("{}", fmt::join(tasks, "\n")));
  }
  if (suites.size() > 1) {
    banners.push_back({Tone::kNote,
                       "The runs did not measure the same tasks; each is shown where it has a "
                       "figure",
                       {}});
  }
  return banners;
}

std::optional<Section> manifest_section(std::span<const PageRun> runs) {
  Section section{"manifest", "How it was run", {}};
  if (runs.size() > 1) {
    Table differences = difference_table(runs);
    differences.caption = "Members of the manifests in which the runs differ";
    section.blocks.emplace_back(std::move(differences));
  }
  for (const PageRun& run : runs) {
    const Facts facts = facts_of(run);
    if (facts.empty()) continue;
    section.blocks.emplace_back(Folded{
        fmt::format("Manifest of {} ({} members)", run.name, facts.size()), manifest_table(facts)});
  }
  return section;
}

std::optional<Section> method_section(std::span<const PageRun> runs) {
  std::vector<std::string> methods;
  std::vector<std::string> limits;
  for (const PageRun& run : runs) {
    if (!run.inspected.manifest.is_object()) continue;
    add_run_methods(run, methods, limits);
    add_task_methods(run, methods, limits);
    if (!run.inspected.checked.empty()) {
      methods.push_back(run.name + ": " + run.inspected.checked);
    }
    for (const std::string& reason : run.inspected.not_checked) {
      limits.push_back(fmt::format("{}: not checked: {}", run.name, reason));
    }
  }
  if (runs.size() > 1) {
    limits.emplace_back(
        "Intervals of two runs may overlap although the runs differ, and the other way round: only "
        "paired differences over the same items tell.");
  }
  Section section{"method", "Methods and limits", {}};
  section.blocks.emplace_back(Heading{"Methods"});
  section.blocks.emplace_back(Bullets{std::move(methods)});
  if (!limits.empty()) {
    section.blocks.emplace_back(Heading{"Limits"});
    section.blocks.emplace_back(Bullets{std::move(limits)});
  }
  return section;
}

}  // namespace assay::page
