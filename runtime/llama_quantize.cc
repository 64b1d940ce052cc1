// The engine's quantizer (see the header). It says what it does only in its log: which tensor it is
// at, and which ones do not fit the type. Progress and the wanted types are read from there; the
// types that tensors got are read from the file.
#include "runtime/llama_quantize.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ggml.h>
#include <llama.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>

#include "runtime/imatrix.h"
#include "runtime/llama_load.h"
#include "runtime/llama_log.h"
#include "runtime/llama_tensors.h"

namespace assay {
namespace {

struct Type {
  const char* name;
  llama_ftype file_type;
  ggml_type main;  // of the tensors that no rule of the mixture sets apart
};

constexpr std::array kTypes = {
    Type{"IQ1_S", LLAMA_FTYPE_MOSTLY_IQ1_S, GGML_TYPE_IQ1_S},
    Type{"IQ1_M", LLAMA_FTYPE_MOSTLY_IQ1_M, GGML_TYPE_IQ1_M},
    Type{"TQ1_0", LLAMA_FTYPE_MOSTLY_TQ1_0, GGML_TYPE_TQ1_0},
    Type{"TQ2_0", LLAMA_FTYPE_MOSTLY_TQ2_0, GGML_TYPE_TQ2_0},
    Type{"IQ2_XXS", LLAMA_FTYPE_MOSTLY_IQ2_XXS, GGML_TYPE_IQ2_XXS},
    Type{"IQ2_XS", LLAMA_FTYPE_MOSTLY_IQ2_XS, GGML_TYPE_IQ2_XS},
    Type{"IQ2_S", LLAMA_FTYPE_MOSTLY_IQ2_S, GGML_TYPE_IQ2_XS},
    Type{"IQ2_M", LLAMA_FTYPE_MOSTLY_IQ2_M, GGML_TYPE_IQ2_S},
    Type{"Q2_K_S", LLAMA_FTYPE_MOSTLY_Q2_K_S, GGML_TYPE_Q2_K},
    Type{"Q2_K", LLAMA_FTYPE_MOSTLY_Q2_K, GGML_TYPE_Q2_K},
    Type{"IQ3_XXS", LLAMA_FTYPE_MOSTLY_IQ3_XXS, GGML_TYPE_IQ3_XXS},
    Type{"IQ3_XS", LLAMA_FTYPE_MOSTLY_IQ3_XS, GGML_TYPE_IQ3_S},
    Type{"IQ3_S", LLAMA_FTYPE_MOSTLY_IQ3_S, GGML_TYPE_IQ3_S},
    Type{"IQ3_M", LLAMA_FTYPE_MOSTLY_IQ3_M, GGML_TYPE_IQ3_S},
    Type{"Q3_K_S", LLAMA_FTYPE_MOSTLY_Q3_K_S, GGML_TYPE_Q3_K},
    Type{"Q3_K_M", LLAMA_FTYPE_MOSTLY_Q3_K_M, GGML_TYPE_Q3_K},
    Type{"Q3_K_L", LLAMA_FTYPE_MOSTLY_Q3_K_L, GGML_TYPE_Q3_K},
    Type{"IQ4_XS", LLAMA_FTYPE_MOSTLY_IQ4_XS, GGML_TYPE_IQ4_XS},
    Type{"IQ4_NL", LLAMA_FTYPE_MOSTLY_IQ4_NL, GGML_TYPE_IQ4_NL},
    Type{"MXFP4_MOE", LLAMA_FTYPE_MOSTLY_MXFP4_MOE, GGML_TYPE_MXFP4},
    Type{"Q4_0", LLAMA_FTYPE_MOSTLY_Q4_0, GGML_TYPE_Q4_0},
    Type{"Q4_1", LLAMA_FTYPE_MOSTLY_Q4_1, GGML_TYPE_Q4_1},
    Type{"Q4_K_S", LLAMA_FTYPE_MOSTLY_Q4_K_S, GGML_TYPE_Q4_K},
    Type{"Q4_K_M", LLAMA_FTYPE_MOSTLY_Q4_K_M, GGML_TYPE_Q4_K},
    Type{"Q5_0", LLAMA_FTYPE_MOSTLY_Q5_0, GGML_TYPE_Q5_0},
    Type{"Q5_1", LLAMA_FTYPE_MOSTLY_Q5_1, GGML_TYPE_Q5_1},
    Type{"Q5_K_S", LLAMA_FTYPE_MOSTLY_Q5_K_S, GGML_TYPE_Q5_K},
    Type{"Q5_K_M", LLAMA_FTYPE_MOSTLY_Q5_K_M, GGML_TYPE_Q5_K},
    Type{"Q6_K", LLAMA_FTYPE_MOSTLY_Q6_K, GGML_TYPE_Q6_K},
    Type{"Q8_0", LLAMA_FTYPE_MOSTLY_Q8_0, GGML_TYPE_Q8_0},
    Type{"F16", LLAMA_FTYPE_MOSTLY_F16, GGML_TYPE_F16},
    Type{"BF16", LLAMA_FTYPE_MOSTLY_BF16, GGML_TYPE_BF16},
    Type{"F32", LLAMA_FTYPE_ALL_F32, GGML_TYPE_F32},
};

// Short names that llama.cpp's tool takes as well.
constexpr std::array<std::array<const char*, 2>, 3> kAliases = {
    {{"Q3_K", "Q3_K_M"}, {"Q4_K", "Q4_K_M"}, {"Q5_K", "Q5_K_M"}}};

const Type* find_type(const std::string& name) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(),
                                  [&](const Type& type) { return name == type.name; });
  return found == kTypes.end() ? nullptr : &*found;
}

