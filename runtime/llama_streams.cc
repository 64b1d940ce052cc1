// See llama_streams.h.
#include "runtime/llama_streams.h"

#include <algorithm>
#include <vector>

namespace assay {
namespace {

class StreamGeneration {
 public:
  StreamGeneration(const TextGroup& group, std::size_t streams) : group_(group), slots_(streams) {}

  expected<void> run() {
    group_.context.open(static_cast<int>(slots_.size()));
    while (true) {
      const expected<void> filled = fill();
      if (!filled) return filled;
      close_gaps();
      if (active() == 0) return {};
      const expected<void> grown = grow();
      if (!grown) return grown;
      empty_finished();
    }
  }

 private:
  // A stream. What it holds stays when its text has ended, until it gets another.
  struct Slot {
    Draft* draft = nullptr;
    bool begun = false;       // it holds the header and the prompt of `request`
    std::size_t request = 0;  // of the unit
  };

  std::size_t active() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(slots_, [](const Slot& slot) { return slot.draft != nullptr; }));
  }

  // A slot that holds this prompt, `slot` itself before others; -1 for none.
  int holder_of(std::size_t request, std::size_t slot) const {
    const auto holds = [&](const Slot& one) { return one.begun && one.request == request; };
    if (holds(slots_[slot])) return static_cast<int>(slot);
    const auto found = std::ranges::find_if(slots_, holds);
    return found == slots_.end() ? -1 : static_cast<int>(found - slots_.begin());
  }

  void place(Draft& draft, std::size_t slot) {
    draft.sequence = static_cast<int>(slot);
    slots_[slot] = {&draft, true, draft.request};
    ++next_;
  }

  // Gives free slots to the texts that are next. A text may end with its first token, so as often
  // as there are prompts to read.
  expected<void> fill() {
    while (true) {
      const std::vector<Draft*> wave = assign();
      if (wave.empty()) return {};
      const expected<void> read = read_prompts(wave);
      if (!read) return read;
      empty_finished();
    }
  }

  // Those among them whose prompts have to be read first: one batch together, or a longer one.
  std::vector<Draft*> assign() {
    std::vector<Draft*> wave;
    std::size_t tokens = 0;
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      while (next_ < group_.drafts.size() && group_.drafts[next_].finished) ++next_;
      if (next_ == group_.drafts.size()) break;
      if (slots_[slot].draft != nullptr) continue;
      Draft& draft = group_.drafts[next_];
      if (!wave.empty() && wave.back()->request == draft.request) break;  // not read yet
      const int holder = holder_of(draft.request, slot);
      if (holder >= 0) {
        group_.context.share(holder, static_cast<int>(slot), draft.prompt.size());
        place(draft, slot);
        continue;
      }
      const std::size_t more = draft.prompt.size() - group_.header;
      if (!wave.empty() &&
          tokens + more > static_cast<std::size_t>(group_.context.settings().batch)) {
        break;
      }
      tokens += more;
      if (slots_[slot].begun) {
        group_.context.share(static_cast<int>(slot), static_cast<int>(slot), group_.header);
      } else if (group_.header > 0) {
        group_.context.share(LlamaContext::kHeaderSequence, static_cast<int>(slot), group_.header);
      }
      place(draft, slot);
      wave.push_back(&draft);
    }
    return wave;
  }

  // Each draft of a prompt draws its first token.
  expected<void> read_prompts(std::span<Draft* const> wave) {
    std::vector<LlamaContext::Text> texts;
    for (const Draft* draft : wave) {
      texts.push_back({draft->sequence, group_.header, draft->prompt.subspan(group_.header)});
      group_.decoded[draft->request] += static_cast<int>(draft->prompt.size() - group_.header);
    }
    const auto first_tokens = [&](int text, std::span<const float> logits) {
      const std::size_t request = wave[static_cast<std::size_t>(text)]->request;
      for (Draft& draft : group_.drafts) {
        if (draft.request == request) draft.draw(group_.tokenizer, logits);
      }
    };
    return group_.context.read(texts, first_tokens, group_.should_stop);
  }

  // The engine makes a call of its own for each row of neighbouring streams, so when no text is
  // left to fill a gap, the last stream moves into it.
  void close_gaps() {
    std::size_t gap = 0;
    for (std::size_t last = slots_.size(); last-- > 0;) {
      while (gap < last && slots_[gap].draft != nullptr) ++gap;
      if (gap >= last) return;
      Slot& from = slots_[last];
      if (from.draft == nullptr) continue;
      const auto held = static_cast<std::size_t>(from.draft->position());
      group_.context.share(static_cast<int>(last), static_cast<int>(gap), held);
      from.draft->sequence = static_cast<int>(gap);
      slots_[gap] = from;
      from.draft = nullptr;
    }
  }

  // One more token for every text in a slot.
  expected<void> grow() {
    std::vector<Draft*> growing;
    for (const Slot& slot : slots_) {
      if (slot.draft != nullptr) growing.push_back(slot.draft);
    }
    group_.context.count_slots(slots_.size(), growing.size(), 0);
    return grow_by_a_token(group_, growing);
  }

  void empty_finished() {
    for (Slot& slot : slots_) {
      if (slot.draft != nullptr && slot.draft->finished) slot.draft = nullptr;
    }
  }

  const TextGroup& group_;
  std::vector<Slot> slots_;
  std::size_t next_ = 0;  // the first draft that had no slot yet
};

}  // namespace

expected<void> generate_in_streams(const TextGroup& group, std::size_t streams) {
  return StreamGeneration(group, streams).run();
}

}  // namespace assay
