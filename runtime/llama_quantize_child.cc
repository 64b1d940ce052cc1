// The child process around the engine's quantizer, and what is done with its file. What the child
// writes, a JSON object per line: {"tensor":[done,total,name]}; at the end {"fallbacks":[[tensor,
// wanted,got,row length],…]} or {"failed":{"code","message"}}.
#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "runtime/files.h"
#include "runtime/llama_quantize.h"
#include "runtime/model_probe.h"
#include "runtime/wire.h"

namespace assay {
namespace {

constexpr int kPollMilliseconds = 200;

Json request_json(const QuantizeRequest& request) {
  return {{"source", request.source},
          {"output", request.output},
          {"type", request.type},
          {"imatrix", request.imatrix},
          {"requantize", request.requantize},
          {"threads", request.threads}};
}

QuantizeRequest request_from(const Json& json) {
  return {json.at("source").get<std::string>(), json.at("output").get<std::string>(),
          json.at("type").get<std::string>(),   json.at("imatrix").get<std::string>(),
          json.at("requantize").get<bool>(),    json.at("threads").get<int>()};
}

std::string partial_of(const QuantizeRequest& request) { return request.output + ".partial"; }

// Between fork and exec: only calls that are safe there.
[[noreturn]] void be_the_child(const char* program, const char* request, int output, pid_t parent) {
  const rlimit no_core = {0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // It ended before the line above.
  ::signal(SIGINT, SIG_IGN);              // Ctrl-C is the parent's to handle.
  ::dup2(output, STDOUT_FILENO);
  const char* arguments[] = {program, "__quantize", request, nullptr};
  ::execv(program, const_cast<char**>(arguments));
  ::_exit(127);
}

// What is known of the child while it runs.
class Listener {
 public:
  explicit Listener(const TensorProgress& on_tensor) : on_tensor_(on_tensor) {}

  void take(std::string_view bytes) {
    rest_ += bytes;
    std::size_t end = 0;
    while ((end = rest_.find('\n')) != std::string::npos) {
      take_line(rest_.substr(0, end));
      rest_.erase(0, end + 1);
    }
  }

  std::optional<std::vector<Fallback>> fallbacks;
  std::optional<Error> failure;
  std::string last_tensor;

 private:
  void take_line(const std::string& line) {
    const Json said = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!said.is_object()) return;  // Something the engine printed.
    if (said.contains("tensor")) {
      const Json& tensor = said["tensor"];
      last_tensor = tensor[2].get<std::string>();
      if (on_tensor_) on_tensor_(tensor[0].get<int>(), tensor[1].get<int>(), last_tensor);
    } else if (said.contains("fallbacks")) {
      fallbacks.emplace();
      for (const Json& entry : said["fallbacks"]) {
        fallbacks->push_back({entry[0].get<std::string>(), entry[1].get<std::string>(),
                              entry[2].get<std::string>(), entry[3].get<std::int64_t>()});
      }
    } else if (said.contains("failed")) {
      failure = error_from_json(said["failed"]);
    }
  }

  const TensorProgress& on_tensor_;
  std::string rest_;
};

// Reads until the child closes its end; false when it was asked to stop first.
bool listen(int input, const std::atomic<bool>& stop, Listener& listener) {
  char buffer[4096];
  while (!stop.load()) {
    pollfd waiting = {input, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, kPollMilliseconds);
    if (ready <= 0) continue;
    const ssize_t got = ::read(input, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    listener.take({buffer, static_cast<std::size_t>(got)});
  }
  return false;
}

expected<std::vector<Fallback>> quantize_in_child(const QuantizeRequest& request,
                                                  const TensorProgress& on_tensor,
                                                  const std::atomic<bool>& stop) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return internal_error(fmt::format("No pipe could be made: {}.", std::strerror(errno)));
  }
  const std::string program = probe_program();
  const std::string words = dump_line(request_json(request));
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) be_the_child(program.c_str(), words.c_str(), ends[1], parent);
  ::close(ends[1]);
  if (child < 0) {
    ::close(ends[0]);
    return internal_error(fmt::format("No process could be started: {}.", std::strerror(errno)));
  }
  Listener listener(on_tensor);
  const bool ended = listen(ends[0], stop, listener);
  ::close(ends[0]);
  if (!ended) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!ended) {
    return Error{
        ErrorCode::kInterrupted,
        fmt::format("Stopped while {} was being made; nothing of it is left.", request.output)};
  }
  if (listener.failure) return *listener.failure;
  if (listener.fallbacks) return *std::move(listener.fallbacks);
  const std::string where =
      listener.last_tensor.empty() ? "" : fmt::format(" at tensor {}", listener.last_tensor);
  const std::string how = WIFSIGNALED(status) ? std::string(::strsignal(WTERMSIG(status)))
                                              : fmt::format("exit code {}", WEXITSTATUS(status));
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
    return unavailable(
        fmt::format("The process that quantized {} was killed{}, probably because memory ran out.",
                    request.source, where));
  }
  return data_error(
      fmt::format("{} makes the engine's quantizer end{} ({}); it is damaged or of a "
                  "kind this engine cannot quantize.",
                  request.source, where, how));
}

