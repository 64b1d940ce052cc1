// Scoring (see the header). Steps: list the paths, find their header, pack paths into groups that
// fit the cache, decode each group by its plan, read the rows.
#include "runtime/llama_score.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/kept_tokens.h"
#include "runtime/prefix_plan.h"
#include "runtime/row_math.h"
#include "runtime/trunk_plan.h"

namespace assay {
namespace {

// One (context, continuation) pair of one request.
struct Pair {
  std::size_t request;            // index into the unit
  const TokenSequence* sequence;  // what is scored
  std::vector<Token> input;       // context ++ continuation without its last token
  // Per continuation token; nothing where a row was not finite. Rows of one pair may be read by
  // several threads, each its own.
  std::vector<std::optional<TokenScore>> scores;
  // With --keep-probs: by continuation token where its record goes, else nullptr. Empty without.
  std::vector<TopTokens*> records;
  std::size_t keep_top = 0;

  PlanPath path() const { return {input, sequence->context.size() - 1}; }
};

std::vector<Pair> list_pairs(std::span<const PreparedRequest> unit,
                             std::span<const std::size_t> which) {
  std::vector<Pair> pairs;
  for (const std::size_t request : which) {
    for (const TokenSequence& sequence : unit[request].sequences) {
      Pair pair{request, &sequence, sequence.context, {}, {}, 0};
      pair.input.insert(pair.input.end(), sequence.continuation.begin(),
                        sequence.continuation.end() - 1);
      pair.scores.resize(sequence.continuation.size());
      pairs.push_back(std::move(pair));
    }
  }
  return pairs;
}

// Makes room for the records of --keep-probs, by request of the unit, and tells the pairs where
// theirs go.
std::vector<KeptTokens> list_records(std::span<const PreparedRequest> unit,
                                     std::span<const std::size_t> which, int vocabulary,
                                     std::vector<Pair>& pairs) {
  std::vector<KeptTokens> records(unit.size());
  std::size_t first = 0;  // pair of the request
  for (const std::size_t request : which) {
    const PreparedRequest& prepared = unit[request];
    if (prepared.keep_top > 0) {
      const std::vector<KeptPosition> kept = kept_positions(prepared);
      KeptTokens& record = records[request];
      record = {prepared.keep_top, static_cast<std::size_t>(vocabulary), {}};
      record.positions.resize(kept.size());
      for (std::size_t i = 0; i < kept.size(); ++i) {
        Pair& pair = pairs[first + kept[i].sequence];
        pair.keep_top = static_cast<std::size_t>(prepared.keep_top);
        pair.records.resize(pair.sequence->continuation.size(), nullptr);
        pair.records[kept[i].index] = &record.positions[i];
        record.positions[i].path = kept[i].path;
      }
    }
    first += prepared.sequences.size();
  }
  return records;
}

// Cells and sequences that a pair adds to a group that ends with `previous`: an upper bound, as the
// tree may share more.
struct Cost {
  std::size_t cells = 0;
  int sequences = 0;
};
Cost cost_after(const Pair* previous, const Pair& pair, std::size_t header) {
  if (previous == nullptr) return {pair.input.size() - header, 1};
  const auto alike = static_cast<std::size_t>(
      std::ranges::mismatch(previous->input, pair.input).in1 - previous->input.begin());
  if (alike == pair.input.size()) return {0, 0};
  return {pair.input.size() - std::max(alike, header), 1};
}

// Ends of the groups: pairs [previous end, end) are decoded together. Groups end between requests
// where a request fits into a group at all, and where a group has `enough` cells, those of a batch:
// every token of a group pays for all cells in use, so filling the cache gains nothing.
std::vector<std::size_t> pack(std::span<const Pair> pairs, std::size_t header, Cost room,
                              std::size_t enough) {
  std::vector<std::size_t> ends;
  Cost used;
  std::size_t begin = 0;
  const auto fits = [&](const Cost& more) {
    return used.cells + more.cells <= room.cells &&
           used.sequences + more.sequences <= room.sequences;
  };
  const auto take = [&](const Cost& more) {
    used.cells += more.cells;
    used.sequences += more.sequences;
  };
  const auto close = [&](std::size_t end) {
    if (end > begin) ends.push_back(end);
    begin = end;
    used = {};
  };
  for (std::size_t first = 0; first < pairs.size();) {
    std::size_t last = first;
    Cost whole;
    for (; last < pairs.size() && pairs[last].request == pairs[first].request; ++last) {
      const Cost more = cost_after(last > begin ? &pairs[last - 1] : nullptr, pairs[last], header);
      whole.cells += more.cells;
      whole.sequences += more.sequences;
    }
    if (!fits(whole) || used.cells + whole.cells > enough) close(first);
    for (std::size_t i = first; i < last; ++i) {
      Cost more = cost_after(i > begin ? &pairs[i - 1] : nullptr, pairs[i], header);
      // Windows of a rolling text and unlike contexts share nothing with their neighbours.
      const bool apart = more.cells == pairs[i].input.size() - header;
      if (!fits(more) || (apart && used.cells + more.cells > enough)) {
        close(i);
        more = cost_after(nullptr, pairs[i], header);
      }
      take(more);
    }
    first = last;
  }
  close(pairs.size());
  return ends;
}

// Pairs [begin, end) are decoded together after the first `header` tokens, which all of them share.
struct PairGroup {
  std::size_t begin, end, header;
};

// Groups of neighbours [begin, end) of the pairs, which go after one header.
void group_after_one_header(std::span<const Pair> pairs, std::size_t begin, std::size_t end,
                            std::size_t granule, const ContextSettings& settings,
                            std::vector<PairGroup>& groups) {
  const std::span<const Pair> members = pairs.subspan(begin, end - begin);
  std::vector<PlanPath> paths;
  for (const Pair& pair : members) paths.push_back(pair.path());
  const std::size_t header = settings.rules.header_of(shared_header(paths, granule), granule);
  const Cost room{static_cast<std::size_t>(settings.cells) - header, settings.rules.branches};
  const auto enough = static_cast<std::size_t>(settings.batch);
  std::size_t first = begin;
  for (const std::size_t last : pack(members, header, room, enough)) {
    groups.push_back({first, begin + last, header});
    first = begin + last;
  }
}

// One header for all; in exact layouts one for each request, found without its neighbours.
std::vector<PairGroup> group_pairs(std::span<const Pair> pairs, const ContextSettings& settings) {
  std::vector<PairGroup> groups;
  if (!settings.exact) {
    group_after_one_header(pairs, 0, pairs.size(), kHeaderGranule, settings, groups);
    return groups;
  }
  for (std::size_t begin = 0; begin < pairs.size();) {
    std::size_t end = begin;
    while (end < pairs.size() && pairs[end].request == pairs[begin].request) ++end;
    group_after_one_header(pairs, begin, end, kExactChunk, settings, groups);
    begin = end;
  }
  return groups;
}

// Decodes one group and fills in its log-probabilities. Returns the tokens decoded per request.
expected<void> score_group(LlamaContext& context, std::span<Pair> group, std::size_t header,
                           const StopFlag& should_stop, std::vector<int>& decoded) {
  std::vector<PlanPath> paths;
  for (const Pair& pair : group) paths.push_back(pair.path());
  const PrefixPlan plan = plan_prefixes(paths, header, Sequences::kShared);

  struct Reader {
    std::size_t pair;
    std::size_t index;  // of the continuation's token
  };
  std::vector<std::vector<Reader>> readers(static_cast<std::size_t>(plan.row_count));
  for (std::size_t p = 0; p < group.size(); ++p) {
    for (std::size_t i = 0; i < plan.rows[p].size(); ++i) {
      readers[static_cast<std::size_t>(plan.rows[p][i])].push_back({p, i});
    }
  }
  for (const PlannedToken& token : plan.tokens) ++decoded[group[token.owner].request];

  const auto read_row = [&](int row, std::span<const float> logits) {
    const LogSoftmax softmax(logits);
    std::optional<TopTokens> top;  // of this row, made once
    for (const Reader& reader : readers[static_cast<std::size_t>(row)]) {
      Pair& pair = group[reader.pair];
      pair.scores[reader.index] = softmax.score(pair.sequence->continuation[reader.index]);
      if (!pair.scores[reader.index]) continue;
      TopTokens* record = pair.records.empty() ? nullptr : pair.records[reader.index];
      if (record == nullptr) continue;
      if (!top) top = top_tokens(logits, pair.keep_top);
      const std::uint32_t path = record->path;
      *record = *top;
      record->path = path;
    }
  };
  return context.run(plan, read_row, should_stop);
}

expected<Response> response_of(const PreparedRequest& prepared, std::span<const Pair> pairs,
                               int decoded) {
  Response response;
  response.decoded_tokens = decoded;
  std::vector<ChoiceScore> scores;
  RollingScore rolling{0, 0};
  for (const Pair& pair : pairs) {
    double sum = 0;
    bool is_greedy = true;
    for (const std::optional<TokenScore>& score : pair.scores) {
      if (!score) {
        return data_error(
            "The model's output is not finite (NaN or infinity) for this item; its weights may be "
            "damaged, or the key/value type too coarse.");
      }
      sum += score->log_probability;
      is_greedy = is_greedy && score->is_arg_max;
    }
    const auto tokens = static_cast<int>(pair.scores.size());
    scores.push_back({sum, is_greedy, tokens});
    rolling.loglikelihood += sum;
    rolling.tokens += tokens;
    response.prompt_tokens += static_cast<int>(pair.sequence->context.size()) + tokens;
  }
  if (std::holds_alternative<Rolling>(prepared.request)) {
    response.answer = rolling;
  } else {
    response.answer = std::move(scores);
  }
  return response;
}

}  // namespace

LogSoftmax::LogSoftmax(std::span<const float> logits) : logits_(logits), best_(arg_max(logits)) {
  if (!best_) return;
  const double top = logits[*best_];
  log_total_ = top + std::log(sum_of_exponentials(logits, logits[*best_]));
}

std::optional<TokenScore> LogSoftmax::score(Token token) const {
  if (!best_ || token < 0 || static_cast<std::size_t>(token) >= logits_.size()) return std::nullopt;
  const auto index = static_cast<std::size_t>(token);
  const double value = static_cast<double>(logits_[index]) - log_total_;
  if (!std::isfinite(value)) return std::nullopt;
  return TokenScore{value, index == *best_};
}

std::vector<PlannedDecode> plan_scores(std::span<const PreparedRequest> unit,
                                       std::span<const std::size_t> which,
                                       const ContextSettings& settings) {
  const std::vector<Pair> pairs = list_pairs(unit, which);
  std::vector<PlannedDecode> planned;
  for (const PairGroup& group : group_pairs(pairs, settings)) {
    std::vector<PlanPath> paths;
    for (std::size_t i = group.begin; i < group.end; ++i) paths.push_back(pairs[i].path());
    const std::span<const Token> header =
        std::span<const Token>(pairs[group.begin].input).first(group.header);
    planned.push_back({{header.begin(), header.end()},
                       plan_prefixes(paths, group.header, Sequences::kShared).tokens.size()});
  }
  return planned;
}

expected<void> score_requests(LlamaContext& context, std::span<const PreparedRequest> unit,
                              std::span<const std::size_t> which, const StopFlag& should_stop,
                              std::vector<expected<Response>>& responses) {
  std::vector<Pair> pairs = list_pairs(unit, which);
  const std::vector<KeptTokens> records = list_records(unit, which, context.vocabulary(), pairs);
  std::vector<int> decoded(unit.size(), 0);
  std::span<const Token> held;  // by this unit: what earlier ones left is not counted
  const auto attempt = [&](const PairGroup& group) -> expected<void> {
    const Pair& first = pairs[group.begin];
    const std::span<const Token> header = std::span(first.input).first(group.header);
    decoded[first.request] +=
        static_cast<int>(group.header - kept_of_header(held, header, context.settings()));
    held = header;
    const expected<void> ready = context.hold_header(header, should_stop);
    if (!ready) return ready;
    return score_group(context, std::span(pairs).subspan(group.begin, group.end - group.begin),
                       group.header, should_stop, decoded);
  };
  std::vector<std::optional<Error>> errors(unit.size());
  for (const PairGroup& group : group_pairs(pairs, context.settings())) {
    const expected<void> scored = attempt(group);
    // A group that the engine cannot do is taken apart, so that one request costs no other.
    for (std::size_t begin = group.begin; !scored && begin < group.end;) {
      held = {};
      const std::size_t request = pairs[begin].request;
      std::size_t end = begin;
      while (end < group.end && pairs[end].request == request) ++end;
      expected<void> alone = scored;
      const bool is_all = begin == group.begin && end == group.end;
      if (!is_all && context.usable_after(alone.error())) {
        alone = attempt({begin, end, group.header});
      }
      if (!alone && !context.usable_after(alone.error())) return alone;
      if (!alone) errors[request] = alone.error();
      begin = end;
    }
  }

  std::size_t first = 0;
  for (const std::size_t request : which) {
    const std::size_t count = unit[request].sequences.size();
    if (errors[request]) {
      responses[request] = *errors[request];
    } else {
      responses[request] =
          response_of(unit[request], std::span(pairs).subspan(first, count), decoded[request]);
    }
    if (responses[request] && unit[request].keep_top > 0) {
      responses[request]->top_tokens = encode_kept(records[request]);
    }
    first += count;
  }
  return {};
}

}  // namespace assay
