// See ladder.h.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <exception>
#include <filesystem>
#include <utility>

#include "assay/version.h"
#include "runtime/file_digest.h"
#include "runtime/files.h"
#include "runtime/ladder.h"
#include "runtime/llama_gguf.h"
#include "runtime/llama_manifest.h"
#include "runtime/wire.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr int kRecordVersion = 1;

std::string record_path(const std::string& file) { return file + ".json"; }

bool is_type_name(const std::string& text) {
  const expected<std::string> type = quantization_type(text);
  return type.has_value();
}

// "model-00001-of-00003" → "model"
std::string without_part_number(const std::string& stem) {
  constexpr std::size_t kLength = 15;  // "-00001-of-00003"
  if (stem.size() <= kLength) return stem;
  std::string shape = stem.substr(stem.size() - kLength);
  for (char& c : shape) {
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) c = '0';
  }
  return shape == "-00000-of-00000" ? stem.substr(0, stem.size() - kLength) : stem;
}

// Everything that decides the file's bytes.
expected<Json> make_recipe(const LadderRequest& request, const GgufSummary& source) {
  const expected<FileIdentity> identity = identify_files(source);
  if (!identity) return identity.error();
  Json imatrix;
  if (!request.imatrix.empty()) {
    const expected<std::string> digest = cached_sha256_of_file(request.imatrix);
    if (!digest) return digest.error();
    imatrix = {{"file", fs::path(request.imatrix).filename().string()}, {"sha256", *digest}};
  }
  return Json{{"source",
               {{"file", fs::path(request.source).filename().string()},
                {"bytes", source.bytes},
                {"sha256", identity->sha256}}},
              {"type", ""},
              {"imatrix", std::move(imatrix)},
              {"requantize", request.requantize},
              {"engine",
               fmt::format("llama.cpp {} (commit {})", ASSAY_ENGINE_VERSION, ASSAY_ENGINE_COMMIT)}};
}

Json totals_json(const TensorTotals& totals) {
  Json types = Json::object();
  for (const auto& [type, count] : totals.types) types[type] = count;
  return {{"bytes", totals.bytes}, {"parameters", totals.parameters}, {"types", std::move(types)}};
}

Json fallbacks_json(const std::vector<Fallback>& fallbacks) {
  Json list = Json::array();
  for (const Fallback& entry : fallbacks) {
    list.push_back({{"tensor", entry.tensor},
                    {"wanted", entry.wanted},
                    {"got", entry.got},
                    {"row_length", entry.row_length}});
  }
  return list;
}

Json record_json(const Json& recipe, const QuantizedFile& file, const std::string& sha256) {
  return {{"v", kRecordVersion},
          {"kind", "assay-quantized"},
          {"recipe", recipe},
          {"file", {{"bytes", file.bytes}, {"sha256", sha256}}},
          {"tensors", totals_json(file.tensors)},
          {"fallbacks", fallbacks_json(file.fallbacks)},
          {"seconds", file.seconds}};
}

// What the record says of the file. REQUIRES: a record of this version; throws otherwise.
QuantizedFile file_from(const Json& record) {
  QuantizedFile file;
  file.bytes = record.at("file").at("bytes").get<std::uint64_t>();
  const Json& tensors = record.at("tensors");
  file.tensors.bytes = tensors.at("bytes").get<std::uint64_t>();
  file.tensors.parameters = tensors.at("parameters").get<std::uint64_t>();
  for (const auto& [type, count] : tensors.at("types").items()) {
    file.tensors.types[type] = count.get<std::size_t>();
  }
  for (const Json& entry : record.at("fallbacks")) {
    file.fallbacks.push_back(
        {entry.at("tensor").get<std::string>(), entry.at("wanted").get<std::string>(),
         entry.at("got").get<std::string>(), entry.at("row_length").get<std::int64_t>()});
  }
  file.seconds = record.at("seconds").get<double>();
  return file;
}

