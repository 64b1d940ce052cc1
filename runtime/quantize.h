// Makes one quantized file out of a model, with llama.cpp's own quantizer: the same bytes as its
// command line tool. The file takes its place only when it is complete: the work goes to
// OUTPUT.partial, is checked against its own header, flushed and renamed, so that neither a kill
// nor a full disk leaves half a model under a model's name.
//
// The quantizer can neither be stopped nor trusted with damaged files (it aborts the process), so
// it runs in a child, `PROGRAM __quantize REQUEST`, which is ended with its parent; where no
// program was named (set_probe_program), as in unit tests, it runs in this process.
//
// Thread-safety: one call at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"

namespace assay {

struct QuantizeRequest {
  std::string source;       // a GGUF model; of a split one the first part
  std::string output;       // REQUIRES: another file than any of the source
  std::string type;         // a name of quantization_types()
  std::string imatrix;      // an importance matrix (runtime/imatrix.h), "" = none
  bool requantize = false;  // the source may hold quantized tensors
  int threads = 0;          // 0 = as many as the model would be run with
};

// A tensor that could not be stored as the type wants, mostly because the length of its rows is no
// multiple of the type's block.
struct Fallback {
  std::string tensor;
  std::string wanted;  // "q4_K"
  std::string got;     // "q5_0"
  std::int64_t row_length = 0;
};

// What is in a GGUF's tensors, all parts together.
struct TensorTotals {
  std::uint64_t bytes = 0;
  std::uint64_t parameters = 0;
  std::map<std::string, std::size_t> types;  // "q4_K" → number of tensors
  double bits_per_weight() const;            // 8 × bytes / parameters; REQUIRES: parameters > 0
};

struct QuantizedFile {
  std::uint64_t bytes = 0;  // on disk
  TensorTotals tensors;
  std::vector<Fallback> fallbacks;  // in the order of the file
  double seconds = 0;
};

// Names of the types that can be asked for, from few bits to many.
std::vector<std::string> quantization_types();

// The name as it is written above, whatever the case ("q4_k_m", "Q4_K"). kUsage lists all names.
expected<std::string> quantization_type(const std::string& text);

// Sizes and types of a model's tensors. Errors as for opening a model.
expected<TensorTotals> tensor_totals(const std::string& model);

// Whether the request can be carried out at all, before any of a ladder is made: the source is a
// model and not quantized already (unless `requantize`), the importance matrix is one and belongs
// to this model. kUsage or kBadData, with what to do.
expected<void> check_quantize(const QuantizeRequest& request);

// `on_tensor(done, total, name)` is called before each tensor; `stop` is polled. `before_placing`
// sees the finished file under its partial name, and an Error of it undoes everything.
// Errors: kUsage (a type that needs an importance matrix), kBadData (the engine refuses the
// source), kUnavailable (no space, no permission), kInterrupted. Nothing is left behind by any of
// them.
using TensorProgress = std::function<void(int done, int total, const std::string& tensor)>;
using BeforePlacing =
    std::function<expected<void>(const QuantizedFile& made, const std::string& partial)>;
expected<QuantizedFile> quantize_file(const QuantizeRequest& request,
                                      const TensorProgress& on_tensor,
                                      const std::atomic<bool>& stop,
                                      const BeforePlacing& before_placing = {});

// The child's side: argv is {program, "__quantize", REQUEST}. Writes one JSON object per line.
int quantize_main(int argc, char** argv);

}  // namespace assay
