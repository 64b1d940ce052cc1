// Chat templates (see the header). This is the only file that sees the engine's Jinja interpreter,
// which is a private part of llama.cpp; cmake/LlamaCpp.cmake gives it the headers.
#include "runtime/chat_template.h"

#include <fmt/format.h>
#include <llama.h>

#include <exception>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/text.h"

#if ASSAY_HAVE_JINJA
#include <jinja/lexer.h>
#include <jinja/parser.h>
#include <jinja/runtime.h>
#include <jinja/value.h>
#endif

namespace assay {
namespace {

// The engine's messages quote the template over several lines; one line is enough here.
std::string one_line(std::string_view text) {
  const std::string valid = sanitise_utf8(text);
  std::string line;
  for (const std::string_view word : words(valid)) {
    if (!line.empty()) line += ' ';
    line += word;
  }
  constexpr std::size_t kLongest = 300;
  if (line.size() > kLongest) line = "… " + line.substr(line.size() - kLongest);
  return sanitise_utf8(line);
}

Error broken_template(const std::exception& e) {
  return data_error(
      fmt::format("The model's chat template cannot be rendered ({}); give another with "
                  "--chat-template, or run without --chat.",
                  one_line(e.what())));
}

// The rendered text up to the end of the last message's content, by the rule of transformers'
// continue_final_message.
expected<std::string> leave_open(const std::string& rendered, const std::string& last) {
  const std::string_view stripped = strip(last);
  const std::size_t at = rendered.rfind(stripped);
  if (at == std::string::npos) {
    return data_error(
        "The chat template does not show the last message as it was given, so an answer cannot be "
        "continued; this task needs a template that does, or no --chat.");
  }
  const std::string_view unindented = lstrip(last);
  const bool kept = std::string_view(rendered).substr(at).starts_with(unindented);
  return rendered.substr(0, at + (kept ? unindented.size() : stripped.size()));
}

}  // namespace

#if ASSAY_HAVE_JINJA

struct ChatTemplate::Program {
  jinja::program code;
};

expected<std::unique_ptr<ChatTemplate>> ChatTemplate::parse(const std::string& source,
                                                            const std::string& bos_text,
                                                            const std::string& eos_text) {
  std::unique_ptr<ChatTemplate> made(new ChatTemplate);
  try {
    jinja::lexer lexer;
    const jinja::lexer_result tokens = lexer.tokenize(source);
    made->program_->code = jinja::parse_from_tokens(tokens);
    made->source_ = tokens.source;
  } catch (const std::exception& e) {
    return broken_template(e);
  }
  made->bos_text_ = bos_text;
  made->eos_text_ = eos_text;
  return made;
}

expected<std::string> ChatTemplate::render_whole(std::span<const ChatMessage> messages,
                                                 bool add_generation_prompt) const {
  const auto text = [](const std::string& value) -> jinja::value {
    return jinja::mk_val<jinja::value_string>(value);
  };
  try {
    jinja::context context(source_);
    auto list = jinja::mk_val<jinja::value_array>();
    for (const ChatMessage& message : messages) {
      auto turn = jinja::mk_val<jinja::value_object>();
      turn->insert("role", text(message.role));
      turn->insert("content", text(message.content));
      list->push_back(turn);
    }
    context.set_val("messages", list);
    context.set_val("bos_token", text(bos_text_));
    context.set_val("eos_token", text(eos_text_));
    context.set_val("add_generation_prompt",
                    jinja::mk_val<jinja::value_bool>(add_generation_prompt));
    jinja::runtime runtime(context);
    const jinja::value results = runtime.execute(program_->code);
    return jinja::runtime::gather_string_parts(results)->as_string().str();
  } catch (const std::exception& e) {
    return broken_template(e);
  }
}

std::string ChatTemplate::renderer() { return "llama.cpp jinja"; }

#else

struct ChatTemplate::Program {};

expected<std::unique_ptr<ChatTemplate>> ChatTemplate::parse(const std::string& source,
                                                            const std::string& bos_text,
                                                            const std::string& eos_text) {
  std::unique_ptr<ChatTemplate> made(new ChatTemplate);
  made->source_ = source;
  made->bos_text_ = bos_text;
  made->eos_text_ = eos_text;
  const ChatMessage hello{"user", "Hello"};
  const expected<std::string> trial = made->render_whole({&hello, 1}, true);
  if (!trial) return trial.error();
  return made;
}

expected<std::string> ChatTemplate::render_whole(std::span<const ChatMessage> messages,
                                                 bool add_generation_prompt) const {
  std::vector<llama_chat_message> turns;
  std::size_t size = 256;
  for (const ChatMessage& message : messages) {
    turns.push_back({message.role.c_str(), message.content.c_str()});
    size += 2 * (message.role.size() + message.content.size()) + 64;
  }
  std::string rendered(size, '\0');
  for (int attempt = 0; attempt < 2; ++attempt) {
    const int length = llama_chat_apply_template(source_.c_str(), turns.data(), turns.size(),
                                                 add_generation_prompt, rendered.data(),
                                                 static_cast<int>(rendered.size()));
    if (length < 0) break;
    const bool fits = static_cast<std::size_t>(length) <= rendered.size();
    rendered.resize(static_cast<std::size_t>(length));
    if (fits) return rendered;
  }
  return data_error(
      "The model's chat template is none that this build recognises (it was made without the "
      "engine's Jinja interpreter); build assay with its own engine, or run without --chat.");
}

std::string ChatTemplate::renderer() { return "llama.cpp built-in formats"; }

#endif

ChatTemplate::ChatTemplate() : program_(std::make_unique<Program>()) {}
ChatTemplate::~ChatTemplate() = default;

expected<std::string> ChatTemplate::render(std::span<const ChatMessage> messages,
                                           bool add_generation_prompt, bool continue_final) const {
  if (continue_final && messages.empty()) {
    return internal_error("There is no last message to continue.");
  }
  expected<std::string> rendered = render_whole(messages, add_generation_prompt && !continue_final);
  if (!rendered || !continue_final) return rendered;
  return leave_open(*rendered, messages.back().content);
}

}  // namespace assay
