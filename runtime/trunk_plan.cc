// See trunk_plan.h.
#include "runtime/trunk_plan.h"

#include <algorithm>

#include "runtime/llama_score.h"
#include "runtime/wave_plan.h"

namespace assay {
namespace {

std::size_t common_length(std::span<const Token> a, std::span<const Token> b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

std::size_t exact_limit(const ContextSettings& settings) {
  return settings.exact_together() ? static_cast<std::size_t>(settings.rules.branches) : 1;
}

// The end of the samples of one request.
std::size_t end_of_request(std::span<const TrunkPath> paths, std::size_t begin) {
  std::size_t end = begin;
  while (end < paths.size() && paths[end].request == paths[begin].request) ++end;
  return end;
}

// Exact layouts: neighbours that fit together, after the whole chunks that all of them share; what
// is decoded for one does not depend on the others (runtime/exact_layout.h). A long prompt goes
// alone, after all of its chunks, so that the next one finds what both begin with.
std::vector<TrunkGroup> group_exactly(std::span<const TrunkPath> paths,
                                      const ContextSettings& settings) {
  const std::size_t limit = exact_limit(settings);
  const auto cells = static_cast<std::size_t>(settings.cells) - kExactWidth;
  const auto is_long = [](const TrunkPath& path) { return path.prompt.size() > 2 * kExactBatch; };
  std::vector<TrunkGroup> groups;
  for (std::size_t begin = 0; begin < paths.size();) {
    const TrunkPath& first = paths[begin];
    std::size_t header = settings.rules.header_of(exact_trunk(first.prompt.size()), kExactChunk);
    std::size_t end = begin + 1;
    std::size_t prompts = first.prompt.size();  // of the group, each request's once
    std::size_t texts = static_cast<std::size_t>(first.max_tokens);
    std::size_t requests = 1;
    for (; end < paths.size() && end - begin < limit; ++end) {
      const TrunkPath& path = paths[end];
      const bool same = path.request == paths[end - 1].request;
      if (!same && (is_long(first) || is_long(path))) break;
      std::size_t shared = std::min(header, common_length(first.prompt, path.prompt));
      shared = std::min(shared - shared % kExactChunk, exact_trunk(path.prompt.size()));
      const std::size_t all_prompts = prompts + (same ? 0 : path.prompt.size());
      const std::size_t all_texts = texts + static_cast<std::size_t>(path.max_tokens);
      const std::size_t all_requests = requests + (same ? 0 : 1);
      if (all_prompts - (all_requests - 1) * shared + all_texts > cells) break;
      header = shared;
      prompts = all_prompts;
      texts = all_texts;
      requests = all_requests;
    }
    groups.push_back({begin, end, header});
    begin = end;
  }
  return groups;
}

}  // namespace

std::size_t exact_slots(const ContextSettings& settings) {
  return std::min(exact_limit(settings), std::size_t{kExactWidth});
}

PlanPath plan_path(const TrunkPath& path) { return {path.prompt, path.prompt.size() - 1}; }

std::size_t kept_of_header(std::span<const Token> held, std::span<const Token> header,
                           const ContextSettings& settings) {
  const std::size_t alike = common_length(header, held);
  const std::size_t whole = alike - alike % static_cast<std::size_t>(settings.chunk());
  if (alike == header.size() && alike == held.size()) return alike;
  return settings.rules.trim || whole == held.size() ? whole : 0;
}

std::vector<TrunkGroup> group_prompts(std::span<const TrunkPath> paths,
                                      const ContextSettings& settings) {
  if (settings.exact) return group_exactly(paths, settings);
  std::vector<PlanPath> plan;
  for (const TrunkPath& path : paths) plan.push_back(plan_path(path));
  const SharingRules& rules = settings.rules;
  const std::size_t header = rules.header_of(shared_header(plan, kHeaderGranule), kHeaderGranule);
  const auto chunk = static_cast<std::size_t>(settings.batch);
  const bool alone = rules.branches < kLeastBranches;  // no slots to share
  // Whole chunks in common with the request before or behind, whichever is more.
  const auto trunk = [&](std::size_t begin, std::size_t end) {
    std::size_t common = 0;
    const std::span<const Token> prompt = paths[begin].prompt;
    if (begin > 0) common = common_length(prompt, paths[begin - 1].prompt);
    if (end < paths.size()) common = std::max(common, common_length(prompt, paths[end].prompt));
    common = std::min(common, prompt.size() - 1);
    return rules.header_of(common - common % chunk, chunk);
  };

  // Where texts have cells of their own, long prompts that share no trunk do not disturb each
  // other.
  const auto few_streams = static_cast<std::size_t>(settings.cells) / 4;
  const auto is_long = [&](std::size_t begin) {
    const TrunkPath& path = paths[begin];
    if (path.prompt.size() - header <= 2 * chunk) return false;
    const auto text = path.prompt.size() + static_cast<std::size_t>(std::max(0, path.max_tokens));
    if (!settings.apart || text > few_streams || 2 * header > text) return true;
    return trunk(begin, end_of_request(paths, begin)) > header;
  };

  std::vector<TrunkGroup> groups;
  const auto add = [&](std::size_t begin, std::size_t end, std::size_t own) {
    for (std::size_t i = begin; alone && i < end; ++i) groups.push_back({i, i + 1, own});
    if (!alone) groups.push_back({begin, end, own});
  };
  for (std::size_t begin = 0; begin < paths.size();) {
    std::size_t end = begin;
    if (is_long(begin)) {
      end = end_of_request(paths, begin);
      add(begin, end, trunk(begin, end));
    } else {
      while (end < paths.size() && !is_long(end)) end = end_of_request(paths, end);
      add(begin, end, header);
    }
    begin = end;
  }
  return groups;
}

}  // namespace assay