const char* name_of(int type) { return ggml_type_name(static_cast<ggml_type>(type)); }

// What the engine's log tells while it works.
class LogReader {
 public:
  explicit LogReader(const TensorProgress& on_tensor) : on_tensor_(on_tensor) {}

  void hear(std::string_view piece) {
    const std::string text(piece);
    std::array<char, GGML_MAX_NAME + 1> name = {};
    std::array<char, 32> wanted = {};
    int done = 0;
    int total = 0;
    if (std::sscanf(text.c_str(), "[%d/%d] %64s", &done, &total, name.data()) == 3) {
      if (on_tensor_) on_tensor_(done, total, name.data());
    } else if (std::sscanf(text.c_str(),
                           "warning: %64s - ncols %*d not divisible by %*d (required for type "
                           "%31[^) ]",
                           name.data(), wanted.data()) == 2) {
      wanted_.emplace(name.data(), wanted.data());
    }
  }

  const std::map<std::string, std::string>& wanted() const { return wanted_; }

 private:
  const TensorProgress& on_tensor_;
  std::map<std::string, std::string> wanted_;  // by tensor
};

// Tensors that the log names, and those whose rows do not fit the type although a rule of the
// mixture chose another one for them (the engine says nothing of these).
std::vector<Fallback> find_fallbacks(const std::vector<TensorEntry>& before,
                                     const std::vector<TensorEntry>& after, const Type& type,
                                     const std::map<std::string, std::string>& wanted) {
  std::map<std::string, int> source_types;
  for (const TensorEntry& entry : before) source_types[entry.name] = entry.type;
  std::vector<Fallback> fallbacks;
  for (const TensorEntry& entry : after) {
    const auto said = wanted.find(entry.name);
    const bool unfit = ggml_is_quantized(type.main) && entry.type != source_types[entry.name] &&
                       entry.shape[0] % ggml_blck_size(type.main) != 0;
    if (said == wanted.end() && !unfit) continue;
    fallbacks.push_back({entry.name, said == wanted.end() ? name_of(type.main) : said->second,
                         name_of(entry.type), entry.shape[0]});
  }
  return fallbacks;
}

// The matrix in the form the engine takes, and what its tool writes into the file about it.
struct EngineImatrix {
  std::vector<std::pair<std::string, std::vector<float>>> columns;
  std::vector<llama_model_imatrix_data> data;  // ends with a null name
  std::vector<llama_model_kv_override> notes;  // ends with an empty key
};

void add_note(EngineImatrix& made, const char* key, const std::string& text) {
  llama_model_kv_override note = {};
  std::snprintf(note.key, sizeof note.key, "%s", key);
  note.tag = LLAMA_KV_OVERRIDE_TYPE_STR;
  std::snprintf(note.val_str, sizeof note.val_str, "%s", text.c_str());
  made.notes.push_back(note);
}

void add_note(EngineImatrix& made, const char* key, std::int64_t number) {
  llama_model_kv_override note = {};
  std::snprintf(note.key, sizeof note.key, "%s", key);
  note.tag = LLAMA_KV_OVERRIDE_TYPE_INT;
  note.val_i64 = number;
  made.notes.push_back(note);
}

EngineImatrix engine_form(const Imatrix& imatrix, const std::string& path) {
  EngineImatrix made;
  for (const auto& [name, entry] : imatrix.entries) {
    made.columns.emplace_back(name, entry.mean_squares());
  }
  for (const auto& [name, values] : made.columns) {
    made.data.push_back({name.c_str(), values.data(), values.size()});
  }
  made.data.push_back({nullptr, nullptr, 0});
  add_note(made, "quantize.imatrix.file", std::filesystem::path(path).filename().string());
  if (!imatrix.datasets.empty()) {
    add_note(made, "quantize.imatrix.dataset", imatrix.datasets.front());
  }
  add_note(made, "quantize.imatrix.entries_count",
           static_cast<std::int64_t>(imatrix.entries.size()));
  if (imatrix.chunks > 0) {
    add_note(made, "quantize.imatrix.chunks_count", static_cast<std::int64_t>(imatrix.chunks));
  }
  made.notes.emplace_back();
  made.notes.back().key[0] = '\0';
  return made;
}

// Why a file cannot grow, by trying; 0 when it can.
int write_problem(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return errno;
  const std::vector<char> block(1 << 16, 0);
  int problem = 0;
  for (int i = 0; i < 16 && problem == 0; ++i) {
    if (::write(file, block.data(), block.size()) < 0) problem = errno;
  }
  ::close(file);
  return problem;
}

