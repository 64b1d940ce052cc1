// Each probe is a candidate that returns True when what it tried was refused.
#include "scorers/sandbox/self_test.h"

#include <fmt/format.h>

namespace assay::sandbox {
namespace {

constexpr const char* kProbes = R"(
def refused(attempt):
    try:
        attempt()
    except OSError:
        return True
    return False

def reads_host():
    return refused(lambda: open('/etc/passwd').read())

def sees_processes():
    import os
    return os.getpid() < 10 and refused(lambda: os.listdir('/proc/1'))

def writes_outside():
    outside = ['/probe', '/usr/probe', '/dev/probe', '/usr/lib/probe']
    return all(refused(lambda path=path: open(path, 'w')) for path in outside)

def connects():
    import _socket
    return refused(lambda: _socket.socket(2, 1, 0))

def starts_processes():
    import os
    return refused(os.fork)

def has_environment():
    import os
    return not os.environ and os.getuid() != 0

def fills_disk():
    def fill():
        for i in range(64):
            with open('/tmp/%d' % i, 'wb') as file:
                file.write(bytes(8 << 20))
    return refused(fill)
)";

}  // namespace

expected<void> prove_isolation(CodeExecutor& executor) {
  const auto right = executor.run("def f(x):\n    return x + 1\n", "assert f(1) == 2");
  if (!right) return right.error();
  if (!right->passed) {
    return unavailable(fmt::format("a right program does not pass ({})", right->outcome));
  }
  const auto wrong = executor.run("def f(x):\n    return x\n", "assert f(1) == 2");
  if (!wrong) return wrong.error();
  if (wrong->kind != CodeOutcome::kFailedAssertion) {
    return unavailable(fmt::format("a wrong program is not recognised ({})", wrong->outcome));
  }
  std::string test;
  for (const char* probe : {"reads_host", "sees_processes", "writes_outside", "connects",
                            "starts_processes", "has_environment", "fills_disk"}) {
    test += fmt::format("assert {0}(), '{0}'\n", probe);
  }
  const auto probes = executor.run(kProbes, test);
  if (!probes) return probes.error();
  if (probes->passed) return {};
  return unavailable(fmt::format("a probe was not refused ({})", probes->outcome));
}

}  // namespace assay::sandbox
