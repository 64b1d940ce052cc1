// Where the Python interpreter lives and what of the file system it needs: the whole of what a
// candidate is shown of the machine.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "assay/expected.h"
#include "scorers/sandbox/spawn.h"

namespace assay::sandbox {

struct Interpreter {
  std::string program;                                     // real path
  std::string version;                                     // "3.11.2"
  std::vector<std::string> folders;                        // the standard library
  std::vector<std::string> hidden;                         // inside those, what else was installed
  std::vector<std::string> files;                          // shared libraries, real paths
  std::vector<std::pair<std::string, std::string>> links;  // (name, what it points to)
  std::string candidate_code;  // our two programs, compiled for this interpreter
  std::string checker_code;
};

// The absolute path of a program given as a path or by its name in $PATH, "" when there is none.
std::string find_program(const std::string& name);

// Asks the interpreter itself. Errors: kUnavailable, it does not run or does not answer.
expected<Interpreter> discover_interpreter(Spawner& spawner, const std::string& python);

}  // namespace assay::sandbox
