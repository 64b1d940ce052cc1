// See shown_item.h.
#include "cli/shown_item.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <exception>

namespace assay::cli {
namespace {

Json gold_json(const Task& task, const Json& doc) {
  if (task.gold_of_contexts) return task.gold_of_contexts(doc);
  if (!task.target) return nullptr;
  return std::visit([](const auto& value) { return Json(value); }, task.target(doc));
}

ShownTokens shown_tokens(PreparedRequest prepared, const Model& model) {
  ShownTokens tokens;
  for (const TokenSequence& sequence : prepared.sequences) {
    const auto& first = sequence.context.empty() ? sequence.continuation : sequence.context;
    tokens.first_texts.push_back(first.empty() ? "" : model.token_text(first.front()));
    std::vector<std::string> texts;
    for (const Token token : sequence.continuation) texts.push_back(model.token_text(token));
    tokens.continuation_texts.push_back(std::move(texts));
  }
  tokens.prepared = std::move(prepared);
  const Json& facts = model.info().manifest;
  if (const auto found = facts.find("add_bos"); found != facts.end()) tokens.add_bos = *found;
  if (const auto found = facts.find("bos"); found != facts.end()) tokens.bos = *found;
  return tokens;
}

std::string framed(const std::string& text) { return "⟦" + text + "⟧"; }

std::string one_line(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  return out;
}

std::string ids(const std::vector<Token>& tokens) {
  return fmt::format("{} tokens: {}", tokens.size(), fmt::join(tokens, " "));
}

std::string continuation_tokens(const ShownTokens& tokens, std::size_t i) {
  std::string text;
  const auto& sequence = tokens.prepared.sequences[i];
  for (std::size_t k = 0; k < sequence.continuation.size(); ++k) {
    if (k > 0) text += ' ';
    text += fmt::format("{}{}", sequence.continuation[k],
                        framed(one_line(tokens.continuation_texts[i][k])));
  }
  return text;
}

bool is_gold(const Json& gold, std::size_t i) {
  if (gold.is_number_integer()) return gold.get<long long>() == static_cast<long long>(i);
  if (!gold.is_array()) return false;
  for (const Json& one : gold) {
    if (is_gold(one, i)) return true;
  }
  return false;
}

std::string choices_text(const ShownItem& item, const Choices& choices) {
  std::string text;
  const bool shared = choices.contexts.size() == 1;
  if (shared) text += "context " + framed(choices.contexts.front()) + "\n";
  if (shared && item.tokens && !item.tokens->prepared.sequences.empty()) {
    text += "  " + ids(item.tokens->prepared.sequences.front().context) + "\n";
  }
  for (std::size_t i = 0; i < choices.continuations.size(); ++i) {
    const char* mark = is_gold(item.gold, i) ? "*" : " ";
    if (!shared) text += fmt::format("{} context {} {}\n", mark, i, framed(choices.context_of(i)));
    if (!shared && item.tokens) {
      text += "  " + ids(item.tokens->prepared.sequences[i].context) + "\n";
    }
    text += fmt::format("{} continuation {} {}\n", mark, i, framed(choices.continuations[i]));
    if (item.tokens) text += "    " + continuation_tokens(*item.tokens, i) + "\n";
  }
  return text;
}

std::string completion_text(const ShownItem& item, const Completion& completion) {
  std::string text = "prompt " + framed(completion.prompt) + "\n";
  if (item.tokens) text += "  " + ids(item.tokens->prepared.sequences.front().context) + "\n";
  std::string stops;
  for (const std::string& stop : completion.stops) stops += " " + framed(one_line(stop));
  text += "stops" + (stops.empty() ? " none" : stops) + "\n";
  const Sampling& sampling = completion.sampling;
  text += fmt::format("at most {} tokens, {} sample{}, temperature {}", completion.max_tokens,
                      completion.samples, completion.samples == 1 ? "" : "s", sampling.temperature);
  if (sampling.temperature > 0) {
    text += fmt::format(", top_k {}, top_p {}, min_p {}, seed {}", sampling.top_k, sampling.top_p,
                        sampling.min_p, sampling.seed);
  }
  if (sampling.repeat_penalty != 1.0) {
    text += fmt::format(", repeat penalty {}", sampling.repeat_penalty);
  }
  return text + "\n";
}

}  // namespace

expected<ShownItem> make_shown_item(const Plan& plan, const PlannedTask& task,
                                    const LoadedItem& item, const Model* model) {
  const expected<Request> request = planned_request(plan, task, item);
  if (!request) return request.error();
  const Task& about = *task.loaded.task;
  ShownItem shown;
  shown.task = about.name;
  shown.version = about.version;
  shown.id = item.item.id;
  shown.index = item.item.index;
  shown.available = task.loaded.available;
  shown.data_label = task.loaded.status.label();
  shown.shots = item.shots;
  shown.request = *request;
  for (const FilterPipeline& filter : about.filters) shown.filters.push_back(filter.name);
  try {
    shown.gold = gold_json(about, item.item.doc);
  } catch (const std::exception& problem) {
    return data_error(fmt::format("{} {}: the gold answer cannot be read: {}", about.name,
                                  item.item.id, problem.what()));
  }
  if (model != nullptr) {
    expected<PreparedRequest> prepared = model->prepare(*request);
    if (prepared) {
      shown.tokens = shown_tokens(std::move(*prepared), *model);
    } else {
      shown.token_error = prepared.error().message;
    }
  }
  return shown;
}

Json shown_item_json(const ShownItem& item) {
  Json json = {{"task", item.task}, {"id", item.id}, {"index", item.index}};
  if (const auto* choices = std::get_if<Choices>(&item.request)) {
    if (choices->contexts.size() == 1) {
      json["context"] = choices->contexts.front();
    } else {
      json["contexts"] = choices->contexts;
    }
    json["continuations"] = choices->continuations;
    json["stops"] = Json::array();
  } else if (const auto* completion = std::get_if<Completion>(&item.request)) {
    json["context"] = completion->prompt;
    json["continuations"] = Json::array();
    json["stops"] = completion->stops;
    json["max_tokens"] = completion->max_tokens;
    json["samples"] = completion->samples;
    json["temperature"] = completion->sampling.temperature;
  } else {
    json["text"] = std::get<Rolling>(item.request).text;
    json["continuations"] = Json::array();
    json["stops"] = Json::array();
  }
  if (!item.filters.empty()) json["filters"] = item.filters;
  json["gold"] = item.gold;
  json["shots"] = item.shots;
  if (!item.data_label.empty()) json["data"] = item.data_label;
  if (!item.token_error.empty()) json["error"] = item.token_error;
  if (item.tokens) {
    json["add_bos"] = item.tokens->add_bos;
    json["bos"] = item.tokens->bos;
    json["truncated"] = item.tokens->prepared.truncated;
    Json tokens = Json::array();
    for (const TokenSequence& sequence : item.tokens->prepared.sequences) {
      tokens.push_back({{"context", sequence.context},
                        {"continuation", sequence.continuation},
                        {"boundary", sequence.context.size()}});
    }
    json["tokens"] = std::move(tokens);
  }
  return json;
}

std::string shown_item_text(const ShownItem& item) {
  std::string text = fmt::format("{} version {}, item {} (position {} of {})", item.task,
                                 item.version, item.id, item.index, item.available);
  if (!item.data_label.empty()) text += ", data " + item.data_label;
  text += "\n";
  text += item.shots.empty() ? "no shots\n"
                             : fmt::format("{} shots, positions in their split: {}\n",
                                           item.shots.size(), fmt::join(item.shots, " "));
  if (item.tokens && !item.tokens->prepared.sequences.empty()) {
    const ShownTokens& tokens = *item.tokens;
    const char* added = tokens.add_bos.is_null()     ? "not known to the model"
                        : tokens.add_bos.get<bool>() ? "added"
                                                     : "not added";
    text += fmt::format("BOS {}; first token {}\n", added,
                        framed(one_line(tokens.first_texts.front())));
    if (tokens.prepared.truncated) text += "cut from the left to fit the context\n";
  }
  if (!item.token_error.empty()) text += "not measurable: " + item.token_error + "\n";
  if (const auto* choices = std::get_if<Choices>(&item.request)) {
    text += choices_text(item, *choices);
  } else if (const auto* completion = std::get_if<Completion>(&item.request)) {
    text += completion_text(item, *completion);
  } else {
    text += "text " + framed(std::get<Rolling>(item.request).text) + "\n";
    if (item.tokens) {
      text += fmt::format("  {} windows\n", item.tokens->prepared.sequences.size());
    }
  }
  if (!item.filters.empty()) {
    text += fmt::format("answers are read by {}\n", fmt::join(item.filters, ", "));
  }
  if (item.gold.is_string()) {
    text += "gold " + framed(item.gold.get<std::string>()) + "\n";
  } else if (!item.gold.is_null()) {
    text += "gold " + item.gold.dump() + "\n";
  }
  return text + "\n";
}

}  // namespace assay::cli
