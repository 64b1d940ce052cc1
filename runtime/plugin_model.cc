// See plugin_model.h.
#include "runtime/plugin_model.h"

#include <fmt/format.h>

#include <utility>

#include "tasks/guard.h"

namespace assay {
namespace {

// Whether an answer is of the kind, and has the number of parts, that its request asks for.
bool fits(const Request& request, const Response& response) {
  if (const auto* choices = std::get_if<Choices>(&request)) {
    const auto* scores = std::get_if<std::vector<ChoiceScore>>(&response.answer);
    return scores != nullptr && scores->size() == choices->continuations.size();
  }
  if (const auto* completion = std::get_if<Completion>(&request)) {
    const auto* texts = std::get_if<std::vector<Generation>>(&response.answer);
    return texts != nullptr && texts->size() == static_cast<std::size_t>(completion->samples);
  }
  return std::holds_alternative<RollingScore>(response.answer);
}

class PluginModel : public Model {
 public:
  PluginModel(std::unique_ptr<Model> inner, const LoadedPlugin& plugin, ModelInfo info)
      : inner_(std::move(inner)), plugin_(plugin.name), info_(std::move(info)) {}

  const ModelInfo& info() const override { return info_; }

  expected<PreparedRequest> prepare(const Request& request) const override {
    try {
      expected<PreparedRequest> prepared = inner_->prepare(request);
      return prepared ? std::move(prepared) : named(prepared.error());
    } catch (...) {
      return problem();
    }
  }

  expected<std::vector<expected<Response>>> answer(
      std::span<const PreparedRequest> unit, const std::function<bool()>& should_stop) override {
    std::vector<expected<Response>> answers;
    try {
      expected<std::vector<expected<Response>>> given = inner_->answer(unit, should_stop);
      if (!given) {
        return given.error().code == ErrorCode::kInterrupted ? given.error() : named(given.error());
      }
      answers = std::move(*given);
    } catch (...) {
      // One bad request must not take its neighbours along: each is asked alone.
      if (unit.size() != 1) return answer_one_by_one(unit, should_stop);
      answers.push_back(internal_error(current_problem()));
    }
    if (answers.size() != unit.size()) {
      return named(internal_error(
          fmt::format("the model answered {} of {} requests", answers.size(), unit.size())));
    }
    for (std::size_t i = 0; i < unit.size(); ++i) {
      if (!answers[i]) {
        answers[i] = named(answers[i].error());
      } else if (!fits(unit[i].request, *answers[i])) {
        answers[i] = named(internal_error("the answer does not fit what was asked"));
      }
    }
    return answers;
  }

  expected<std::string> render_chat(std::span<const ChatMessage> messages,
                                    bool add_generation_prompt,
                                    bool continue_final) const override {
    try {
      expected<std::string> text =
          inner_->render_chat(messages, add_generation_prompt, continue_final);
      return text ? std::move(text) : named(text.error());
    } catch (...) {
      return problem();
    }
  }

  std::string token_text(Token token) const override {
    try {
      return inner_->token_text(token);
    } catch (...) {
      return "";
    }
  }

  std::optional<std::size_t> count_tokens(std::string_view text) const override {
    try {
      return inner_->count_tokens(text);
    } catch (...) {
      return std::nullopt;
    }
  }

 private:
  expected<std::vector<expected<Response>>> answer_one_by_one(
      std::span<const PreparedRequest> unit, const std::function<bool()>& should_stop) {
    std::vector<expected<Response>> all;
    for (const PreparedRequest& request : unit) {
      expected<std::vector<expected<Response>>> one = answer({&request, 1}, should_stop);
      if (!one) return one.error();
      all.push_back(std::move(one->front()));
    }
    return all;
  }

  Error named(const Error& error) const {
    return {error.code, fmt::format("plug-in {}: {}", plugin_, error.message)};
  }
  // REQUIRES: called in a catch block.
  Error problem() const { return named(internal_error(current_problem())); }

  std::unique_ptr<Model> inner_;
  std::string plugin_;
  ModelInfo info_;
};

}  // namespace

expected<std::unique_ptr<Model>> open_plugin_model(const ModelKind& kind,
                                                   const LoadedPlugin& plugin,
                                                   const std::string& argument) {
  expected<std::unique_ptr<Model>> opened = kind.open(argument);
  if (!opened) return opened.error();
  if (*opened == nullptr) {
    return internal_error(fmt::format("plug-in {}: it opened no model", plugin.name));
  }
  ModelInfo info;
  try {
    info = (*opened)->info();
  } catch (...) {
    return internal_error(fmt::format("plug-in {}: {}", plugin.name, current_problem()));
  }
  if (info.name.empty()) info.name = kind.scheme + ":" + argument;
  info.engine =
      fmt::format("{}{}plug-in {} {} sha256:{}", info.engine, info.engine.empty() ? "" : ", ",
                  plugin.name, plugin.version, plugin.sha256);
  return std::unique_ptr<Model>(
      std::make_unique<PluginModel>(std::move(*opened), plugin, std::move(info)));
}

}  // namespace assay
