// See author_check.h: loading, rendering and the data. Scoring is in author_check_scoring.cc.
#include "tasks/author_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "assay/text.h"
#include "scorers/python_format.h"
#include "tasks/join.h"
#include "tasks/prompt.h"

namespace assay {
namespace {

constexpr std::size_t kScored = 24;
constexpr std::size_t kCompared = 3000;  // items whose shots and choices are looked at

std::string framed(const std::string& text) { return "⟦" + text + "⟧"; }

std::string shown_choices(const Choices& request, const Task& task, const Json& doc) {
  std::string out;
  for (std::size_t i = 0; i < request.contexts.size(); ++i)
    out += framed(request.contexts[i]) + "\n";
  const std::string gold = task.gold_of_contexts
                               ? std::to_string(task.gold_of_contexts(doc))
                               : (task.target ? python_str(task.target(doc)) : "");
  for (std::size_t i = 0; i < request.continuations.size(); ++i) {
    out += fmt::format("  {} {}\n", i, framed(request.continuations[i]));
  }
  return out + "  gold: " + gold + "\n";
}

std::string shown(const Request& request, const Task& task, const Json& doc) {
  if (const auto* choices = std::get_if<Choices>(&request))
    return shown_choices(*choices, task, doc);
  if (const auto* rolling = std::get_if<Rolling>(&request)) return framed(rolling->text) + "\n";
  const auto& completion = std::get<Completion>(request);
  std::string out = framed(completion.prompt) + "\n  stops:";
  for (const std::string& stop : completion.stops) out += " " + python_repr(Json(stop));
  out += fmt::format("\n  at most {} tokens\n", completion.max_tokens);
  if (task.target) out += "  gold: " + framed(python_str(task.target(doc))) + "\n";
  return out;
}

std::string prompt_of(const Request& request) {
  if (const auto* choices = std::get_if<Choices>(&request)) return choices->contexts.front();
  if (const auto* completion = std::get_if<Completion>(&request)) return completion->prompt;
  return std::get<Rolling>(request).text;
}

// Evenly spread, the first and the last among them.
std::vector<std::size_t> spread(std::size_t size, std::size_t count) {
  std::vector<std::size_t> out;
  count = std::min(size, count);
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(count == 1 ? 0 : i * (size - 1) / (count - 1));
  }
  return out;
}

// The same question with the same answer, whatever else the documents hold.
bool same_question(const Task& task, const Json& a, const Json& b) {
  if (a == b) return true;
  try {
    const auto& text = task.shots.text ? task.shots.text : task.text;
    if (!task.text || !text || !task.target || task.gold_of_contexts) return false;
    const std::string asked = task.text(a);
    return !asked.empty() && asked == text(b) &&
           python_str(task.target(a)) == python_str(task.target(b));
  } catch (const std::exception&) {
    return false;  // a shot of another shape
  }
}

void check_own_shots(const LoadedTask& loaded, CheckReport& report) {
  std::size_t hits = 0;
  std::string first;
  const std::size_t most = std::min(loaded.items.size(), kCompared);
  for (std::size_t i = 0; i < most; ++i) {
    const LoadedItem& item = loaded.items[i];
    const bool own = std::any_of(item.shots.begin(), item.shots.end(), [&](std::size_t shot) {
      return same_question(*loaded.task, item.item.doc, loaded.shot_pool[shot]);
    });
    if (!own) continue;
    if (hits++ == 0) first = item.item.id;
  }
  if (hits == 0) return;
  const std::string what =
      fmt::format("{} of {} items stand among their own shots (the first: {})", hits, most, first);
  if (loaded.task->shots.default_count > 0) {
    report.findings.push_back({"own-shot", what,
                               "take the shots from another split (fewshot_split), or name the "
                               "evaluated split there so that the item is left out"});
  } else {
    report.notes.push_back(what + "; without --shots there are none");
  }
}

void check_choices(const LoadedTask& loaded, CheckReport& report) {
  if (!loaded.task->choices || loaded.task->output != OutputType::kMultipleChoice) return;
  std::size_t hits = 0;
  std::string first;
  const std::size_t most = std::min(loaded.items.size(), kCompared);
  for (std::size_t i = 0; i < most; ++i) {
    const std::vector<std::string> choices = loaded.task->choices(loaded.items[i].item.doc);
    const std::set<std::string> distinct(choices.begin(), choices.end());
    if (distinct.size() == choices.size()) continue;
    if (hits++ == 0) first = loaded.items[i].item.id;
  }
  if (hits == 0) return;
  const std::string what =
      fmt::format("{} of {} items have two equal choices (the first: {})", hits, most, first);
  // Published sets have a few, and leaving them out would change their scores.
  if (loaded.status.verified && hits * 50 <= most) {
    report.notes.push_back(what);
  } else {
    report.findings.push_back({"choices", what, "make the choices of every item different"});
  }
}

}  // namespace

