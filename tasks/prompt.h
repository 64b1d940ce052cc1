// Assembles the final request for one item: system text, shots, question, generation prefix,
// continuations, by the joining rules of protocols.md section 3, as plain text or as a conversation
// for the model's chat template.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/request.h"
#include "assay/task.h"

namespace assay {

// Renders a conversation; bound to Model::render_chat by the runtime.
using ChatRenderer = std::function<expected<std::string>(
    std::span<const ChatMessage> messages, bool add_generation_prompt, bool continue_final)>;

struct PromptSettings {
  std::string system_instruction;
  ChatRenderer chat;  // empty: plain text
  bool fewshot_as_multiturn = true;
};

// Values that replace a task's own generation settings (from the command line).
struct GenerationOverrides {
  std::optional<int> samples;
  std::optional<double> temperature;
  std::optional<int> top_k;
  std::optional<double> top_p;
  std::optional<double> min_p;
  std::optional<double> repeat_penalty;
  std::optional<int> max_tokens;
  std::uint64_t seed = 1234;
};

// The generation settings of a task after overrides; Completion::prompt is empty.
Completion generation_settings(const Task& task, const GenerationOverrides& overrides);

// REQUIRES: shots are processed documents of the task's pool.
expected<Request> build_request(const Task& task, const Item& item,
                                std::span<const Json* const> shots, const PromptSettings& settings,
                                const GenerationOverrides& overrides);

// The conversation(s) behind a request, before rendering (one per context). For `assay show` and
// the tests.
expected<std::vector<std::vector<ChatMessage>>> build_messages(const Task& task, const Item& item,
                                                               std::span<const Json* const> shots,
                                                               const PromptSettings& settings);

}  // namespace assay
