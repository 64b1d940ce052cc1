// Reading, writing and checking importance matrices (see runtime/imatrix.h).
#include <fmt/format.h>
#include <ggml.h>
#include <gguf.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>
#include <utility>

#include "runtime/files.h"
#include "runtime/imatrix.h"
#include "runtime/llama_log.h"
#include "runtime/llama_tensors.h"

namespace assay {
namespace {

using GgufPtr = std::unique_ptr<gguf_context, decltype(&gguf_free)>;
using GgmlPtr = std::unique_ptr<ggml_context, decltype(&ggml_free)>;

constexpr std::string_view kSums = ".in_sum2";
constexpr std::string_view kCounts = ".counts";
constexpr const char* kDatasets = "imatrix.datasets";
constexpr const char* kChunks = "imatrix.chunk_count";
constexpr const char* kChunkTokens = "imatrix.chunk_size";

Error not_one(const std::string& path, const std::string& why) {
  return data_error(fmt::format(
      "{} is not an importance matrix ({}); `assay imatrix MODEL TEXT -o FILE` makes one, and "
      "matrices in the older .dat form must be written again as GGUF.",
      path, why));
}

bool begins_as_gguf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  char magic[4] = {};
  in.read(magic, sizeof magic);
  return std::string_view(magic, sizeof magic) == "GGUF";
}

std::uint32_t number_at(const gguf_context* header, const char* key) {
  const std::int64_t id = gguf_find_key(header, key);
  return id >= 0 && gguf_get_kv_type(header, id) == GGUF_TYPE_UINT32 ? gguf_get_val_u32(header, id)
                                                                     : 0;
}

expected<void> take_values(const std::string& path, const ggml_tensor* tensor,
                           std::vector<float>& values) {
  if (tensor->type != GGML_TYPE_F32) {
    return not_one(path, fmt::format("{} holds no 32-bit floats", tensor->name));
  }
  const auto* data = static_cast<const float*>(tensor->data);
  values.assign(data, data + ggml_nelements(tensor));
  if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
    return data_error(
        fmt::format("{} is damaged: {} holds values that are not finite.", path, tensor->name));
  }
  return {};
}

expected<void> check_entry(const std::string& path, const std::string& name,
                           const ImatrixEntry& entry) {
  if (!entry.sums.empty() && !entry.counts.empty() &&
      entry.sums.size() % entry.counts.size() == 0) {
    return {};
  }
  return data_error(
      fmt::format("{} is damaged: the sums and counts of {} do not belong together.", path, name));
}

}  // namespace

std::vector<float> ImatrixEntry::mean_squares() const {
  std::vector<float> means(sums.size(), 1.0F);
  const std::size_t columns = sums.size() / counts.size();
  for (std::size_t part = 0; part < counts.size(); ++part) {
    const auto count = static_cast<float>(counts[part]);
    if (count <= 0) continue;
    for (std::size_t i = part * columns; i < (part + 1) * columns; ++i) means[i] = sums[i] / count;
  }
  return means;
}

expected<Imatrix> read_imatrix(const std::string& path) {
  std::error_code problem;
  if (!std::filesystem::exists(path, problem)) {
    return unavailable(fmt::format("There is no file {}; check the path of --imatrix.", path));
  }
  if (!begins_as_gguf(path)) return not_one(path, "it does not begin with \"GGUF\"");
  start_engine();
  forget_engine_errors();
  ggml_context* values = nullptr;
  const GgufPtr header(gguf_init_from_file(path.c_str(), {.no_alloc = false, .ctx = &values}),
                       &gguf_free);
  const GgmlPtr owner(values, &ggml_free);
  if (!header) {
    return data_error(fmt::format("{} is truncated or damaged ({}).", path, engine_errors()));
  }
  const std::int64_t type = gguf_find_key(header.get(), "general.type");
  if (type < 0 || gguf_get_kv_type(header.get(), type) != GGUF_TYPE_STRING ||
      std::string_view(gguf_get_val_str(header.get(), type)) != "imatrix") {
    return not_one(path, "its general.type is not \"imatrix\"");
  }
  Imatrix imatrix;
  imatrix.chunks = number_at(header.get(), kChunks);
  imatrix.chunk_tokens = number_at(header.get(), kChunkTokens);
  const std::int64_t datasets = gguf_find_key(header.get(), kDatasets);
  if (datasets >= 0 && gguf_get_kv_type(header.get(), datasets) == GGUF_TYPE_ARRAY &&
      gguf_get_arr_type(header.get(), datasets) == GGUF_TYPE_STRING) {
    for (std::size_t i = 0; i < gguf_get_arr_n(header.get(), datasets); ++i) {
      imatrix.datasets.emplace_back(gguf_get_arr_str(header.get(), datasets, i));
    }
  }
  for (ggml_tensor* tensor = ggml_get_first_tensor(values); tensor != nullptr;
       tensor = ggml_get_next_tensor(values, tensor)) {
    const std::string_view name = tensor->name;
    if (!name.ends_with(kSums) && !name.ends_with(kCounts)) continue;
    std::vector<float> read;
    const expected<void> taken = take_values(path, tensor, read);
    if (!taken) return taken.error();
    if (name.ends_with(kSums)) {
      imatrix.entries[std::string(name.substr(0, name.size() - kSums.size()))].sums =
          std::move(read);
    } else {
      ImatrixEntry& entry =
          imatrix.entries[std::string(name.substr(0, name.size() - kCounts.size()))];
      for (const float count : read) entry.counts.push_back(std::llround(count));
    }
  }
  if (imatrix.entries.empty()) return not_one(path, "it holds no sums");
  for (const auto& [name, entry] : imatrix.entries) {
    const expected<void> sound = check_entry(path, name, entry);
    if (!sound) return sound.error();
  }
  return imatrix;
}

