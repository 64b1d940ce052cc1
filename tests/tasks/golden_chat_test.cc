// Conversations: the messages and the rendered contexts of the original harness for every way of
// giving shots and system text, with the same stand-in for a model's chat template; and the joining
// rules underneath.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tasks/join.h"
#include "tasks/prompt.h"
#include "tasks/registry.h"
#include "tasks/samples.h"
#include "tests/scorers/golden.h"

namespace assay {
namespace {

// ChatML; a message that is to be continued stays open.
expected<std::string> chatml(std::span<const ChatMessage> messages, bool add_generation_prompt,
                             bool continue_final) {
  std::string out;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    out += "<|im_start|>" + messages[i].role + "\n" + messages[i].content;
    if (i + 1 < messages.size() || !continue_final) out += "<|im_end|>\n";
  }
  if (add_generation_prompt) out += "<|im_start|>assistant\n";
  return out;
}

Json as_json(const std::vector<std::vector<ChatMessage>>& conversations) {
  Json out = Json::array();
  for (const auto& conversation : conversations) {
    Json messages = Json::array();
    for (const ChatMessage& m : conversation) {
      messages.push_back({{"role", m.role}, {"content", m.content}});
    }
    out.push_back(std::move(messages));
  }
  return out;
}

// The vectors carry the messages but not the documents of the shots. For a conversation in turns
// the shots can be put in again as they stand there, which tests everything but their own wording;
// that is the matter of golden_prompts_test.
struct Scripted {
  Task task;
  std::vector<Json> shots;
};

Scripted with_scripted_shots(const Task& task, const Json& turns) {
  Scripted out{task, {}};
  std::vector<Json> messages;
  for (const Json& m : turns) {
    if (m.at("role") != "system") messages.push_back(m);
  }
  const std::size_t tail = task.gen_prefix ? 2 : 1;
  for (std::size_t i = 0; i + tail < messages.size(); i += 2) {
    out.shots.push_back(
        {{"user", messages[i].at("content")}, {"assistant", messages[i + 1].at("content")}});
  }
  const auto is_shot = [](const Json& doc) { return doc.contains("user"); };
  out.task.shots.text = [](const Json& doc) { return doc.at("user").get<std::string>(); };
  out.task.shots.target = [task](const Json& doc) -> Target {
    std::string answer = doc.at("assistant").get<std::string>();
    if (task.gen_prefix) answer = answer.substr(task.gen_prefix(doc).size());
    return answer;
  };
  out.task.choices = [task, is_shot](const Json& doc) {
    if (!is_shot(doc)) return task.choices ? task.choices(doc) : std::vector<std::string>{};
    return std::vector<std::string>{doc.at("user").get<std::string>()};
  };
  if (task.gold_of_contexts) {
    out.task.gold_of_contexts = [task, is_shot](const Json& doc) {
      return is_shot(doc) ? 0 : task.gold_of_contexts(doc);
    };
  }
  return out;
}

TEST(GoldenChat, MessagesContextsAndContinuations) {
  ASSAY_NEEDS_GOLDEN("chat_template.jsonl");
  std::size_t compared = 0;
  std::set<std::string> unknown;
  std::map<std::string, Json> turns_of;  // by task, shots and system text
  for (const Json& line : testing::golden_lines("chat_template.jsonl")) {
    const auto name = line.at("task").get<std::string>();
    const Task* task = find_task(name);
    if (task == nullptr) {
      unknown.insert(name);
      continue;
    }
    task = task_in_form(task, kCompatLmEval);
    SCOPED_TRACE(name + " " + line.at("num_fewshot").dump() + " shots, multiturn " +
                 line.at("fewshot_as_multiturn").dump() + ", system " +
                 line.at("system_instruction").dump());
    const bool multiturn = line.at("fewshot_as_multiturn").get<bool>();
    const std::string key =
        name + line.at("num_fewshot").dump() + line.at("system_instruction").dump();
    if (multiturn) turns_of[key] = line.at("messages").at(0);
    ASSERT_TRUE(turns_of.contains(key));
    const Scripted scripted = with_scripted_shots(*task, turns_of[key]);

    Item item;
    item.doc = task->process_doc ? task->process_doc(line.at("doc")) : line.at("doc");
    if (task->preamble) {
      // Everything in front of the question.
      const auto user = line.at("messages").at(0).back().at("content").get<std::string>();
      item.preamble = user.substr(0, user.size() - task->text(item.doc).size());
    }
    PromptSettings settings;
    settings.chat = chatml;
    settings.fewshot_as_multiturn = multiturn;
    if (line.at("system_instruction").is_string()) {
      settings.system_instruction = line.at("system_instruction").get<std::string>();
    }
    std::vector<const Json*> shots;
    for (const Json& shot : scripted.shots) shots.push_back(&shot);
    ASSERT_EQ(shots.size(), line.at("num_fewshot").get<std::size_t>());

    const auto messages = build_messages(scripted.task, item, shots, settings);
    ASSERT_TRUE(messages) << messages.error().message;
    EXPECT_EQ(as_json(*messages), line.at("messages"));
    const auto request = build_request(scripted.task, item, shots, settings, {});
    ASSERT_TRUE(request) << request.error().message;
    std::vector<std::string> contexts;
    if (const auto* choices = std::get_if<Choices>(&*request)) {
      for (std::size_t i = 0; i < choices->continuations.size(); ++i) {
        contexts.push_back(choices->context_of(i));
      }
      EXPECT_EQ(Json(choices->continuations), line.at("continuations"));
    } else {
      const auto& completion = std::get<Completion>(*request);
      contexts.push_back(completion.prompt);
      EXPECT_EQ(Json(completion.stops), line.at("stops"));
    }
    EXPECT_EQ(Json(contexts), line.at("contexts"));
    ++compared;
    if (HasFailure()) break;
  }
  EXPECT_EQ(unknown, std::set<std::string>{"arc_challenge_chat"});  // not one of our tasks
  EXPECT_GE(compared, 48u);
}

TEST(Chat, ATemplateWithoutSystemRoleIsAskedAgainWithoutIt) {
  const Task* task = find_task("mmlu_anatomy");
  ASSERT_NE(task, nullptr);
  Item item;
  item.doc = {
      {"question", "Q"}, {"subject", "anatomy"}, {"choices", {"a", "b", "c", "d"}}, {"answer", 1}};
  PromptSettings settings;
  int calls = 0;
  settings.chat = [&](std::span<const ChatMessage> messages, bool add,
                      bool open) -> expected<std::string> {
    ++calls;
    if (messages.front().role == "system") return data_error("no system role");
    return chatml(messages, add, open);
  };
  const auto request = build_request(*task, item, {}, settings, {});
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(calls, 2);
  const std::string& context = std::get<Choices>(*request).contexts.front();
  EXPECT_TRUE(context.starts_with("<|im_start|>user\nQ\nA. a"));
  // A template that fails for another reason is an error.
  settings.chat = [](auto, bool, bool) -> expected<std::string> { return data_error("broken"); };
  EXPECT_FALSE(build_request(*task, item, {}, settings, {}));
}

TEST(GoldenJoin, MaybeDelimit) {
  ASSAY_NEEDS_GOLDEN("maybe_delimit.jsonl");
  const auto text = [](const Json& value) {
    return value.is_null() ? std::string() : value.get<std::string>();
  };
  for (const Json& line : testing::golden_lines("maybe_delimit.jsonl")) {
    if (!line.contains("maybe_delimit")) continue;
    EXPECT_EQ(
        soft_join(text(line.at("prefix")), text(line.at("suffix")), text(line.at("delimiter"))),
        line.at("maybe_delimit").get<std::string>())
        << line.dump();
  }
}

}  // namespace
}  // namespace assay
