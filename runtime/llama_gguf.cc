// GGUF header checks (see the header). gguf_get_val_* aborts the process on a type mismatch, so
// each access here asks for the type first.
#include "runtime/llama_gguf.h"

#include <errno.h>
#include <fmt/format.h>
#include <ggml.h>
#include <gguf.h>
#include <llama.h>

#include <array>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include "runtime/llama_log.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

class Header {
 public:
  explicit Header(gguf_context* raw) : raw_(raw, &gguf_free) {}

  std::optional<std::string> text(const char* key) const {
    const std::int64_t id = find(key, GGUF_TYPE_STRING);
    if (id < 0) return std::nullopt;
    return std::string(gguf_get_val_str(raw_.get(), id));
  }
  std::optional<std::int64_t> integer(const std::string& key) const {
    const std::int64_t id = gguf_find_key(raw_.get(), key.c_str());
    return id < 0 ? std::nullopt : integer_at(id);
  }
  bool has(const char* key) const { return gguf_find_key(raw_.get(), key) >= 0; }
  bool is_float32(const char* key) const { return find(key, GGUF_TYPE_FLOAT32) >= 0; }
  std::size_t array_size(const char* key) const {
    const std::int64_t id = find(key, GGUF_TYPE_ARRAY);
    return id < 0 ? 0 : gguf_get_arr_n(raw_.get(), id);
  }
  const gguf_context* raw() const { return raw_.get(); }

  // Short scalars, and the lists of heads and windows of models whose layers differ.
  Json scalars() const {
    Json found = Json::object();
    for (std::int64_t id = 0; id < gguf_get_n_kv(raw_.get()); ++id) {
      const std::string key = gguf_get_key(raw_.get(), id);
      if (key.starts_with("tokenizer.chat_template")) continue;
      const gguf_type type = gguf_get_kv_type(raw_.get(), id);
      if (type == GGUF_TYPE_STRING) {
        const std::string value = gguf_get_val_str(raw_.get(), id);
        if (value.size() <= 512) found[key] = value;
      } else if (type == GGUF_TYPE_BOOL) {
        found[key] = gguf_get_val_bool(raw_.get(), id);
      } else if (type == GGUF_TYPE_FLOAT32) {
        found[key] = gguf_get_val_f32(raw_.get(), id);
      } else if (type == GGUF_TYPE_FLOAT64) {
        found[key] = gguf_get_val_f64(raw_.get(), id);
      } else if (const std::optional<std::int64_t> value = integer_at(id)) {
        found[key] = *value;
      } else if (type == GGUF_TYPE_ARRAY && (key.find(".attention.head_count") != key.npos ||
                                             key.ends_with(".attention.sliding_window_pattern"))) {
        const Json list = integers(id);
        if (!list.empty()) found[key] = list;
      }
    }
    return found;
  }

 private:
  std::int64_t find(const char* key, gguf_type type) const {
    const std::int64_t id = gguf_find_key(raw_.get(), key);
    return id >= 0 && gguf_get_kv_type(raw_.get(), id) == type ? id : -1;
  }
  // A list of 32-bit numbers, or of yes and no as 1 and 0, as long as a model may have layers; else
  // empty.
  Json integers(std::int64_t id) const {
    constexpr std::size_t kMostLayers = 4096;
    Json list = Json::array();
    const std::size_t count = gguf_get_arr_n(raw_.get(), id);
    const gguf_type type = gguf_get_arr_type(raw_.get(), id);
    if (count > kMostLayers) return list;
    if (type == GGUF_TYPE_BOOL) {
      const auto* flags = static_cast<const std::int8_t*>(gguf_get_arr_data(raw_.get(), id));
      for (std::size_t i = 0; i < count; ++i) list.push_back(flags[i] != 0 ? 1 : 0);
      return list;
    }
    if (type != GGUF_TYPE_INT32 && type != GGUF_TYPE_UINT32) return list;
    const auto* values = static_cast<const std::uint32_t*>(gguf_get_arr_data(raw_.get(), id));
    for (std::size_t i = 0; i < count; ++i) list.push_back(values[i]);
    return list;
  }
  std::optional<std::int64_t> integer_at(std::int64_t id) const {
    switch (gguf_get_kv_type(raw_.get(), id)) {
      case GGUF_TYPE_UINT8:
        return gguf_get_val_u8(raw_.get(), id);
      case GGUF_TYPE_INT8:
        return gguf_get_val_i8(raw_.get(), id);
      case GGUF_TYPE_UINT16:
        return gguf_get_val_u16(raw_.get(), id);
      case GGUF_TYPE_INT16:
        return gguf_get_val_i16(raw_.get(), id);
      case GGUF_TYPE_UINT32:
        return gguf_get_val_u32(raw_.get(), id);
      case GGUF_TYPE_INT32:
        return gguf_get_val_i32(raw_.get(), id);
      case GGUF_TYPE_UINT64:
        return static_cast<std::int64_t>(gguf_get_val_u64(raw_.get(), id));
      case GGUF_TYPE_INT64:
        return gguf_get_val_i64(raw_.get(), id);
      default:
        return std::nullopt;
    }
  }
  std::unique_ptr<gguf_context, decltype(&gguf_free)> raw_;
};

