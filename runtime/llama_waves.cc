// See llama_waves.h.
#include "runtime/llama_waves.h"

#include <algorithm>
#include <span>
#include <vector>

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
  explicit SlotGeneration(const TextGroup& group)
      : group_(group),
        layout_(wave_layout(group.context.settings())),
        slots_(static_cast<std::size_t>(layout_.slots), nullptr) {
    const std::span<const Draft> drafts = group.drafts;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
      if (i == 0 || drafts[i].request != drafts[i - 1].request) {
        sources_.push_back({i, i, 0, false, 0});
        prompts_.push_back({drafts[i].prompt, drafts[i].completion->max_tokens});
      }
      sources_.back().end = i + 1;
      source_of_.push_back(sources_.size() - 1);
    }
    waves_ = plan_waves(prompts_, group.header, group.context.settings());
  }

  expected<void> run() {
    group_.context.open(layout_.sequences());
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
  std::size_t texts_left() const { return group_.drafts.size() - next_; }

  // Cells in use or promised to texts that grow, if `more` are added.
  bool fits(std::size_t more) const {
    std::size_t used = waves_.base + 1;  // the anchor has a token of its own
    for (std::size_t s = 0; s < sources_.size(); ++s) {
      const Source& source = sources_[s];
      if (source.waiting || source.grows > 0) used += prompts_[s].tokens.size() - waves_.base;
      used += source.grows * static_cast<std::size_t>(prompts_[s].max_tokens);
    }
    return used + more <= static_cast<std::size_t>(group_.context.settings().cells);
  }

  // Gives free slots to the texts that are next, decoding the prompts of a wave when they are.
  expected<void> fill() {
    for (std::size_t slot = 0; slot < slots_.size();) {
      if (slots_[slot] != nullptr) {
        ++slot;
        continue;
      }
      if (next_ == ready_) {
        if (next_ == group_.drafts.size()) break;
        if (active_ > 0 && !fits(wave_room())) break;
        const expected<void> read = read_wave();
        if (!read) return read;
        continue;
      }
      Draft& draft = group_.drafts[next_];
      Source& source = sources_[source_of_[next_]];
      if (!draft.finished) {
        const auto room = static_cast<std::size_t>(draft.completion->max_tokens);
        if (active_ > 0 && !fits(room)) break;
        draft.sequence = static_cast<int>(slot);
        group_.context.share(source.stem, draft.sequence, draft.prompt.size());
        slots_[slot] = &draft;
        ++source.grows;
        ++active_;
        ++slot;
      }
      if (++next_ == source.end) {
        group_.context.release(source.stem);
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
    const std::size_t after = is_first ? group_.header : waves_.base;
    const PrefixPlan plan = plan_wave(std::span(prompts_).subspan(begin, end - begin), after);
    for (std::size_t s = begin; s < end; ++s) {
      Source& source = sources_[s];
      source.stem = layout_.first_stem() + plan.sequence_of[s - begin];
      source.waiting = true;
      if (after > 0) {
        group_.context.share(is_first ? LlamaContext::kHeaderSequence : layout_.anchor(),
                             source.stem, after);
      }
    }
    for (const PlannedToken& token : plan.tokens) {
      ++group_.decoded[group_.drafts[sources_[begin + token.owner].begin].request];
    }
    const auto first_tokens = [&](int row, std::span<const float> logits) {
      for (std::size_t s = begin; s < end; ++s) {
        if (plan.rows[s - begin].front() != row) continue;
        for (std::size_t i = sources_[s].begin; i < sources_[s].end; ++i) {
          group_.drafts[i].draw(group_.tokenizer, logits);
        }
      }
    };
    const expected<void> read =
        group_.context.extend(plan, layout_.first_stem(), first_tokens, group_.should_stop);
    if (!read) return read;
    // Kept to the end: what later waves begin with, and the first cell after the header, without
    // which the cells of the next unit would not begin where they do when it is asked alone.
    if (is_first) {
      group_.context.share(sources_.front().stem, layout_.anchor(),
                           std::max(waves_.base, group_.header + 1));
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
    group_.context.count_slots(slots_.size(), growing.size(),
                               std::min(slots_.size() - growing.size(), texts_left()));
    return grow_by_a_token(group_, growing);
  }

  void empty_finished() {
    for (Draft*& draft : slots_) {
      if (draft == nullptr || !draft->finished) continue;
      group_.context.release(draft->sequence);
      --sources_[source_of_[static_cast<std::size_t>(draft - group_.drafts.data())]].grows;
      --active_;
      draft = nullptr;
    }
  }

  const TextGroup& group_;
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

expected<void> generate_in_slots(const TextGroup& group) { return SlotGeneration(group).run(); }

}  // namespace assay
