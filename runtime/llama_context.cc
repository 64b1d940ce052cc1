// Decoding (see the header for the state it keeps and why). Making the engine's context:
// llama_arrange.cc.
#include "runtime/llama_context.h"

#include <fmt/format.h>
#include <llama.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <utility>

#include "runtime/llama_log.h"
#include "runtime/trunk_plan.h"

namespace assay {
namespace {

constexpr int kFailuresInRow = 8;  // then the engine is taken for lost

Error interrupted() {
  return {ErrorCode::kInterrupted, "The model was asked to stop in the middle of a unit."};
}

}  // namespace

LlamaContext::~LlamaContext() {
  if (context_ != nullptr) llama_free(context_);
}

void LlamaContext::drop_everything() {
  if (context_ != nullptr) llama_memory_clear(llama_get_memory(context_), /*data=*/false);
  header_.clear();
  branches_ = 0;
}

void LlamaContext::drop_branches() {
  for (int s = 0; s < branches_; ++s) {
    if (numbered(s) == 0) {  // A stream, whose text begins with the header.
      llama_memory_seq_rm(llama_get_memory(context_), 0, static_cast<llama_pos>(header_.size()),
                          -1);
    } else {
      release(s);
    }
  }
  branches_ = 0;
}

expected<void> LlamaContext::hold_header(std::span<const Token> header, const StopFlag& should_stop,
                                         const Streams& streams) {
  late_ = false;  // The engine may not be called at all.
  const expected<void> arranged = arrange(streams);
  if (!arranged) return arranged;
  drop_branches();
  if (!header.empty()) ++detail_.headers;
  detail_.header_tokens += header.size();
  if (std::ranges::equal(header, header_)) {
    if (!header.empty()) ++detail_.headers_found;
    detail_.header_tokens_found += header.size();
    if (header.empty()) drop_everything();
    return {};
  }
  // Whole chunks that both headers begin with can stay; a shorter last chunk cannot, because a
  // batch of another size may round differently.
  const auto chunk = static_cast<std::size_t>(std::min(batch_limit_, settings_.chunk()));
  std::size_t kept = kept_of_header(header_, header, settings_);
  const bool nothing_to_trim = kept > 0 && kept == header_.size();
  if (kept == 0 || (!nothing_to_trim && !llama_memory_seq_rm(llama_get_memory(context_), 0,
                                                             static_cast<llama_pos>(kept), -1))) {
    drop_everything();
    kept = 0;
  }
  detail_.header_tokens_found += kept;
  if (kept > 0 && kept == header.size()) ++detail_.headers_found;
  header_.assign(header.begin(), header.end());
  while (kept < header.size()) {
    const std::size_t end = std::min(header.size(), kept + chunk);
    for (; kept < end; ++kept) add(header[kept], static_cast<int>(kept), {0}, false);
    const expected<void> done = decode(should_stop, prompt_work_);
    if (!done) {
      drop_everything();
      return done;
    }
  }
  return {};
}

expected<void> LlamaContext::run(const PrefixPlan& plan, const RowReader& read_row,
                                 const StopFlag& should_stop) {
  if (plan.sequence_count + 1 > sequence_limit_ ||
      header_.size() + plan.tokens.size() > static_cast<std::size_t>(settings_.cells)) {
    return internal_error(fmt::format(
        "A plan of {} tokens in {} sequences after a header of {} was made for a "
        "context of {} tokens and {} sequences.",
        plan.tokens.size(), plan.sequence_count, header_.size(), settings_.cells, sequence_limit_));
  }
  fork(plan.sequence_count);
  return extend(plan, 0, read_row, should_stop);
}

expected<void> LlamaContext::extend(const PrefixPlan& plan, int first, const RowReader& read_row,
                                    const StopFlag& should_stop) {
  std::vector<std::vector<int>> sets = plan.sets;
  for (std::vector<int>& set : sets) {
    for (int& sequence : set) sequence = numbered(first + sequence);
  }

  std::vector<OutputRow> rows;
  const auto flush = [&]() -> expected<void> {
    if (tokens_.empty()) return {};
    const expected<void> done = decode(should_stop, prompt_work_, rows, read_row);
    rows.clear();
    return done;
  };
  for (const PlannedToken& planned : plan.tokens) {
    const bool output = planned.row >= 0;
    const bool full = static_cast<int>(tokens_.size()) == batch_limit_ ||
                      (output && output_count_ == settings_.outputs);
    if (full) {
      const expected<void> done = flush();
      if (!done) return drop_everything(), done;
    }
    if (output) rows.emplace_back(static_cast<int>(tokens_.size()), planned.row);
    add(planned.token, planned.position, sets[static_cast<std::size_t>(planned.set)], output);
  }
  const expected<void> done = flush();
  if (!done) drop_everything();
  return done;
}

void LlamaContext::fork(int count) {
  open(count);
  if (header_.empty()) return;
  for (int s = 0; s < count; ++s) share(kHeaderSequence, s, header_.size());
}

void LlamaContext::open(int count) {
  drop_branches();
  branches_ = count;
}

void LlamaContext::share(int from, int to, std::size_t tokens) {
  const llama_memory_t memory = llama_get_memory(context_);
  const int source = from == kHeaderSequence ? 0 : numbered(from);
  if (streams_.count > 0) {  // Between streams the engine copies whole ones only.
    if (source != numbered(to)) llama_memory_seq_cp(memory, source, numbered(to), -1, -1);
    llama_memory_seq_rm(memory, numbered(to), static_cast<llama_pos>(tokens), -1);
    return;
  }
  // Whole sequences are copied as such: what carries a state along can do nothing else.
  const bool whole = from == kHeaderSequence && tokens == header_.size();
  llama_memory_seq_cp(memory, source, numbered(to), whole ? -1 : 0,
                      whole ? -1 : static_cast<llama_pos>(tokens));
}

void LlamaContext::release(int sequence) {
  llama_memory_seq_rm(llama_get_memory(context_), numbered(sequence), -1, -1);
}

void LlamaContext::count_slots(std::size_t slots, std::size_t used, std::size_t starved) {
  detail_.slots += slots;
  detail_.slots_used += used;
  detail_.slots_starved += starved;
}

expected<void> LlamaContext::feed(std::span<const Token> tokens, std::size_t position, int first,
                                  int count, const RowReader& read_row,
                                  const StopFlag& should_stop) {
  std::vector<int> sequences;
  for (int s = first; s < first + count; ++s) sequences.push_back(numbered(s));
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    add(tokens[i], static_cast<int>(position + i), sequences, read_row && i + 1 == tokens.size());
  }
  const OutputRow last = {static_cast<int>(tokens.size()) - 1, 0};
  const std::span<const OutputRow> rows(&last, read_row ? 1 : 0);
  const expected<void> done = decode(should_stop, prompt_work_, rows, read_row);
  if (!done) drop_everything();
  return done;
}

