// Perplexity over a folder of text files: each *.txt of <data home>/letters is an item, in the
// order of the names. Put your own files there, or give another folder with --data.
#include <assay/plugin.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

using assay::Json;

namespace {

assay::expected<assay::DataSplit> read(const std::string& folder, std::string_view,
                                       std::string_view) {
  assay::DataSplit split;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    if (entry.path().extension() == ".txt") split.files.push_back(entry.path().filename());
  }
  if (split.files.empty()) return assay::unavailable("There is no .txt file in " + folder + ".");
  std::sort(split.files.begin(), split.files.end());
  for (const std::string& file : split.files) {
    std::ostringstream text;
    text << std::ifstream(folder + "/" + file, std::ios::binary).rdbuf();
    split.rows.push_back({{"file", file}, {"text", assay::sanitise_utf8(text.str())}});
  }
  return split;
}

void setup(assay::Plugin& plugin) {
  assay::Task task;
  task.name = "letters";
  task.about = "perplexity of the texts in <data home>/letters";
  task.output = assay::OutputType::kRolling;
  task.data.dataset = "letters";
  task.data.test_split = "test";
  task.id = [](const Json& doc, std::size_t) { return assay::text_field(doc, "file"); };
  task.text = [](const Json&) { return std::string(); };
  task.target = [](const Json& doc) -> assay::Target { return assay::text_field(doc, "text"); };
  plugin.add_reader({"letters", "text files of your own", read});
  plugin.add_task(std::move(task));
}

}  // namespace

ASSAY_PLUGIN("letters", "1.0", setup)
