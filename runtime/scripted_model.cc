// The scripted model (see the header). Both scripts read the texts of a request, never its tokens;
// the byte tokens exist so that content keys, token counts and `assay show` work as for a real
// model. A context shared by all choices is hashed or looked up once.
#include "runtime/scripted_model.h"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/file_digest.h"

namespace assay {
namespace {

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
};
template <typename Value>
using StringMap = std::unordered_map<std::string, Value, StringHash, std::equal_to<>>;

struct PairScore {
  double loglikelihood;
  bool is_greedy;
};

// What a script answers; nullopt when it has no answer.
class Script {
 public:
  virtual ~Script() = default;
  // Scores `continuations[i]` after `context` for i in [first, last), appending to `out`. Returns
  // the index of the first pair that has no answer, or `last`.
  virtual std::size_t score(const std::string& context, std::span<const std::string> continuations,
                            std::size_t first, std::size_t last,
                            std::vector<ChoiceScore>& out) const = 0;
  virtual std::optional<std::string> generate(const Completion& request, int sample) const = 0;
  virtual std::optional<double> rolling(const std::string& text) const = 0;
};

class HashScript : public Script {
 public:
  std::size_t score(const std::string& context, std::span<const std::string> continuations,
                    std::size_t first, std::size_t last,
                    std::vector<ChoiceScore>& out) const override {
    const std::uint64_t prefix = fnv1a("\xff", fnv1a(context));
    for (std::size_t i = first; i < last; ++i) {
      const std::uint64_t h = fnv1a(continuations[i], prefix);
      out.push_back({-static_cast<double>(h >> 40) / 1048576.0, (h & 7) == 0,
                     static_cast<int>(continuations[i].size())});
    }
    return last;
  }

  std::optional<std::string> generate(const Completion& request, int sample) const override {
    const bool sampled = request.sampling.temperature > 0;
    const std::string tail = sampled ? fmt::format("{}:{}", sample, request.sampling.seed) : "0";
    const std::uint64_t h = fnv1a(tail, fnv1a("\xff", fnv1a(request.prompt)));
    return fmt::format(" The answer is {}.", (h >> 40) % 1000);
  }

  std::optional<double> rolling(const std::string& text) const override {
    return -static_cast<double>(fnv1a(text) >> 40) / 1024.0;
  }
};

class TableScript : public Script {
 public:
  static expected<TableScript> read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
      return unavailable(
          fmt::format("The scripted model's table {} cannot be read; check the path after "
                      "\"scripted:\".",
                      path));
    }
    TableScript table;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
      if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
      const std::string problem = table.add(line);
      if (!problem.empty()) {
        return data_error(fmt::format("{}:{}: {}.", path, number, problem));
      }
    }
    return table;
  }

  std::size_t score(const std::string& context, std::span<const std::string> continuations,
                    std::size_t first, std::size_t last,
                    std::vector<ChoiceScore>& out) const override {
    const auto scores = pairs_.find(context);
    if (scores == pairs_.end()) return first;
    for (std::size_t i = first; i < last; ++i) {
      const auto found = scores->second.find(continuations[i]);
      if (found == scores->second.end()) return i;
      out.push_back({found->second.loglikelihood, found->second.is_greedy,
                     static_cast<int>(continuations[i].size())});
    }
    return last;
  }

  std::optional<std::string> generate(const Completion& request, int sample) const override {
    const auto found = responses_.find(request.prompt);
    if (found == responses_.end()) return std::nullopt;
    if (static_cast<std::size_t>(sample) >= found->second.size()) return std::nullopt;
    return found->second[static_cast<std::size_t>(sample)];
  }

  std::optional<double> rolling(const std::string& text) const override {
    const auto found = texts_.find(text);
    if (found == texts_.end()) return std::nullopt;
    return found->second;
  }

 private:
  // Takes one line in. Returns what is wrong with it, or "".
  std::string add(const std::string& line) {
    const Json row = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (row.is_discarded()) return "the line is not valid JSON";
    if (!row.is_object()) return "the line is not a JSON object";
    const auto is_text = [&](const char* key) { return row.contains(key) && row[key].is_string(); };
    if (is_text("prompt")) {
      if (!row.contains("responses") || !row["responses"].is_array()) {
        return "\"responses\" must be a list of texts";
      }
      std::vector<std::string> texts;
      for (const Json& text : row["responses"]) {
        if (!text.is_string()) return "\"responses\" must be a list of texts";
        texts.push_back(text.get<std::string>());
      }
      responses_[row["prompt"].get<std::string>()] = std::move(texts);
      return "";
    }
    if (!row.contains("loglikelihood") || !row["loglikelihood"].is_number() ||
        !std::isfinite(row["loglikelihood"].get<double>())) {
      return "\"loglikelihood\" must be a finite number";
    }
    const double loglikelihood = row["loglikelihood"].get<double>();
    if (is_text("text")) {
      texts_[row["text"].get<std::string>()] = loglikelihood;
      return "";
    }
    if (!is_text("context") || !is_text("continuation")) {
      return "a line needs \"context\" and \"continuation\", or \"prompt\", or \"text\"";
    }
    bool is_greedy = false;
    if (row.contains("is_greedy")) {
      if (!row["is_greedy"].is_boolean()) return "\"is_greedy\" must be true or false";
      is_greedy = row["is_greedy"].get<bool>();
    }
    pairs_[row["context"].get<std::string>()][row["continuation"].get<std::string>()] = {
        loglikelihood, is_greedy};
    return "";
  }

  StringMap<StringMap<PairScore>> pairs_;
  StringMap<std::vector<std::string>> responses_;
  StringMap<double> texts_;
};

