// Items of tasks whose texts are made up for a length: one for every place in a grid of lengths,
// depths (where the task has them) and numbers. What all such tasks share is here: ids and groups,
// counting a whole prompt as the model will see it, lengths that cannot be made (a problem of the
// item, beside the lengths that can), and recorded runs, whose items are made again from their
// placements without a tokenizer.
//
// The documents have `length`, `depth` where there is one, `input` (the question with its text),
// `answer_start`, `keys` and `values` (what is asked for and what is right: the same at every
// length for equal depth and index, so that lengths are compared item by item), and `placement`.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "assay/dataset.h"
#include "assay/expected.h"
#include "assay/item.h"
#include "assay/json.h"
#include "assay/task.h"
#include "tasks/longctx/filler.h"

namespace assay {

// A place in the grid.
struct Spot {
  int length = 0;                 // tokens of prompt and answer together
  std::optional<double> depth{};  // percent
  int index = 0;
};

// Lengths × depths × 0..count−1; no depths: lengths × 0..count−1.
std::vector<Spot> grid_spots(const std::vector<int>& lengths, const std::vector<double>& depths,
                             int count);

// The seed of what is drawn for a spot whatever its length is, and of what belongs to a length.
// FNV-1a-64 of "task/seed/depth/index" and of "task/seed/length/depth/index" (without the depth
// where there is none).
std::uint64_t secret_seed(const std::string& task, std::uint64_t seed, const Spot& spot);
std::uint64_t text_seed(const std::string& task, std::uint64_t seed, const Spot& spot);

// Counts tokens the way the run will: with the model's tokenizer, of the whole prompt with chat
// template and special tokens; else four characters for one.
class PromptMeter {
 public:
  PromptMeter(const DataSource& source, const GenerateContext& context);
  // Of the prompt of an item with this document, `input` and `answer_start`.
  int prompt_tokens(const Json& doc) const;
  const TokenCounter& count() const { return count_; }
  const char* counted_by() const { return counted_by_; }

 private:
  const DataSource& source_;
  TokenCounter count_;
  const char* counted_by_;
};

// Makes the text of one spot.
class TextMaker {
 public:
  virtual ~TextMaker() = default;
  // Fills the document with `keys`, `values`, `input` and `answer_start`, and returns where things
  // stand: all that `again` needs, and `tokens`. An error is a problem of this item.
  virtual expected<Json> make(const Spot& spot, Json& doc) = 0;
  // The same document from a recorded placement; kBadData when it cannot be one of this task's.
  virtual expected<void> again(const Spot& spot, const Json& placement, Json& doc) = 0;
};

// Why there is no text for this item, where its length cannot be made; it is then an item error.
std::optional<std::string> text_problem(const Item& item);

// `placements`: item id → placement of a recorded run,
// then only its items are made; empty: all.
expected<std::vector<Item>> make_items(const std::string& task, const std::vector<Spot>& spots,
                                       const Json& placements, const char* counted_by,
                                       TextMaker& maker);

// A text of whole pieces: as many as fit.
class PieceMaker : public TextMaker {
 public:
  PieceMaker(const PromptMeter& meter, int answer_tokens)
      : meter_(meter), answer_tokens_(answer_tokens) {}
  expected<Json> make(const Spot& spot, Json& doc) final;
  expected<void> again(const Spot& spot, const Json& placement, Json& doc) final;

 protected:
  struct Range {
    std::size_t least = 1;
    std::size_t most = 1;
    std::string most_is;  // why there are no more: "the filler has only so many different words"
  };
  // What may be asked of `write` for this spot; called before it.
  virtual expected<Range> range(const Spot& spot) = 0;
  // The document with so many pieces.
  virtual void write(const Spot& spot, std::size_t pieces, Json& doc) = 0;

 private:
  const PromptMeter& meter_;
  int answer_tokens_;
  int guess_length_ = 0;  // the length of the spot before, and how many pieces it had
  std::size_t guess_ = 0;
};

// A task over such items: greedy, no stops, `values` looked for in the answer ignoring case; the
// share found is `string_match`. The caller sets data and generate_items.
Task made_task(const std::string& name, const std::string& about, int answer_tokens);

}  // namespace assay
