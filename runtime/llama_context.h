// The engine's decoder: one llama_context with a key/value cache, and the few operations the
// planner needs. Several sequences share the cache's cells, or each has cells of its own (Streams).
// Everything that would make the engine abort the process (engine.md section 0) is checked here
// before the call.
//
// Canonical state: between runs the cache holds the header (sequence 0) in cells 0, 1, … and
// nothing else. The header is always decoded from position 0 in chunks (ContextSettings::chunk()),
// never together with anything else, so its cells hold the same bits whether they were decoded for
// this unit or kept from an earlier one; that is why keeping it cannot change an answer.
//
// Ownership: owns the llama_context; the llama_model must outlive it. Thread-safety: none; all
// calls come from the model's engine thread (OpenMP keeps a team of threads per calling thread).
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "assay/expected.h"
#include "assay/model.h"
#include "runtime/exact_layout.h"
#include "runtime/prefix_plan.h"
#include "runtime/rope_options.h"
#include "runtime/session_stats.h"
#include "runtime/streams.h"

struct llama_adapter_lora;
struct llama_batch;
struct llama_context;
struct llama_model;

namespace assay {

// How a model's memory may be used; table (a) of engine.md.
struct SharingRules {
  bool fork = true;  // a sequence may be copied whole
  bool trim = true;  // the end of a sequence may be removed
  int branches = 1;  // sequences that may be decoded together beside the header
  int header = 0;    // tokens a header that is kept and copied may have; 0: any number

  // The longest that is allowed of a header that may also be any multiple of `granule` shorter.
  std::size_t header_of(std::size_t length, std::size_t granule) const {
    if (!fork) return 0;
    if (header == 0) return length;
    const auto most = static_cast<std::size_t>(header);
    return std::min(length, most - most % granule);
  }
};

struct ContextSettings {
  int max_length = 0;  // tokens one sequence may have
  int cells = 0;       // tokens the cache holds altogether
  int batch = 512;
  int threads = 1;
  int outputs = 64;  // output rows of one batch
  bool flash_attention = true;
  int type_k = 1;  // ggml_type
  int type_v = 1;
  SharingRules rules;
  RopeOptions rope{};
  int slots = 16;           // texts that grow together at most
  double call_limit = 900;  // seconds that one decode call may take before it is given up
  bool apart = false;       // texts that grow together may have cells of their own (Streams)
  int stream_cells = 0;     // of all such texts together, where that is more than `cells`
  bool exact = false;       // layouts that no neighbour can move: runtime/exact_layout.h
  int window = 0;  // of layers whose cache is to be small, in tokens; 0: all caches are full

  // Tokens in which headers are decoded and kept.
  int chunk() const { return exact ? kExactChunk : batch; }
  // Whether several texts may be generated together in exact layouts.
  bool exact_together() const { return exact && flash_attention && rules.branches > 1; }
  int sequences() const { return rules.branches + (exact_together() ? 2 : 1); }
  // Cells of the layers with a window, as the engine makes them: of a small cache the windows of
  // all sequences and one batch.
  int window_cells() const;
};

// An adapter of the model, which must outlive the contexts it is applied to.
struct Adapter {
  llama_adapter_lora* weights;
  float scale;
};

// Sees rows of the model's output. Different rows may be read by different threads at once.
using RowReader = std::function<void(int row, std::span<const float> logits)>;
using StopFlag = std::function<bool()>;

// The next thing to try when memory was too short for these: a cache for one request at a time,
// then smaller batches. Nothing when nothing is left to give up.
std::optional<ContextSettings> smaller_settings(const ContextSettings& settings);

class LlamaContext {
 public:
  // With less than was asked for (settings() says what) where memory is too short for all of it.
  static expected<std::unique_ptr<LlamaContext>> create(llama_model* model,
                                                        const ContextSettings& settings,
                                                        std::span<const Adapter> adapters = {});
  ~LlamaContext();
  LlamaContext(const LlamaContext&) = delete;
  LlamaContext& operator=(const LlamaContext&) = delete;

  const ContextSettings& settings() const { return settings_; }
  llama_context* raw() const { return context_; }
  int vocabulary() const { return vocabulary_; }

  // Brings the cache to the canonical state with this header, its cells divided like this. Empty:
  // an empty cache. Dividing them otherwise makes the cache anew; where memory is too short for
  // that, it is divided as before, empty, and the error is kUnavailable.
  expected<void> hold_header(std::span<const Token> header, const StopFlag& should_stop,
                             const Streams& streams = {});

  // Decodes a plan after the held header; `read_row` sees each output row once, by number. The
  // plan's sequence s lives on as the engine's sequence s + 1 until the next hold_header().
  // REQUIRES: the plan's header is the held one; it fits (see fits()).
  expected<void> run(const PrefixPlan& plan, const RowReader& read_row,
                     const StopFlag& should_stop);

  // In place of run(), for exact layouts: the sequences of a plan one by one. fork() makes the
  // sequences 0 … count - 1 out of the header; feed() then adds tokens to some of them alike, all
  // in one call that holds nothing else. `read_row` (may be empty) sees the last one's output.
  // REQUIRES: count < the rules' branches; at most chunk() tokens.
  void fork(int count);
  // For texts that come and go: open() makes the sequences 0 … count - 1 exist, empty; share()
  // gives one the first `tokens` tokens of another (or of the header; from itself: cuts it there),
  // release() empties it;
  // extend() decodes a plan whose sequence s is `first` + s and already holds what stands before
  // the plan. REQUIRES: count < the rules' branches + 1; sequences below `count`.
  static constexpr int kHeaderSequence = -1;
  void open(int count);
  void share(int from, int to, std::size_t tokens);
  void release(int sequence);
  expected<void> extend(const PrefixPlan& plan, int first, const RowReader& read_row,
                        const StopFlag& should_stop);
  expected<void> feed(std::span<const Token> tokens, std::size_t position, int first, int count,
                      const RowReader& read_row, const StopFlag& should_stop);

