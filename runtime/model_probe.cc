// The child process and its limits (see the header).
#include "runtime/model_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string_view>

#if ASSAY_HAVE_LLAMA
#include "runtime/llama_trial.h"
#endif

namespace assay {
namespace {

using Clock = std::chrono::steady_clock;

std::string& kept_program() {
  static std::string program;
  return program;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLimitMemory = false;  // The sanitizers reserve terabytes of addresses.
#else
constexpr bool kLimitMemory = true;
#endif

int try_model(const char* path, bool full) {
#if ASSAY_HAVE_LLAMA
  return try_llama(path, full) ? 0 : 1;
#else
  (void)path;
  (void)full;
  return 1;
#endif
}

// Runs in the child between fork and exec: only calls that are safe there.
[[noreturn]] void be_the_child(const char* program, const char* path, ProbeDepth depth,
                               std::uint64_t bytes, bool limit_memory, int output) {
  const rlimit no_core = {0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  if (limit_memory) {
    const rlim_t most = (rlim_t{16} << 30) + 3 * bytes;
    const rlimit memory = {most, most};
    ::setrlimit(RLIMIT_AS, &memory);
  }
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  const bool full = depth == ProbeDepth::kFull;
  if (*program != '\0') {
    const char* arguments[] = {program, "__probe", path, full ? "full" : "vocabulary", nullptr};
    ::execv(program, const_cast<char**>(arguments));
    ::_exit(127);
  }
  for (const int signal : {SIGINT, SIGTERM, SIGABRT, SIGSEGV}) ::signal(signal, SIG_DFL);
  ::_exit(try_model(path, full));
}

// What the child wrote, at most its last 4 kB; false when the deadline passed first.
bool read_until_end(int input, Clock::time_point deadline, std::string& output) {
  char buffer[4096];
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd waiting = {input, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<long long>(left, 60'000)));
    if (ready < 0 && errno != EINTR) return true;
    if (ready <= 0) continue;
    const ssize_t got = ::read(input, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    output.append(buffer, static_cast<std::size_t>(got));
    if (output.size() > 4096) output.erase(0, output.size() - 4096);
  }
}

// The line that says what went wrong: an assertion of the engine, if there is one.
std::string reason_in(std::string_view output) {
  std::string_view found;
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    const std::string_view line = output.substr(0, end);
    if (line.find("GGML_ASSERT") != std::string_view::npos ||
        line.find("what():") != std::string_view::npos) {
      found = line;
    }
    output.remove_prefix(std::min(end + 1, output.size()));
  }
  const std::size_t slash = found.rfind('/', found.find(": "));  // Not the engine's build folder.
  if (slash != std::string_view::npos) found.remove_prefix(slash + 1);
  return std::string(found.substr(0, 200));
}

}  // namespace

void set_probe_program(std::string path) { kept_program() = std::move(path); }

const std::string& probe_program() { return kept_program(); }

expected<void> probe_model(const std::string& path, std::uint64_t bytes, ProbeDepth depth) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return internal_error(fmt::format("No pipe could be made: {}.", std::strerror(errno)));
  }
  const std::string program = probe_program();
#if ASSAY_HAVE_LLAMA
  const bool limit_memory = kLimitMemory && !llama_maps_devices();
#else
  const bool limit_memory = kLimitMemory;
#endif
  const pid_t child = ::fork();
  if (child == 0) be_the_child(program.c_str(), path.c_str(), depth, bytes, limit_memory, ends[1]);
  ::close(ends[1]);
  if (child < 0) {
    ::close(ends[0]);
    return internal_error(
        fmt::format("No process could be started to try the model: {}.", std::strerror(errno)));
  }
  // A slow disk reads 20 MB a second.
  const auto patience = std::chrono::seconds(60 + bytes / (20U << 20));
  std::string output;
  const bool in_time = read_until_end(ends[0], Clock::now() + patience, output);
  ::close(ends[0]);
  if (!in_time) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) {
    return data_error(
        fmt::format("{} keeps the engine busy for more than {} seconds without loading; it is "
                    "damaged or hostile. If its disk is only slow, copy it to another one.",
                    path, patience.count()));
  }
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    if (signal == SIGINT || signal == SIGTERM) {
      return Error{ErrorCode::kInterrupted, "Stopped while the model was being tried."};
    }
    const std::string reason = reason_in(output);
    return data_error(
        fmt::format("{} makes the engine abort ({}{}); it is damaged or of a kind this engine does "
                    "not know.",
                    path, reason.empty() ? ::strsignal(signal) : reason,
                    reason.empty() ? "" : fmt::format(", {}", ::strsignal(signal))));
  }
  return {};
}

int probe_main(int argc, char** argv) {
  if (argc != 4) return 64;
  const std::string_view depth = argv[3];
  if (depth != "full" && depth != "vocabulary") return 64;
  return try_model(argv[2], depth == "full");
}

}  // namespace assay
