// Landlock's numbers for every version of the kernel's interface, what our program asks the kernel
// for (against a kernel that is played), and, where this kernel has it, attacks that nothing else
// in the sandbox would stop.
#include "scorers/sandbox/landlock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdio>

#include "assay/embedded.h"
#include "tests/scorers/sandbox_for_tests.h"
#include "tests/support/temp_folder.h"

namespace assay::sandbox {
namespace {

using ::testing::HasSubstr;
using testing_support::TempFolder;

// From the table of Documentation/userspace-api/landlock.rst: version 2 adds REFER, 3 TRUNCATE, 4
// TCP, 5 IOCTL_DEV, 6 scopes; 7 and later add nothing that is asked for here.
TEST(Landlock, EverythingThatAVersionKnowsIsRestricted) {
  const std::uint64_t files[] = {0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff, 0xffff, 0xffff, 0xffff};
  const std::size_t bytes[] = {8, 8, 8, 8, 16, 16, 24, 24, 24};
  for (int abi = 0; abi <= 8; ++abi) {
    EXPECT_EQ(landlock_files(abi), files[abi]) << abi;
    EXPECT_EQ(landlock_network(abi), abi < 4 ? 0U : 3U) << abi;
    EXPECT_EQ(landlock_scopes(abi), abi < 6 ? 0U : 3U) << abi;
    EXPECT_EQ(landlock_ruleset(abi).size(), bytes[abi]) << abi;
  }
}

TEST(Landlock, TheRulesAllowReadingTheInterpreterAndWritingTheScratchFolder) {
  Interpreter python;
  python.program = "/usr/bin/python3.11";
  python.folders = {"/usr/lib/python3.11"};
  python.files = {"/lib/libc.so.6"};
  constexpr std::uint64_t kExecute = 1;
  constexpr std::uint64_t kChanges = 0x7fff & ~std::uint64_t{0b1101};  // all but execute and read
  for (int abi = 1; abi <= 8; ++abi) {
    const std::vector<LandlockRule> rules = landlock_rules(abi, python);
    ASSERT_EQ(rules.size(), 5U);
    for (const LandlockRule& rule : rules) {
      EXPECT_EQ(rule.access & ~landlock_files(abi), 0U) << "the kernel refuses " << rule.path;
      EXPECT_NE(rule.access, 0U);
      if (rule.path == "/tmp") {
        EXPECT_EQ(rule.access & kExecute, 0U);
      } else if (rule.path != "/dev/null") {
        EXPECT_EQ(rule.access & kChanges, 0U) << rule.path;
        EXPECT_NE(rule.access & kExecute, 0U);
      }
      // The kernel takes rights over folders for folders only.
      const bool folder = rule.path == "/tmp" || rule.path == "/usr/lib/python3.11";
      EXPECT_TRUE(folder || (rule.access & ~std::uint64_t{0xc007}) == 0U) << rule.path;
    }
  }
}

TEST(Landlock, TheKernelIsAskedForItsVersion) {
  long number = 0;
  unsigned flags = 0;
  const KernelLandlock has =
      kernel_landlock([&](long n, const void* first, std::size_t size, unsigned third) {
        number = n;
        flags = third;
        return first == nullptr && size == 0 ? 4L : -1L;
      });
  EXPECT_EQ(has.abi, 4);
  EXPECT_EQ(number, 444);
  EXPECT_EQ(flags, 1U);
  const auto failing = [](int error) {
    return kernel_landlock([error](long, const void*, std::size_t, unsigned) {
      errno = error;
      return -1L;
    });
  };
  EXPECT_EQ(failing(ENOSYS).abi, 0);
  EXPECT_EQ(failing(ENOSYS).why_none, "not in this kernel");
  EXPECT_EQ(failing(EOPNOTSUPP).why_none, "switched off in this kernel");
}

// Runs landlock.py with a kernel that writes down what it is asked; `refuse` is the call it
// refuses.
std::string played(const std::string& argument, int refuse) {
  const TempFolder folder;
  const std::string program =
      "import posix\n" + std::string(embedded_file("scorers/sandbox/landlock.py").value_or(""));
  const std::string script = folder.write("played.py", program + R"(
def call(number, *arguments):
    if number == int(sys.argv[2]):
        return -1
    if number == CREATE_RULESET:
        print(number, arguments[0].hex(), *arguments[1:])
        return posix.open("/", posix.O_RDONLY)
    if number == ADD_RULE:
        place = int.from_bytes(arguments[2][8:], sys.byteorder)
        print(number, posix.readlink("/proc/self/fd/%d" % arguments[0]), arguments[1], arguments[2][:8].hex(),
              posix.readlink("/proc/self/fd/%d" % place), arguments[3])
    if number == RESTRICT_SELF:
        print(number, posix.readlink("/proc/self/fd/%d" % arguments[0]), arguments[1])
    return 0

system_call = call
restrict_files.__defaults__ = (call,)
before = len(posix.listdir("/proc/self/fd"))
print(greeting(sys.argv[1]).decode())
print(len(posix.listdir("/proc/self/fd")) - before)
)");
  const std::string command =
      "python3 -I '" + script + "' '" + argument + "' " + std::to_string(refuse) + " 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "there is no shell";
  std::string out;
  char buffer[4096];
  while (const std::size_t n = fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, n);
  pclose(pipe);
  return out;
}

TEST(Landlock, OurProgramAsksTheKernelForExactlyThat) {
  Interpreter python;
  python.program = "/bin";  // any three paths that are there
  python.folders = {"/usr/lib"};
  const std::string argument = landlock_argument(2, python);
  EXPECT_EQ(argument, "ff3f000000000000\n5 /bin\nd /usr/lib\n6 /dev/null\n31be /tmp");
  char bin[4096] = {};
  ASSERT_NE(realpath("/bin", bin), nullptr);
  EXPECT_EQ(played(argument, 0), std::string("444 ff3f000000000000 8 0\n") +
                                     "445 / 1 0500000000000000 " + bin + " 0\n" +
                                     "445 / 1 0d00000000000000 /usr/lib 0\n"
                                     "445 / 1 0600000000000000 /dev/null 0\n"
                                     "445 / 1 be31000000000000 /tmp 0\n"
                                     "446 / 0\n1\n0\n");
  EXPECT_EQ(played("", 0), "0\n0\n") << "not asked for";
}

TEST(Landlock, WhateverTheKernelRefusesIsSaid) {
  const std::string argument = "ff3f000000000000\n6 /dev/null";
  EXPECT_EQ(played(argument, 444), "Landlock: no ruleset can be made\n0\n");
  EXPECT_THAT(played(argument, 445), HasSubstr("Landlock: the rule for /dev/null is refused\n0\n"));
  EXPECT_THAT(played(argument, 446), HasSubstr("Landlock: it cannot be applied\n0\n"));
  EXPECT_THAT(played("ff3f\n6 /nonexistent", 0), HasSubstr("Landlock: "));
}

TEST(Landlock, TheSandboxSaysWhetherItIsInForce) {
  if (shared_sandbox() == nullptr) GTEST_SKIP() << why_no_sandbox();
  const Json described = shared_sandbox()->describe();
  const KernelLandlock kernel = kernel_landlock();
  const std::string layers = described["layers"].dump();
  if (kernel.abi == 0) {
    EXPECT_EQ(described["missing_layers"], Json::array({"Landlock: " + kernel.why_none}));
    EXPECT_EQ(layers.find("Landlock"), std::string::npos);
  } else {
    EXPECT_THAT(layers, HasSubstr("Landlock (version " + std::to_string(kernel.abi) + ")"));
    EXPECT_FALSE(described.contains("missing_layers"));
  }
}

TEST(Landlock, StopsWhatTheMountsWouldAllow) {
  if (shared_sandbox() == nullptr) GTEST_SKIP() << why_no_sandbox();
  if (const KernelLandlock kernel = kernel_landlock(); kernel.abi == 0) {
    GTEST_SKIP() << "Landlock is " << kernel.why_none;
  }
  const auto verdict = shared_sandbox()->run(R"(
import os

def refused(attempt):
    try:
        attempt()
    except PermissionError:
        return True
    return False

def own_program():
    with open('/tmp/program', 'w') as file:
        file.write('#!/usr/bin/python3\n')
    os.chmod('/tmp/program', 0o700)
    os.execv('/tmp/program', ['program'])

def lists_root(): return refused(lambda: os.listdir('/'))
def lists_dev(): return refused(lambda: os.listdir('/dev'))
def runs_its_own(): return refused(own_program)
def still_works():
    os.mkdir('/tmp/a')
    with open('/tmp/a/b', 'w') as file:
        file.write('x')
    os.truncate('/tmp/a/b', 0)
    os.unlink('/tmp/a/b')
    with open('/dev/null', 'w') as file:
        file.write('x')
    import decimal, json.tool, csv
    return os.listdir('/tmp/a') == []
)",
                                             "assert lists_root()\nassert lists_dev()\n"
                                             "assert runs_its_own()\nassert still_works()");
  ASSERT_TRUE(verdict) << verdict.error().message;
  EXPECT_TRUE(verdict->passed) << verdict->outcome;
}

}  // namespace
}  // namespace assay::sandbox
