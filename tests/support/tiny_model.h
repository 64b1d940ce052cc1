// Writes a whole GGUF model of a megabyte or less, with random weights and a vocabulary of bytes:
// what tests quantize, load and run where no published model is at hand. The bytes are written
// here, without the engine, so that reading them tests the engine's side as well.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace assay::testing_support {

struct TinyModelOptions {
  int width = 256;         // of the embedding; the blocks of K-quants hold 256
  int feed_forward = 256;  // rows of ffn_down
  int layers = 1;
  std::uint32_t seed = 1;
  std::string name = "tiny";
  // Column i of the embedding is multiplied by 1 + loudness × (i mod 8 == 0): columns that matter.
  float loudness = 0;
};

struct TinyModel {
  std::map<std::string, std::vector<float>> weights;  // by tensor; rows one after the other
  int width = 0;
  int vocabulary = 0;
  float epsilon = 0;  // of the RMS norm
};

// Writes it to `path` in F32 and returns its weights.
TinyModel write_tiny_model(const std::string& path, const TinyModelOptions& options = {});

}  // namespace assay::testing_support
