// Hostile programs (tests/cases/attacks/*.py), each with the outcomes it may have. Where the only
// proof is that nothing was reached, the program returns what it reached and the test wants that to
// be nothing ("expect: passed"). Around all of them stand canaries: a file, a TCP port and a unix
// socket of the host that nobody may touch. As root, everything runs a second time as nobody.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>
#include <vector>

#include "tests/scorers/sandbox_for_tests.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

struct Attack {
  std::string name;
  std::string expect;  // "raised|timed out"
  std::string program;
  std::string test;
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// What the host has that no candidate may reach.
class Canaries {
 public:
  Canaries() {
    std::string pattern = (fs::temp_directory_path() / "assay_attack_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    fs::permissions(folder_, fs::perms::all);
    std::ofstream(folder_ + "/canary") << "alive";
    fs::permissions(folder_ + "/canary", static_cast<fs::perms>(0666));
    tcp_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(tcp_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(getsockname(tcp_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    EXPECT_EQ(listen(tcp_, 8), 0);
    local_ = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_un path{};
    path.sun_family = AF_UNIX;
    (folder_ + "/socket").copy(path.sun_path, sizeof path.sun_path - 1);
    EXPECT_EQ(bind(local_, reinterpret_cast<sockaddr*>(&path), sizeof path), 0);
    EXPECT_EQ(listen(local_, 8), 0);
  }
  ~Canaries() {
    close(tcp_);
    close(local_);
    fs::remove_all(folder_);
  }
  std::string fill(const std::string& text) const {
    return replaced(replaced(text, "@FOLDER@", folder_), "@PORT@", std::to_string(port_));
  }
  void expect_untouched() const {
    std::ifstream file(folder_ + "/canary");
    std::string text;
    std::getline(file, text);
    EXPECT_EQ(text, "alive");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 2);
    EXPECT_LT(accept(tcp_, nullptr, nullptr), 0) << "a candidate reached the TCP port";
    EXPECT_LT(accept(local_, nullptr, nullptr), 0) << "a candidate reached the unix socket";
  }

 private:
  std::string folder_;
  int tcp_ = -1;
  int local_ = -1;
  int port_ = 0;
};

std::vector<Attack> attacks() {
  std::vector<Attack> out;
  for (const auto& entry : fs::directory_iterator(ASSAY_SOURCE_DIR "/tests/cases/attacks")) {
    if (entry.path().extension() != ".py") continue;
    std::ifstream file(entry.path());
    std::stringstream text;
    text << file.rdbuf();
    const std::string all = text.str();
    const std::string mark = "# --- test\n";
    const std::size_t test = all.find(mark);
    const std::size_t expect = all.find("# expect: ");
    if (test == std::string::npos || expect == std::string::npos) {
      ADD_FAILURE() << entry.path() << " lacks its expectation or its test";
      continue;
    }
    const std::size_t end = all.find('\n', expect);
    out.push_back({entry.path().stem().string(), all.substr(expect + 10, end - expect - 10),
                   all.substr(0, test), all.substr(test + mark.size())});
  }
  std::sort(out.begin(), out.end(),
            [](const Attack& a, const Attack& b) { return a.name < b.name; });
  return out;
}

bool allows(const std::string& expect, const std::string& kind) {
  return ("|" + expect + "|").find("|" + kind + "|") != std::string::npos;
}

// What is wrong with how the attack ended; nothing when all is well.
std::string surprise(Sandbox& sandbox, const Canaries& canaries, const Attack& attack,
                     bool* by_the_clock = nullptr) {
  const auto verdict = sandbox.run(canaries.fill(attack.program), canaries.fill(attack.test));
  if (allows(attack.expect, verdict ? to_string(verdict->kind) : "error")) return "";
  if (by_the_clock != nullptr) {
    *by_the_clock = !verdict || verdict->kind == CodeOutcome::kTimedOut;
  }
  return attack.name + ": expected " + attack.expect + ", got " +
         (verdict ? verdict->outcome : verdict.error().message);
}

// Runs every attack, four at a time; lines about those that went wrong. One that a busy machine
// left no time for is run again alone, as a run does it.
std::vector<std::string> surprises(Sandbox& sandbox, const Canaries& canaries) {
  const std::vector<Attack> all = attacks();
  EXPECT_GE(all.size(), 60U);
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::vector<std::string> out;
  std::vector<Attack> late;
  const auto work = [&] {
    for (std::size_t i = next++; i < all.size(); i = next++) {
      bool by_the_clock = false;
      const std::string line = surprise(sandbox, canaries, all[i], &by_the_clock);
      if (line.empty()) continue;
      const std::lock_guard lock(mutex);
      if (by_the_clock) late.push_back(all[i]);
      if (!by_the_clock) out.push_back(line);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  for (const Attack& attack : late) {
    const std::string line = surprise(sandbox, canaries, attack);
    if (!line.empty()) out.push_back(line);
  }
  return out;
}

SandboxOptions attack_options() {
  SandboxOptions options = quick_options();
  options.parallel = 4;
  options.limits.wall_seconds =
      2.0;  // hit by sleepers only: waiting for a processor is not counted
  return options;
}

TEST(SandboxAttacks, NothingReachesTheHostHangsOrPasses) {
  const auto sandbox = open_sandbox(attack_options());
  if (!sandbox) GTEST_SKIP() << sandbox.error().message;
  const Canaries canaries;
  for (const std::string& line : surprises(**sandbox, canaries)) ADD_FAILURE() << line;
  canaries.expect_untouched();
}

TEST(SandboxAttacks, NorWhenAnOrdinaryUserRunsThem) {
  if (geteuid() != 0) GTEST_SKIP() << "not root: the test above ran as an ordinary user";
  if (shared_sandbox() == nullptr) GTEST_SKIP() << why_no_sandbox();
  const Canaries canaries;
  const pid_t child = fork();
  if (child == 0) {
    if (setgid(65534) != 0 || setuid(65534) != 0) _exit(3);
    const auto sandbox = open_sandbox(attack_options());
    if (!sandbox) {
      fprintf(stderr, "%s\n", sandbox.error().message.c_str());
      _exit(2);
    }
    const auto lines = surprises(**sandbox, canaries);
    for (const std::string& line : lines) fprintf(stderr, "%s\n", line.c_str());
    _exit(lines.empty() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0) << "see the lines above";
  canaries.expect_untouched();
}

}  // namespace
}  // namespace assay
