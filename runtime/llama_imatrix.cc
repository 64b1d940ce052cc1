// Collecting an importance matrix: the engine calls back at each node of its graph, and at matrix
// products with a weight of the model's blocks the squares of the input are summed. The rules
// (which products, what is counted) are those of llama.cpp's own tool, so that its files and ours
// are interchangeable; the sums are kept in double precision.
#include <fmt/format.h>
#include <ggml-backend.h>
#include <ggml.h>
#include <llama.h>

#include <cmath>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "runtime/encode.h"
#include "runtime/imatrix.h"
#include "runtime/llama_load.h"
#include "runtime/llama_log.h"
#include "runtime/llama_tokenizer.h"
#include "runtime/model_probe.h"

namespace assay {
namespace {

// "CUDA0#blk.0.attn_k.weight#0" → "blk.0.attn_k.weight": the scheduler renames copies.
std::string_view weight_name(std::string_view name) {
  const std::size_t first = name.find('#');
  if (first == std::string_view::npos) return name;
  name.remove_prefix(first + 1);
  return name.substr(0, name.find('#'));
}

struct Sums {
  std::vector<double> squares;
  std::vector<std::int64_t> counts;
};

class Collector {
 public:
  static bool on_node(ggml_tensor* node, bool ask, void* data) {
    auto& collector = *static_cast<Collector*>(data);
    if (ask) return wants(node);
    collector.take(node);
    return true;  // false would end the computation
  }

  const std::map<std::string, Sums>& sums() const { return sums_; }
  const std::optional<Error>& failure() const { return failure_; }

 private:
  static bool wants(const ggml_tensor* node) {
    if (node->op == GGML_OP_MUL_MAT_ID) return true;
    if (node->op != GGML_OP_MUL_MAT || node->src[1]->type != GGML_TYPE_F32) return false;
    return weight_name(node->src[0]->name).starts_with("blk.");
  }

  void take(const ggml_tensor* node) {
    if (failure_) return;
    const ggml_tensor* input = node->src[1];
    if (input->type != GGML_TYPE_F32 || input->nb[0] != sizeof(float)) {
      failure_ = internal_error(
          fmt::format("The input of {} is in a form that cannot be read.", node->src[0]->name));
      return;
    }
    const char* data = bytes_of(input, input_);
    Sums& sums = sums_[std::string(weight_name(node->src[0]->name))];
    if (node->op == GGML_OP_MUL_MAT_ID) {
      take_experts(node, data, sums);
    } else {
      take_rows(node, data, sums);
    }
  }

  // Host memory as it lies, else a copy.
  static const char* bytes_of(const ggml_tensor* tensor, std::vector<char>& copy) {
    if (ggml_backend_buffer_is_host(tensor->buffer)) return static_cast<const char*>(tensor->data);
    copy.resize(ggml_nbytes(tensor));
    ggml_backend_tensor_get(tensor, copy.data(), 0, copy.size());
    return copy.data();
  }

  bool prepare(const ggml_tensor* node, Sums& sums, std::int64_t parts, std::size_t counts) {
    const auto size = static_cast<std::size_t>(node->src[1]->ne[0] * parts);
    if (sums.squares.empty()) {
      sums.squares.assign(size, 0.0);
      sums.counts.assign(counts, 0);
    }
    if (sums.squares.size() == size && sums.counts.size() == counts) return true;
    failure_ = internal_error(
        fmt::format("{} is multiplied in two forms of different size.", node->src[0]->name));
    return false;
  }

  void add_row(const char* row, std::int64_t columns, double* sums) {
    float value = 0;
    for (std::int64_t i = 0; i < columns; ++i) {
      std::memcpy(&value, row + static_cast<std::size_t>(i) * sizeof value, sizeof value);
      sums[i] += static_cast<double>(value) * static_cast<double>(value);
    }
  }

  void take_rows(const ggml_tensor* node, const char* data, Sums& sums) {
    const ggml_tensor* weight = node->src[0];
    const ggml_tensor* input = node->src[1];
    const std::int64_t parts = weight->ne[2] * weight->ne[3];
    if (!prepare(node, sums, parts, 1)) return;
    for (std::int64_t i3 = 0; i3 < input->ne[3]; ++i3) {
      for (std::int64_t i2 = 0; i2 < input->ne[2]; ++i2) {
        const std::int64_t part = (i3 % weight->ne[3]) * weight->ne[2] + i2 % weight->ne[2];
        for (std::int64_t row = 0; row < input->ne[1]; ++row) {
          const std::size_t offset = static_cast<std::size_t>(row) * input->nb[1] +
                                     static_cast<std::size_t>(i2) * input->nb[2] +
                                     static_cast<std::size_t>(i3) * input->nb[3];
          add_row(data + offset, input->ne[0], &sums.squares[part_at(part, input)]);
        }
      }
    }
    sums.counts[0] += ggml_nrows(input) / parts;
  }

