// Chat templates: those of known models, errors, open final turns.
#include "runtime/chat_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "runtime/scripted_model.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

#if ASSAY_HAVE_JINJA

const std::vector<ChatMessage> kTurns = {
    {"system", "Be brief."}, {"user", "Hi {{ 1 }}"}, {"assistant", "Hello"}};

constexpr const char* kChatMl =
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + "
    "message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

std::unique_ptr<ChatTemplate> parse(const std::string& source) {
  expected<std::unique_ptr<ChatTemplate>> made = ChatTemplate::parse(source, "<s>", "</s>");
  EXPECT_TRUE(made) << made.error().message;
  return made ? *std::move(made) : nullptr;
}

TEST(ChatTemplate, ChatMlEqualsTheRenderingWrittenByHand) {
  const std::unique_ptr<ChatTemplate> t = parse(kChatMl);
  EXPECT_EQ(*t->render({kTurns.data(), 2}, true, false),
            render_chatml({kTurns.data(), 2}, true, false));
  EXPECT_EQ(*t->render(kTurns, false, false), render_chatml(kTurns, false, false));
  EXPECT_EQ(*t->render(kTurns, false, true), render_chatml(kTurns, false, true));
}

TEST(ChatTemplate, TemplatesSeeTheSpecialTokens) {
  const std::unique_ptr<ChatTemplate> t = parse(
      "{{ bos_token }}{% for m in messages %}{{ m.content | trim }}{{ eos_token }}{% endfor %}");
  EXPECT_EQ(*t->render({kTurns.data(), 1}, true, false), "<s>Be brief.</s>");
}

TEST(ChatTemplate, AnOpenTurnKeepsOrLosesItsTrailingSpaceAsTheTemplateDoes) {
  const std::vector<ChatMessage> turns = {{"assistant", " The answer is "}};
  EXPECT_EQ(*parse("[{{ messages[0].content }}]")->render(turns, false, true), "[ The answer is ");
  EXPECT_EQ(*parse("[{{ messages[0].content | trim }}]")->render(turns, false, true),
            "[The answer is");
  EXPECT_THAT(parse("[no content]")->render(turns, false, true).error().message,
              HasSubstr("cannot be"));
}

TEST(ChatTemplate, ErrorsAreSentences) {
  const expected<std::unique_ptr<ChatTemplate>> broken =
      ChatTemplate::parse("{% for m in messages %}", "", "");
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("cannot be rendered"));
  const std::unique_ptr<ChatTemplate> raises =
      parse("{{ raise_exception('roles must alternate') }}");
  const expected<std::string> refused = raises->render(kTurns, true, false);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("roles must alternate"));
  EXPECT_EQ(refused.error().message.find('\n'), std::string::npos);
}

TEST(ChatTemplate, TheTemplatesOfKnownModelsRender) {
  const fs::path folder = fs::path(ASSAY_ENGINE_SOURCE_DIR) / "models/templates";
  if (std::string(ASSAY_ENGINE_SOURCE_DIR).empty() || !fs::exists(folder)) {
    GTEST_SKIP() << "no engine sources";
  }
  const std::vector<ChatMessage> turns = {
      {"user", "How many legs?"}, {"assistant", "Eight legs."}, {"user", "And wings?"}};
  int all = 0;
  int rendered = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".jinja") continue;
    ++all;
    std::ifstream in(entry.path());
    const expected<std::unique_ptr<ChatTemplate>> made =
        ChatTemplate::parse(std::string(std::istreambuf_iterator<char>(in), {}), "<s>", "</s>");
    if (!made) continue;
    const expected<std::string> text = (*made)->render(turns, true, false);
    if (!text) continue;
    EXPECT_THAT(*text, HasSubstr("And wings?")) << entry.path();
    ++rendered;
  }
  // A few templates only take content in typed parts or insist on tools.
  EXPECT_GT(all, 20);
  EXPECT_GE(rendered, all * 9 / 10);
}

#endif

}  // namespace
}  // namespace assay
