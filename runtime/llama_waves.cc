// See llama_waves.h.
#include "runtime/llama_waves.h"

#include <algorithm>

#include "runtime/llama_growth.h"
#include "runtime/prefix_plan.h"
#include "runtime/wave_plan.h"

namespace assay {
namespace {

// The drafts of one request.
struct Source {
  std::size_t begin = 0;  // drafts [begin, end) of the group
  std::size_t end = 0;
  int stem = 0;           // sequence that holds the prompt while drafts wait
  bool waiting = false;   // the prompt is in its stem
  std::size_t grows = 0;  // drafts that have a slot
};

class SlotGeneration {
 public:
  SlotGeneration(LlamaContext& context, const LlamaTokenizer& tokenizer, std::span<Draft> group,
                 std::size_t header, const StopFlag& should_stop, std::vector<int>& decoded)
      : context_(context),
        tokenizer_(tokenizer),
        group_(group),
        header_(header),
        should_stop_(should_stop),
        decoded_(decoded),
        layout_(wave_layout(context.settings())),
        slots_(static_cast<std::size_t>(layout_.slots), nullptr) {
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (i == 0 || group[i].request != group[i - 1].request) {
        sources_.push_back({i, i, 0, false, 0});
        prompts_.push_back({group[i].prompt, group[i].completion->max_tokens});
      }
      sources_.back().end = i + 1;
      source_of_.push_back(sources_.size() - 1);
    }
    waves_ = plan_waves(prompts_, header, context.settings());
  }

  expected<void> run() {
    context_.open(layout_.sequences());
    while (true) {
      const expected<void> filled = fill();
      if (!filled) return filled;
      if (active_ == 0) return {};
      const expected<void> grown = grow();
      if (!grown) return grown;
      empty_finished();
    }
  }

 private:
  std::size_t texts_left() const { return group_.size() - next_; }

  // Cells in use or promised to texts that grow, if `more` are added.
  bool fits(std::size_t more) const {
    std::size_t used = waves_.base + 1;  // the anchor has a token of its own
    for (std::size_t s = 0; s < sources_.size(); ++s) {
      const Source& source = sources_[s];
      if (source.waiting || source.grows > 0) used += prompts_[s].tokens.size() - waves_.base;
      used += source.grows * static_cast<std::size_t>(prompts_[s].max_tokens);
    }
    return used + more <= static_cast<std::size_t>(context_.settings().cells);
  }

  // Gives free slots to the texts that are next, decoding the prompts of a wave when they are.
  expected<void> fill() {
    for (std::size_t slot = 0; slot < slots_.size();) {
      if (slots_[slot] != nullptr) {
        ++slot;
        continue;
      }
      if (next_ == ready_) {
        if (next_ == group_.size()) break;
        if (active_ > 0 && !fits(wave_room())) break;
        const expected<void> read = read_wave();
        if (!read) return read;
        continue;
      }
      Draft& draft = group_[next_];
      Source& source = sources_[source_of_[next_]];
      if (!draft.finished) {
        const auto room = static_cast<std::size_t>(draft.completion->max_tokens);
        if (active_ > 0 && !fits(room)) break;
        draft.sequence = static_cast<int>(slot);
        context_.share(source.stem, draft.sequence, draft.prompt.size());
        slots_[slot] = &draft;
        ++source.grows;
        ++active_;
        ++slot;
      }
      if (++next_ == source.end) {
        context_.release(source.stem);
        source.waiting = false;
      }
    }
    return {};
  }

  // Cells that the next wave takes, with one text after it.
  std::size_t wave_room() const {
    std::size_t tokens = 0;
    std::size_t longest = 0;
    for (std::size_t s = wave_begin(); s < waves_.ends[wave_]; ++s) {
      tokens += prompts_[s].tokens.size() - waves_.base;
      longest = std::max(longest, static_cast<std::size_t>(prompts_[s].max_tokens));
    }
    return tokens + longest;
  }

  std::size_t wave_begin() const { return wave_ == 0 ? 0 : waves_.ends[wave_ - 1]; }

  // Decodes the prompts of the next wave; each draft draws its first token.
  expected<void> read_wave() {
    const std::size_t begin = wave_begin();
    const std::size_t end = waves_.ends[wave_];
    const bool is_first = wave_ == 0;
    const std::size_t after = is_first ? header_ : waves_.base;
    const PrefixPlan plan = plan_wave(std::span(prompts_).subspan(begin, end - begin), after);
    std::vector<std::size_t> source_of_row(static_cast<std::size_t>(plan.row_count), begin);
    for (std::size_t s = begin; s < end; ++s) {
      Source& source = sources_[s];
      source.stem = layout_.first_stem() + plan.sequence_of[s - begin];
      source.waiting = true;
      if (after > 0) {
        context_.share(is_first ? LlamaContext::kHeaderSequence : layout_.anchor(), source.stem,
                       after);
      }
    }
    for (const PlannedToken& token : plan.tokens) {
      ++decoded_[group_[sources_[begin + token.owner].begin].request];
    }
    const auto first_tokens = [&](int row, std::span<const float> logits) {
      for (std::size_t s = begin; s < end; ++s) {
        if (plan.rows[s - begin].front() != row) continue;
        for (std::size_t i = sources_[s].begin; i < sources_[s].end; ++i) {
          group_[i].draw(tokenizer_, logits);
        }
      }
    };
    const expected<void> read =
        context_.extend(plan, layout_.first_stem(), first_tokens, should_stop_);
    if (!read) return read;
    // Kept to the end: what later waves begin with, and the first cell after the header, without
    // which the cells of the next unit would not begin where they do when it is asked alone.
    if (is_first) {
      context_.share(sources_.front().stem, layout_.anchor(), std::max(waves_.base, header_ + 1));
    }
    ready_ = sources_[end - 1].end;
    ++wave_;
    return {};
  }

  // One more token for every text in a slot.
  expected<void> grow() {
    std::vector<Draft*> growing;
    for (Draft* draft : slots_) {
      if (draft != nullptr) growing.push_back(draft);
    }
    context_.count_slots(slots_.size(), growing.size(),
                         std::min(slots_.size() - growing.size(), texts_left()));
    return grow_by_a_token(context_, tokenizer_, growing, should_stop_, decoded_);
  }

  void empty_finished() {
    for (Draft*& draft : slots_) {
      if (draft == nullptr || !draft->finished) continue;
      context_.release(draft->sequence);
      --sources_[source_of_[static_cast<std::size_t>(draft - group_.data())]].grows;
      --active_;
      draft = nullptr;
    }
  }

  LlamaContext& context_;
  const LlamaTokenizer& tokenizer_;
  std::span<Draft> group_;
  std::size_t header_;
  const StopFlag& should_stop_;
  std::vector<int>& decoded_;
  WaveLayout layout_;
  std::vector<Draft*> slots_;
  std::size_t active_ = 0;  // slots in use
  std::vector<Source> sources_;
  std::vector<WavePrompt> prompts_;     // by source
  std::vector<std::size_t> source_of_;  // by draft
  WavePlan waves_;
  std::size_t wave_ = 0;   // the next one
  std::size_t ready_ = 0;  // drafts before it have read their prompts
  std::size_t next_ = 0;   // the first draft that had no slot yet
};

}  // namespace

expected<void> generate_in_slots(LlamaContext& context, const LlamaTokenizer& tokenizer,
                                 std::span<Draft> group, std::size_t header,
                                 const StopFlag& should_stop, std::vector<int>& decoded) {
  return SlotGeneration(context, tokenizer, group, header, should_stop, decoded).run();
}

}  // namespace assay
