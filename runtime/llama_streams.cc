// See llama_streams.h.
#include "runtime/llama_streams.h"

#include <algorithm>

#include "runtime/llama_growth.h"

namespace assay {
namespace {

class StreamGeneration {
 public:
  StreamGeneration(LlamaContext& context, const LlamaTokenizer& tokenizer, std::span<Draft> group,
                   std::size_t header, std::size_t streams, const StopFlag& should_stop,
                   std::vector<int>& decoded)
      : context_(context),
        tokenizer_(tokenizer),
        group_(group),
        header_(header),
        should_stop_(should_stop),
        decoded_(decoded),
        slots_(streams) {}

  expected<void> run() {
    context_.open(static_cast<int>(slots_.size()));
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
      while (next_ < group_.size() && group_[next_].finished) ++next_;
      if (next_ == group_.size()) break;
      if (slots_[slot].draft != nullptr) continue;
      Draft& draft = group_[next_];
      if (!wave.empty() && wave.back()->request == draft.request) break;  // not read yet
      const int holder = holder_of(draft.request, slot);
      if (holder >= 0) {
        context_.share(holder, static_cast<int>(slot), draft.prompt.size());
        place(draft, slot);
        continue;
      }
      const std::size_t more = draft.prompt.size() - header_;
      if (!wave.empty() && tokens + more > static_cast<std::size_t>(context_.settings().batch)) {
        break;
      }
      tokens += more;
      if (slots_[slot].begun) {
        context_.share(static_cast<int>(slot), static_cast<int>(slot), header_);
      } else if (header_ > 0) {
        context_.share(LlamaContext::kHeaderSequence, static_cast<int>(slot), header_);
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
      texts.push_back({draft->sequence, header_, draft->prompt.subspan(header_)});
      decoded_[draft->request] += static_cast<int>(draft->prompt.size() - header_);
    }
    const auto first_tokens = [&](int text, std::span<const float> logits) {
      const std::size_t request = wave[static_cast<std::size_t>(text)]->request;
      for (Draft& draft : group_) {
        if (draft.request == request) draft.draw(tokenizer_, logits);
      }
    };
    return context_.read(texts, first_tokens, should_stop_);
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
      context_.share(static_cast<int>(last), static_cast<int>(gap), held);
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
    context_.count_slots(slots_.size(), growing.size(), 0);
    return grow_by_a_token(context_, tokenizer_, growing, should_stop_, decoded_);
  }

  void empty_finished() {
    for (Slot& slot : slots_) {
      if (slot.draft != nullptr && slot.draft->finished) slot.draft = nullptr;
    }
  }

  LlamaContext& context_;
  const LlamaTokenizer& tokenizer_;
  std::span<Draft> group_;
  std::size_t header_;
  const StopFlag& should_stop_;
  std::vector<int>& decoded_;
  std::vector<Slot> slots_;
  std::size_t next_ = 0;  // the first draft that had no slot yet
};

}  // namespace

expected<void> generate_in_streams(LlamaContext& context, const LlamaTokenizer& tokenizer,
                                   std::span<Draft> group, std::size_t header, std::size_t streams,
                                   const StopFlag& should_stop, std::vector<int>& decoded) {
  return StreamGeneration(context, tokenizer, group, header, streams, should_stop, decoded).run();
}

}  // namespace assay