expected<void> write_imatrix(const std::string& path, const Imatrix& imatrix) {
  std::size_t bytes = 0;
  for (const auto& [name, entry] : imatrix.entries) {
    bytes += 2 * ggml_tensor_overhead() + 2 * GGML_MEM_ALIGN +
             sizeof(float) * (entry.sums.size() + entry.counts.size());
  }
  const GgmlPtr values(ggml_init({bytes, nullptr, false}), &ggml_free);
  const GgufPtr header(gguf_init_empty(), &gguf_free);
  std::vector<const char*> datasets;
  for (const std::string& dataset : imatrix.datasets) datasets.push_back(dataset.c_str());
  gguf_set_val_str(header.get(), "general.type", "imatrix");
  gguf_set_arr_str(header.get(), kDatasets, datasets.data(), datasets.size());
  gguf_set_val_u32(header.get(), kChunks, imatrix.chunks);
  gguf_set_val_u32(header.get(), kChunkTokens, imatrix.chunk_tokens);
  for (const auto& [name, entry] : imatrix.entries) {
    const auto parts = static_cast<std::int64_t>(entry.counts.size());
    ggml_tensor* sums = ggml_new_tensor_2d(
        values.get(), GGML_TYPE_F32, static_cast<std::int64_t>(entry.sums.size()) / parts, parts);
    ggml_tensor* counts = ggml_new_tensor_2d(values.get(), GGML_TYPE_F32, 1, parts);
    ggml_set_name(sums, (name + std::string(kSums)).c_str());
    ggml_set_name(counts, (name + std::string(kCounts)).c_str());
    std::copy(entry.sums.begin(), entry.sums.end(), static_cast<float*>(sums->data));
    std::transform(entry.counts.begin(), entry.counts.end(), static_cast<float*>(counts->data),
                   [](std::int64_t count) { return static_cast<float>(count); });
    gguf_add_tensor(header.get(), sums);
    gguf_add_tensor(header.get(), counts);
  }
  // The engine writes to a path or a stream of its own; the bytes are taken and written here, so
  // that the file is whole or not there.
  std::string head(gguf_get_meta_size(header.get()), '\0');
  gguf_get_meta_data(header.get(), head.data());
  expected<OutputFile> file = OutputFile::open(path);
  if (!file) return file.error();
  if (const expected<void> written = file->write(head); !written) return written;
  const std::size_t alignment = gguf_get_alignment(header.get());
  for (ggml_tensor* tensor = ggml_get_first_tensor(values.get()); tensor != nullptr;
       tensor = ggml_get_next_tensor(values.get(), tensor)) {
    std::string data(static_cast<const char*>(tensor->data), ggml_nbytes(tensor));
    data.resize((data.size() + alignment - 1) / alignment * alignment, '\0');
    if (const expected<void> written = file->write(data); !written) return written;
  }
  return file->commit();
}

expected<void> check_imatrix(const std::string& path, const Imatrix& imatrix,
                             const std::string& model) {
  const expected<std::vector<TensorEntry>> tensors = list_tensors(model);
  if (!tensors) return tensors.error();
  std::size_t known = 0;
  for (const TensorEntry& tensor : *tensors) {
    const auto found = imatrix.entries.find(tensor.name);
    if (found == imatrix.entries.end()) continue;
    ++known;
    if (tensor.name.find("token_embd") != std::string::npos) continue;  // the quantizer's own rule
    const auto wanted = static_cast<std::size_t>(tensor.shape[0] * tensor.shape[2]);
    if (found->second.sums.size() != wanted) {
      return data_error(fmt::format(
          "{} was made with another model than {}: {} has {} columns there and {} in the model; "
          "make a matrix with this one (`assay imatrix`).",
          path, model, tensor.name, found->second.sums.size(), wanted));
    }
  }
  if (known > 0) return {};
  return data_error(fmt::format(
      "{} was made with another model than {}: it names none of its tensors; make a matrix with "
      "this one (`assay imatrix`).",
      path, model));
}

}  // namespace assay
