// See rope_options.h.
#include "runtime/rope_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace assay {
namespace {

constexpr const char* kKnown =
    "scaling (none, linear or yarn), base, scale, original (tokens), ext, attn, fast, slow";

std::optional<double> number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const bool whole = !text.empty() && end == text.c_str() + text.size();
  return whole && std::isfinite(value) && value >= 0 ? std::optional(value) : std::nullopt;
}

// Whether `part` was a name and a value that goes with it.
bool take(const std::string& name, const std::string& value, RopeOptions& rope) {
  if (name == "scaling") {
    rope.scaling = value;
    return value == "none" || value == "linear" || value == "yarn";
  }
  const std::optional<double> given = number(value);
  if (!given) return false;
  if (name == "original") {
    rope.original = static_cast<int>(std::fmin(*given, 1e9));
    return *given >= 1 && *given == std::floor(*given) && *given <= 1e9;
  }
  // The engine takes a base or a scale of 0 for "the model's own".
  if (name == "base") return rope.base = given, *given > 0;
  if (name == "scale") return rope.scale = given, *given > 0;
  if (name == "ext") return rope.ext = given, true;
  if (name == "attn") return rope.attn = given, true;
  if (name == "fast") return rope.fast = given, true;
  if (name == "slow") return rope.slow = given, true;
  return false;
}

}  // namespace

Json RopeOptions::to_json() const {
  Json json = Json::object();
  if (!scaling.empty()) json["scaling"] = scaling;
  const auto put = [&](const char* name, const auto& value) {
    if (value) json[name] = *value;
  };
  put("base", base);
  put("scale", scale);
  put("original", original);
  put("ext", ext);
  put("attn", attn);
  put("fast", fast);
  put("slow", slow);
  return json;
}

expected<RopeOptions> parse_rope_options(const std::string& text) {
  RopeOptions rope;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos ||
        !take(part.substr(0, equals), part.substr(equals + 1), rope)) {
      return usage_error(
          fmt::format("--rope {}: \"{}\" is not one of NAME=VALUE with {}.", text, part, kKnown));
    }
    begin = end + 1;
  }
  return rope;
}

}  // namespace assay
