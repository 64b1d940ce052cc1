// See child.h.
#include "bench/throughput/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "bench/throughput/stopwatch.h"

namespace assay::bench {

expected<ChildResult> run_child(const std::vector<std::string>& words) {
  int ends[2];
  if (pipe(ends) != 0) return internal_error("There is no pipe left for a program.");
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child < 0) return internal_error("A program could not be started.");
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDERR_FILENO);
    close(ends[0]);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(ends[1]);
  ChildResult result;
  char buffer[65536];
  for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0;) {
    result.out.append(buffer, static_cast<std::size_t>(got));
  }
  close(ends[0]);
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  result.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  const double processor = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  result.seconds = clock_kind() == ClockKind::kWall ? result.wall : processor;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::string line;
    for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
    return unavailable(fmt::format("`{}` ended with {}.", line,
                                   WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status)));
  }
  return result;
}

}  // namespace assay::bench