// The file as far as it can be judged without parsing it.
expected<std::uint64_t> check_file(const std::string& path) {
  std::error_code problem;
  const fs::file_status status = fs::status(path, problem);
  if (!fs::exists(status)) {
    if (problem && problem != std::errc::no_such_file_or_directory) {
      return unavailable(fmt::format("{} cannot be read: {}.", path, problem.message()));
    }
    return unavailable(fmt::format("There is no file {}; check the path given with -m.", path));
  }
  if (fs::is_directory(status)) {
    return data_error(fmt::format(
        "{} is a directory; name the .gguf file inside it that should be measured.", path));
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) return unavailable(fmt::format("{} cannot be read: {}.", path, std::strerror(errno)));
  const std::uint64_t size = fs::file_size(path, problem);
  if (problem) return data_error(fmt::format("{} is not a regular file.", path));
  if (size == 0) return data_error(fmt::format("{} is empty (0 bytes); fetch it again.", path));
  std::array<char, 4> magic = {};
  in.read(magic.data(), magic.size());
  if (std::string_view(magic.data(), magic.size()) != "GGUF") {
    return data_error(
        fmt::format("{} is not a GGUF file (it does not begin with \"GGUF\"); models in other "
                    "formats must be converted first.",
                    path));
  }
  return size;
}

expected<Header> read_header(const std::string& path) {
  start_engine();
  forget_engine_errors();
  gguf_context* raw = nullptr;
  std::string why;
  try {
    raw = gguf_init_from_file(path.c_str(), {.no_alloc = true, .ctx = nullptr});
  } catch (const std::exception& e) {
    why = e.what();
  }
  if (raw == nullptr) {
    if (why.empty()) why = engine_errors();
    return data_error(
        fmt::format("{} is truncated or damaged: its GGUF header cannot be read ({}).", path,
                    why.empty() ? "no reason given" : why));
  }
  return Header(raw);
}

// Every tensor's bytes must lie inside the file.
expected<void> check_size(const std::string& path, const Header& header, std::uint64_t size) {
  const gguf_context* raw = header.raw();
  std::uint64_t needed = gguf_get_data_offset(raw);
  for (std::int64_t i = 0; i < gguf_get_n_tensors(raw); ++i) {
    needed =
        std::max<std::uint64_t>(needed, gguf_get_data_offset(raw) + gguf_get_tensor_offset(raw, i) +
                                            gguf_get_tensor_size(raw, i));
  }
  if (size >= needed) return {};
  return data_error(
      fmt::format("{} is truncated: it has {} bytes but its header describes {}; fetch it again.",
                  path, size, needed));
}

expected<std::vector<std::string>> list_parts(const std::string& path, const Header& header) {
  const int count = static_cast<int>(header.integer("split.count").value_or(0));
  if (count <= 1) return std::vector<std::string>{path};
  const int number = static_cast<int>(header.integer("split.no").value_or(0));
  std::array<char, 4096> buffer = {};
  if (number != 0) {
    return data_error(fmt::format(
        "{} is part {} of {} of a split model; name the first part (-00001-of-{:05}.gguf).", path,
        number + 1, count, count));
  }
  if (llama_split_prefix(buffer.data(), buffer.size(), path.c_str(), number, count) <= 0) {
    return data_error(
        fmt::format("{} is the first part of a split model but is not named …-00001-of-{:05}.gguf, "
                    "so its other parts cannot be found; give it its original name.",
                    path, count));
  }
  const std::string prefix = buffer.data();
  std::vector<std::string> parts;
  for (int i = 0; i < count; ++i) {
    llama_split_path(buffer.data(), buffer.size(), prefix.c_str(), i, count);
    parts.emplace_back(buffer.data());
  }
  return parts;
}

