// See plugin_trial.h.
#include "tasks/plugin_trial.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>

#include "tasks/guard.h"

namespace assay {
namespace {

constexpr unsigned kSecondsAllowed = 60;
constexpr char kFine = '+';
constexpr char kRefused = '-';

int answer_to = -1;  // the child's end of the pipe

void answer(char kind, const std::string& text) {
  const std::string message = kind + text;
  const char* from = message.data();
  std::size_t left = message.size();
  while (left > 0) {
    const ssize_t written = write(answer_to, from, left);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    from += written;
    left -= static_cast<std::size_t>(written);
  }
}

// An exception that leaves a constructor of a global object cannot be caught by who loads it.
[[noreturn]] void on_terminate() {
  std::string problem = "it ended the process";
  if (std::current_exception()) {
    try {
      std::rethrow_exception(std::current_exception());
    } catch (...) {
      problem = fmt::format("it threw while it was loaded ({})", current_problem());
    }
  }
  answer(kRefused, problem);
  _exit(1);
}

[[noreturn]] void be_child(const std::function<std::string()>& work) {
  const int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere >= 0) {
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
  }
  std::set_terminate(on_terminate);
  alarm(kSecondsAllowed);
  const std::string problem = work();
  answer(problem.empty() ? kFine : kRefused, problem);
  _exit(0);
}

std::string read_all(int from) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t count = read(from, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
  }
}

std::string how_it_ended(int status) {
  if (!WIFSIGNALED(status)) return "it ended the process while it was loaded";
  if (WTERMSIG(status) == SIGALRM) {
    return fmt::format("loading it took more than {} seconds", kSecondsAllowed);
  }
  return fmt::format("it ended the process with signal {} ({}) while it was loaded",
                     WTERMSIG(status), strsignal(WTERMSIG(status)));
}

}  // namespace

std::string try_in_child(const std::function<std::string()>& work) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return fmt::format("no pipe could be made: {}", strerror(errno));
  const pid_t child = fork();
  if (child < 0) {
    close(ends[0]);
    close(ends[1]);
    return fmt::format("no process could be started to try it in: {}", strerror(errno));
  }
  if (child == 0) {
    close(ends[0]);
    answer_to = ends[1];
    be_child(work);
  }
  close(ends[1]);
  const std::string said = read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (said.empty()) return how_it_ended(status);
  if (said.front() == kFine) return "";
  return said.size() > 1 ? said.substr(1) : "it was refused without a reason";
}

}  // namespace assay
