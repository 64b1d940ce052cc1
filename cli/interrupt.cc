// See interrupt.h. The handler does only what is safe in one: it sets a lock-free flag, writes one
// line, and gives the second signal back to the system.
#include "cli/interrupt.h"

#include <unistd.h>

#include <csignal>

namespace assay::cli {
namespace {

std::atomic<bool> stop_flag{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void on_signal(int /*number*/) {
  stop_flag.store(true);
  constexpr char kText[] = "\nassay: stopping after the current step; once more ends at once.\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, kText, sizeof kText - 1);
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

}  // namespace

const std::atomic<bool>& stop_on_signal() {
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, nullptr);
  }
  return stop_flag;
}

}  // namespace assay::cli
