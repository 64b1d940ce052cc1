// Chat templates: real ones of the engine's collection, errors, open final turns.
#include "runtime/chat_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/scripted_model.h"

namespace assay {
namespace {

using ::testing::HasSubstr;

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

#endif

}  // namespace
}  // namespace assay