  // input: [columns, experts used, tokens]; ids: [experts used, tokens], not contiguous.
  void take_experts(const ggml_tensor* node, const char* data, Sums& sums) {
    const ggml_tensor* input = node->src[1];
    const ggml_tensor* ids = node->src[2];
    const std::int64_t experts = node->src[0]->ne[2];
    if (!prepare(node, sums, experts, static_cast<std::size_t>(experts))) return;
    const char* chosen = bytes_of(ids, ids_);
    for (std::int64_t token = 0; token < input->ne[2]; ++token) {
      for (std::int64_t slot = 0; slot < ids->ne[0]; ++slot) {
        std::int32_t expert = -1;
        std::memcpy(&expert,
                    chosen + static_cast<std::size_t>(token) * ids->nb[1] +
                        static_cast<std::size_t>(slot) * ids->nb[0],
                    sizeof expert);
        if (expert < 0 || expert >= experts) {
          failure_ = internal_error("The engine named an expert that the model does not have.");
          return;
        }
        const std::size_t offset = static_cast<std::size_t>(slot % input->ne[1]) * input->nb[1] +
                                   static_cast<std::size_t>(token) * input->nb[2];
        ++sums.counts[static_cast<std::size_t>(expert)];
        add_row(data + offset, input->ne[0], &sums.squares[part_at(expert, input)]);
      }
    }
  }

  static std::size_t part_at(std::int64_t part, const ggml_tensor* input) {
    return static_cast<std::size_t>(part * input->ne[0]);
  }