void list_differences(const std::string& path, const Json& before, const Json& now,
                      std::string& list) {
  if (before == now) return;
  if (before.is_object() && now.is_object()) {
    for (const auto& [name, value] : now.items()) {
      list_differences(path.empty() ? name : path + "." + name, before.value(name, Json()), value,
                       list);
    }
    return;
  }
  if (path == "source.file" || path == "source.bytes") return;  // the digest decides
  list += fmt::format("{}{}: {} -> {}", list.empty() ? "" : "; ", path, dump_line(before),
                      dump_line(now));
}

// Whether the file of a rung is there as this recipe makes it: true and the rung is filled in;
// false when it must be made; an Error when something else is in its place.
expected<bool> find_rung(const Json& recipe, Rung& rung) {
  if (!file_exists(rung.path)) return false;
  const auto refused = [&](const std::string& why) {
    return usage_error(fmt::format(
        "{} is there and {}; choose another folder with -o, or say --force to overwrite it.",
        rung.path, why));
  };
  if (!file_exists(record_path(rung.path))) {
    return refused("nothing says how it was made (no record beside it)");
  }
  const expected<std::string> text = read_file(record_path(rung.path));
  if (!text) return text.error();
  const expected<Json> record = parse_json(*text);
  try {
    if (!record || record->at("kind") != "assay-quantized" || record->at("v") != kRecordVersion) {
      return refused("its record cannot be read");
    }
    std::string differences;
    list_differences("", record->at("recipe"), recipe, differences);
    if (!differences.empty()) return refused("was made in another way (" + differences + ")");
    rung.file = file_from(*record);
    rung.sha256 = record->at("file").at("sha256").get<std::string>();
  } catch (const std::exception&) {
    return refused("its record is damaged");
  }
  const expected<std::string> digest = cached_sha256_of_file(rung.path);
  if (!digest) return digest.error();
  if (*digest != rung.sha256) return refused("was changed after it was made");
  return true;
}

bool is_one_of(const std::string& path, const std::vector<std::string>& files) {
  std::error_code problem;
  return std::any_of(files.begin(), files.end(),
                     [&](const std::string& file) { return fs::equivalent(path, file, problem); });
}

expected<void> make_rung(const LadderRequest& request, const Json& recipe, Rung& rung,
                         LadderObserver& observer, const std::atomic<bool>& stop) {
  if (!request.force) {
    const expected<bool> there = find_rung(recipe, rung);
    if (!there) return there.error();
    if (*there) {
      rung.state = RungState::kThere;
      return {};
    }
  }
  observer.on_rung(rung);
  const QuantizeRequest one{request.source,  rung.path,          rung.type,
                            request.imatrix, request.requantize, request.threads};
  const expected<QuantizedFile> made = quantize_file(
      one,
      [&](int done, int total, const std::string& tensor) {
        observer.on_tensor(rung, done, total, tensor);
      },
      stop,
      // The record first: a kill in between leaves one without a file, which is as good as none.
      [&](const QuantizedFile& file, const std::string& partial) -> expected<void> {
        const expected<std::string> digest = sha256_of_file(partial);
        if (!digest) return digest.error();
        rung.sha256 = *digest;
        return write_file(record_path(rung.path),
                          dump_pretty(record_json(recipe, file, *digest)) + "\n");
      });
  if (!made) return made.error();
  rung.file = *made;
  rung.state = RungState::kMade;
  return {};
}

expected<std::vector<Rung>> plan_rungs(const LadderRequest& request, const GgufSummary& source) {
  std::vector<Rung> rungs;
  for (const std::string& text : request.types) {
    expected<std::string> type = quantization_type(text);
    if (!type) return type.error();
    const bool twice = std::any_of(rungs.begin(), rungs.end(),
                                   [&](const Rung& rung) { return rung.type == *type; });
    if (twice) continue;
    Rung rung;
    rung.path = rung_path(request.source, *type, request.folder);
    rung.type = *std::move(type);
    if (is_one_of(rung.path, source.files)) {
      return usage_error(fmt::format(
          "{} as {} would overwrite the model it is made from; choose another folder with -o.",
          request.source, rung.type));
    }
    rungs.push_back(std::move(rung));
  }
  if (rungs.empty()) return usage_error("No quantization type was named; give -t Q8_0,Q4_K_M.");
  return rungs;
}

