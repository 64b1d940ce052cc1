// The tensors of a GGUF model as its header lists them, all parts together, without loading them.
//
// Thread-safety: free functions over values.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "assay/expected.h"

namespace assay {

struct TensorEntry {
  std::string name;
  int type = 0;                                      // ggml_type
  std::array<std::int64_t, 4> shape = {1, 1, 1, 1};  // row length first
  std::uint64_t bytes = 0;
  std::uint64_t elements() const;
};

// Errors as of inspect_gguf(), which looks at the file first.
expected<std::vector<TensorEntry>> list_tensors(const std::string& model);

}  // namespace assay
