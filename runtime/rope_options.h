// How positions are encoded, where that is to differ from what the model's file says: another RoPE
// base frequency, another scaling, YaRN. What is not asked for stays the model's own.
//
// Thread-safety: a value type, pure functions.
#pragma once

#include <optional>
#include <string>

#include "assay/expected.h"
#include "assay/json.h"

namespace assay {

struct RopeOptions {
  std::string scaling{};          // "none", "linear", "yarn"; "" = the model's
  std::optional<double> base{};   // base frequency
  std::optional<double> scale{};  // factor of the frequencies: 0.25 makes a context four times long
  std::optional<int> original{};  // YaRN: context the model was trained with
  std::optional<double> ext{};    // YaRN: extrapolation mix
  std::optional<double> attn{};   // YaRN: factor of the magnitudes
  std::optional<double> fast{};   // YaRN: beta fast
  std::optional<double> slow{};   // YaRN: beta slow

  bool asked() const { return !to_json().empty(); }
  Json to_json() const;  // what was asked for, under the names above
};

// "scaling=yarn,scale=0.25,original=4096": the names above. kUsage names the part that is wrong.
expected<RopeOptions> parse_rope_options(const std::string& text);

}  // namespace assay
