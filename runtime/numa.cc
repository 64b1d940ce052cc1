// See numa.h.
#include "runtime/numa.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string_view>

namespace assay {
namespace {

namespace fs = std::filesystem;

// A whole number that is all of `text`; -1 for anything else.
int number(std::string_view text) {
  int value = -1;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && end == text.data() + text.size() && value < CPU_SETSIZE ? value
                                                                                           : -1;
}

}  // namespace

std::vector<int> parse_processors(const std::string& list) {
  std::vector<int> processors;
  std::istringstream in(list);
  for (std::string part; std::getline(in, part, ',');) {
    const std::string_view text = part;
    const std::size_t dash = text.find('-');
    const int first = number(text.substr(0, dash));
    const int last = dash == std::string_view::npos ? first : number(text.substr(dash + 1));
    if (first < 0 || last < first) return {};
    for (int processor = first; processor <= last; ++processor) processors.push_back(processor);
  }
  return processors;
}

std::vector<std::vector<int>> numa_nodes(const std::string& root) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return {};
  std::map<int, std::vector<int>> nodes;
  std::error_code problem;
  for (fs::directory_iterator at(root, problem), end; !problem && at != end;
       at.increment(problem)) {
    const std::string name = at->path().filename().string();
    const int node = name.starts_with("node") ? number(std::string_view(name).substr(4)) : -1;
    if (node < 0) continue;
    std::ifstream in(at->path() / "cpulist");
    std::string list;
    std::getline(in, list);
    std::vector<int> processors = parse_processors(list);
    std::erase_if(processors, [&](int processor) { return !CPU_ISSET(processor, &allowed); });
    if (!processors.empty()) nodes[node] = std::move(processors);
  }
  std::vector<std::vector<int>> found;
  for (auto& [node, processors] : nodes) found.push_back(std::move(processors));
  return found;
}

void stay_on(std::span<const int> processors) {
  cpu_set_t wanted;
  CPU_ZERO(&wanted);
  for (const int processor : processors) CPU_SET(processor, &wanted);
  if (!processors.empty()) (void)sched_setaffinity(0, sizeof wanted, &wanted);
}

}  // namespace assay
