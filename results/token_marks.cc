// See the header.
#include "results/token_marks.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace assay {
namespace {

std::vector<std::string> texts_of(const AskedTokens& tokens, const std::vector<Token>& ids) {
  std::vector<std::string> texts;
  texts.reserve(ids.size());
  for (const Token id : ids) texts.push_back(tokens.text(id));
  return texts;
}

// Marks of the part of a text from `from` to `to`.
TokenMarks part_of(const std::vector<std::size_t>& begins, std::size_t from, std::size_t to) {
  TokenMarks marks;
  for (const std::size_t at : begins) {
    if (at >= from && at < to) marks.begins.push_back(at - from);
  }
  return marks;
}

// Tokens at the beginning that have no bytes of the text were added: their texts, e.g. "<s>", stand
// for them.
TokenMarks without_added(TokenMarks marks, const std::vector<std::string>& pieces) {
  std::size_t count = 0;
  while (count + 1 < marks.begins.size() && marks.begins[count + 1] == marks.begins.front()) {
    marks.added += pieces[count++];
  }
  marks.begins.erase(marks.begins.begin(),
                     marks.begins.begin() + static_cast<std::ptrdiff_t>(count));
  return marks;
}

void mark_choices(const AskedTokens& tokens, const Choices& asked, const PreparedRequest& prepared,
                  SampleView& view) {
  for (std::size_t i = 0; i < view.choices.size() && i < prepared.sequences.size(); ++i) {
    const std::string& context = asked.context_of(i);
    std::vector<Token> ids = prepared.sequences[i].context;
    const auto& scored = prepared.sequences[i].continuation;
    ids.insert(ids.end(), scored.begin(), scored.end());
    const std::vector<std::string> pieces = texts_of(tokens, ids);
    const auto begins = spelled(context + asked.continuations[i], pieces, prepared.truncated);
    if (!begins) continue;
    const std::size_t end = context.size() + asked.continuations[i].size();
    view.choices[i].tokens = part_of(*begins, context.size(), end);
    TokenMarks before = without_added(part_of(*begins, 0, context.size()), pieces);
    if (asked.contexts.size() > 1) {
      view.choices[i].context_tokens = std::move(before);
    } else if (i == 0) {
      view.prompt_marks = std::move(before);
    }
  }
}

void mark_prompt(const std::vector<std::string>& pieces, bool truncated, SampleView& view) {
  const auto begins = spelled(view.prompt, pieces, truncated);
  if (!begins) return;
  view.prompt_marks = without_added(part_of(*begins, 0, view.prompt.size()), pieces);
}

const std::vector<Generation>* generations_of(const ItemRecord& item) {
  if (!item.evidence.answer) return nullptr;
  return std::get_if<std::vector<Generation>>(&item.evidence.answer->answer);
}

}  // namespace

std::optional<std::vector<std::size_t>> spelled(std::string_view text,
                                                const std::vector<std::string>& pieces, bool cut) {
  std::size_t at = 0;
  if (cut) {
    std::size_t bytes = 0;
    for (const std::string& piece : pieces) bytes += piece.size();
    if (bytes > text.size()) return std::nullopt;
    at = text.size() - bytes;
  }
  const std::size_t start = at;
  std::vector<std::size_t> begins;
  begins.reserve(pieces.size());
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::string_view piece = pieces[i];
    const std::string_view rest = text.substr(at);
    begins.push_back(at);
    if (rest.starts_with(piece)) {
      at += piece.size();
    } else if (piece.starts_with(' ') && rest.starts_with(piece.substr(1))) {
      at += piece.size() - 1;
    } else if ((at > start || i > 1) && !rest.empty()) {  // added neither in front nor at the end
      return std::nullopt;
    }
  }
  if (at != text.size()) return std::nullopt;
  return begins;
}

std::optional<std::vector<std::size_t>> spelled_beginning(std::string_view text,
                                                          const std::vector<std::string>& pieces) {
  std::vector<std::size_t> begins;
  begins.reserve(pieces.size());
  std::size_t at = 0;
  for (const std::string& piece : pieces) {
    begins.push_back(std::min(at, text.size()));
    if (at < text.size()) {
      const std::string_view rest = text.substr(at);
      const std::size_t both = std::min(rest.size(), piece.size());
      if (rest.substr(0, both) != std::string_view(piece).substr(0, both)) return std::nullopt;
    }
    at += piece.size();
  }
  if (at < text.size()) return std::nullopt;
  return begins;
}

bool fits(const AskedTokens& tokens, const RunFolder& run) {
  bool any = false;
  for (const TaskRecord& task : run.tasks) {
    const auto item = std::ranges::find_if(
        task.items, [](const ItemRecord& i) { return i.evidence.answer.has_value(); });
    if (item == task.items.end()) continue;
    if (!tokens.tokens_of(item->evidence)) return false;
    any = true;
  }
  return any;
}

void mark_tokens(const AskedTokens& tokens, const ItemRecord& item, SampleView& view) {
  const std::optional<PreparedRequest> prepared = tokens.tokens_of(item.evidence);
  if (!prepared) return;
  if (const auto* choices = std::get_if<Choices>(&*item.evidence.request)) {
    mark_choices(tokens, *choices, *prepared, view);
    return;
  }
  std::vector<Token> asked;
  if (view.kind == "completion") {
    asked = prepared->sequences.front().context;
  } else {  // windows: the first has the added token in front, the others what was there before
    asked = prepared->sequences.front().context;
    for (const TokenSequence& window : prepared->sequences) {
      asked.insert(asked.end(), window.continuation.begin(), window.continuation.end());
    }
  }
  mark_prompt(texts_of(tokens, asked), prepared->truncated, view);
  const std::vector<Generation>* texts = generations_of(item);
  if (texts == nullptr) return;
  for (std::size_t i = 0; i < texts->size() && i < view.texts.size(); ++i) {
    const Generation& text = (*texts)[i];
    if (!text.token_ids) continue;
    auto begins = spelled_beginning(text.text, texts_of(tokens, *text.token_ids));
    if (begins) view.texts[i].token_marks = TokenMarks{std::move(*begins), ""};
  }
}

void add_token_ids(const ItemRecord& item, SampleView& view) {
  const std::vector<Generation>* texts = generations_of(item);
  if (texts == nullptr) return;
  for (std::size_t i = 0; i < texts->size() && i < view.texts.size(); ++i) {
    view.texts[i].token_ids = (*texts)[i].token_ids;
  }
}

}  // namespace assay
