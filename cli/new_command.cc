// `assay new task NAME [--cpp]`: a folder with a task that works: a YAML file (or the source of a
// plug-in), sample data and a test. The files are those of tasks/data/new_task/yaml/, with @NAME@
// replaced, or the example of a plug-in (tasks/cpp_skeleton.h).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "assay/embedded.h"
#include "assay/text.h"
#include "cli/command.h"
#include "cli/validators.h"
#include "tasks/cpp_skeleton.h"
#include "tasks/registry.h"

namespace assay::cli {
namespace {

namespace fs = std::filesystem;

expected<void> check_name(const std::string& name) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (!plain || (name.front() >= '0' && name.front() <= '9')) {
    return usage_error(fmt::format(
        "A task's name is made of small letters, digits and _, and begins with a letter or _; '{}' "
        "does not.",
        name));
  }
  if (find_task(name) != nullptr || find_group(name) != nullptr) {
    return usage_error(fmt::format("There is a task {} already; choose another name.", name));
  }
  return {};
}

class NewCommand : public Command {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("what", what_, "task")->type_name("task")->required()->check(one_of({"task"}));
    app.add_option("name", name_, "its name, and that of the folder")
        ->type_name("NAME")
        ->required();
    app.add_flag("--cpp", cpp_, "a plug-in in C++ instead of a YAML file");
    app.footer("Example:\n  assay new task capitals && assay check task capitals/capitals.yaml\n");
  }

  expected<ExitCode> run(Console& console) override {
    if (const auto checked = check_name(name_); !checked) return checked.error();
    std::error_code failed;
    if (fs::exists(name_, failed)) {
      return usage_error(fmt::format("{} is here already; choose another name or place.", name_));
    }
    expected<std::vector<SkeletonFile>> files = cpp_ ? cpp_skeleton(name_) : yaml_skeleton();
    if (!files) return files.error();
    for (const SkeletonFile& file : *files) {
      const std::string path = name_ + "/" + file.path;
      if (const auto done = write(path, file.bytes); !done) return done.error();
      console.print("wrote " + path + "\n");
    }
    if (cpp_) {
      console.print(
          fmt::format("now: cmake -S {0} -B {0}/build && cmake --build {0}/build\n", name_));
    } else {
      console.print(fmt::format("now: assay check task {0}/{0}.yaml\n", name_));
    }
    return ExitCode::kOk;
  }

 private:
  expected<std::vector<SkeletonFile>> yaml_skeleton() const {
    constexpr std::string_view kFrom = "tasks/data/new_task/yaml/";
    std::vector<SkeletonFile> files;
    for (const std::string_view file : embedded_file_names()) {
      if (!file.starts_with(kFrom)) continue;
      files.push_back({replace_all(file.substr(kFrom.size()), "@NAME@", name_),
                       replace_all(*embedded_file(file), "@NAME@", name_)});
    }
    if (files.empty()) return internal_error("this build carries no skeleton of a task file");
    return files;
  }

  static expected<void> write(const std::string& path, const std::string& text) {
    std::error_code failed;
    fs::create_directories(fs::path(path).parent_path(), failed);
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (failed || !file) {
      return unavailable(fmt::format("{} cannot be written; choose another place.", path));
    }
    if (path.ends_with(".sh")) {
      fs::permissions(path, fs::perms::owner_exec | fs::perms::group_exec, fs::perm_options::add,
                      failed);
    }
    return {};
  }

  std::string what_;
  std::string name_;
  bool cpp_ = false;
};

}  // namespace

std::unique_ptr<Command> make_new_command() { return std::make_unique<NewCommand>(); }

}  // namespace assay::cli
