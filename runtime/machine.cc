// See machine.h. Linux tells these things in text files; each is read with tolerance.
#include "runtime/machine.h"

#include <malloc.h>
#include <sys/utsname.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

namespace assay {
namespace {

std::atomic<bool> peak_is_lost{false};  // it belongs to what was before a restart that failed

// The rest of the first line that begins with `prefix`, without leading ": \t=" and quotes.
std::string value_after(const char* file, std::string_view prefix) {
  std::ifstream input(file);
  std::string line;
  while (std::getline(input, line)) {
    if (!std::string_view(line).starts_with(prefix)) continue;
    const std::size_t begin = line.find_first_not_of(" \t:=\"", prefix.size());
    if (begin == std::string::npos) return "";
    const std::size_t end = line.find_last_not_of(" \t\"\r");
    return line.substr(begin, end - begin + 1);
  }
  return "";
}

std::size_t kibibytes(const std::string& text) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number * 1024;
}

}  // namespace

Json describe_machine() {
  Json machine = Json::object();
  const std::string cpu = value_after("/proc/cpuinfo", "model name");
  if (!cpu.empty()) machine["cpu"] = cpu;
  machine["cores"] = std::thread::hardware_concurrency();
  const std::size_t memory = kibibytes(value_after("/proc/meminfo", "MemTotal"));
  if (memory > 0) machine["memory_bytes"] = memory;
  const std::string os = value_after("/etc/os-release", "PRETTY_NAME");
  if (!os.empty()) machine["os"] = os;
  utsname names{};
  if (uname(&names) == 0) machine["kernel"] = std::string(names.sysname) + " " + names.release;
  double load[3] = {};
  if (getloadavg(load, 3) == 3) machine["load_average"] = {load[0], load[1], load[2]};
  return machine;
}

std::size_t memory_bytes() {
  const std::size_t memory = kibibytes(value_after("/proc/meminfo", "MemTotal"));
  std::ifstream limit("/sys/fs/cgroup/memory.max");
  std::size_t most = 0;
  return limit >> most && most > 0 ? std::min(memory, most) : memory;
}

std::size_t available_memory_bytes() {
  std::size_t available = kibibytes(value_after("/proc/meminfo", "MemAvailable"));
  std::ifstream limit("/sys/fs/cgroup/memory.max");  // "max" or bytes
  std::ifstream used("/sys/fs/cgroup/memory.current");
  std::size_t most = 0;
  std::size_t taken = 0;
  if (limit >> most && used >> taken) {
    // Cached files count as used there, and are given up when memory is wanted.
    std::ifstream file("/sys/fs/cgroup/memory.stat");
    std::string name;
    std::size_t bytes = 0;
    while (file >> name >> bytes) {
      if (name == "inactive_file" || name == "active_file") taken -= std::min(taken, bytes);
    }
    available = std::min(available, most > taken ? most - taken : 0);
  }
  return available;
}

std::size_t peak_memory_bytes() {
  if (peak_is_lost) return 0;
  return kibibytes(value_after("/proc/self/status", "VmHWM"));
}

void restart_peak_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
  std::ofstream references("/proc/self/clear_refs");
  references << "5" << std::flush;  // proc(5): resets the peak
  peak_is_lost = !references.good();
}

}  // namespace assay
