// Every architecture the engine knows, as a tiny random model, against an oracle that shares
// nothing: one sequence at a time in a cache of its own. What is packed, forked and trimmed by the
// rules that assay chose for the architecture gives the same answers, log-likelihoods within the
// drift that another batch causes, and in exact layouts the same bits alone, together and in the
// other order. A model whose answers do not depend on the header that is shared would prove
// nothing, so that is looked at as well.
//
// ASSAY_ARCHITECTURE=name narrows the test to one of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <regex>
#include <set>
#include <sstream>

#include "runtime/llama_generate.h"
#include "runtime/llama_score.h"
#include "runtime/llama_tokenizer.h"
#include "tests/runtime/tiny_architectures.h"

namespace assay {
namespace {

using test::TinyArchitecture;
using ::testing::HasSubstr;

constexpr int kShards = 8;
constexpr int kLength = 256;
std::string under_test;  // for the engine's abort, which ends the process

// Header and question of 64 to 110 tokens, so that a header of 64 can be held; two questions that
// begin alike; letters, and longer answers that begin like one of them.
std::vector<PreparedRequest> choice_requests(int vocabulary, std::uint64_t seed) {
  SplitMix64 random(seed);
  const auto draw = [&](int count) {
    std::vector<Token> tokens;
    for (int i = 0; i < count; ++i) {
      tokens.push_back(static_cast<Token>(random.next_unit() * vocabulary));
    }
    return tokens;
  };
  const auto joined = [](std::vector<Token> first, const std::vector<Token>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
  };
  const std::vector<Token> header = draw(75);
  const std::vector<Token> alike = joined(header, draw(6));
  const std::vector<std::vector<Token>> contexts = {joined(alike, draw(9)), joined(alike, draw(3)),
                                                    joined(header, draw(14))};
  std::vector<PreparedRequest> unit;
  for (const std::vector<Token>& context : contexts) {
    PreparedRequest request;
    request.request = Choices{};
    const std::vector<Token> letters = draw(3);
    for (const Token letter : letters) request.sequences.push_back({context, {letter}});
    request.sequences.push_back({context, joined({letters[0]}, draw(3))});
    request.sequences.push_back({context, joined({letters[0]}, draw(1))});
    unit.push_back(std::move(request));
  }
  return unit;
}

std::vector<PreparedRequest> text_requests(const std::vector<PreparedRequest>& choices) {
  std::vector<PreparedRequest> unit;
  for (const PreparedRequest& choice : choices) {
    Completion completion;
    completion.max_tokens = 5 + static_cast<int>(unit.size());
    PreparedRequest request;
    request.request = completion;
    request.sequences = {{choice.sequences.front().context, {}}};
    unit.push_back(std::move(request));
  }
  return unit;
}

// The slow twin: sequence 0 of a cleared cache, one call for the whole text.
class Naive {
 public:
  explicit Naive(llama_model* model)
      : vocabulary_(llama_vocab_n_tokens(llama_model_get_vocab(model))) {
    llama_context_params params = llama_context_default_params();
    params.n_ctx = kLength;
    params.n_batch = params.n_ubatch = kLength;
    params.n_threads = params.n_threads_batch = 1;
    params.n_seq_max = 1;
    context_.reset(llama_init_from_model(model, params));
  }

  // Rows of logits after each token from `first` on.
  std::vector<std::vector<float>> rows(const std::vector<Token>& tokens, std::size_t first) {
    std::vector<std::vector<float>> out;
    if (!context_) return out;
    llama_memory_clear(llama_get_memory(context_.get()), /*data=*/true);
    llama_batch batch = llama_batch_init(static_cast<int>(tokens.size()), 0, 1);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      batch.token[i] = tokens[i];
      batch.pos[i] = static_cast<llama_pos>(i);
      batch.n_seq_id[i] = 1;
      batch.seq_id[i][0] = 0;
      batch.logits[i] = i >= first ? 1 : 0;
    }
    batch.n_tokens = static_cast<int>(tokens.size());
    const bool decoded = llama_decode(context_.get(), batch) == 0;
    for (std::size_t i = first; decoded && i < tokens.size(); ++i) {
      const float* row = llama_get_logits_ith(context_.get(), static_cast<int>(i));
      out.emplace_back(row, row + vocabulary_);
    }
    llama_batch_free(batch);
    return out;
  }