std::vector<Token> bytes_of(const std::string& text) {
  std::vector<Token> tokens(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) tokens[i] = static_cast<unsigned char>(text[i]);
  return tokens;
}

Error missing(const std::string& what, const std::string& text) {
  // Cut between characters, so that the message stays valid UTF-8 when the text is.
  std::size_t end = 0;
  for (int characters = 0; end < text.size(); ++end) {
    const bool starts_character = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
    if (starts_character && ++characters > 60) break;
  }
  return data_error(fmt::format("The scripted table has no {} that begins with \"{}\"{}.", what,
                                text.substr(0, end), end < text.size() ? " …" : ""));
}

class ScriptedModel : public Model {
 public:
  ScriptedModel(std::unique_ptr<const Script> script, ModelInfo info)
      : script_(std::move(script)), info_(std::move(info)) {}

  const ModelInfo& info() const override { return info_; }

  expected<PreparedRequest> prepare(const Request& request) const override {
    PreparedRequest prepared;
    prepared.request = request;
    if (const auto* choices = std::get_if<Choices>(&request)) {
      prepared.sequences.reserve(choices->continuations.size());
      for (std::size_t i = 0; i < choices->continuations.size(); ++i) {
        const bool shared = i > 0 && choices->contexts.size() == 1;
        prepared.sequences.push_back(
            {shared ? prepared.sequences.front().context : bytes_of(choices->context_of(i)),
             bytes_of(choices->continuations[i])});
      }
    } else if (const auto* completion = std::get_if<Completion>(&request)) {
      prepared.sequences.push_back({bytes_of(completion->prompt), {}});
    } else {
      prepared.sequences.push_back({{}, bytes_of(std::get<Rolling>(request).text)});
    }
    return prepared;
  }

  expected<std::vector<expected<Response>>> answer(
      std::span<const PreparedRequest> unit, const std::function<bool()>& should_stop) override {
    std::vector<expected<Response>> responses;
    responses.reserve(unit.size());
    for (const PreparedRequest& prepared : unit) {
      if (should_stop && should_stop()) {
        return Error{ErrorCode::kInterrupted, "The scripted model was asked to stop."};
      }
      responses.push_back(answer_one(prepared));
      if (!responses.back()) continue;
      for (const TokenSequence& sequence : prepared.sequences) {
        responses.back()->prompt_tokens +=
            static_cast<int>(sequence.context.size() + sequence.continuation.size());
      }
    }
    return responses;
  }

