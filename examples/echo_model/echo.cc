// A model: it continues a prompt with the last words of the prompt, as many as `-m echo:N` says.
// A continuation is likely when it repeats words of its context. Useful to see what a task rewards;
// the places that an engine of your own would fill are the same.
#include <assay/plugin.h>

#include <algorithm>
#include <cstdlib>

namespace {

class Echo : public assay::Model {
 public:
  explicit Echo(int count) : count_(count) {
    info_.name = "echo:" + std::to_string(count);
    info_.identity = info_.name;
    info_.engine = "echo 1";
    info_.manifest = {{"words", count}};
  }

  const assay::ModelInfo& info() const override { return info_; }

  // A model with a tokenizer fills the sequences in and refuses here what does not fit. Without
  // them the texts themselves identify the request.
  assay::expected<assay::PreparedRequest> prepare(const assay::Request& request) const override {
    return assay::PreparedRequest{request, {}, false};
  }

  assay::expected<std::vector<assay::expected<assay::Response>>> answer(
      std::span<const assay::PreparedRequest> unit,
      const std::function<bool()>& should_stop) override {
    std::vector<assay::expected<assay::Response>> answers;
    for (const assay::PreparedRequest& asked : unit) {
      if (should_stop()) return assay::Error{assay::ErrorCode::kInterrupted, "stopped"};
      answers.push_back(std::visit([&](const auto& r) { return reply(r); }, asked.request));
    }
    return answers;
  }

  assay::expected<std::string> render_chat(std::span<const assay::ChatMessage> messages, bool,
                                           bool) const override {
    return messages.empty() ? "" : messages.back().content;
  }
  std::string token_text(assay::Token) const override { return ""; }
  std::optional<std::size_t> count_tokens(std::string_view text) const override {
    return assay::words(text).size();
  }

 private:
  assay::Response reply(const assay::Choices& request) const {
    std::vector<assay::ChoiceScore> scores;
    for (std::size_t i = 0; i < request.continuations.size(); ++i) {
      const auto known = assay::words(request.context_of(i));
      const auto asked = assay::words(request.continuations[i]);
      const auto fresh = std::count_if(asked.begin(), asked.end(), [&](std::string_view word) {
        return std::find(known.begin(), known.end(), word) == known.end();
      });
      scores.push_back(
          {-1.0 * static_cast<double>(fresh) - 1.0, fresh == 0, static_cast<int>(asked.size())});
    }
    return {scores, 0, 0};
  }

  assay::Response reply(const assay::Completion& request) const {
    const auto all = assay::words(request.prompt);
    const auto count = std::min(all.size(), static_cast<std::size_t>(count_));
    std::string text;
    for (std::size_t i = all.size() - count; i < all.size(); ++i) text += " " + std::string(all[i]);
    const assay::Generation one{text, assay::FinishReason::kEndOfText, static_cast<int>(count)};
    return {std::vector(static_cast<std::size_t>(request.samples), one), 0, 0};
  }

  assay::Response reply(const assay::Rolling& request) const {
    const auto count = static_cast<int>(assay::words(request.text).size());
    return {assay::RollingScore{-2.0 * count, count}, 0, 0};
  }

  int count_;
  assay::ModelInfo info_;
};

assay::expected<std::unique_ptr<assay::Model>> open(const std::string& argument) {
  const int count = std::atoi(argument.c_str());
  if (count < 1) return assay::usage_error("echo needs a number of words, as in -m echo:3");
  return std::unique_ptr<assay::Model>(std::make_unique<Echo>(count));
}

void setup(assay::Plugin& plugin) {
  plugin.add_model({"echo", "repeats the last N words of the prompt: echo:N", open});
}

}  // namespace

ASSAY_PLUGIN("echo", "1.0", setup)
