// One sub-command of the program: its name, its options and what it does. Each lives in a file of
// its own (cli/NAME_command.cc), which holds argument handling and calls into the layers below,
// nothing else; cli/commands.cc lists them in the order of the help.
//
// Thread-safety: used from the main thread only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "cli/console.h"
#include "cli/exit_code.h"

namespace CLI {
class App;
}

namespace assay::cli {

class Command {
 public:
  virtual ~Command() = default;
  // Declares options and positionals; the values land in members of the command.
  virtual void add_options(CLI::App& app) = 0;
  // Does the work. An Error is printed by main, after "assay: ", and decides the exit code.
  virtual expected<ExitCode> run(Console& console) = 0;
};

struct CommandEntry {
  std::string name;
  std::string about;  // one line
  std::unique_ptr<Command> (*make)();
};

// All sub-commands, in the order of the help.
const std::vector<CommandEntry>& commands();

std::unique_ptr<Command> make_run_command();
std::unique_ptr<Command> make_list_command();
std::unique_ptr<Command> make_show_command();
std::unique_ptr<Command> make_score_command();
std::unique_ptr<Command> make_verify_command();
std::unique_ptr<Command> make_compare_command();
std::unique_ptr<Command> make_report_command();
std::unique_ptr<Command> make_doctor_command();
std::unique_ptr<Command> make_data_command();
std::unique_ptr<Command> make_quantize_command();
std::unique_ptr<Command> make_imatrix_command();

// The command line of this process, for "go on with: assay run …". Set once by main.
const std::vector<std::string>& command_line();
void set_command_line(std::vector<std::string> words);

// The words joined so that a POSIX shell reads them back unchanged.
std::string shell_line(const std::vector<std::string>& words);

}  // namespace assay::cli