  // In place of extend(), for streams: reads texts that share nothing but the header, each into the
  // sequence that holds what stands before `position`; row i is after the last token of text i.
  struct Text {
    int sequence;
    std::size_t position;
    std::span<const Token> tokens;  // REQUIRES: not empty
  };
  expected<void> read(std::span<const Text> texts, const RowReader& read_row,
                      const StopFlag& should_stop);

  // One more token for each of some sequences of the last plan; row i is the i-th step's.
  struct Step {
    int sequence;
    int position;
    Token token;
  };
  expected<void> advance(std::span<const Step> steps, const RowReader& read_row,
                         const StopFlag& should_stop);

  void drop_everything();  // Empties the cache, header included.

  // Whether the model can be asked again after this error of one of the calls above: it was one
  // call's (refused, or given up after call_limit), not the first of many in a row. The cache is
  // empty then.
  bool usable_after(const Error& error) const;
  // Whether the last of those calls was given up after call_limit.
  bool was_late() const { return late_; }

  // Threads for calls of several tokens, asked before each; else those of the settings, which calls
  // of one token always have: only there do the bits depend on their number (engine.md, b).
  void use_threads(std::function<int()> threads) { threads_ = std::move(threads); }

  // What answers in place of llama_decode, for tests of what is done when it does not.
  using Decoder = std::function<int(llama_context*, const llama_batch&)>;
  void replace_decoder(Decoder decoder) { decoder_ = std::move(decoder); }

  // Time inside the engine, from the call of llama_decode until its result is there; reading rows
  // and choosing tokens is not part of it. hold_header() and run() count as prompt, advance() as
  // generation. Calls that failed or were stopped are not counted.
  const DecodeWork& prompt_work() const { return prompt_work_; }
  const DecodeWork& generation_work() const { return generation_work_; }
  // Tells how many of the `slots` for texts the next advance() fills, and how many stay empty
  // although texts wait.
  void count_slots(std::size_t slots, std::size_t used, std::size_t starved);
  // Tells that a group of texts grows in the shared cache for want of memory.
  void count_undivided() { ++detail_.undivided; }
  // Seconds in row readers, and how often a header was found in the cache; the rest is zero.
  double reading_seconds() const { return reading_seconds_; }
  EngineDetail detail() const;

 private:
  static expected<std::unique_ptr<LlamaContext>> create_as_asked(llama_model* model,
                                                                 const ContextSettings& settings,
                                                                 std::span<const Adapter> adapters);

  LlamaContext() = default;
  expected<void> make(const Streams& streams);
  expected<void> arrange(const Streams& streams);
  // The engine's number of a sequence of ours: its first one holds the header, and in streams the
  // first text after it.
  int numbered(int sequence) const { return sequence + first_sequence_; }
  void drop_branches();
  // (index in the batch, row number): every row with an index in [begin, end), which was just
  // decoded, by as many threads as decode.
  using OutputRow = std::pair<int, int>;
  expected<void> read_outputs(std::span<const OutputRow> rows, int begin, int end,
                              const RowReader& read_row);
  void add(Token token, int position, const std::vector<int>& sequences, bool output);
  void pad(std::size_t size, bool output);
  // Decodes and empties the batch, reading `rows` of it.
  expected<void> decode(const StopFlag& should_stop, DecodeWork& work,
                        std::span<const OutputRow> rows = {}, const RowReader& read_row = {});
  expected<void> decode_part(int begin, int end, const StopFlag& should_stop, DecodeWork& work,
                             std::span<const OutputRow> rows, const RowReader& read_row);
  int call_engine(int begin, int end, const StopFlag& should_stop, DecodeWork& work);
  bool must_stop() const;

  llama_model* model_ = nullptr;
  std::vector<Adapter> adapters_;
  llama_context* context_ = nullptr;  // none after an arrange() that failed twice
  Streams streams_;
  int first_sequence_ = 1;
  ContextSettings settings_;
  int vocabulary_ = 0;
  int batch_limit_ = 0;
  int sequence_limit_ = 0;
  int padding_sequence_ = 0;  // holds tokens that only fill a call
  std::size_t padding_ = 0;   // tokens of the batch that do
  std::vector<Token> header_;
  int branches_ = 0;  // sequences below hold something
  const StopFlag* stop_ = nullptr;
  std::chrono::steady_clock::time_point deadline_{};  // of the call under way
  mutable bool late_ = false;
  int failures_ = 0;  // calls in a row that did not succeed
  std::function<int()> threads_;
  int call_threads_ = 1;  // of the call of several tokens that was made last
  Decoder decoder_;
  DecodeWork prompt_work_;
  DecodeWork generation_work_;
  double reading_seconds_ = 0;
  EngineDetail detail_;

  // The batch being filled.
  std::vector<Token> tokens_;
  std::vector<int> positions_;
  std::vector<int> set_sizes_;
  std::vector<std::vector<int>> sets_;
  std::vector<int*> set_pointers_;
  std::vector<signed char> outputs_;
  int output_count_ = 0;
};

}  // namespace assay