expected<void> put_in_place(const std::string& partial, const std::string& output) {
  const int file = ::open(partial.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return system_error("open", partial, errno);
  const int problem = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  if (problem != 0) return system_error("write", partial, problem);
  if (std::rename(partial.c_str(), output.c_str()) != 0) {
    return system_error("put in place", output, errno);
  }
  return {};
}

}  // namespace

expected<QuantizedFile> quantize_file(const QuantizeRequest& request,
                                      const TensorProgress& on_tensor,
                                      const std::atomic<bool>& stop,
                                      const BeforePlacing& before_placing) {
  const auto start = std::chrono::steady_clock::now();
  const std::string partial = partial_of(request);
  // Asks for permission and space in words before the engine does without.
  if (const expected<OutputFile> trial = OutputFile::open(request.output); !trial) {
    return trial.error();
  }
  const expected<std::vector<Fallback>> fallbacks =
      probe_program().empty() ? quantize_here(request, partial, on_tensor)
                              : quantize_in_child(request, on_tensor, stop);
  const auto finish = [&]() -> expected<QuantizedFile> {
    if (!fallbacks) return fallbacks.error();
    QuantizedFile made;
    made.fallbacks = *fallbacks;
    const expected<TensorTotals> totals = tensor_totals(partial);
    if (!totals) return totals.error();
    made.tensors = *totals;
    std::error_code problem;
    made.bytes = std::filesystem::file_size(partial, problem);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    made.seconds = taken.count();
    if (before_placing) {
      const expected<void> ready = before_placing(made, partial);
      if (!ready) return ready.error();
    }
    const expected<void> placed = put_in_place(partial, request.output);
    if (!placed) return placed.error();
    return made;
  };
  expected<QuantizedFile> made = finish();
  if (!made) ::unlink(partial.c_str());
  return made;
}

int quantize_main(int argc, char** argv) {
  if (argc != 3) return 64;
  const Json words = Json::parse(argv[2], nullptr, /*allow_exceptions=*/false);
  const auto say = [](const Json& object) {
    std::fputs((dump_line(object) + "\n").c_str(), stdout);
    std::fflush(stdout);
  };
  try {
    const QuantizeRequest request = request_from(words);
    const expected<std::vector<Fallback>> fallbacks = quantize_here(
        request, partial_of(request), [&](int done, int total, const std::string& tensor) {
          say({{"tensor", {done, total, tensor}}});
        });
    if (!fallbacks) {
      say({{"failed", to_json(fallbacks.error())}});
      return static_cast<int>(fallbacks.error().code);
    }
    Json list = Json::array();
    for (const Fallback& entry : *fallbacks) {
      list.push_back({entry.tensor, entry.wanted, entry.got, entry.row_length});
    }
    say({{"fallbacks", std::move(list)}});
    return 0;
  } catch (const std::exception& problem) {
    say({{"failed", to_json(internal_error(problem.what()))}});
    return static_cast<int>(ErrorCode::kInternal);
  }
}

}  // namespace assay
