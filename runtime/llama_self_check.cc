// The two ways and their comparison (see the header).
#include "runtime/llama_self_check.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/encode.h"
#include "runtime/llama_context.h"
#include "runtime/llama_score.h"
#include "runtime/llama_tokenizer.h"
#include "runtime/prefix_plan.h"
#include "runtime/sampler.h"

namespace assay {
namespace {

constexpr std::string_view kSelfCheckText =
    "Once upon a time there was a little girl who lived with her mother near the edge of a forest. "
    "Every morning she went to the river to fetch water, and every evening she told a story about "
    "the things that she had seen on the way.";

}  // namespace

expected<SelfCheck> check_arithmetic(LlamaContext& context, const LlamaTokenizer& tokenizer,
                                     std::optional<bool> add_bos) {
  SelfCheck check;
  const std::string text(kSelfCheckText);
  std::vector<Token> tokens = encode_text(tokenizer, text, add_bos);
  std::string back;
  for (const Token token : tokens) back += tokenizer.piece(token);
  check.round_trip = back == text || back == " " + text;
  const auto room = static_cast<std::size_t>(
      std::min({context.settings().max_length, context.settings().batch, 64}));
  if (tokens.size() > room) tokens.resize(room);
  if (tokens.size() < 2) return data_error("The vocabulary turns a whole story into one token.");

  struct Row {
    std::optional<TokenScore> score;
    std::size_t best = 0;
  };
  const auto read = [&](std::size_t at, std::span<const float> logits, std::vector<Row>& rows) {
    if (at + 1 >= tokens.size()) return;
    rows[at] = {LogSoftmax(logits).score(tokens[at + 1]), arg_max(logits).value_or(0)};
    if (std::ranges::all_of(logits, [&](float l) { return l == logits.front(); })) {
      ++check.constant_rows;
    }
  };
  std::vector<Row> whole(tokens.size());
  const PlanPath path{tokens, 0};
  context.drop_everything();
  const expected<void> ran = context.run(
      plan_prefixes({&path, 1}, 0, Sequences::kShared),
      [&](int row, std::span<const float> l) { read(static_cast<std::size_t>(row), l, whole); },
      {});
  if (!ran) return ran.error();
  std::vector<Row> stepwise(tokens.size());
  context.drop_everything();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const LlamaContext::Step step{0, static_cast<int>(i), tokens[i]};
    const expected<void> stepped = context.advance(
        {&step, 1}, [&](int, std::span<const float> l) { read(i, l, stepwise); }, {});
    if (!stepped) return stepped.error();
  }
  context.drop_everything();

  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (!whole[i].score || !stepwise[i].score) {
      ++check.broken_rows;
      continue;
    }
    const double difference =
        std::fabs(whole[i].score->log_probability - stepwise[i].score->log_probability);
    check.mean_difference += difference;
    check.worst_difference = std::max(check.worst_difference, difference);
    check.mean_log_probability += whole[i].score->log_probability;
    if (whole[i].best != stepwise[i].best) ++check.arg_max_changes;
    ++check.tokens;
  }
  if (check.tokens > 0) {
    check.mean_difference /= check.tokens;
    check.mean_log_probability /= check.tokens;
  }
  return check;
}

}  // namespace assay