expected<void> check_is_model(const std::string& path, const Header& header) {
  const std::string type = header.text("general.type").value_or("model");
  if (type == "adapter") {
    return data_error(
        fmt::format("{} is a LoRA adapter, not a model; give the model with -m and the adapter "
                    "with --lora.",
                    path));
  }
  const std::string architecture = header.text("general.architecture").value_or("");
  if (type == "mmproj" || architecture == "clip") {
    return data_error(fmt::format(
        "{} is a multimodal projector, not a language model; name the model itself.", path));
  }
  if (type != "model") {
    return data_error(fmt::format("{} is a GGUF of type \"{}\", not a model.", path, type));
  }
  if (architecture.empty()) {
    return data_error(
        fmt::format("{} does not say which architecture it is "
                    "(general.architecture is missing); it is damaged or no model.",
                    path));
  }
  const std::string tokenizer = header.text("tokenizer.ggml.model").value_or("");
  const bool no_vocabulary = tokenizer.empty() || tokenizer == "no_vocab" || tokenizer == "none";
  if (no_vocabulary || header.array_size("tokenizer.ggml.tokens") == 0) {
    return data_error(fmt::format(
        "{} has no vocabulary, so texts cannot be turned into tokens; convert the model "
        "again with its tokenizer.",
        path));
  }
  if (gguf_get_n_tensors(header.raw()) == 0) {
    return data_error(
        fmt::format("{} holds a vocabulary but no weights; it is not a whole model.", path));
  }
  return {};
}

}  // namespace

expected<GgufSummary> inspect_gguf(const std::string& path) {
  const expected<std::uint64_t> size = check_file(path);
  if (!size) return size.error();
  const expected<Header> header = read_header(path);
  if (!header) return header.error();
  // Before its kind: a later part of a split model has tensors and nothing else.
  expected<std::vector<std::string>> parts = list_parts(path, *header);
  if (!parts) return parts.error();
  const expected<void> is_model = check_is_model(path, *header);
  if (!is_model) return is_model.error();
  const expected<void> whole = check_size(path, *header, *size);
  if (!whole) return whole.error();

  GgufSummary summary;
  summary.files = *std::move(parts);
  summary.bytes = *size;
  for (std::size_t i = 1; i < summary.files.size(); ++i) {
    const std::string& part = summary.files[i];
    const expected<std::uint64_t> part_size = check_file(part);
    if (!part_size) return part_size.error();
    const expected<Header> part_header = read_header(part);
    if (!part_header) return part_header.error();
    const expected<void> part_whole = check_size(part, *part_header, *part_size);
    if (!part_whole) return part_whole.error();
    summary.bytes += *part_size;
  }

  summary.architecture = *header->text("general.architecture");
  const std::string& arch = summary.architecture;
  summary.block_count = static_cast<int>(header->integer(arch + ".block_count").value_or(0));
  summary.trained_context = static_cast<int>(header->integer(arch + ".context_length").value_or(0));
  summary.rope_original_context =
      static_cast<int>(header->integer(arch + ".rope.scaling.original_context_length").value_or(0));
  summary.metadata = header->scalars();
  summary.metadata["tokenizer.ggml.tokens"] = header->array_size("tokenizer.ggml.tokens");
  return summary;
}

expected<void> inspect_adapter(const std::string& path) {
  const expected<std::uint64_t> size = check_file(path);
  if (!size) return size.error();
  const expected<Header> header = read_header(path);
  if (!header) return header.error();
  if (header->text("general.type").value_or("model") != "adapter") {
    return data_error(
        fmt::format("{} is not a LoRA adapter (its general.type is \"{}\"); --lora takes adapters "
                    "converted to GGUF.",
                    path, header->text("general.type").value_or("")));
  }
  // The engine reads these without asking for their type, which aborts on another one.
  const bool typed = header->text("general.architecture") && header->text("adapter.type") &&
                     header->is_float32("adapter.lora.alpha");
  if (!typed) {
    return data_error(
        fmt::format("{} is damaged or no LoRA adapter: it lacks general.architecture, adapter.type "
                    "or adapter.lora.alpha.",
                    path));
  }
  if (header->has("adapter.alora.invocation_tokens")) {
    return data_error(
        fmt::format("{} is an activated LoRA (it works only after certain tokens); assay applies "
                    "plain LoRA adapters.",
                    path));
  }
  return check_size(path, *header, *size);
}

}  // namespace assay