  std::map<std::string, Sums> sums_;
  std::optional<Error> failure_;
  std::vector<char> input_, ids_;
};

struct ContextDeleter {
  void operator()(llama_context* context) const { llama_free(context); }
};
using ContextPtr = std::unique_ptr<llama_context, ContextDeleter>;

expected<ContextPtr> make_context(llama_model* model, const ImatrixRequest& request, int threads,
                                  Collector& collector, const std::atomic<bool>& stop) {
  llama_context_params params = llama_context_default_params();
  const auto tokens = static_cast<std::uint32_t>(request.chunk_tokens);
  params.n_ctx = tokens;
  params.n_batch = tokens;
  params.n_ubatch = tokens;
  params.n_seq_max = 1;
  params.n_outputs_max = tokens;  // Rows without output would skip the last block's second half.
  params.n_threads = threads;
  params.n_threads_batch = threads;
  params.cb_eval = &Collector::on_node;
  params.cb_eval_user_data = &collector;
  params.abort_callback = [](void* data) {
    return static_cast<const std::atomic<bool>*>(data)->load();
  };
  params.abort_callback_data = const_cast<std::atomic<bool>*>(&stop);
  ContextPtr context(llama_init_from_model(model, params));
  if (context == nullptr || llama_get_memory(context.get()) == nullptr ||
      llama_n_batch(context.get()) < tokens) {
    return unavailable(fmt::format("The engine could not make a context of {} tokens ({}).",
                                   request.chunk_tokens, engine_errors()));
  }
  return context;
}

Error stopped() {
  return {ErrorCode::kInterrupted, "Stopped while the text was being read; nothing was written."};
}

expected<void> read_chunk(llama_context* context, std::vector<Token> tokens) {
  std::vector<llama_pos> positions;
  std::vector<int> set_sizes(tokens.size(), 1);
  std::vector<signed char> outputs(tokens.size(), 1);
  llama_seq_id sequence = 0;
  std::vector<llama_seq_id*> sets(tokens.size(), &sequence);
  for (std::size_t i = 0; i < tokens.size(); ++i) positions.push_back(static_cast<int>(i));
  llama_batch batch = {};
  batch.n_tokens = static_cast<int>(tokens.size());
  batch.token = tokens.data();
  batch.pos = positions.data();
  batch.n_seq_id = set_sizes.data();
  batch.seq_id = sets.data();
  batch.logits = outputs.data();
  llama_memory_clear(llama_get_memory(context), /*data=*/true);
  forget_engine_errors();
  const int status = llama_decode(context, batch);
  if (status == 2) return stopped();
  if (status != 0) {
    return internal_error(fmt::format("The engine could not decode a chunk of {} tokens ({}).",
                                      tokens.size(), engine_errors()));
  }
  llama_synchronize(context);
  return {};
}

expected<std::map<std::string, ImatrixEntry>> entries_of(const Collector& collector,
                                                         const std::string& model) {
  std::map<std::string, ImatrixEntry> entries;
  for (const auto& [name, sums] : collector.sums()) {
    ImatrixEntry entry;
    for (const double sum : sums.squares) {
      if (!std::isfinite(static_cast<float>(sum))) {
        return data_error(fmt::format(
            "What reaches {} in {} is not finite (NaN or infinity); its weights may be damaged.",
            name, model));
      }
      entry.sums.push_back(static_cast<float>(sum));
    }
    entry.counts = sums.counts;
    entries.emplace(name, std::move(entry));
  }
  if (!entries.empty()) return entries;
  return data_error(
      fmt::format("{} has no matrices of the kind an importance matrix is made for.", model));
}

expected<Imatrix> collect(const ImatrixRequest& request,
                          const std::function<void(int, int)>& on_chunk,
                          const std::atomic<bool>& stop) {
  start_engine();
  const expected<LoadedLlama> loaded = load_llama(request.model, {});
  if (!loaded) return loaded.error();
  llama_model* model = loaded->model.get();
  const llama_vocab* vocabulary = llama_model_get_vocab(model);
  const LlamaTokenizer tokenizer(vocabulary, std::nullopt);
  const std::vector<Token> tokens = encode_text(tokenizer, request.text, std::nullopt);
  const auto size = static_cast<std::size_t>(request.chunk_tokens);
  const int found = static_cast<int>(tokens.size() / size);
  const int chunks = request.max_chunks > 0 ? std::min(request.max_chunks, found) : found;
  if (chunks == 0) {
    return usage_error(
        fmt::format("{} has {} tokens, fewer than one chunk of {}; give a longer text or a smaller "
                    "--chunk.",
                    request.text_name, tokens.size(), request.chunk_tokens));
  }
  Collector collector;
  expected<ContextPtr> context =
      make_context(model, request, loaded->context.threads, collector, stop);
  if (!context) return context.error();
  for (int chunk = 0; chunk < chunks; ++chunk) {
    if (stop.load()) return stopped();
    const auto begin = tokens.begin() + static_cast<std::ptrdiff_t>(chunk) * request.chunk_tokens;
    std::vector<Token> piece(begin, begin + request.chunk_tokens);
    // Each chunk begins like a text of its own, in place of its first token.
    const std::optional<Token> bos = tokenizer.bos();
    if (bos && llama_vocab_get_add_bos(vocabulary)) piece.front() = *bos;
    const expected<void> read = read_chunk(context->get(), std::move(piece));
    if (!read) return read.error();
    if (collector.failure()) return *collector.failure();
    if (on_chunk) on_chunk(chunk + 1, chunks);
  }
  Imatrix imatrix;
  expected<std::map<std::string, ImatrixEntry>> entries = entries_of(collector, request.model.spec);
  if (!entries) return entries.error();
  imatrix.entries = *std::move(entries);
  imatrix.datasets = {request.text_name};
  imatrix.chunks = static_cast<std::uint32_t>(chunks);
  imatrix.chunk_tokens = static_cast<std::uint32_t>(request.chunk_tokens);
  return imatrix;
}

}  // namespace

expected<Imatrix> collect_imatrix(const ImatrixRequest& request,
                                  const std::function<void(int done, int total)>& on_chunk,
                                  const std::atomic<bool>& stop) {
  if (request.chunk_tokens < 1) return usage_error("A chunk has at least one token.");
  const expected<GgufSummary> gguf = inspect_gguf(request.model.spec);
  if (!gguf) return gguf.error();
  if (request.model.probe_in_child) {
    const ProbeDepth depth =
        gguf->bytes <= kFullProbeBytes ? ProbeDepth::kFull : ProbeDepth::kVocabulary;
    const expected<void> survived = probe_model(request.model.spec, gguf->bytes, depth);
    if (!survived) return survived.error();
  }
  try {
    return collect(request, on_chunk, stop);
  } catch (const std::exception& problem) {
    return internal_error(fmt::format("The engine failed: {}.", problem.what()));
  }
}

}  // namespace assay
