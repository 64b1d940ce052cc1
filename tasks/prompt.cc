// See prompt.h. A conversation is first taken apart into its pieces (system text, shots, question,
// generation prefix); the plain text and the messages for a chat template are two ways of putting
// the same pieces together.
#include "tasks/prompt.h"

#include <fmt/format.h>

#include <algorithm>

#include "tasks/join.h"

namespace assay {
namespace {

struct Turn {
  std::string user;
  std::string gen_prefix;
  std::string answer;  // with the prefix in front; "" = no assistant turn
};

struct Pieces {
  std::string system;
  std::vector<Turn> shots;
  std::vector<std::string> users;  // the question, or one per choice (Winogrande)
  std::string gen_prefix;
};

std::string answer_text(const Target& target, const std::vector<std::string>& choices) {
  const auto of_index = [&](int index) {
    return choices.empty() ? std::to_string(index) : choices.at(static_cast<std::size_t>(index));
  };
  if (const auto* index = std::get_if<int>(&target)) return of_index(*index);
  if (const auto* text = std::get_if<std::string>(&target)) return *text;
  if (const auto* texts = std::get_if<std::vector<std::string>>(&target)) return texts->at(0);
  return of_index(std::get<std::vector<int>>(target).at(0));
}

std::vector<std::string> choices_of(const Task& task, const Json& doc) {
  return task.choices ? task.choices(doc) : std::vector<std::string>{};
}

std::string text_of(const Task& task, const Json& doc) { return task.text ? task.text(doc) : ""; }

Turn shot_turn(const Task& task, const Json& doc) {
  const std::vector<std::string> choices =
      task.shots.choices ? task.shots.choices(doc) : choices_of(task, doc);
  Turn turn;
  if (task.gold_of_contexts) {
    turn.user = choices.at(static_cast<std::size_t>(task.gold_of_contexts(doc)));
  } else {
    turn.user = task.shots.text ? task.shots.text(doc) : text_of(task, doc);
  }
  const auto& prefix = task.shots.gen_prefix ? task.shots.gen_prefix : task.gen_prefix;
  if (prefix) turn.gen_prefix = prefix(doc);
  const Target target = task.shots.target ? task.shots.target(doc) : task.target(doc);
  const std::string answer = answer_text(target, choices);
  if (!answer.empty()) turn.answer = soft_join(turn.gen_prefix, answer, " ");
  return turn;
}

Pieces take_apart(const Task& task, const Item& item, std::span<const Json* const> shots,
                  const PromptSettings& settings) {
  Pieces pieces;
  const std::string description =
      task.description_text ? task.description_text(item.doc) : task.description;
  pieces.system = soft_join(settings.system_instruction, description, task.fewshot_delimiter);
  for (const Json* shot : shots) pieces.shots.push_back(shot_turn(task, *shot));
  if (task.gold_of_contexts) {
    for (const std::string& choice : choices_of(task, item.doc)) {
      pieces.users.push_back(item.preamble + choice);
    }
  } else {
    pieces.users.push_back(item.preamble + text_of(task, item.doc));
  }
  if (task.gen_prefix) pieces.gen_prefix = task.gen_prefix(item.doc);
  return pieces;
}

// What stands between a user text and what follows it in running text.
std::string_view delimiter_after(std::string_view delimiter, const std::string& user,
                                 const std::string& gen_prefix) {
  if (gen_prefix.empty() || needs_delimiter(user, gen_prefix)) return delimiter;
  return "";
}

// Shots and question as running text, without system text and without the final prefix.
std::string running_text(const Task& task, const Pieces& pieces, const std::string& user) {
  std::string out;
  const std::string target_delimiter = task.shots.target_delimiter.value_or(task.target_delimiter);
  const std::string fewshot_delimiter =
      task.shots.fewshot_delimiter.value_or(task.fewshot_delimiter);
  for (const Turn& shot : pieces.shots) {
    out += shot.user;
    if (!shot.answer.empty()) {
      out += delimiter_after(target_delimiter, shot.user, shot.gen_prefix);
      out += shot.answer;
    }
    out += fewshot_delimiter;
  }
  return out + user;
}

std::string plain_context(const Task& task, const Pieces& pieces, const std::string& user) {
  std::string out = pieces.system + running_text(task, pieces, user);
  if (pieces.gen_prefix.empty()) return out;
  out += delimiter_after(task.target_delimiter, user, pieces.gen_prefix);
  return out + pieces.gen_prefix;
}

std::vector<ChatMessage> conversation(const Task& task, const Pieces& pieces,
                                      const std::string& user, bool multiturn) {
  std::vector<ChatMessage> messages;
  if (!pieces.system.empty()) messages.push_back({"system", pieces.system});
  if (multiturn) {
    for (const Turn& shot : pieces.shots) {
      messages.push_back({"user", shot.user});
      if (!shot.answer.empty()) messages.push_back({"assistant", shot.answer});
    }
    messages.push_back({"user", user});
  } else {
    messages.push_back({"user", running_text(task, pieces, user)});
  }
  if (!pieces.gen_prefix.empty()) messages.push_back({"assistant", pieces.gen_prefix});
  return messages;
}

// Templates without a system role refuse one; the original then asks again without it.
expected<std::string> rendered(const ChatRenderer& chat, const std::vector<ChatMessage>& messages,
                               bool has_prefix) {
  expected<std::string> text = chat(messages, !has_prefix, has_prefix);
  if (text || messages.empty() || messages.front().role != "system") return text;
  return chat(std::span(messages).subspan(1), !has_prefix, has_prefix);
}

expected<std::vector<std::string>> contexts_of(const Task& task, const Pieces& pieces,
                                               const PromptSettings& settings) {
  std::vector<std::string> out;
  for (const std::string& user : pieces.users) {
    if (!settings.chat) {
      out.push_back(plain_context(task, pieces, user));
      continue;
    }
    expected<std::string> text =
        rendered(settings.chat, conversation(task, pieces, user, settings.fewshot_as_multiturn),
                 !pieces.gen_prefix.empty());
    if (!text) return text.error();
    out.push_back(std::move(*text));
  }
  return out;
}

// The delimiter in front of a choice. In a conversation the choice begins the assistant's turn, so
// there is none, unless it goes on after a prefix.
std::string_view choice_delimiter(const Task& task, const Pieces& pieces, bool chat) {
  if (!chat) return task.target_delimiter;
  const bool goes_on = !pieces.gen_prefix.empty() && !ends_in_space(pieces.gen_prefix);
  return goes_on ? std::string_view(task.target_delimiter) : std::string_view();
}

Choices choices_request(const Task& task, const Item& item, const Pieces& pieces,
                        std::vector<std::string> contexts, bool chat) {
  const std::string delimiter(choice_delimiter(task, pieces, chat));
  Choices request;
  request.contexts = std::move(contexts);
  if (task.gold_of_contexts) {
    const std::string continuation = delimiter + answer_text(task.target(item.doc), {});
    request.continuations.assign(request.contexts.size(), continuation);
    return request;
  }
  for (const std::string& choice : task.choices(item.doc)) {
    request.continuations.push_back(delimiter + choice);
  }
  const bool mutual_information =
      std::any_of(task.metrics.begin(), task.metrics.end(),
                  [](const MetricSpec& metric) { return metric.name == "acc_mutual_info"; });
  if (mutual_information) {  // every choice a second time, after nothing
    const std::size_t n = request.continuations.size();
    request.contexts.resize(n, request.contexts.front());
    request.contexts.resize(2 * n);
    for (std::size_t i = 0; i < n; ++i) request.continuations.push_back(request.continuations[i]);
  }
  return request;
}

expected<Request> request_of(const Task& task, const Item& item, std::span<const Json* const> shots,
                             const PromptSettings& settings, const GenerationOverrides& overrides) {
  if (task.output == OutputType::kRolling) {
    const std::string text =
        task.target ? answer_text(task.target(item.doc), {}) : text_of(task, item.doc);
    return Request(Rolling{text});
  }
  const Pieces pieces = take_apart(task, item, shots, settings);
  expected<std::vector<std::string>> contexts = contexts_of(task, pieces, settings);
  if (!contexts) return contexts.error();
  switch (task.output) {
    case OutputType::kMultipleChoice:
      return Request(choices_request(task, item, pieces, std::move(*contexts),
                                     static_cast<bool>(settings.chat)));
    case OutputType::kLoglikelihood:
      return Request(Choices{std::move(*contexts), {answer_text(task.target(item.doc), {})}});
    default: {
      Completion completion = generation_settings(task, overrides);
      completion.prompt = std::move(contexts->front());
      completion.seed_key = task.name + "/" + item.id;
      return Request(std::move(completion));
    }
  }
}

Error located(const Task& task, const Item& item, const std::exception& problem) {
  return data_error(fmt::format("Task {}, item {}: the prompt cannot be written: {}.", task.name,
                                item.id, problem.what()));
}

}  // namespace

Completion generation_settings(const Task& task, const GenerationOverrides& overrides) {
  Completion out;
  out.stops = task.stops ? *task.stops : std::vector<std::string>{task.fewshot_delimiter};
  out.max_tokens = overrides.max_tokens.value_or(task.max_tokens);
  out.samples = overrides.samples.value_or(task.repeats);
  out.sampling = task.sampling;
  out.sampling.seed = overrides.seed;
  if (overrides.temperature) out.sampling.temperature = *overrides.temperature;
  if (overrides.top_k) out.sampling.top_k = *overrides.top_k;
  if (overrides.top_p) out.sampling.top_p = *overrides.top_p;
  if (overrides.min_p) out.sampling.min_p = *overrides.min_p;
  if (overrides.repeat_penalty) out.sampling.repeat_penalty = *overrides.repeat_penalty;
  return out;
}

expected<Request> build_request(const Task& task, const Item& item,
                                std::span<const Json* const> shots, const PromptSettings& settings,
                                const GenerationOverrides& overrides) {
  try {
    return request_of(task, item, shots, settings, overrides);
  } catch (const std::exception& problem) {
    return located(task, item, problem);
  }
}

expected<std::vector<std::vector<ChatMessage>>> build_messages(const Task& task, const Item& item,
                                                               std::span<const Json* const> shots,
                                                               const PromptSettings& settings) {
  try {
    std::vector<std::vector<ChatMessage>> out;
    if (task.output == OutputType::kRolling) return out;
    const Pieces pieces = take_apart(task, item, shots, settings);
    for (const std::string& user : pieces.users) {
      out.push_back(conversation(task, pieces, user, settings.fewshot_as_multiturn));
    }
    return out;
  } catch (const std::exception& problem) {
    return located(task, item, problem);
  }
}

}  // namespace assay
