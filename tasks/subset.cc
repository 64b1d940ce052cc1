// The subset behind --items. Every item gets a rank within its group by a hash of (seed, task, id);
// the item of rank r in a group of m items sits at (r + u) / m on a line from 0 to 1, where u in
// [0, 1) is a hash of the group. The subset of size n are the n items nearest to 0: that makes
// subsets nested, gives every group its share of any n to within one item, and the offset u keeps
// small subsets from always starting with the largest groups.
#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "assay/digest.h"
#include "tasks/load.h"

namespace assay {
namespace {

// The first 64 bits of SHA-256("<seed>/<kind>/<task>/<name>").
std::uint64_t hash_of(std::uint64_t seed, const char* kind, const std::string& task,
                      const std::string& name) {
  const std::string digest =
      sha256_hex(std::to_string(seed) + "/" + kind + "/" + task + "/" + name);
  std::uint64_t value = 0;
  std::from_chars(digest.data(), digest.data() + 16, value, 16);
  return value;
}

double unit_interval(std::uint64_t hash) {
  return static_cast<double>(hash >> 11) * 0x1.0p-53;  // 53 bits, exact
}

}  // namespace

std::vector<std::size_t> select_subset(const std::string& task_name, const std::vector<Item>& items,
                                       std::size_t count, std::uint64_t seed) {
  struct Ranked {
    std::uint64_t hash;
    std::size_t position;
  };
  std::map<std::string, std::vector<Ranked>> groups;
  for (std::size_t i = 0; i < items.size(); ++i) {
    groups[items[i].group].push_back({hash_of(seed, "item", task_name, items[i].id), i});
  }
  struct Placed {
    double place;
    std::uint64_t hash;
    std::size_t position;
  };
  std::vector<Placed> line;
  line.reserve(items.size());
  for (auto& [name, members] : groups) {
    std::sort(members.begin(), members.end(), [](const Ranked& a, const Ranked& b) {
      return std::tie(a.hash, a.position) < std::tie(b.hash, b.position);
    });
    const double offset = unit_interval(hash_of(seed, "group", task_name, name));
    for (std::size_t rank = 0; rank < members.size(); ++rank) {
      const double place =
          (static_cast<double>(rank) + offset) / static_cast<double>(members.size());
      line.push_back({place, members[rank].hash, members[rank].position});
    }
  }
  std::sort(line.begin(), line.end(), [](const Placed& a, const Placed& b) {
    return std::tie(a.place, a.hash, a.position) < std::tie(b.place, b.hash, b.position);
  });
  line.resize(std::min(count, line.size()));
  std::vector<std::size_t> positions;
  for (const Placed& placed : line) positions.push_back(placed.position);
  std::sort(positions.begin(), positions.end());
  return positions;
}

}  // namespace assay