  double score(const TokenSequence& pair) {
    std::vector<Token> tokens = pair.context;
    tokens.insert(tokens.end(), pair.continuation.begin(), pair.continuation.end() - 1);
    double sum = 0;
    std::size_t next = 0;
    for (const std::vector<float>& row : rows(tokens, pair.context.size() - 1)) {
      const double top = *std::max_element(row.begin(), row.end());
      double total = 0;
      for (const float logit : row) total += std::exp(logit - top);
      sum += row[static_cast<std::size_t>(pair.continuation[next++])] - top - std::log(total);
    }
    EXPECT_EQ(next, pair.continuation.size()) << "the engine did not decode this";
    return sum;
  }

 private:
  struct Free {
    void operator()(llama_context* context) const { llama_free(context); }
  };
  int vocabulary_;
  std::unique_ptr<llama_context, Free> context_;
};

class Packed {
 public:
  Packed(llama_model* model, const std::string& architecture, bool exact)
      : tokenizer_(LlamaTokenizer::of(model, std::nullopt)) {
    expected<std::unique_ptr<LlamaContext>> made = make(model, architecture, exact);
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    if (made) context_ = *std::move(made);
  }

  static expected<std::unique_ptr<LlamaContext>> make(llama_model* model,
                                                      const std::string& architecture, bool exact) {
    ModelOptions options;
    options.context = kLength;
    options.threads = 1;
    options.batch = 128;
    options.exact = exact;
    GgufSummary gguf;
    gguf.architecture = architecture;
    gguf.trained_context = kLength;
    ContextSettings settings =
        settle_settings(options, gguf, model, *parse_cache_types(options.kv_type));
    settings.cells = 2 * kLength;
    return LlamaContext::create(model, settings);
  }

  bool usable() const { return context_ != nullptr; }

  // Each call of several tokens has another number of threads, as when other lanes end.
  void change_threads() {
    context_->use_threads([call = 0]() mutable { return 1 + ++call % 3; });
  }

  std::vector<std::vector<double>> scores(const std::vector<PreparedRequest>& unit) {
    std::vector<std::vector<double>> out;
    for (const expected<Response>& response : responses(unit, true)) {
      out.emplace_back();
      if (!response) continue;
      for (const ChoiceScore& score : std::get<std::vector<ChoiceScore>>(response->answer)) {
        out.back().push_back(score.loglikelihood);
      }
    }
    return out;
  }

  std::vector<std::vector<Token>> texts(const std::vector<PreparedRequest>& unit) {
    std::vector<std::vector<Token>> out;
    for (const expected<Response>& response : responses(unit, false)) {
      out.emplace_back();
      if (!response) continue;
      out.back() = std::get<std::vector<Generation>>(response->answer).at(0).token_ids.value();
    }
    return out;
  }

 private:
  std::vector<expected<Response>> responses(const std::vector<PreparedRequest>& unit,
                                            bool scoring) {
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < unit.size(); ++i) which.push_back(i);
    std::vector<expected<Response>> out(unit.size(), internal_error("not answered"));
    const expected<void> done =
        scoring ? score_requests(*context_, unit, which, {}, out)
                : generate_requests(*context_, tokenizer_, unit, which, {}, out);
    EXPECT_TRUE(done) << (done ? "" : done.error().message);
    for (const expected<Response>& response : out) {
      EXPECT_TRUE(response) << (response ? "" : response.error().message);
    }
    return out;
  }

  LlamaTokenizer tokenizer_;
  std::unique_ptr<LlamaContext> context_;
};

