// Random tries of requests under random pressure on the cache, against each request alone: the same
// answers, log-likelihoods within the drift of other layouts, and equal bits in exact layouts.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "assay/python_random.h"
#include "tests/runtime/loaded_stories.h"

namespace assay {
namespace {

using test::Loaded;

std::string sentence(PythonRandom& random) {
  static const std::vector<std::string> kSentences = {
      " Tom had a red ball.",  " The cat was sad.",       " Lily went to the park.",
      " They saw a big dog.",  " It ran to the tree.",    " Mom said no.",
      " One day it rained.",   " Ben found a small car.", " The sun was warm.",
      " He liked to eat cake."};
  return kSentences[static_cast<std::size_t>(
      random.randint(0, static_cast<int>(kSentences.size()) - 1))];
}

// Contexts that grow out of each other, as headers, questions and choices do, in random order.
std::vector<Request> random_trie(PythonRandom& random, int count) {
  std::vector<std::string> nodes = {"Once upon a time."};
  std::vector<Request> out;
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(
        random.randint(0, static_cast<int>(std::min<std::size_t>(nodes.size(), 9)) - 1));
    std::string text = nodes[nodes.size() - 1 - at];
    const std::int64_t more = random.randint(0, 5);
    for (std::int64_t s = 0; s < more && text.size() < 400; ++s) text += sentence(random);
    nodes.push_back(text);
    if (random.randint(0, 3) == 0) {
      Completion completion;
      completion.prompt = text;
      completion.max_tokens = static_cast<int>(random.randint(1, 9));
      completion.seed_key = std::to_string(i);
      out.emplace_back(completion);
      continue;
    }
    Choices choices{{text}, {" a", " the"}};
    const std::int64_t continuations = random.randint(0, 3);
    for (std::int64_t c = 0; c < continuations; ++c) {
      choices.continuations.push_back(sentence(random) + (c % 2 == 0 ? " a" : " The dog"));
    }
    out.emplace_back(choices);
  }
  return out;
}

struct Answer {
  std::vector<double> scores;
  std::vector<std::int32_t> tokens;
  bool operator==(const Answer&) const = default;
};

std::vector<Answer> answers(Loaded& loaded, const std::vector<Request>& requests,
                            std::size_t size) {
  std::vector<Answer> out;
  for (std::size_t begin = 0; begin < requests.size(); begin += size) {
    const std::size_t end = std::min(requests.size(), begin + size);
    const auto got = loaded.answer({requests.begin() + static_cast<std::ptrdiff_t>(begin),
                                    requests.begin() + static_cast<std::ptrdiff_t>(end)});
    EXPECT_TRUE(got) << (got ? "" : got.error().message);
    if (!got) return out;
    for (const expected<Response>& response : *got) {
      out.emplace_back();
      EXPECT_TRUE(response) << (response ? "" : response.error().message);
      if (!response) continue;
      if (const auto* scores = std::get_if<std::vector<ChoiceScore>>(&response->answer)) {
        for (const ChoiceScore& score : *scores) out.back().scores.push_back(score.loglikelihood);
      } else {
        out.back().tokens = *std::get<std::vector<Generation>>(response->answer).at(0).token_ids;
      }
    }
  }
  return out;
}

TEST(LlamaTries, PackedUnderPressureIsWhatEachRequestGetsAlone) {
  SKIP_WITHOUT_STORIES();
  PythonRandom random(17);
  Loaded alone;
  int texts = 0;
  int alike = 0;
  for (int round = 0; round < 4; ++round) {
    const std::vector<Request> requests = random_trie(random, 18);
    // From a cache for one request and little more, to room for all; from so few sequences that
    // texts go alone (fewer than kLeastBranches) to more than there are requests.
    const auto cells = static_cast<int>(random.randint(Loaded::kLength, 1200));
    const auto batch = static_cast<int>(random.randint(32, 256));
    const auto branches = static_cast<int>(random.randint(1, round < 2 ? 6 : 63));
    SCOPED_TRACE(fmt::format("{} cells, batch {}, {} branches", cells, batch, branches));
    Loaded packed({.change = [&](ContextSettings& settings) {
      settings.cells = cells;
      settings.batch = batch;
      settings.rules.branches = branches;
    }});
    const std::vector<Answer> wanted = answers(alone, requests, 1);
    const std::vector<Answer> got = answers(packed, requests, requests.size());
    ASSERT_EQ(got.size(), wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      ASSERT_EQ(got[i].scores.size(), wanted[i].scores.size());
      for (std::size_t c = 0; c < got[i].scores.size(); ++c) {
        EXPECT_NEAR(got[i].scores[c], wanted[i].scores[c],
                    0.02 + 2e-3 * std::abs(wanted[i].scores[c]))
            << round << " " << i << " " << c;
      }
      if (wanted[i].tokens.empty()) continue;
      ++texts;
      alike += got[i].tokens == wanted[i].tokens ? 1 : 0;
    }
  }
  ASSERT_GT(texts, 5);
  EXPECT_GE(alike, texts - 1) << "rounding may turn a near tie";
}

TEST(LlamaTries, ExactLayoutsKeepEveryBitUnderPressure) {
  SKIP_WITHOUT_STORIES();
  PythonRandom random(18);
  Loaded alone({.exact = true});
  for (const int cells : {300, 500, 700}) {
    const std::vector<Request> requests = random_trie(random, 14);
    const auto branches = static_cast<int>(random.randint(2, 63));
    SCOPED_TRACE(fmt::format("{} cells, {} branches", cells, branches));
    Loaded packed({.exact = true, .change = [&](ContextSettings& settings) {
                     settings.cells = cells;
                     settings.threads = 2;
                     settings.rules.branches = branches;
                   }});
    const std::vector<Answer> wanted = answers(alone, requests, 1);
    EXPECT_EQ(answers(packed, requests, requests.size()), wanted);
    EXPECT_EQ(answers(packed, requests, 7), wanted);
  }
}

// As when other lanes end and leave their threads to this one.
TEST(LlamaTries, NoBitDependsOnTheThreadsOfCallsOfSeveralTokens) {
  SKIP_WITHOUT_STORIES();
  PythonRandom random(19);
  for (const bool exact : {false, true}) {
    const std::vector<Request> requests = random_trie(random, 40);
    Loaded steady({.exact = exact});
    Loaded changing({.exact = exact});
    int calls = 0;
    changing.context->use_threads([&] { return 1 + ++calls % 4; });
    EXPECT_EQ(answers(changing, requests, 6), answers(steady, requests, 6)) << exact;
    EXPECT_GT(calls, 20);
  }
}

// From 512 cells on the engine divides attention over one token among the threads of the call.
TEST(LlamaTries, CallsOfOneTokenKeepTheThreadsOfTheSettings) {
  SKIP_WITHOUT_STORIES();
  const auto last_row = [](int threads) {
    Loaded loaded({.change = [](ContextSettings& settings) { settings.cells = 1024; }});
    loaded.context->use_threads([threads] { return threads; });
    std::vector<Token> prompt;
    for (int i = 0; i < 700; ++i) prompt.push_back(3 + i * 7 % 250);
    std::vector<float> row;
    const auto read = [&](int, std::span<const float> logits) {
      row.assign(logits.begin(), logits.end());
    };
    EXPECT_TRUE(loaded.context->hold_header({}, {}));
    loaded.context->open(1);
    EXPECT_TRUE(loaded.context->read(std::vector<LlamaContext::Text>{{0, 0, prompt}}, read, {}));
    EXPECT_TRUE(loaded.context->advance(std::vector<LlamaContext::Step>{{0, 700, 5}}, read, {}));
    return row;
  };
  const std::vector<float> one = last_row(1);
  EXPECT_FALSE(one.empty());
  EXPECT_EQ(last_row(3), one);
}

}  // namespace
}  // namespace assay
