// NUMA nodes of the machine: a context whose threads stay on one node finds its key/value cache in
// that node's memory, because memory lies where it was first written.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace assay {

// Processors of each node, those of them that this process may use; nodes without any are left out.
// Empty when the system tells of none. `root` holds nodeN/cpulist (Linux, sysfs).
std::vector<std::vector<int>> numa_nodes(const std::string& root = "/sys/devices/system/node");

// "0-2,8" → 0, 1, 2, 8; empty for anything else.
std::vector<int> parse_processors(const std::string& list);

// Keeps the calling thread, and those it starts from now on, on some processors. What the system
// refuses is left as it was: it is a matter of speed alone.
void stay_on(std::span<const int> processors);

}  // namespace assay
