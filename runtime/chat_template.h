// Renders a conversation with a model's chat template: the Jinja text a GGUF carries, executed by
// the engine's own Jinja interpreter when this build has it (ASSAY_HAVE_JINJA). Without it only
// templates that the engine recognises can be rendered, by its fixed formats; `renderer()` says
// which way is used, because the two can differ.
//
// Variables given to the template: messages (role, content), bos_token, eos_token,
// add_generation_prompt. Templates are code from a model file: one that runs longer than a few
// seconds, or that raises an error, gives an Error instead of a text.
//
// An open final turn (continue_final) is what transformers makes of it: the rendered text up to
// the end of the last message's content.
//
// Thread-safety: render() may be called from any thread.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "assay/expected.h"
#include "assay/request.h"

namespace assay {

class ChatTemplate {
 public:
  // Errors: the template is not valid Jinja, or (without Jinja) not one the engine knows.
  static expected<std::unique_ptr<ChatTemplate>> parse(const std::string& source,
                                                       const std::string& bos_text,
                                                       const std::string& eos_text);
  ~ChatTemplate();
  ChatTemplate(const ChatTemplate&) = delete;
  ChatTemplate& operator=(const ChatTemplate&) = delete;

  expected<std::string> render(std::span<const ChatMessage> messages, bool add_generation_prompt,
                               bool continue_final) const;

  static std::string renderer();  // "llama.cpp jinja" or "llama.cpp built-in formats"

 private:
  ChatTemplate();
  expected<std::string> render_whole(std::span<const ChatMessage> messages,
                                     bool add_generation_prompt) const;
  struct Program;
  std::unique_ptr<Program> program_;
  std::string source_;
  std::string bos_text_;
  std::string eos_text_;
};

}  // namespace assay
