// See plugins.h.
#include "tasks/plugins.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "assay/digest.h"
#include "datasets/file_bytes.h"
#include "tasks/guard.h"
#include "tasks/plugin_parts.h"
#include "tasks/plugin_tag.h"
#include "tasks/plugin_trial.h"
#include "tasks/registry.h"

namespace assay {
namespace {

namespace fs = std::filesystem;
using Library = boost::dll::shared_library;

constexpr const char* kTagSymbol = "assay_plugin_tag";
constexpr const char* kSetupSymbol = "assay_plugin_setup";

struct State {
  std::mutex mutex;
  std::deque<Library> libraries;  // all that were ever loaded: none is unloaded
  std::vector<std::unique_ptr<const LoadedPlugin>> plugins;
  std::map<std::string, const LoadedPlugin*, std::less<>> owner;  // by "task capitals" …
  std::map<std::string, ModelKind, std::less<>> models;
};

// Never destroyed: functions of plug-ins may be called until the very end of the process.
State& state() {
  static State* const all = new State;
  return *all;
}

// A plug-in on its way in.
struct Candidate {
  std::string file;
  std::string sha256;
  PluginTag tag;
};

Error refused(const Candidate& candidate, std::string why) {
  if (why.ends_with('.')) why.pop_back();  // some reasons are sentences already
  return data_error(fmt::format("The plug-in {} ({}) was refused: {}.", name_of(candidate.tag),
                                candidate.file, why));
}

expected<Candidate> look_at(const std::string& path) {
  std::error_code failed;
  const fs::path file = fs::canonical(path, failed);
  if (failed) {
    return unavailable(fmt::format(
        "There is no plug-in file {}; give the shared object that building the plug-in made.",
        path));
  }
  if (fs::is_directory(file, failed)) {
    return data_error(fmt::format("{} is a folder, not a plug-in; name the file in it.", path));
  }
  const expected<std::string> bytes = read_bytes(file.string(), path);
  if (!bytes) return bytes.error();
  const expected<PluginTag> tag = read_plugin_tag(*bytes, path);
  if (!tag) return tag.error();
  return Candidate{file.string(), sha256_hex(*bytes), *tag};
}

const Library& keep(Library library) {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  return all.libraries.emplace_back(std::move(library));
}

// Loads the library and collects what it brings. The message of an Error is the end of "was
// refused: …".
expected<PluginParts> open(const Candidate& candidate) {
  try {
    all_tasks();  // so that what registrars leave from here on is the plug-in's
    const Library& library = keep(Library(candidate.file, boost::dll::load_mode::rtld_now));
    if (!library.has(kTagSymbol) || !library.has(kSetupSymbol)) {
      return data_error(fmt::format(
          "it has no entry {}; write ASSAY_PLUGIN(\"name\", \"version\", setup) once in its source",
          kSetupSymbol));
    }
    const auto& tag = library.get<const PluginTag>(kTagSymbol);
    if (std::memcmp(&tag, &candidate.tag, sizeof tag) != 0) {
      return data_error("its file carries the tag of another plug-in");
    }
    PluginParts parts(name_of(candidate.tag));
    Registrations registered = take_pending_registrations();
    for (Task& task : registered.tasks) parts.add_task(std::move(task));
    for (TaskGroup& group : registered.groups) parts.add_group(std::move(group));
    library.get<void(Plugin&)>(kSetupSymbol)(parts);
    return parts;
  } catch (const std::exception& problem) {
    return data_error(problem.what());
  } catch (...) {
    return data_error(current_problem());
  }
}

// Opened and found in order, in a process that may not survive it.
std::string trial(const Candidate& candidate) {
  const expected<PluginParts> parts = open(candidate);
  if (!parts) return parts.error().message;
  const expected<void> checked = parts->check();
  return checked ? "" : checked.error().message;
}

std::vector<std::string> split_list(const char* text) {
  std::vector<std::string> out;
  std::string_view rest = text == nullptr ? "" : text;
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    if (colon != 0) out.emplace_back(rest.substr(0, colon));
    rest = colon == std::string_view::npos ? "" : rest.substr(colon + 1);
  }
  return out;
}

}  // namespace

std::string plugin_folder() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  if (config != nullptr && *config != '\0') return std::string(config) + "/assay/plugins";
  const char* home = std::getenv("HOME");
  return (home != nullptr && *home != '\0' ? std::string(home) : ".") + "/.config/assay/plugins";
}