expected<void> LlamaContext::read(std::span<const Text> texts, const RowReader& read_row,
                                  const StopFlag& should_stop) {
  std::vector<OutputRow> rows;
  const auto flush = [&]() -> expected<void> {
    const expected<void> done = decode(should_stop, prompt_work_, rows, read_row);
    rows.clear();
    if (!done) drop_everything();
    return done;
  };
  for (std::size_t t = 0; t < texts.size(); ++t) {
    const Text& text = texts[t];
    for (std::size_t i = 0; i < text.tokens.size(); ++i) {
      const bool output = i + 1 == text.tokens.size();
      if (static_cast<int>(tokens_.size()) == batch_limit_) {
        const expected<void> done = flush();
        if (!done) return done;
      }
      if (output) rows.emplace_back(static_cast<int>(tokens_.size()), static_cast<int>(t));
      add(text.tokens[i], static_cast<int>(text.position + i), {numbered(text.sequence)}, output);
    }
  }
  return tokens_.empty() ? expected<void>() : flush();
}

expected<void> LlamaContext::advance(std::span<const Step> steps, const RowReader& read_row,
                                     const StopFlag& should_stop) {
  for (const Step& step : steps) add(step.token, step.position, {numbered(step.sequence)}, true);
  if (settings_.exact_together()) pad(kExactWidth, /*output=*/true);
  std::vector<OutputRow> rows;
  for (int i = 0; i < static_cast<int>(steps.size()); ++i) rows.emplace_back(i, i);
  const expected<void> done = decode(should_stop, generation_work_, rows, read_row);
  if (!done) drop_everything();
  return done;
}

expected<void> LlamaContext::read_outputs(std::span<const OutputRow> all, int begin, int end,
                                          const RowReader& read_row) {
  std::vector<OutputRow> rows;
  std::vector<const float*> logits;
  for (const OutputRow& row : all) {
    if (row.first < begin || row.first >= end) continue;
    rows.push_back(row);
    logits.push_back(llama_get_logits_ith(context_, row.first - begin));
    if (logits.back() == nullptr) {
      return internal_error("The engine gave no output for a token.");
    }
  }
  const auto start = std::chrono::steady_clock::now();
  const auto count = static_cast<int>(rows.size());
  const auto width = static_cast<std::size_t>(vocabulary_);
  // The engine's own team of threads, which waits beside this one and would be in the way of
  // others.
#ifdef _OPENMP
#pragma omp parallel for schedule(dynamic) num_threads(call_threads_) if (count > 1)
#endif
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    read_row(rows[at].second, {logits[at], width});
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  reading_seconds_ += taken.count();
  detail_.outputs += rows.size();
  return {};
}

EngineDetail LlamaContext::detail() const {
  EngineDetail detail = detail_;
  detail.batch = settings_.batch;
  return detail;
}

void LlamaContext::add(Token token, int position, const std::vector<int>& sequences, bool output) {
  tokens_.push_back(token);
  positions_.push_back(position);
  sets_.push_back(sequences);
  outputs_.push_back(output ? 1 : 0);
  output_count_ += output ? 1 : 0;
}