expected<Request> checked_request(const LoadedTask& loaded, const LoadedItem& item) {
  std::vector<const Json*> shots;
  for (const std::size_t shot : item.shots) shots.push_back(&loaded.shot_pool[shot]);
  return build_request(*loaded.task, item.item, shots, {}, {});
}

void check_data(const LoadedTask& loaded, CheckReport& report) {
  check_own_shots(loaded, report);
  try {
    check_choices(loaded, report);
  } catch (const std::exception& problem) {
    report.findings.push_back(
        {"choices", problem.what(), "make the choices of every item a list of texts"});
  }
}

void check_rendering(const LoadedTask& loaded, const std::vector<std::size_t>& sample,
                     CheckReport& report) {
  const Task& task = *loaded.task;
  std::vector<std::string> first;
  std::set<std::size_t> to_show = {0, loaded.items.size() / 2, loaded.items.size() - 1};
  bool spaces = false;
  for (const std::size_t i : sample) {
    const LoadedItem& item = loaded.items[i];
    const expected<Request> request = checked_request(loaded, item);
    if (!request) {
      report.findings.push_back(
          {"render", request.error().message, "make the templates fit every row, shots included"});
      return;
    }
    first.push_back(shown(*request, task, item.item.doc));
    const std::string prompt = prompt_of(*request);
    const bool asks =
        task.output == OutputType::kMultipleChoice || task.output == OutputType::kGenerate;
    const bool silent =
        asks && task.text && item.item.preamble.empty() && strip(task.text(item.item.doc)).empty();
    if (silent || (asks && strip(prompt).empty())) {
      report.findings.push_back({"prompt",
                                 fmt::format("the prompt of item {} is empty", item.item.id),
                                 "write what the model is asked into doc_to_text"});
      return;
    }
    spaces = spaces || (ends_in_space(prompt) && task.output == OutputType::kMultipleChoice);
    if (to_show.contains(i)) report.shown.push_back({item.item.id, first.back()});
  }
  if (spaces)
    report.notes.push_back(
        "prompts end in white space, which belongs to the continuation (target_delimiter)");
  // A second time, from the back: what depends on calls made before shows here.
  for (std::size_t k = sample.size(); k-- > 0;) {
    const LoadedItem& item = loaded.items[sample[k]];
    const expected<Request> again = checked_request(loaded, item);
    if (again && shown(*again, task, item.item.doc) == first[k]) continue;
    report.findings.push_back(
        {"render-twice",
         fmt::format("item {} is rendered differently the second time", item.item.id),
         "let the task's functions depend on the document alone"});
    return;
  }
}

namespace {

// A task that makes its items is asked for few of them, by the settings that it knows.
expected<LoadedTask> loaded_small(const Task& task, const DataSource& data, LoadOptions& load) {
  std::vector<Json> settings = {Json::object()};
  if (task.generate_items) {
    settings = {{{"lengths", {1024}}, {"depths", {0, 50, 100}}},
                {{"lengths", {1024}}, {"samples", 10}},
                Json::object()};
  }
  expected<LoadedTask> loaded = internal_error("no settings were tried");
  for (const Json& few : settings) {
    load.settings = few;
    loaded = load_task(task, data, load);
    if (loaded || loaded.error().code != ErrorCode::kUsage) break;
  }
  return loaded;
}

}  // namespace

CheckReport check_task(const Task& task, const DataSource& data, const CheckOptions& options) {
  CheckReport report;
  report.task = task.name;
  LoadOptions load;
  load.shots = options.shots;
  if (!load.shots && task.shots.default_count == 0 && !task.shots.fixed_count) load.shots = 2;
  expected<LoadedTask> loaded = loaded_small(task, data, load);
  if (!loaded && load.shots && !options.shots) {  // there may be nothing to take shots from
    const std::string reason = loaded.error().message;
    load.shots = 0;
    loaded = load_task(task, data, load);
    if (loaded) report.notes.push_back("no shots are shown: " + reason);
  }
  if (!loaded) {
    if (loaded.error().code == ErrorCode::kUnavailable) report.refusal = loaded.error().code;
    report.findings.push_back(
        {"load", loaded.error().message, "correct the file, line or row that is named"});
    return report;
  }
  report.items = loaded->items.size();
  report.shots = loaded->shots;
  std::vector<std::size_t> sample = spread(loaded->items.size(), kScored);
  if (task.build_program) sample = spread(loaded->items.size(), 3);
  check_data(*loaded, report);
  check_rendering(*loaded, sample.size() > 3 ? [&] {
    std::set<std::size_t> all(sample.begin(), sample.end());
    all.insert(loaded->items.size() / 2);
    return std::vector<std::size_t>(all.begin(), all.end());
  }() : sample, report);
  const bool rendered = std::none_of(report.findings.begin(), report.findings.end(),
                                     [](const Finding& f) { return f.rule == "render"; });
  if (rendered) check_scoring(*loaded, sample, options.executor, report);
  return report;
}

}  // namespace assay
