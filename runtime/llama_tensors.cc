// Reading tensor lists (see the header).
#include "runtime/llama_tensors.h"

#include <fmt/format.h>
#include <ggml.h>
#include <gguf.h>

#include <memory>

#include "runtime/llama_gguf.h"
#include "runtime/llama_log.h"

namespace assay {
namespace {

using GgufPtr = std::unique_ptr<gguf_context, decltype(&gguf_free)>;
using GgmlPtr = std::unique_ptr<ggml_context, decltype(&ggml_free)>;

expected<void> add_tensors(const std::string& part, std::vector<TensorEntry>& tensors) {
  forget_engine_errors();
  ggml_context* shapes = nullptr;
  const GgufPtr header(gguf_init_from_file(part.c_str(), {.no_alloc = true, .ctx = &shapes}),
                       &gguf_free);
  const GgmlPtr owner(shapes, &ggml_free);
  if (!header) {
    return data_error(fmt::format("{} cannot be read: {}.", part, engine_errors()));
  }
  for (std::int64_t i = 0; i < gguf_get_n_tensors(header.get()); ++i) {
    TensorEntry entry;
    entry.name = gguf_get_tensor_name(header.get(), i);
    const ggml_tensor* tensor = ggml_get_tensor(shapes, entry.name.c_str());
    if (tensor == nullptr) return data_error(fmt::format("{} is damaged.", part));
    entry.type = tensor->type;
    std::copy_n(tensor->ne, entry.shape.size(), entry.shape.begin());
    entry.bytes = ggml_nbytes(tensor);
    tensors.push_back(std::move(entry));
  }
  return {};
}

}  // namespace

std::uint64_t TensorEntry::elements() const {
  std::uint64_t product = 1;
  for (const std::int64_t size : shape) product *= static_cast<std::uint64_t>(size);
  return product;
}

expected<std::vector<TensorEntry>> list_tensors(const std::string& model) {
  const expected<GgufSummary> summary = inspect_gguf(model);
  if (!summary) return summary.error();
  std::vector<TensorEntry> tensors;
  for (const std::string& part : summary->files) {
    const expected<void> added = add_tensors(part, tensors);
    if (!added) return added.error();
  }
  return tensors;
}

}  // namespace assay
