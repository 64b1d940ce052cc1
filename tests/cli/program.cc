// See program.h.
#include "tests/cli/program.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace assay::test {
namespace {

[[noreturn]] void become_program(const std::vector<std::string>& arguments,
                                 const ProgramOptions& options) {
  if (!options.folder.empty() && chdir(options.folder.c_str()) != 0) _exit(126);
  for (const auto& [name, value] : options.environment) setenv(name.c_str(), value.c_str(), 1);
  if (options.file_size_limit > 0) {
    const rlimit limit{options.file_size_limit, options.file_size_limit};
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, SIG_IGN);  // Writing beyond then fails like on a full disk.
  }
  std::vector<char*> words = {const_cast<char*>("assay")};
  for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execv(ASSAY_BINARY, words.data());
  _exit(127);
}

// Reads both descriptors until they close.
void read_all(int out, int err, ProgramResult& result) {
  char buffer[4096];
  pollfd files[2] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
  int open_files = err >= 0 ? 2 : 1;
  while (open_files > 0) {
    if (poll(files, 2, -1) < 0) continue;
    for (int i = 0; i < 2; ++i) {
      if (files[i].fd < 0 || files[i].revents == 0) continue;
      const ssize_t count = read(files[i].fd, buffer, sizeof buffer);
      if (count > 0) {
        (i == 0 ? result.out : result.err).append(buffer, static_cast<std::size_t>(count));
      } else {
        files[i].fd = -1;
        --open_files;
      }
    }
  }
}

}  // namespace

ProgramResult run_assay(const std::vector<std::string>& arguments, const ProgramOptions& options) {
  ProgramResult result;
  const auto start = std::chrono::steady_clock::now();
  int out[2] = {-1, -1};
  int err[2] = {-1, -1};
  pid_t child = -1;
  if (options.terminal) {
    winsize size{};
    size.ws_col = 100;
    size.ws_row = 40;
    child = forkpty(&out[0], nullptr, nullptr, &size);
    if (child == 0) become_program(arguments, options);
  } else {
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) return result;
    child = fork();
    if (child == 0) {
      dup2(out[1], STDOUT_FILENO);
      dup2(err[1], STDERR_FILENO);
      become_program(arguments, options);
    }
    close(out[1]);
    close(err[1]);
  }
  std::thread meddler;
  if (options.while_running) meddler = std::thread([&] { options.while_running(child); });
  read_all(out[0], err[0], result);
  int status = 0;
  waitpid(child, &status, 0);
  if (meddler.joinable()) meddler.join();
  close(out[0]);
  if (err[0] >= 0) close(err[0]);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

TestFolder::TestFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "assay-cli-XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TestFolder::write(const std::string& name, const std::string& bytes) const {
  const std::filesystem::path file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
  return file;
}

std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

}  // namespace assay::test
