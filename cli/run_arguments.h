// The options that say what is asked of the model: shots, subsets, sampling, chat, and where the
// data and the suites come from. Shared by run and show.
#pragma once

#include <string>
#include <vector>

#include "assay/expected.h"
#include "cli/grid_arguments.h"
#include "runtime/run_settings.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace assay::cli {

class RunArguments {
 public:
  // REQUIRES: the object outlives the parsing of `app`.
  void add_to(CLI::App& app);
  // The settings without targets.
  expected<RunSettings> resolve() const;

  const std::string& data_dir() const { return data_dir_; }  // "" = the default home
  const std::vector<std::string>& include_path() const { return include_path_; }
  const std::string& suites_file() const { return suites_file_; }  // "" = none

 private:
  RunSettings settings_;
  std::optional<std::size_t> first_;
  bool no_multiturn_ = false;
  CLI::Option* keep_probs_ = nullptr;  // its value may be left out
  GridArguments grid_;
  std::string data_dir_;
  std::string suites_file_;
  std::vector<std::string> include_path_;
};

// Declares --data alone, for commands that need nothing else.
void add_data_option(CLI::App& app, std::string& data_dir);

}  // namespace assay::cli
