// "Did you mean …?": the names nearest to what was typed. Nearness is the number of single
// characters to insert, delete, replace or swap; a name that begins with what was typed is near
// too, since people type "arc" for arc_challenge.
#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "tasks/registry.h"

namespace assay {
namespace {

std::string folded(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-' || c == ' ') c = '_';
  }
  return out;
}

// Optimal string alignment distance over bytes; names are ASCII.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::vector<std::string> close_matches(std::string_view name,
                                       std::span<const std::string> candidates) {
  struct Match {
    std::size_t cost;
    std::string name;
  };
  const std::string typed = folded(name);
  const std::size_t limit = std::max<std::size_t>(1, typed.size() / 3);
  std::vector<Match> matches;
  for (const std::string& candidate : candidates) {
    const std::string known = folded(candidate);
    std::size_t cost = distance(typed, known);
    const bool begins = typed.size() >= 2 && known.starts_with(typed);
    if (begins) cost = std::min(cost, limit);
    if (cost <= limit) matches.push_back({cost, candidate});
  }
  std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
    return std::tie(a.cost, a.name) < std::tie(b.cost, b.name);
  });
  std::vector<std::string> out;
  for (const Match& match : matches) {
    if (std::find(out.begin(), out.end(), match.name) == out.end()) out.push_back(match.name);
    if (out.size() == 3) break;
  }
  return out;
}

}  // namespace assay
