// What a program asks of the system, counted: how the promise that help appears at once is kept
// without a clock.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace assay::test {

struct Traced {
  int exit_code = -1;
  std::size_t calls = 0;   // system calls, all of them
  std::size_t starts = 0;  // threads and processes
  std::size_t sockets = 0;
  std::vector<std::string> opened;  // files, whether they are there or not
};

// Runs assay with its output thrown away. Nothing where tracing is not allowed.
std::optional<Traced> trace_assay(const std::vector<std::string>& arguments);

}  // namespace assay::test
