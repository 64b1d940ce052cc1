// The shared sandbox is opened at its first use.
#include "tests/scorers/sandbox_for_tests.h"

#include <cstdlib>

namespace assay {
namespace {

const expected<std::unique_ptr<Sandbox>>& opened() {
  static const auto sandbox = open_sandbox(quick_options());
  return sandbox;
}

}  // namespace

SandboxOptions quick_options() {
  SandboxOptions options;
  const char* slower = std::getenv("ASSAY_TEST_SLOWER");
  const double factor = slower == nullptr ? 1.0 : std::strtod(slower, nullptr);
  options.limits.cpu_seconds = 1.0 * factor;
  options.limits.wall_seconds = 2.5 * factor;
  options.limits.memory_bytes = std::size_t{512} << 20;
  options.retry_timeouts = false;
  return options;
}

Sandbox* shared_sandbox() { return opened() ? opened()->get() : nullptr; }

const std::string& why_no_sandbox() {
  static const std::string none;
  return opened() ? none : opened().error().message;
}

}  // namespace assay