Error explain(const QuantizeRequest& request, const std::string& partial, const std::string& why) {
  if (why.find("importance matrix") != std::string::npos ||
      why.find("requires an imatrix") != std::string::npos) {
    return usage_error(fmt::format(
        "{} needs an importance matrix for the tensors of {}{}; make one with `assay imatrix "
        "{} TEXT -o FILE` and give it with --imatrix FILE.",
        request.type, request.source,
        request.imatrix.empty() ? "" : fmt::format(" that {} does not hold", request.imatrix),
        request.source));
  }
  if (const int problem = write_problem(partial); problem != 0) {
    return unavailable(
        fmt::format("{} cannot be written: {}.", request.output, std::strerror(problem)));
  }
  return data_error(fmt::format("The engine could not quantize {} to {} ({}).", request.source,
                                request.type, why.empty() ? "it gave no reason" : why));
}

}  // namespace

double TensorTotals::bits_per_weight() const {
  return 8.0 * static_cast<double>(bytes) / static_cast<double>(parameters);
}

std::vector<std::string> quantization_types() {
  std::vector<std::string> names;
  for (const Type& type : kTypes) names.emplace_back(type.name);
  return names;
}

expected<std::string> quantization_type(const std::string& text) {
  std::string name = text;
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const auto& [alias, meant] : kAliases) {
    if (name == alias) name = meant;
  }
  if (find_type(name) != nullptr) return name;
  return usage_error(fmt::format("There is no quantization type '{}'; the types are {}.", text,
                                 fmt::join(quantization_types(), ", ")));
}

expected<TensorTotals> tensor_totals(const std::string& model) {
  const expected<std::vector<TensorEntry>> tensors = list_tensors(model);
  if (!tensors) return tensors.error();
  TensorTotals totals;
  for (const TensorEntry& entry : *tensors) {
    totals.bytes += entry.bytes;
    totals.parameters += entry.elements();
    ++totals.types[name_of(entry.type)];
  }
  return totals;
}

expected<void> check_quantize(const QuantizeRequest& request) {
  const expected<std::vector<TensorEntry>> tensors = list_tensors(request.source);
  if (!tensors) return tensors.error();
  std::map<std::string, std::size_t> quantized;
  std::size_t count = 0;
  for (const TensorEntry& entry : *tensors) {
    if (!ggml_is_quantized(static_cast<ggml_type>(entry.type))) continue;
    ++quantized[name_of(entry.type)];
    ++count;
  }
  if (count > 0 && !request.requantize) {
    std::string list;
    for (const auto& [type, number] : quantized) {
      list += fmt::format("{}{} {}", list.empty() ? "" : ", ", number, type);
    }
    return usage_error(fmt::format(
        "{} is quantized already ({} of {} tensors: {}); quantizing it again adds its error to the "
        "new one. Take the F16, BF16 or F32 file it was made from, or say --requantize.",
        request.source, count, tensors->size(), list));
  }
  if (request.imatrix.empty()) return {};
  const expected<Imatrix> imatrix = read_imatrix(request.imatrix);
  if (!imatrix) return imatrix.error();
  return check_imatrix(request.imatrix, *imatrix, request.source);
}

expected<std::vector<Fallback>> quantize_here(const QuantizeRequest& request,
                                              const std::string& partial,
                                              const TensorProgress& on_tensor) {
  start_engine();
  const Type* type = find_type(request.type);
  if (type == nullptr) return quantization_type(request.type).error();
  const expected<std::vector<TensorEntry>> before = list_tensors(request.source);
  if (!before) return before.error();

  llama_model_quantize_params params = llama_model_quantize_default_params();
  params.ftype = type->file_type;
  params.nthread = request.threads > 0 ? request.threads : default_threads();
  params.allow_requantize = request.requantize;
  params.max_buf_size = std::size_t{1} << 30;  // The result does not depend on it.
  EngineImatrix imatrix;
  if (!request.imatrix.empty()) {
    const expected<Imatrix> read = read_imatrix(request.imatrix);
    if (!read) return read.error();
    imatrix = engine_form(*read, request.imatrix);
    params.imatrix = imatrix.data.data();
    params.kv_overrides = imatrix.notes.data();
  }
  LogReader log(on_tensor);
  forget_engine_errors();
  listen_to_engine([&log](std::string_view text) { log.hear(text); });
  const std::uint32_t status =
      llama_model_quantize(request.source.c_str(), partial.c_str(), &params);
  listen_to_engine({});
  if (status != 0) return explain(request, partial, engine_errors());
  const expected<std::vector<TensorEntry>> after = list_tensors(partial);
  if (!after) {
    // Too short: a write that the engine did not notice.
    if (const int problem = write_problem(partial); problem != 0) {
      return unavailable(
          fmt::format("{} cannot be written: {}.", request.output, std::strerror(problem)));
    }
    return unavailable(
        fmt::format("{} was not written whole ({})", request.output, after.error().message));
  }
  return find_fallbacks(*before, *after, *type, log.wanted());
}

}  // namespace assay
