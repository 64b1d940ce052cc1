// See sample_view.h.
#include "results/sample_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "assay/text.h"
#include "results/figures.h"
#include "runtime/wire.h"
#include "scorers/choice_metrics.h"
#include "scorers/python_format.h"

namespace assay {
namespace {

std::size_t utf16_length(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80) continue;
    units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

// The first place, then the way from each to the next: small numbers that pack well.
Json marks_json(const TokenMarks& marks, std::string_view text) {
  Json steps = Json::array();
  std::size_t byte = 0;
  for (std::size_t i = 0; i < marks.begins.size(); ++i) {
    steps.push_back(utf16_length(text.substr(byte, marks.begins[i] - byte)));
    byte = marks.begins[i];
  }
  Json json = {{"steps", std::move(steps)}};
  if (!marks.added.empty()) json["added"] = sanitise_utf8(marks.added);
  return json;
}

std::vector<std::size_t> golds_of(const Task& task, const Item& item, std::size_t choices) {
  try {
    if (task.gold_of_contexts) return {static_cast<std::size_t>(task.gold_of_contexts(item.doc))};
    if (!task.target || task.output != OutputType::kMultipleChoice) return {};
    const std::vector<std::string> texts = task.choices(item.doc);
    std::vector<std::size_t> golds = gold_indices(task.target(item.doc), texts);
    std::erase_if(golds, [&](std::size_t gold) { return gold >= choices; });
    return golds;
  } catch (const std::exception&) {
    return {};
  }
}

std::string gold_text(const Task& task, const Item& item) {
  if (!task.target || task.output != OutputType::kGenerate) return "";
  try {
    return python_str(task.target(item.doc));
  } catch (const std::exception&) {
    return "";
  }
}

const char* finish_word(FinishReason reason) {
  switch (reason) {
    case FinishReason::kStop:
      return "stop";
    case FinishReason::kEndOfText:
      return "end";
    case FinishReason::kLength:
      return "length";
  }
  return "";
}

// "regex match 3 of 3": the last of its places; else the first.
std::optional<std::pair<std::size_t, std::size_t>> place_of(const std::string& text,
                                                            const Judgement& verdict) {
  if (verdict.extracted.empty() || verdict.extracted.size() >= text.size()) return std::nullopt;
  int match = 0;
  int count = 0;
  const bool last =
      std::sscanf(verdict.rule.c_str(), "regex match %d of %d", &match, &count) == 2 &&
      match == count;
  const std::size_t at = last ? text.rfind(verdict.extracted) : text.find(verdict.extracted);
  if (at == std::string::npos) return std::nullopt;
  return std::make_pair(at, at + verdict.extracted.size());
}

void view_choices(const Choices& asked, const Task* task, const ItemRecord& item,
                  SampleView& view) {
  view.kind = "choices";
  if (asked.contexts.size() == 1) view.prompt = asked.contexts.front();
  const std::size_t count = asked.continuations.size();
  for (std::size_t i = 0; i < count; ++i) {
    ChoiceView choice;
    choice.text = asked.continuations[i];
    if (asked.contexts.size() > 1) choice.context = asked.context_of(i);
    view.choices.push_back(std::move(choice));
  }
  if (task != nullptr) {
    for (const std::size_t gold : golds_of(*task, item.item, count)) {
      view.choices[gold].gold = true;
    }
  }
  const auto* scores = item.evidence.answer
                           ? std::get_if<std::vector<ChoiceScore>>(&item.evidence.answer->answer)
                           : nullptr;
  if (scores == nullptr || scores->size() != count || count == 0) return;
  std::vector<double> lls;
  for (const ChoiceScore& score : *scores) lls.push_back(score.loglikelihood);
  const std::vector<double> shares = softmax(lls);
  for (std::size_t i = 0; i < count; ++i) {
    view.choices[i].score = (*scores)[i];
    view.choices[i].probability = shares[i];
  }
  if (count > 1) view.choices[argmax(lls)].picked = true;
}

void view_texts(const ItemRecord& item, SampleView& view) {
  const auto* texts = item.evidence.answer
                          ? std::get_if<std::vector<Generation>>(&item.evidence.answer->answer)
                          : nullptr;
  if (texts == nullptr) return;
  for (const Generation& text : *texts) {
    view.texts.push_back({text.text, finish_word(text.finish), text.tokens, std::nullopt});
  }
  for (const Judgement& verdict : item.judged.judgements) {
    if (view.texts.empty() || view.texts.front().extracted) break;
    view.texts.front().extracted = place_of(view.texts.front().text, verdict);
  }
}

std::string bar(double share, std::size_t cells) {
  static constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<std::size_t>(share * static_cast<double>(cells) * 8 + 0.5);
  std::string text;
  for (std::size_t i = 0; i < eighths / 8; ++i) text += "█";
  text += kEighths[eighths % 8];
  const std::size_t used = eighths / 8 + (eighths % 8 > 0 ? 1 : 0);
  return text + std::string(cells > used ? cells - used : 0, ' ');
}

std::string framed(const std::string& text) { return "⟦" + visible_controls(text) + "⟧"; }

std::string one_line(const std::string& text) {
  std::string out;
  for (const char c : visible_controls(text)) {
    if (c == '\n') {
      out += "↵";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

char outcome_letter(ItemOutcome outcome) { return "rwpvne"[static_cast<int>(outcome)]; }

std::string_view outcome_word(ItemOutcome outcome) {
  static constexpr std::string_view kWords[] = {"right",    "wrong",   "partly right",
                                                "measured", "not run", "item error"};
  return kWords[static_cast<int>(outcome)];
}

ItemOutcome outcome_of(const JudgedItem& judged, const Judgement* verdict) {
  if (judged.error || verdict == nullptr) return ItemOutcome::kError;
  if (!verdict->not_run.empty()) return ItemOutcome::kNotRun;
  const MetricValue* figure = nullptr;
  for (const MetricValue& value : verdict->values) {
    if (!is_share(value.metric)) continue;
    if (figure == nullptr || value.metric == "acc_norm") figure = &value;
  }
  if (figure != nullptr) {
    if (figure->value == 1.0) return ItemOutcome::kRight;
    return figure->value == 0.0 ? ItemOutcome::kWrong : ItemOutcome::kPart;
  }
  return ItemOutcome::kValue;
}

SampleView view_sample(const TaskRecord& record, const Task* task, const ItemRecord& item) {
  SampleView view;
  view.task = record.name;
  view.item = item.item;
  view.verdicts = item.judged.judgements;
  if (item.judged.error) view.error = item.judged.error->message;
  if (task != nullptr) view.gold = gold_text(*task, item.item);
  if (item.evidence.answer) view.prompt_tokens = item.evidence.answer->prompt_tokens;
  if (!item.evidence.request) return view;
  if (const auto* choices = std::get_if<Choices>(&*item.evidence.request)) {
    view_choices(*choices, task, item, view);
  } else if (const auto* completion = std::get_if<Completion>(&*item.evidence.request)) {
    view.kind = "completion";
    view.prompt = completion->prompt;
    view.stops = completion->stops;
    view.max_tokens = completion->max_tokens;
    view_texts(item, view);
  } else {
    view.kind = "rolling";
    view.prompt = std::get<Rolling>(*item.evidence.request).text;
    if (item.evidence.answer) {
      if (const auto* score = std::get_if<RollingScore>(&item.evidence.answer->answer)) {
        view.rolling = *score;
      }
    }
  }
  return view;
}

Json to_json(const SampleView& view) {
  Json json = {{"item", view.item.id}, {"index", view.item.index}, {"kind", view.kind}};
  if (!view.item.group.empty()) json["group"] = view.item.group;
  json["prompt"] = view.prompt;
  if (view.prompt_marks) json["marks"] = marks_json(*view.prompt_marks, view.prompt);
  if (!view.choices.empty()) {
    Json choices = Json::array();
    for (const ChoiceView& choice : view.choices) {
      Json one = {{"text", choice.text}};
      if (!choice.context.empty()) one["context"] = choice.context;
      if (choice.score) {
        one["ll"] = choice.score->loglikelihood;
        one["p"] = choice.probability;
        one["greedy"] = choice.score->is_greedy;
        one["tokens"] = choice.score->tokens;
      }
      if (choice.gold) one["gold"] = true;
      if (choice.picked) one["picked"] = true;
      if (choice.tokens) one["marks"] = marks_json(*choice.tokens, choice.text);
      if (choice.context_tokens) {
        one["contextMarks"] = marks_json(*choice.context_tokens, choice.context);
      }
      choices.push_back(std::move(one));
    }
    json["choices"] = std::move(choices);
  }
  if (view.kind == "completion") {
    Json texts = Json::array();
    for (const TextView& text : view.texts) {
      Json one = {{"text", text.text}, {"finish", text.finish}, {"tokens", text.tokens}};
      if (text.extracted) {
        const std::string_view all = text.text;
        one["span"] = {utf16_length(all.substr(0, text.extracted->first)),
                       utf16_length(all.substr(0, text.extracted->second))};
      }
      if (text.token_marks) one["marks"] = marks_json(*text.token_marks, text.text);
      if (text.token_ids) one["ids"] = *text.token_ids;
      texts.push_back(std::move(one));
    }
    json["texts"] = std::move(texts);
    json["stops"] = view.stops;
    json["maxTokens"] = view.max_tokens;
  }
  if (view.rolling) {
    json["rolling"] = {{"ll", view.rolling->loglikelihood}, {"tokens", view.rolling->tokens}};
  }
  if (!view.gold.empty()) json["gold"] = view.gold;
  if (view.prompt_tokens) json["promptTokens"] = *view.prompt_tokens;
  Json verdicts = Json::array();
  for (const Judgement& verdict : view.verdicts) {
    Json values = Json::array();
    for (const MetricValue& value : verdict.values) {
      values.push_back({{"metric", value.metric}, {"value", value.value}});
    }
    Json one = {{"filter", verdict.filter},
                {"values", std::move(values)},
                {"extracted", verdict.extracted},
                {"rule", verdict.rule},
                {"why", verdict.why}};
    if (!verdict.not_run.empty()) one["notRun"] = verdict.not_run;
    verdicts.push_back(std::move(one));
  }
  json["verdicts"] = std::move(verdicts);
  if (!view.error.empty()) json["error"] = view.error;
  return json;
}

std::string visible_controls(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F) {
      // U+2400 … U+2421: pictures of the control characters.
      const int picture = byte == 0x7F ? 0x2421 : 0x2400 + byte;
      out += static_cast<char>(0xE2);
      out += static_cast<char>(0x80 | ((picture >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (picture & 0x3F));
    } else if (byte == 0xC2 && i + 1 < text.size() &&
               static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      out += "\xEF\xBF\xBD";  // C1 controls steer some terminals too
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string sample_text(const SampleView& view, std::size_t width) {
  std::string text = fmt::format("{} item {} (position {})", view.task,
                                 visible_controls(view.item.id), view.item.index);
  if (!view.item.group.empty()) text += ", group " + visible_controls(view.item.group);
  text += "\n";
  if (!view.error.empty()) {
    text += "could not be measured: " + visible_controls(view.error) + "\n";
  }
  if (!view.prompt.empty()) {
    text += fmt::format(
        "\n{}{}\n{}\n", view.kind == "rolling" ? "text" : "prompt",
        view.prompt_tokens ? fmt::format(" ({} tokens asked)", *view.prompt_tokens) : "",
        framed(view.prompt));
  }
  if (!view.choices.empty()) {
    text += "\nchoices (* gold, > picked)\n";
    for (const ChoiceView& choice : view.choices) {
      text += fmt::format("{}{} ", choice.gold ? '*' : ' ', choice.picked ? '>' : ' ');
      if (choice.score) {
        if (view.choices.size() > 1) {
          text += fmt::format("{:6.4f} ", choice.probability);
          if (width >= 60) text += bar(choice.probability, 12) + " ";
        }
        text += fmt::format("log-likelihood {:.4f}, {} token{}{} ", choice.score->loglikelihood,
                            choice.score->tokens, choice.score->tokens == 1 ? "" : "s",
                            choice.score->is_greedy ? ", greedy" : "");
      }
      text += framed(choice.context.empty() ? choice.text : choice.context + "│" + choice.text);
      text += "\n";
    }
  }
  for (std::size_t i = 0; i < view.texts.size(); ++i) {
    const TextView& completion = view.texts[i];
    text += fmt::format("\ncompletion{} ({} tokens, ended by {})\n",
                        view.texts.size() > 1 ? fmt::format(" {}", i + 1) : "", completion.tokens,
                        completion.finish);
    if (completion.extracted) {
      const auto [from, to] = *completion.extracted;
      const std::string& all = completion.text;
      text += "⟦" + visible_controls(all.substr(0, from)) + "⟪" +
              visible_controls(all.substr(from, to - from)) + "⟫" +
              visible_controls(all.substr(to)) + "⟧\n";
    } else {
      text += framed(completion.text) + "\n";
    }
  }
  if (view.rolling) {
    text += fmt::format("\nlog-likelihood {:.4f} over {} tokens\n", view.rolling->loglikelihood,
                        view.rolling->tokens);
  }
  if (!view.gold.empty()) text += "\ngold " + framed(view.gold) + "\n";
  for (const Judgement& verdict : view.verdicts) {
    text += fmt::format("\n{}: ", verdict.filter == "none" ? "verdict" : verdict.filter);
    if (!verdict.not_run.empty()) {
      text += "not run: " + visible_controls(verdict.not_run) + "\n";
      continue;
    }
    for (const MetricValue& value : verdict.values) {
      text += fmt::format("{} {}  ", value.metric, figure_text(value.value));
    }
    text +=
        fmt::format("\n  extracted {}\n  rule {}\n  {}\n", "⟦" + one_line(verdict.extracted) + "⟧",
                    one_line(verdict.rule), one_line(verdict.why));
  }
  return text + "\n";
}

}  // namespace assay
