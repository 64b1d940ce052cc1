// See the header.
#include "results/compared_run.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "results/model_cost.h"

namespace assay {
namespace {

std::string without_ending(const std::string& name) {
  constexpr std::string_view kEnding = ".gguf";
  return name.ends_with(kEnding) ? name.substr(0, name.size() - kEnding.size()) : name;
}

// The common beginning up to the last separator, so that names are cut between words.
std::size_t common_words(const std::vector<std::string>& names) {
  std::size_t same = names.front().size();
  for (const std::string& name : names) {
    const auto ends =
        std::mismatch(names.front().begin(), names.front().end(), name.begin(), name.end());
    same = std::min(same, static_cast<std::size_t>(ends.first - names.front().begin()));
  }
  const std::size_t separator = names.front().substr(0, same).find_last_of("-./");
  return separator == std::string::npos ? 0 : separator + 1;
}

bool usable(const std::vector<std::string>& names) {
  const std::set<std::string> distinct(names.begin(), names.end());
  return distinct.size() == names.size() && !distinct.contains("");
}

ComparedRun describe(const RunFolder& run) {
  ComparedRun out;
  out.folder = run.path;
  out.model = run.summary.model;
  const Json& model = run.manifest.at("model");
  out.identity = model.value("identity", "");
  out.cost = model_cost(run.manifest, run.summary.timing);
  return out;
}

}  // namespace

std::vector<std::string> short_labels(const std::vector<std::string>& models,
                                      const std::vector<std::string>& folders) {
  std::vector<std::string> whole;
  for (const std::string& model : models) whole.push_back(without_ending(model));
  std::vector<std::string> cut = whole;
  const std::size_t common = whole.size() > 1 ? common_words(whole) : 0;
  for (std::string& name : cut) name.erase(0, common);
  if (usable(cut)) return cut;
  if (usable(whole)) return whole;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const std::string folder = std::filesystem::path(folders[i]).lexically_normal().string();
    whole[i] += " (" + folder + ")";
  }
  return whole;
}

std::vector<ComparedRun> compared_runs(std::span<const RunFolder* const> runs) {
  std::vector<std::string> models;
  std::vector<std::string> folders;
  std::vector<ComparedRun> out;
  for (const RunFolder* run : runs) {
    models.push_back(run->summary.model);
    folders.push_back(run->path);
    out.push_back(describe(*run));
  }
  const std::vector<std::string> labels = short_labels(models, folders);
  for (std::size_t i = 0; i < out.size(); ++i) out[i].label = labels[i];
  return out;
}

}  // namespace assay
