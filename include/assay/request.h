// What a task asks a model about one item. The texts are final: templates rendered, shots in
// place. The model only tokenises and answers.
//
// Thread-safety: value types.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace assay {

// Log-likelihood of each continuation after its context (protocols.md section 5).
// `contexts` has one entry shared by all continuations, or one per continuation (Winogrande).
struct Choices {
  std::vector<std::string> contexts;
  std::vector<std::string> continuations;
  const std::string& context_of(std::size_t i) const {
    return contexts.size() == 1 ? contexts.front() : contexts.at(i);
  }
};

struct Sampling {
  double temperature = 0.0;     // <= 0: greedy
  int top_k = 0;                // 0: off
  double top_p = 1.0;           // 1: off
  double min_p = 0.0;           // 0: off
  double repeat_penalty = 1.0;  // 1: off
  std::uint64_t seed = 1234;    // run seed; each sample derives its own from (seed, item, sample)
};

// `samples` texts continuing `prompt`, each cut at the first of `stops` in list order.
struct Completion {
  std::string prompt;
  std::vector<std::string> stops;
  int max_tokens = 256;
  Sampling sampling;
  int samples = 1;
  std::string seed_key;  // "task/item id": what sample seeds are derived from besides `seed`
};

// Log-likelihood of a whole text in disjoint windows.
struct Rolling {
  std::string text;
};

using Request = std::variant<Choices, Completion, Rolling>;

// One turn of a conversation, for models whose chat template is applied.
struct ChatMessage {
  std::string role;  // "system", "user" or "assistant"
  std::string content;
};

}  // namespace assay