  expected<std::string> render_chat(std::span<const ChatMessage> messages,
                                    bool add_generation_prompt,
                                    bool continue_final) const override {
    return render_chatml(messages, add_generation_prompt, continue_final);
  }

  std::string token_text(Token token) const override {
    return std::string(1, static_cast<char>(token));
  }

  // Bytes stand in for tokens, but lengths in bytes would be lengths of nothing a model reads.
  std::optional<std::size_t> count_tokens(std::string_view) const override { return std::nullopt; }

 private:
  expected<Response> answer_one(const PreparedRequest& prepared) const {
    if (const auto* choices = std::get_if<Choices>(&prepared.request)) return score(*choices);
    if (const auto* completion = std::get_if<Completion>(&prepared.request)) {
      return generate(*completion);
    }
    const std::string& text = std::get<Rolling>(prepared.request).text;
    const std::optional<double> value = script_->rolling(text);
    if (!value) return missing("text", text);
    Response response;
    response.answer = RollingScore{*value, static_cast<int>(text.size())};
    return response;
  }

  expected<Response> score(const Choices& choices) const {
    const std::size_t count = choices.continuations.size();
    std::vector<ChoiceScore> scores;
    scores.reserve(count);
    const bool shared = choices.contexts.size() == 1;
    for (std::size_t first = 0; first < count;) {
      const std::size_t last = shared ? count : first + 1;
      const std::string& context = choices.context_of(first);
      const std::size_t stopped =
          script_->score(context, choices.continuations, first, last, scores);
      if (stopped < last) {
        return missing(fmt::format("score of the continuation \"{}\" after a context",
                                   choices.continuations[stopped].substr(0, 60)),
                       context);
      }
      first = last;
    }
    Response response;
    response.answer = std::move(scores);
    return response;
  }

  expected<Response> generate(const Completion& completion) const {
    std::vector<Generation> generations;
    for (int sample = 0; sample < completion.samples; ++sample) {
      std::optional<std::string> text = script_->generate(completion, sample);
      if (!text) {
        return missing(fmt::format("response {} for a prompt", sample + 1), completion.prompt);
      }
      const int tokens = static_cast<int>(text->size());
      generations.push_back({std::move(*text), FinishReason::kStop, tokens});
    }
    Response response;
    response.answer = std::move(generations);
    return response;
  }

  std::unique_ptr<const Script> script_;
  ModelInfo info_;
};

}  // namespace

std::string render_chatml(std::span<const ChatMessage> messages, bool add_generation_prompt,
                          bool continue_final) {
  std::string text;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    text += "<|im_start|>" + messages[i].role + "\n" + messages[i].content;
    if (continue_final && i + 1 == messages.size()) return text;
    text += "<|im_end|>\n";
  }
  if (add_generation_prompt) text += "<|im_start|>assistant\n";
  return text;
}

expected<std::unique_ptr<Model>> open_scripted_model(const std::string& script) {
  ModelInfo info;
  info.engine = "scripted";
  std::unique_ptr<const Script> answers;
  if (script == "hash") {
    info.name = "scripted:hash";
    info.identity = "scripted:hash/1";
    answers = std::make_unique<HashScript>();
  } else {
    expected<TableScript> table = TableScript::read(script);
    if (!table) return table.error();
    const expected<std::string> digest = sha256_of_file(script);
    if (!digest) return digest.error();
    const std::size_t slash = script.find_last_of('/');
    info.name = "scripted:" + (slash == std::string::npos ? script : script.substr(slash + 1));
    info.identity = *digest;
    info.manifest["sha256"] = *digest;
    answers = std::make_unique<TableScript>(*std::move(table));
  }
  info.manifest["kind"] = "scripted";
  info.manifest["tokens"] = "bytes";
  info.manifest["chat_renderer"] = "built-in ChatML";
  return std::unique_ptr<Model>(
      std::make_unique<ScriptedModel>(std::move(answers), std::move(info)));
}

}  // namespace assay
