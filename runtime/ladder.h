// A ladder: one model in several quantizations, each a file DIR/<model>-<TYPE>.gguf with a record
// of how it was made beside it (`.gguf.json`). A rung that is there is left alone when its record
// names the same source (by SHA-256), type, importance matrix and engine, and the file still has
// the bytes it was written with; anything else of that name is refused, not overwritten.
//
// The record is a file of its own so that the model file has exactly the bytes llama.cpp's tool
// would write. docs/formats.md specifies it.
//
// Thread-safety: one call at a time.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "runtime/quantize.h"

namespace assay {

struct LadderRequest {
  std::string source;
  std::vector<std::string> types;  // as the user wrote them
  std::string imatrix;             // "" = none
  std::string folder;              // "" = the source's
  bool requantize = false;
  bool force = false;  // overwrite what does not match
  int threads = 0;
};

enum class RungState { kMade, kThere, kFailed };

struct Rung {
  std::string type;
  std::string path;
  RungState state = RungState::kFailed;
  QuantizedFile file;            // when it did not fail
  std::string sha256;            // of the file, when it did not fail
  std::optional<Error> failure;  // when it did
};

struct Ladder {
  std::string source;
  std::uint64_t source_bytes = 0;
  TensorTotals source_tensors;
  std::vector<Rung> rungs;  // in the order asked; up to the one that was interrupted
  bool interrupted = false;
};

class LadderObserver {
 public:
  virtual ~LadderObserver() = default;
  virtual void on_rung(const Rung& /*rung*/) {}  // before it is made
  virtual void on_tensor(const Rung& /*rung*/, int /*done*/, int /*total*/,
                         const std::string& /*tensor*/) {}
  virtual void on_rung_done(const Rung& /*rung*/) {}
};

// "DIR/stories-Q4_K_M.gguf": the source's name without its own type and without a part's number.
std::string rung_path(const std::string& source, const std::string& type,
                      const std::string& folder);

// An Error only when nothing can be made: an unknown type, a source that is no model or quantized,
// an unfit importance matrix, an output that is the source. What stops one rung is in that rung,
// and the others go on.
expected<Ladder> make_ladder(const LadderRequest& request, LadderObserver& observer,
                             const std::atomic<bool>& stop);

Json to_json(const Ladder& ladder);

}  // namespace assay
