// The tree behind a plan (see the header): nodes are runs of tokens between branching points.
#include "runtime/prefix_plan.h"

#include <algorithm>
#include <utility>

namespace assay {
namespace {

struct Node {
  std::size_t begin;  // positions [begin, end) of its members' tokens
  std::size_t end;
  std::vector<std::size_t> members;  // paths that go through it, in order
  std::vector<std::size_t> children;
  std::vector<int> set;
};

class Planner {
 public:
  Planner(std::span<const PlanPath> paths, Sequences sequences)
      : paths_(paths), sequences_(sequences) {
    plan_.sequence_of.assign(paths.size(), -1);
    plan_.rows.resize(paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
      plan_.rows[i].assign(paths[i].tokens.size() - paths[i].first_output, -1);
    }
  }

  PrefixPlan run(std::size_t header) {
    std::vector<std::size_t> all(paths_.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    const std::vector<std::size_t> roots = grow(std::move(all), header);
    for (const std::size_t root : roots) number(root);
    for (const std::size_t root : roots) emit(root);
    return std::move(plan_);
  }

 private:
  // Builds the nodes below depth `at` for these members (all alike up to there); members that end
  // at `at` are left out. Returns the nodes in order of first appearance.
  std::vector<std::size_t> grow(std::vector<std::size_t> members, std::size_t at) {
    std::vector<std::pair<Token, std::vector<std::size_t>>> groups;
    for (const std::size_t m : members) {
      if (paths_[m].tokens.size() <= at) continue;
      const Token token = paths_[m].tokens[at];
      const auto group = std::find_if(groups.begin(), groups.end(),
                                      [&](const auto& g) { return g.first == token; });
      if (group == groups.end()) {
        groups.push_back({token, {m}});
      } else {
        group->second.push_back(m);
      }
    }
    std::vector<std::size_t> made;
    for (auto& [token, group] : groups) {
      std::size_t end = paths_[group.front()].tokens.size();
      for (const std::size_t m : group) {
        const std::span<const Token> a = paths_[group.front()].tokens;
        const std::span<const Token> b = paths_[m].tokens;
        const std::size_t limit = std::min(end, b.size());
        std::size_t i = at + 1;
        while (i < limit && a[i] == b[i]) ++i;
        end = i;
      }
      const std::size_t node = nodes_.size();
      nodes_.push_back({at, end, group, {}, {}});
      std::vector<std::size_t> children = grow(std::move(group), end);
      nodes_[node].children = std::move(children);
      made.push_back(node);
    }
    return made;
  }

  // Gives out sequence numbers at the ends of paths and collects each node's set.
  void number(std::size_t index) {
    std::vector<int> set;
    for (const std::size_t child : std::vector<std::size_t>(nodes_[index].children)) {
      number(child);
      set.insert(set.end(), nodes_[child].set.begin(), nodes_[child].set.end());
    }
    for (const std::size_t m : nodes_[index].members) {
      if (paths_[m].tokens.size() != nodes_[index].end) continue;
      if (sequences_ == Sequences::kOnePerPath || set.empty())
        set.push_back(plan_.sequence_count++);
      plan_.sequence_of[m] = sequences_ == Sequences::kOnePerPath ? set.back() : set.front();
    }
    std::sort(set.begin(), set.end());
    nodes_[index].set = std::move(set);
  }

  void emit(std::size_t index) {
    const Node& node = nodes_[index];
    const int set = static_cast<int>(plan_.sets.size());
    plan_.sets.push_back(node.set);
    const std::span<const Token> tokens = paths_[node.members.front()].tokens;
    for (std::size_t at = node.begin; at < node.end; ++at) {
      int row = -1;
      for (const std::size_t m : node.members) {
        if (at < paths_[m].first_output) continue;
        if (row < 0) row = plan_.row_count++;
        plan_.rows[m][at - paths_[m].first_output] = row;
      }
      plan_.tokens.push_back({tokens[at], static_cast<int>(at), set, row, node.members.front()});
    }
    for (const std::size_t child : node.children) emit(child);
  }

  std::span<const PlanPath> paths_;
  Sequences sequences_;
  std::vector<Node> nodes_;
  PrefixPlan plan_;
};

}  // namespace

std::size_t shared_header(std::span<const PlanPath> paths, std::size_t granule) {
  if (paths.empty()) return 0;
  const std::span<const Token> first = paths.front().tokens;
  std::size_t length = paths.front().first_output;
  for (const PlanPath& path : paths) {
    length = std::min(length, path.first_output);
    std::size_t i = 0;
    while (i < length && path.tokens[i] == first[i]) ++i;
    length = i;
  }
  return length - length % granule;
}

PrefixPlan plan_prefixes(std::span<const PlanPath> paths, std::size_t header, Sequences sequences) {
  return Planner(paths, sequences).run(header);
}

}  // namespace assay