// Asks each request in a unit of its own, in the order given, and returns answers by request.
template <typename Answers, typename Ask>
Answers one_by_one(const std::vector<PreparedRequest>& unit, bool backwards, const Ask& ask) {
  Answers out(unit.size());
  for (std::size_t i = 0; i < unit.size(); ++i) {
    const std::size_t at = backwards ? unit.size() - 1 - i : i;
    out[at] = ask({unit[at]}).front();
  }
  return out;
}

std::size_t best(const std::vector<double>& scores) {
  return static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin());
}

void expect_scores_of_the_oracle(const std::vector<std::vector<double>>& got,
                                 const std::vector<std::vector<double>>& wanted, double drift) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(got[i].size(), wanted[i].size());
    for (std::size_t c = 0; c < got[i].size(); ++c) {
      EXPECT_NEAR(got[i][c], wanted[i][c], drift) << "request " << i << ", choice " << c;
    }
    EXPECT_GE(wanted[i][best(got[i])], wanted[i][best(wanted[i])] - 2 * drift) << "request " << i;
  }
}

// Each token is the most likely one, up to drift, after those before it.
void expect_greedy(Naive& naive, const PreparedRequest& request, const std::vector<Token>& text,
                   double drift) {
  const std::vector<Token>& prompt = request.sequences.front().context;
  const auto wanted = static_cast<std::size_t>(std::get<Completion>(request.request).max_tokens);
  ASSERT_EQ(text.size(), wanted);
  std::vector<Token> tokens = prompt;
  tokens.insert(tokens.end(), text.begin(), text.end() - 1);
  std::size_t next = 0;
  for (const std::vector<float>& row : naive.rows(tokens, prompt.size() - 1)) {
    EXPECT_GE(row[static_cast<std::size_t>(text[next])], *std::ranges::max_element(row) - 2 * drift)
        << "token " << next;
    ++next;
  }
  EXPECT_EQ(next, wanted);
}

void examine(llama_model* model, const TinyArchitecture& architecture) {
  const expected<void> kind = check_measurable(model, "The model");
  ASSERT_TRUE(kind) << kind.error().message;
  const double drift = architecture.drift;
  const int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
  const std::vector<PreparedRequest> choices = choice_requests(vocabulary, 5);
  const std::vector<PreparedRequest> texts = text_requests(choices);

  Naive naive(model);
  std::vector<std::vector<double>> wanted;
  for (const PreparedRequest& request : choices) {
    wanted.emplace_back();
    for (const TokenSequence& pair : request.sequences) wanted.back().push_back(naive.score(pair));
  }
  double difference = 0;
  for (std::size_t c = 0; c < wanted[0].size(); ++c) {
    TokenSequence other = choices[0].sequences[c];
    for (std::size_t i = 0; i < 64; ++i) other.context[i] = (other.context[i] + 1) % vocabulary;
    difference = std::max(difference, std::abs(naive.score(other) - wanted[0][c]));
  }
  EXPECT_GT(difference, 3 * drift) << "the header makes too little difference";

  Packed fast(model, architecture.name, false);
  if (!fast.usable()) return;
  expect_scores_of_the_oracle(fast.scores(choices), wanted, drift);
  const std::vector<std::vector<Token>> together = fast.texts(texts);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    SCOPED_TRACE("text " + std::to_string(i));
    expect_greedy(naive, texts[i], together[i], drift);
    expect_greedy(naive, texts[i], fast.texts({texts[i]}).front(), drift);
  }

  Packed shared(model, architecture.name, false);
  if (!shared.usable()) return;
  shared.change_threads();
  Packed fresh(model, architecture.name, false);
  EXPECT_EQ(shared.scores(choices), fresh.scores(choices)) << "with other threads";
  EXPECT_EQ(shared.texts(texts), together) << "with other threads";

  Packed exact(model, architecture.name, true);
  if (!exact.usable()) return;
  using Scores = std::vector<std::vector<double>>;
  using Texts = std::vector<std::vector<Token>>;
  const auto score = [&](const std::vector<PreparedRequest>& unit) { return exact.scores(unit); };
  const auto write = [&](const std::vector<PreparedRequest>& unit) { return exact.texts(unit); };
  const Scores bits = exact.scores(choices);
  expect_scores_of_the_oracle(bits, wanted, drift);
  EXPECT_EQ(one_by_one<Scores>(choices, false, score), bits) << "alone";
  EXPECT_EQ(one_by_one<Scores>(choices, true, score), bits) << "alone, last first";
  Scores reversed = exact.scores({choices.rbegin(), choices.rend()});
  std::ranges::reverse(reversed);
  EXPECT_EQ(reversed, bits) << "together, last first";
  const Texts written = exact.texts(texts);
  EXPECT_EQ(one_by_one<Texts>(texts, true, write), written);
  for (std::size_t i = 0; i < texts.size(); ++i) expect_greedy(naive, texts[i], written[i], drift);
}