const char* name_of(RungState state) {
  switch (state) {
    case RungState::kMade:
      return "made";
    case RungState::kThere:
      return "there";
    case RungState::kFailed:
      break;
  }
  return "failed";
}

}  // namespace

std::string rung_path(const std::string& source, const std::string& type,
                      const std::string& folder) {
  const fs::path path(source);
  std::string stem = path.extension() == ".gguf" ? path.stem().string() : path.filename().string();
  stem = without_part_number(stem);
  for (std::size_t dash = stem.find_first_of("-.", 1); dash != std::string::npos;
       dash = stem.find_first_of("-.", dash + 1)) {
    if (is_type_name(stem.substr(dash + 1))) stem.resize(dash);
  }
  const fs::path where = folder.empty() ? path.parent_path() : fs::path(folder);
  return (where / fmt::format("{}-{}.gguf", stem, type)).string();
}

expected<Ladder> make_ladder(const LadderRequest& request, LadderObserver& observer,
                             const std::atomic<bool>& stop) {
  for (const std::string& text : request.types) {  // before a file is looked at
    if (const expected<std::string> type = quantization_type(text); !type) return type.error();
  }
  const expected<GgufSummary> source = inspect_gguf(request.source);
  if (!source) return source.error();
  expected<std::vector<Rung>> rungs = plan_rungs(request, *source);
  if (!rungs) return rungs.error();
  const expected<void> possible = check_quantize(
      {request.source, "", "", request.imatrix, request.requantize, request.threads});
  if (!possible) return possible.error();
  if (!request.folder.empty()) {
    const expected<void> folder = make_folder(request.folder);
    if (!folder) return folder.error();
  }
  expected<Json> recipe = make_recipe(request, *source);
  if (!recipe) return recipe.error();
  const expected<TensorTotals> totals = tensor_totals(request.source);
  if (!totals) return totals.error();

  Ladder ladder{request.source, source->bytes, *totals, {}, false};
  for (Rung& rung : *rungs) {
    (*recipe)["type"] = rung.type;
    const expected<void> done = make_rung(request, *recipe, rung, observer, stop);
    if (!done) {
      ladder.interrupted = done.error().code == ErrorCode::kInterrupted;
      rung.failure = done.error();
    }
    observer.on_rung_done(rung);
    ladder.rungs.push_back(std::move(rung));
    if (stop.load()) ladder.interrupted = true;
    if (ladder.interrupted) break;
  }
  return ladder;
}

Json to_json(const Ladder& ladder) {
  Json rungs = Json::array();
  for (const Rung& rung : ladder.rungs) {
    Json json = {{"type", rung.type}, {"path", rung.path}, {"state", name_of(rung.state)}};
    if (rung.failure) {
      json["failure"] = rung.failure->message;
    } else {
      json["bytes"] = rung.file.bytes;
      json["sha256"] = rung.sha256;
      json["bits_per_weight"] = rung.file.tensors.bits_per_weight();
      json["tensors"] = totals_json(rung.file.tensors);
      json["fallbacks"] = fallbacks_json(rung.file.fallbacks);
      json["seconds"] = rung.file.seconds;
    }
    rungs.push_back(std::move(json));
  }
  return {{"source", ladder.source},
          {"bytes", ladder.source_bytes},
          {"bits_per_weight", ladder.source_tensors.bits_per_weight()},
          {"tensors", totals_json(ladder.source_tensors)},
          {"interrupted", ladder.interrupted},
          {"rungs", std::move(rungs)}};
}

}  // namespace assay
