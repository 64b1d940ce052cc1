// See trunk_plan.h.
#include "runtime/trunk_plan.h"

#include <algorithm>

#include "runtime/llama_score.h"

namespace assay {
namespace {

std::size_t common_length(std::span<const Token> a, std::span<const Token> b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
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
  const auto limit = static_cast<std::size_t>(
      settings.exact_together() ? std::min({kExactWidth, settings.rules.branches, settings.outputs})
                                : 1);
  const auto cells = static_cast<std::size_t>(settings.cells) - kExactWidth;
  const auto is_long = [](const TrunkPath& path) { return path.prompt.size() > 2 * kExactBatch; };
  std::vector<TrunkGroup> groups;
  for (std::size_t begin = 0; begin < paths.size();) {
    const TrunkPath& first = paths[begin];
    std::size_t header = settings.rules.fork ? exact_trunk(first.prompt.size()) : 0;
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
  const std::size_t header = rules.fork ? shared_header(plan, kHeaderGranule) : 0;
  const auto chunk = static_cast<std::size_t>(settings.batch);
  const auto cells = static_cast<std::size_t>(settings.cells) - header;
  const auto limit =
      static_cast<std::size_t>(std::min({rules.branches, settings.outputs, settings.batch}));
  const auto is_long = [&](const TrunkPath& path) {
    return path.prompt.size() - header > 2 * chunk;
  };
  // Whole chunks in common with the request before or behind, whichever is more.
  const auto trunk = [&](std::size_t begin, std::size_t end) {
    std::size_t common = 0;
    const std::span<const Token> prompt = paths[begin].prompt;
    if (begin > 0) common = common_length(prompt, paths[begin - 1].prompt);
    if (end < paths.size()) common = std::max(common, common_length(prompt, paths[end].prompt));
    common = std::min(common, prompt.size() - 1);
    return rules.fork ? common - common % chunk : 0;
  };

  std::vector<TrunkGroup> groups;
  for (std::size_t begin = 0; begin < paths.size();) {
    if (is_long(paths[begin])) {
      const std::size_t last = end_of_request(paths, begin);
      const std::size_t own = trunk(begin, last);
      const auto room = static_cast<std::size_t>(settings.cells) - paths[begin].prompt.size();
      const auto new_tokens = static_cast<std::size_t>(std::max(1, paths[begin].max_tokens));
      for (std::size_t from = begin; from < last;) {
        const std::size_t fitting = std::max<std::size_t>(1, room / new_tokens);
        const std::size_t end = std::min({last, from + limit, from + fitting});
        groups.push_back({from, end, own});
        from = end;
      }
      begin = last;
      continue;
    }
    std::size_t end = begin;
    std::size_t used = 0;
    while (end < paths.size() && end - begin < limit && !is_long(paths[end])) {
      const bool new_prompt = end == begin || paths[end].request != paths[end - 1].request;
      const std::size_t more = static_cast<std::size_t>(paths[end].max_tokens) +
                               (new_prompt ? paths[end].prompt.size() - header : 0);
      if (end > begin && used + more > cells) break;
      used += more;
      ++end;
    }
    groups.push_back({begin, end, header});
    begin = end;
  }
  return groups;
}

}  // namespace assay
