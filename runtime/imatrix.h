// Importance matrices: for each weight matrix of a model the mean square of what goes into it,
// column by column, over a text. The quantizer rounds the columns that matter more carefully.
// Files are llama.cpp's GGUF form (`general.type` "imatrix"): per matrix NAME the tensors
// NAME.in_sum2 (sums of squares) and NAME.counts (rows that were summed, per expert).
//
// Thread-safety: free functions over values.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "runtime/model_options.h"

namespace assay {

struct ImatrixEntry {
  std::vector<float> sums;           // columns, expert after expert
  std::vector<std::int64_t> counts;  // one, or one per expert

  // sums / counts as the quantizer takes them; 1 for an expert that no token was sent to.
  std::vector<float> mean_squares() const;
};

struct Imatrix {
  std::map<std::string, ImatrixEntry> entries;  // by the name of the weight matrix
  std::vector<std::string> datasets;            // names of the texts
  std::uint32_t chunks = 0;
  std::uint32_t chunk_tokens = 0;
};

// kUnavailable when the file cannot be read, kBadData when it is no importance matrix or damaged.
expected<Imatrix> read_imatrix(const std::string& path);

// Takes its place when complete, as every file that assay writes.
expected<void> write_imatrix(const std::string& path, const Imatrix& imatrix);

// kBadData when the matrix was not made with this model: none of its names, or other widths.
expected<void> check_imatrix(const std::string& path, const Imatrix& imatrix,
                             const std::string& model);

struct ImatrixRequest {
  ModelOptions model;      // context, batch and cache settings are not used
  std::string text;        // what the model reads
  std::string text_name;   // recorded in the file
  int chunk_tokens = 512;  // the text is read in pieces of this many tokens, each on its own
  int max_chunks = 0;      // 0 = all of the text
};

// Reads the text chunk by chunk (a last piece that is not full is left out) and sums the squares of
// what reaches each matrix of the model's blocks. Memory: the model and two floats per column.
// Errors: the text is shorter than a chunk (kUsage), activations that are not finite (kBadData),
// kInterrupted.
expected<Imatrix> collect_imatrix(const ImatrixRequest& request,
                                  const std::function<void(int done, int total)>& on_chunk,
                                  const std::atomic<bool>& stop);

}  // namespace assay