// Fills the batch up to `size` with tokens of a sequence that nobody reads.
void LlamaContext::pad(std::size_t size, bool output) {
  for (; tokens_.size() < size; ++padding_) {
    add(tokens_.front(), static_cast<int>(padding_), {padding_sequence_}, output);
  }
}

bool LlamaContext::must_stop() const {
  if (stop_ == nullptr) return false;  // no call is under way
  if (*stop_ && (*stop_)()) return true;
  late_ = late_ || std::chrono::steady_clock::now() > deadline_;
  return late_;
}

bool LlamaContext::usable_after(const Error& error) const {
  return error.code == ErrorCode::kUnavailable && failures_ < kFailuresInRow;
}

// After making sure that the engine will take it.
expected<void> LlamaContext::decode(const StopFlag& should_stop, DecodeWork& work,
                                    std::span<const OutputRow> rows, const RowReader& read_row) {
  if (settings_.exact_together() && tokens_.size() == 1) pad(2, /*output=*/false);
  const auto count = static_cast<int>(tokens_.size());
  const int last_sequence = padding_ > 0 ? padding_sequence_ : sequence_limit_ - 1;
  bool sound = count > 0 && count <= batch_limit_ && output_count_ <= settings_.outputs;
  set_sizes_.clear();
  set_pointers_.clear();
  for (std::vector<int>& set : sets_) {
    sound = sound && !set.empty() && set.front() >= 0 && set.back() <= last_sequence;
    set_sizes_.push_back(static_cast<int>(set.size()));
    set_pointers_.push_back(set.data());
  }
  for (const Token token : tokens_) sound = sound && token >= 0 && token < vocabulary_;

  expected<void> done =
      internal_error(fmt::format("A batch of {} tokens broke the engine's rules.", count));
  if (sound) done = decode_part(0, count, should_stop, work, rows, read_row);
  if (padding_ > 0) llama_memory_seq_rm(llama_get_memory(context_), padding_sequence_, -1, -1);
  padding_ = 0;
  tokens_.clear();
  positions_.clear();
  sets_.clear();
  outputs_.clear();
  output_count_ = 0;
  return done;
}

// Tokens [begin, end) of the batch in one call. One that is refused for want of memory is made as
// two, whose tokens the engine may round differently; so not in exact layouts.
expected<void> LlamaContext::decode_part(int begin, int end, const StopFlag& should_stop,
                                         DecodeWork& work, std::span<const OutputRow> rows,
                                         const RowReader& read_row) {
  if (should_stop && should_stop()) return interrupted();
  const int status = call_engine(begin, end, should_stop, work);
  const int count = end - begin;
  if (status == 0) {
    failures_ = 0;
    return read_outputs(rows, begin, end, read_row);
  }
  if (status == 2 && !late_) return interrupted();
  const bool refused = status == 1 || status < -1;
  if (refused && count > 1 && !settings_.exact) {
    ++detail_.refused;
    const int middle = begin + count / 2;
    const expected<void> first = decode_part(begin, middle, should_stop, work, rows, read_row);
    if (!first) return first;
    return decode_part(middle, end, should_stop, work, rows, read_row);
  }
  ++failures_;
  if (status == 2) {
    return unavailable(fmt::format(
        "The engine did not finish a batch of {} tokens within {:.0f} seconds (--call-limit).",
        count, settings_.call_limit));
  }
  const std::string why = engine_errors();
  Error error =
      internal_error(fmt::format("The engine could not decode a batch of {} tokens (code {}{}).",
                                 count, status, why.empty() ? "" : ": " + why));
  if (refused) error.code = ErrorCode::kUnavailable;
  return error;
}

int LlamaContext::call_engine(int begin, int end, const StopFlag& should_stop, DecodeWork& work) {
  const auto at = static_cast<std::size_t>(begin);
  llama_batch batch = {};
  batch.n_tokens = end - begin;
  batch.token = tokens_.data() + at;
  batch.pos = positions_.data() + at;
  batch.n_seq_id = set_sizes_.data() + at;
  batch.seq_id = set_pointers_.data() + at;
  batch.logits = outputs_.data() + at;
  const int threads = threads_ ? threads_() : settings_.threads;
  if (threads != std::exchange(call_threads_, threads)) {
    llama_set_n_threads(context_, settings_.threads, threads);
  }
  stop_ = &should_stop;
  late_ = false;
  forget_engine_errors();
  const auto start = std::chrono::steady_clock::now();
  deadline_ = start + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                          std::chrono::duration<double>(settings_.call_limit));
  int status = -2;
  try {
    status = decoder_ ? decoder_(context_, batch) : llama_decode(context_, batch);
    if (status == 0) llama_synchronize(context_);
  } catch (const std::exception&) {
    status = -2;
  }
  stop_ = nullptr;
  if (status != 0) return status;
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  work.tokens += static_cast<std::size_t>(end - begin) - padding_;
  work.calls += 1;
  work.seconds += taken.count();
  return status;
}

}  // namespace assay
