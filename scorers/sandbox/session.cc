// The conversation is strictly question and answer, and that is enforced here: a candidate that
// speaks without being asked has broken the rules, so it cannot flood anybody.
#include "scorers/sandbox/session.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>

#include "scorers/sandbox/processor_wait.h"

namespace assay::sandbox {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Writing to a process that has ended must not end us. Blocks SIGPIPE for this thread while it
// lives, and takes away the one it may have caused.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoSigpipe() {
    const timespec now{};
    if (!was_pending_) {
      while (sigtimedwait(&pipe_, nullptr, &now) < 0 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

 private:
  sigset_t pipe_;
  sigset_t before_;
  bool was_pending_;
};

expected<std::string> new_secret() {
  unsigned char bytes[16];
  if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes) {
    return unavailable("the system gives no random numbers.");
  }
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

// Reads and forgets what it prints, beyond the first `keep` bytes.
void drain(Fd& output, std::string* kept, std::size_t keep) {
  char buffer[1 << 16];
  const ssize_t n = read(output.get(), buffer, sizeof buffer);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) {
    output.reset();
    return;
  }
  const std::size_t room = keep > kept->size() ? keep - kept->size() : 0;
  kept->append(buffer, std::min(room, static_cast<std::size_t>(n)));
}

std::string one_line(const std::string& text, std::size_t limit = 300) {
  std::string out;
  for (const char c : text.substr(0, limit)) {
    out += c == '\n' ? ' ' : (static_cast<unsigned char>(c) < 32 || c == 127) ? '?' : c;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

struct CheckerVerdict {
  std::string secret;
  std::string outcome;
  std::string detail;
};

CheckerVerdict parse_verdict(const std::string& payload) {
  CheckerVerdict verdict;
  const std::size_t first = payload.find('\n');
  const std::size_t second = first == std::string::npos ? first : payload.find('\n', first + 1);
  if (second == std::string::npos) return verdict;
  verdict.secret = payload.substr(0, first);
  verdict.outcome = payload.substr(first + 1, second - first - 1);
  verdict.detail = one_line(payload.substr(second + 1), 600);
  return verdict;
}

std::string wire_text(const std::string& text) { return fmt::format("s{}:{}", text.size(), text); }

// How the candidate's process ended, when it ended before the test was over. The kernel kills what
// ignores SIGXCPU a second of processor time later; bubblewrap does not hand that time on, so the
// clock says whether it can have been that.
void explain_ending(const Ending& ending, const CodeLimits& limits, CodeVerdict* verdict) {
  const bool spent = verdict->wall_seconds >= std::ceil(limits.cpu_seconds) + 0.8;
  if (ending.signal == SIGXCPU || (ending.signal == SIGKILL && spent)) {
    verdict->kind = CodeOutcome::kTimedOut;
    verdict->detail = fmt::format("{:.0f} s of processor time", std::ceil(limits.cpu_seconds));
  } else if (ending.signal == SIGSYS) {
    verdict->kind = CodeOutcome::kKilledBySandbox;
    verdict->detail = "system-call filter";
  } else {
    verdict->kind = CodeOutcome::kEndedEarly;
    if (ending.signal == 0) verdict->detail = fmt::format("exit status {}", ending.status);
    if (const char* name = sigabbrev_np(ending.signal); ending.signal != 0) {
      verdict->detail =
          name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", ending.signal);
    }
  }
}

CodeOutcome kind_of(const std::string& outcome) {
  if (outcome == "assertion") return CodeOutcome::kFailedAssertion;
  if (outcome == "raised") return CodeOutcome::kRaised;
  if (outcome == "syntax") return CodeOutcome::kSyntaxError;
  if (outcome == "oom") return CodeOutcome::kOutOfMemory;
  if (outcome == "killed") return CodeOutcome::kKilledBySandbox;
  return CodeOutcome::kEndedEarly;
}

class Session {
 public:
  Session(Connected candidate, Connected& checker, const SandboxOptions& options,
          const CodeLimits& limits)
      : candidate_(std::move(candidate)), checker_(checker), options_(options), limits_(limits) {}

  expected<SessionResult> run(const std::string& program, const std::string& test) {
    const auto secret = new_secret();
    if (!secret) return secret.error();
    const auto cpu = static_cast<int>(std::ceil(limits_.cpu_seconds)) + 2;
    candidate_.channel.send('P', program);
    checker_.channel.send('J', fmt::format("t4;{}{}i{:x};i{:x};", wire_text(*secret),
                                           wire_text(test), cpu, limits_.memory_bytes));
    while (!over_) step();
    return conclude(*secret);
  }

 private:
  // One round: wait for whoever can go on, move what can be moved.
  void step() {
    const double left = limits_.wall_seconds + excused_ - seconds_since(start_);
    if (left <= 0) {
      over_ = late_ = !excuse();
      return;
    }
    Channel& a = candidate_.channel;
    Channel& b = checker_.channel;
    pollfd fds[] = {
        {a.at_end() ? -1 : a.in(), POLLIN, 0}, {a.wants_to_write() ? a.out() : -1, POLLOUT, 0},
        {b.at_end() ? -1 : b.in(), POLLIN, 0}, {b.wants_to_write() ? b.out() : -1, POLLOUT, 0},
        {candidate_.output.get(), POLLIN, 0},  {checker_.output.get(), POLLIN, 0}};
    if (poll(fds, std::size(fds), static_cast<int>(left * 1000) + 1) <= 0) return;
    if (fds[1].revents != 0) a.write_some();
    if (fds[3].revents != 0) b.write_some();
    if (fds[4].revents != 0) drain(candidate_.output, &printed_, options_.output_bytes);
    if (fds[5].revents != 0) drain(checker_.output, &checker_printed_, 4096);
    if (fds[0].revents != 0) a.read_some();
    if (fds[2].revents != 0) b.read_some();
    while (const auto frame = a.next()) from_candidate(*frame);
    while (const auto frame = b.next()) from_checker(*frame);
    if (a.at_end() && !told_gone_) {
      told_gone_ = true;
      b.send('G', "");
    }
    if (b.at_end()) over_ = true;
  }

  // The clock stands still while the processes, or we who carry their messages, wait for a
  // processor: a busy machine must not decide a verdict. False when they have had their time. The
  // processor time they may use is limited, so this ends.
  bool excuse() {
    constexpr double kMostExcused = 30.0;  // times the limit: they got a thirtieth of a processor
    const double waited =
        std::min(waited_so_far() - waited_before_, kMostExcused * limits_.wall_seconds);
    if (waited <= excused_ + 0.001) return false;
    excused_ = waited;
    return true;
  }

  double waited_so_far() const {
    return waited_for_processor(candidate_.process.pid()) +
           waited_for_processor(checker_.process.pid()) + waited_by_this_thread();
  }

  void from_candidate(const Frame& frame) {
    if (frame.kind == 'H' && !ready_) {
      ready_ = frame.payload == candidate_.greeting;
      if (!ready_) greeting_ = frame.payload;
      over_ = over_ || !ready_;
      candidate_.process.watch_inner();
    } else if (frame.kind == 'R' && ready_ && asked_ > 0) {
      --asked_;
      checker_.channel.send('R', frame.payload);
    } else {
      unasked_ = true;
      candidate_.channel.close_in();
    }
  }

  void from_checker(const Frame& frame) {
    if (frame.kind == 'Q' && !have_verdict_) {
      ++asked_;
      candidate_.channel.send('Q', frame.payload);
    } else if (frame.kind == 'V' && !have_verdict_) {
      have_verdict_ = true;
      said_ = parse_verdict(frame.payload);
    } else if (frame.kind == 'X') {
      checker_status_ = frame.payload;
      over_ = true;
    }
  }

  expected<SessionResult> conclude(const std::string& secret) {
    SessionResult result;
    CodeVerdict& verdict = result.verdict;
    verdict.wall_seconds = seconds_since(start_);
    result.checker_usable = checker_status_ == "0" && have_verdict_;
    const bool passed = !late_ && have_verdict_ && checker_status_ == "0" &&
                        said_.outcome == "passed" && said_.secret == secret &&
                        !candidate_.channel.broke_rules() && !unasked_;
    candidate_.channel.close_out();
    const Ending ending = end_candidate(late_);
    verdict.passed = passed;
    if (passed) {
      verdict.kind = CodeOutcome::kPassed;
    } else if (!ready_ && !late_) {
      return unavailable(
          fmt::format("the sandbox did not start: {}", !greeting_.empty() ? one_line(greeting_)
                                                       : printed_.empty() ? "it said nothing"
                                                                          : one_line(printed_)));
    } else if (late_) {
      verdict.kind = CodeOutcome::kTimedOut;
      verdict.detail = fmt::format("{:g} s by the clock", limits_.wall_seconds);
    } else if (unasked_ || candidate_.channel.broke_rules()) {
      verdict.kind = CodeOutcome::kKilledBySandbox;
      verdict.detail = "it spoke on the sandbox's channel without being asked";
    } else if (!have_verdict_ || checker_status_ != "0") {
      return checker_died(std::move(result));
    } else if (said_.outcome == "unsupported") {
      return Error{ErrorCode::kInternal, said_.detail + "."};
    } else if (said_.outcome == "ended") {
      explain_ending(ending, limits_, &verdict);
    } else {
      verdict.kind = kind_of(said_.outcome);
      verdict.detail = said_.detail;
    }
    verdict.outcome = to_string(verdict.kind);
    if (verdict.kind == CodeOutcome::kRaised) verdict.outcome += " " + verdict.detail;
    if (verdict.kind != CodeOutcome::kRaised && !verdict.detail.empty()) {
      verdict.outcome += ": " + verdict.detail;
    }
    return result;
  }

  // The test itself ran out of something, over what the candidate returned: an endless iterator, a
  // number with a million digits.
  expected<SessionResult> checker_died(SessionResult result) {
    result.checker_usable = false;
    const bool by_time = checker_status_ == std::to_string(SIGXCPU) ||
                         checker_status_ == std::to_string(SIGXCPU | 0x80);
    if (checker_status_.empty()) return unavailable("the process that runs the tests ended.");
    result.verdict.kind = by_time ? CodeOutcome::kTimedOut : CodeOutcome::kOutOfMemory;
    result.verdict.detail = "while the test looked at what it returned";
    result.verdict.outcome =
        fmt::format("{}: {}", to_string(result.verdict.kind), result.verdict.detail);
    return result;
  }

  // Lets it end by itself, so that it can be read how it ended, or kills it; then waits until
  // every process that held its end of the pipes is gone. A busy machine may need long for that
  // end.
  Ending end_candidate(bool kill_now) {
    const Ending ending = candidate_.process.end(std::chrono::milliseconds(kill_now ? 0 : 2000));
    const Clock::time_point end = Clock::now();
    std::string ignored;
    while (candidate_.output && seconds_since(end) < 2.0) {
      pollfd waiting{candidate_.output.get(), POLLIN, 0};
      if (poll(&waiting, 1, 100) > 0) drain(candidate_.output, &ignored, 0);
    }
    return ending;
  }

  const NoSigpipe no_sigpipe_;
  const Clock::time_point start_ = Clock::now();
  Connected candidate_;
  Connected& checker_;
  const SandboxOptions& options_;
  const CodeLimits& limits_;
  // Of those who have lived before; the candidate has just been started.
  const double waited_before_ =
      waited_for_processor(checker_.process.pid()) + waited_by_this_thread();
  double excused_ = 0.0;  // seconds added to the limit by the clock
  std::string greeting_;  // what it said instead of the greeting that was expected
  std::string printed_;
  std::string checker_printed_;
  CheckerVerdict said_;
  std::string checker_status_;
  int asked_ = 1;  // the program itself is the first question
  bool ready_ = false;
  bool unasked_ = false;
  bool told_gone_ = false;
  bool have_verdict_ = false;
  bool late_ = false;
  bool over_ = false;
};

}  // namespace

expected<void> wait_until_ready(Connected& process, const SandboxOptions& options) {
  const Clock::time_point start = Clock::now();
  std::string printed;
  const double limit = std::max(60.0, options.limits.wall_seconds);
  while (seconds_since(start) < limit && !process.channel.at_end()) {
    pollfd fds[] = {{process.channel.in(), POLLIN, 0}, {process.output.get(), POLLIN, 0}};
    if (poll(fds, std::size(fds), 200) <= 0) continue;
    if (fds[1].revents != 0) drain(process.output, &printed, 4096);
    if (fds[0].revents != 0) process.channel.read_some();
    const auto frame = process.channel.next();
    if (!frame || frame->kind != 'H') continue;
    process.process.watch_inner();
    if (frame->payload == process.greeting) return {};
    return unavailable(one_line(frame->payload));
  }
  if (process.output) drain(process.output, &printed, 4096);
  return unavailable(printed.empty() ? "the interpreter in it says nothing" : one_line(printed));
}

expected<SessionResult> run_session(Connected candidate, Connected& checker,
                                    const std::string& program, const std::string& test,
                                    const SandboxOptions& options, const CodeLimits& limits) {
  return Session(std::move(candidate), checker, options, limits).run(program, test);
}

}  // namespace assay::sandbox