// As opening a model decides it.
expected<void> measurable(llama_model* model, const std::string& architecture) {
  const expected<void> kind = check_measurable(model, "The model");
  if (!kind) return kind;
  const auto context = Packed::make(model, architecture, false);
  return context ? expected<void>() : context.error();
}

void build(const TinyArchitecture& architecture) {
  const auto model = test::make_tiny_model(architecture);
  if (model) examine(model.get(), architecture);
}

class LlamaArchitectures : public ::testing::TestWithParam<int> {};

TEST_P(LlamaArchitectures, PackedIsNaiveAndExactIsBitEqual) {
  ggml_set_abort_callback([](const char* message) {
    std::fprintf(stderr, "The engine gave up on %s: %s\n", under_test.c_str(), message);
  });
  const char* only = std::getenv("ASSAY_ARCHITECTURE");
  const std::vector<TinyArchitecture> all = test::tiny_architectures();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const TinyArchitecture& architecture = all[i];
    if (static_cast<int>(i % kShards) != GetParam()) continue;
    if (only != nullptr && architecture.name != only) continue;
    under_test = architecture.name;
    SCOPED_TRACE(architecture.name);
    if (architecture.aborts) {
      EXPECT_DEATH(build(architecture), "") << "take \"aborts\" away";
      continue;
    }
    const auto model = test::make_tiny_model(architecture);
    const bool expected_to_build = architecture.cannot.empty();
    EXPECT_EQ(model != nullptr, expected_to_build) << engine_errors();
    if (!model) continue;
    if (architecture.refused.empty()) {
      examine(model.get(), architecture);
    } else {
      const expected<void> verdict = measurable(model.get(), architecture.name);
      EXPECT_FALSE(verdict) << "take \"refused\" away";
      if (verdict) continue;
      EXPECT_THAT(verdict.error().message, HasSubstr(architecture.refused));
    }
  }
  ggml_set_abort_callback(nullptr);
}

INSTANTIATE_TEST_SUITE_P(, LlamaArchitectures, ::testing::Range(0, kShards));

TEST(LlamaArchitectureList, IsWhatTheEngineKnows) {
  std::ifstream in(std::string(ASSAY_ENGINE_SOURCE_DIR) + "/src/llama-arch.cpp");
  if (!in) GTEST_SKIP() << "the engine's sources are not here";
  std::stringstream source;
  source << in.rdbuf();
  const std::string text = source.str();
  const std::regex entry(R"re(\{ LLM_ARCH_\w+, +"([^"(]+)" *\})re");
  std::set<std::string> known;
  for (std::sregex_iterator at(text.begin(), text.end(), entry), end; at != end; ++at) {
    known.insert((*at)[1]);
  }
  EXPECT_GT(known.size(), 100U);
  std::set<std::string> listed;
  for (const TinyArchitecture& architecture : test::tiny_architectures()) {
    EXPECT_TRUE(listed.insert(architecture.name).second) << architecture.name << " twice";
  }
  EXPECT_EQ(listed, known);
}

}  // namespace
}  // namespace assay