std::vector<PluginFile> plugin_files(const std::vector<std::string>& named) {
  std::vector<PluginFile> files;
  std::vector<fs::path> seen;
  const auto add = [&](const std::string& path, PluginPlace place) {
    std::error_code failed;
    fs::path canonical = fs::weakly_canonical(path, failed);
    if (failed) canonical = path;
    if (std::find(seen.begin(), seen.end(), canonical) != seen.end()) return;
    seen.push_back(std::move(canonical));
    files.push_back({path, place});
  };
  for (const std::string& path : named) add(path, PluginPlace::kOption);
  for (const std::string& path : split_list(std::getenv("ASSAY_PLUGINS"))) {
    add(path, PluginPlace::kEnvironment);
  }
  std::vector<std::string> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(plugin_folder(), ignored)) {
    if (entry.path().extension() == ".so") found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  for (const std::string& path : found) add(path, PluginPlace::kFolder);
  return files;
}

expected<const LoadedPlugin*> load_plugin(const std::string& path) {
  const expected<Candidate> candidate = look_at(path);
  if (!candidate) return candidate.error();
  const std::string name = name_of(candidate->tag);
  if (const std::string mismatch = tag_mismatch(candidate->tag); !mismatch.empty()) {
    return data_error(fmt::format(
        "The plug-in {} ({}) was built for another assay: {}; build it again against this one.",
        name, candidate->file, mismatch));
  }
  if (const LoadedPlugin* same = find_plugin(name); same != nullptr) {
    if (same->file == candidate->file) return same;
    return refused(*candidate,
                   fmt::format("a plug-in of that name is loaded already, from {}", same->file));
  }
  const std::string problem = try_in_child([&] { return trial(*candidate); });
  if (!problem.empty()) return refused(*candidate, problem);

  expected<PluginParts> parts = open(*candidate);
  if (!parts) return refused(*candidate, parts.error().message);
  if (const expected<void> checked = parts->check(); !checked) {
    return refused(*candidate, checked.error().message);
  }
  auto plugin = std::make_unique<const LoadedPlugin>(LoadedPlugin{
      name, version_of(candidate->tag), candidate->file, candidate->sha256, parts->names()});
  expected<std::vector<ModelKind>> models = parts->commit();
  if (!models) return refused(*candidate, models.error().message);
  State& all = state();
  const std::lock_guard lock(all.mutex);
  for (const std::string& part : plugin->brings) all.owner.emplace(part, plugin.get());
  for (ModelKind& kind : *models) {
    std::string scheme = kind.scheme;
    all.models.emplace(std::move(scheme), std::move(kind));
  }
  return all.plugins.emplace_back(std::move(plugin)).get();
}

std::vector<const LoadedPlugin*> loaded_plugins() {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  std::vector<const LoadedPlugin*> out;
  for (const auto& plugin : all.plugins) out.push_back(plugin.get());
  return out;
}

const LoadedPlugin* find_plugin(std::string_view name) {
  for (const LoadedPlugin* plugin : loaded_plugins()) {
    if (plugin->name == name) return plugin;
  }
  return nullptr;
}

std::vector<const LoadedPlugin*> plugins_of(const Task& task) {
  std::vector<std::string> parts = {"task " + task.name, "scorer " + task.scorer,
                                    "data " + task.data.dataset};
  for (const FilterPipeline& pipeline : task.filters) {
    for (const FilterStep& step : pipeline.steps) parts.push_back("filter " + step.function);
  }
  for (const MetricSpec& metric : task.metrics) {
    parts.push_back("metric " + metric.name);
    parts.push_back("aggregation " + metric.aggregation);
  }
  std::vector<const LoadedPlugin*> out;
  for (const LoadedPlugin* plugin : loaded_plugins()) {
    const bool used = std::any_of(parts.begin(), parts.end(), [&](const std::string& part) {
      return std::find(plugin->brings.begin(), plugin->brings.end(), part) != plugin->brings.end();
    });
    if (used) out.push_back(plugin);
  }
  return out;
}

const ModelKind* find_model_kind(std::string_view scheme) {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  const auto found = all.models.find(scheme);
  return found == all.models.end() ? nullptr : &found->second;
}

std::vector<const ModelKind*> model_kinds() {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  std::vector<const ModelKind*> out;
  for (const auto& [scheme, kind] : all.models) out.push_back(&kind);
  return out;
}

const LoadedPlugin& plugin_of_model(std::string_view scheme) {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  return *all.owner.at("model " + std::string(scheme));
}

}  // namespace assay
