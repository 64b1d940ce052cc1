// Runs the built program as a user does: its own process, with a working folder and an environment,
// and what it wrote to both streams. Times and signals are the caller's.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace assay::test {

struct ProgramResult {
  int exit_code = -1;  // 128 + signal when one ended it
  std::string out;
  std::string err;
  double seconds = 0;
};

struct ProgramOptions {
  std::filesystem::path folder;                    // working folder; "" = the current one
  std::map<std::string, std::string> environment;  // on top of ours
  std::size_t file_size_limit = 0;                 // bytes a file may grow to; 0 = no limit
  bool terminal = false;                           // both streams are one terminal (`out`)
  // Called in the parent once the program runs; may send signals.
  std::function<void(pid_t)> while_running;
};

ProgramResult run_assay(const std::vector<std::string>& arguments,
                        const ProgramOptions& options = {});

// A folder that is removed again.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  // Writes a file below it, folders made as needed.
  std::filesystem::path write(const std::string& name, const std::string& bytes) const;

 private:
  std::filesystem::path path_;
};

std::string read_bytes(const std::filesystem::path& path);

}  // namespace assay::test
