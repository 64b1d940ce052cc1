// The numbers are spelled out because the headers of the system that assay is built on may be older
// than the kernel it runs on.
#include "scorers/sandbox/landlock.h"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace assay::sandbox {
namespace {

constexpr long kCreateRuleset = 444;  // the same on every architecture
constexpr unsigned kAskVersion = 1;   // LANDLOCK_CREATE_RULESET_VERSION

constexpr std::uint64_t kExecute = 1U << 0;
constexpr std::uint64_t kWriteFile = 1U << 1;
constexpr std::uint64_t kReadFile = 1U << 2;
constexpr std::uint64_t kReadFolder = 1U << 3;
constexpr std::uint64_t kRemoveFolder = 1U << 4;
constexpr std::uint64_t kRemoveFile = 1U << 5;
constexpr std::uint64_t kMakeFolder = 1U << 7;
constexpr std::uint64_t kMakeFile = 1U << 8;
constexpr std::uint64_t kMakeLink = 1U << 12;
constexpr std::uint64_t kFirstVersion = (1U << 13) - 1;  // with devices, sockets, pipes
constexpr std::uint64_t kRefer = 1U << 13;               // 2: links and moves between folders
constexpr std::uint64_t kTruncate = 1U << 14;            // 3
constexpr std::uint64_t kDeviceControl = 1U << 15;       // 5: ioctl of devices

constexpr std::uint64_t kReadProgram = kExecute | kReadFile;
constexpr std::uint64_t kScratch = kReadFile | kReadFolder | kWriteFile | kRemoveFolder |
                                   kRemoveFile | kMakeFolder | kMakeFile | kMakeLink | kRefer |
                                   kTruncate;

void append(std::string& bytes, std::uint64_t value) {
  char raw[sizeof value];
  std::memcpy(raw, &value, sizeof value);  // in the machine's own order, as the kernel reads it
  bytes.append(raw, sizeof raw);
}

}  // namespace

KernelLandlock kernel_landlock(const LandlockCall& call) {
  const long version = call(kCreateRuleset, nullptr, 0, kAskVersion);
  if (version > 0) return {static_cast<int>(version), ""};
  return {0, errno == EOPNOTSUPP ? "switched off in this kernel" : "not in this kernel"};
}

KernelLandlock kernel_landlock() {
  return kernel_landlock([](long number, const void* first, std::size_t second, unsigned third) {
    return syscall(number, first, second, third);
  });
}

std::uint64_t landlock_files(int abi) {
  std::uint64_t files = abi >= 1 ? kFirstVersion : 0;
  if (abi >= 2) files |= kRefer;
  if (abi >= 3) files |= kTruncate;
  if (abi >= 5) files |= kDeviceControl;
  return files;
}

std::uint64_t landlock_network(int abi) { return abi >= 4 ? 0b11 : 0; }  // bind, connect

std::uint64_t landlock_scopes(int abi) { return abi >= 6 ? 0b11 : 0; }  // abstract sockets, signals

std::string landlock_ruleset(int abi) {
  std::string bytes;
  append(bytes, landlock_files(abi));
  if (abi >= 4) append(bytes, landlock_network(abi));
  if (abi >= 6) append(bytes, landlock_scopes(abi));
  return bytes;
}

std::vector<LandlockRule> landlock_rules(int abi, const Interpreter& interpreter) {
  const std::uint64_t known = landlock_files(abi);
  std::vector<LandlockRule> rules;
  const auto allow = [&](const std::string& path, std::uint64_t access) {
    rules.push_back({path, access & known});  // what a kernel does not know it refuses
  };
  allow(interpreter.program, kReadProgram);
  for (const std::string& folder : interpreter.folders) allow(folder, kReadProgram | kReadFolder);
  for (const std::string& file : interpreter.files) allow(file, kReadProgram);
  allow("/dev/null", kReadFile | kWriteFile | kTruncate);
  allow("/tmp", kScratch);
  return rules;
}

std::string landlock_argument(int abi, const Interpreter& interpreter) {
  std::string text;
  for (const unsigned char byte : landlock_ruleset(abi)) text += fmt::format("{:02x}", byte);
  for (const LandlockRule& rule : landlock_rules(abi, interpreter)) {
    text += fmt::format("\n{:x} {}", rule.access, rule.path);
  }
  return text;
}

}  // namespace assay::sandbox
