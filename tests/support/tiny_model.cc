// See tiny_model.h. The format: a header of counts, key-value pairs, tensor descriptions, and the
// data of the tensors, each at a multiple of 32 bytes.
#include "tests/support/tiny_model.h"

#include <cmath>
#include <cstring>
#include <fstream>
#include <random>
#include <utility>

namespace assay::testing_support {
namespace {

constexpr std::size_t kAlignment = 32;
constexpr std::uint32_t kUint32 = 4, kInt32 = 5, kFloat32 = 6, kString = 8, kArray = 9;
constexpr int kHeads = 4;
constexpr float kEpsilon = 1e-5F;

class Bytes {
 public:
  template <typename T>
  Bytes& number(T value) {
    text_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Bytes& string(const std::string& text) {
    number<std::uint64_t>(text.size());
    text_ += text;
    return *this;
  }
  void pad() { text_.resize((text_.size() + kAlignment - 1) / kAlignment * kAlignment, '\0'); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

class KeyValues {
 public:
  void add(const std::string& key, const std::string& value) { begin(key, kString).string(value); }
  void add(const std::string& key, std::uint32_t value) { begin(key, kUint32).number(value); }
  void add(const std::string& key, float value) { begin(key, kFloat32).number(value); }
  void add(const std::string& key, const std::vector<std::string>& values) {
    begin(key, kArray).number(kString).number<std::uint64_t>(values.size());
    for (const std::string& value : values) bytes_.string(value);
  }
  void add(const std::string& key, const std::vector<float>& values) {
    begin(key, kArray).number(kFloat32).number<std::uint64_t>(values.size());
    for (const float value : values) bytes_.number(value);
  }
  void add(const std::string& key, const std::vector<std::int32_t>& values) {
    begin(key, kArray).number(kInt32).number<std::uint64_t>(values.size());
    for (const std::int32_t value : values) bytes_.number(value);
  }
  std::uint64_t count() const { return count_; }
  const std::string& text() const { return bytes_.text(); }

 private:
  Bytes& begin(const std::string& key, std::uint32_t type) {
    ++count_;
    return bytes_.string(key).number(type);
  }
  Bytes bytes_;
  std::uint64_t count_ = 0;
};

// <unk>, <s>, </s>, the 256 bytes, and the letters with the mark of a word's beginning.
void add_vocabulary(KeyValues& values, int& size) {
  std::vector<std::string> tokens = {"<unk>", "<s>", "</s>"};
  std::vector<std::int32_t> types = {2, 3, 3};
  for (int byte = 0; byte < 256; ++byte) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    tokens.push_back(std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + ">");
    types.push_back(6);
  }
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    tokens.push_back(std::string(1, letter));
    tokens.push_back(std::string("\u2581") + letter);
    types.insert(types.end(), {1, 1});
  }
  tokens.push_back("\u2581");
  types.push_back(1);
  std::vector<float> scores;
  for (std::size_t i = 0; i < tokens.size(); ++i) scores.push_back(-static_cast<float>(i));
  size = static_cast<int>(tokens.size());
  values.add("tokenizer.ggml.model", std::string("llama"));
  values.add("tokenizer.ggml.tokens", tokens);
  values.add("tokenizer.ggml.scores", scores);
  values.add("tokenizer.ggml.token_type", types);
  values.add("tokenizer.ggml.bos_token_id", std::uint32_t{1});
  values.add("tokenizer.ggml.eos_token_id", std::uint32_t{2});
  values.add("tokenizer.ggml.unknown_token_id", std::uint32_t{0});
}

struct Tensor {
  std::string name;
  std::vector<std::uint64_t> shape;  // row length first
  std::vector<float> values;
};

class Weights {
 public:
  explicit Weights(std::uint32_t seed) : random_(seed) {}

  std::vector<float>& matrix(const std::string& name, int columns, int rows) {
    std::vector<float> values;
    const float scale = 1.0F / std::sqrt(static_cast<float>(columns));
    for (int i = 0; i < columns * rows; ++i) {
      // A sum of uniform numbers: close to normal, and the same everywhere.
      float sum = -2.0F;
      for (int k = 0; k < 4; ++k) {
        sum += static_cast<float>(random_() >> 8) / static_cast<float>(1 << 24);
      }
      values.push_back(sum * scale * 1.7F);
    }
    tensors.push_back({name,
                       {static_cast<std::uint64_t>(columns), static_cast<std::uint64_t>(rows)},
                       std::move(values)});
    return tensors.back().values;
  }
  void norm(const std::string& name, int columns) {
    std::vector<float> values;
    for (int i = 0; i < columns; ++i) values.push_back(1.0F + 0.01F * static_cast<float>(i % 7));
    tensors.push_back({name, {static_cast<std::uint64_t>(columns)}, std::move(values)});
  }

  std::vector<Tensor> tensors;

 private:
  std::mt19937 random_;
};

}  // namespace

TinyModel write_tiny_model(const std::string& path, const TinyModelOptions& options) {
  TinyModel model;
  model.width = options.width;
  model.epsilon = kEpsilon;
  KeyValues values;
  values.add("general.architecture", std::string("llama"));
  values.add("general.name", options.name);
  values.add("general.file_type", std::uint32_t{0});
  values.add("llama.context_length", std::uint32_t{512});
  values.add("llama.embedding_length", static_cast<std::uint32_t>(options.width));
  values.add("llama.block_count", static_cast<std::uint32_t>(options.layers));
  values.add("llama.feed_forward_length", static_cast<std::uint32_t>(options.feed_forward));
  values.add("llama.attention.head_count", std::uint32_t{kHeads});
  values.add("llama.attention.layer_norm_rms_epsilon", kEpsilon);
  values.add("llama.rope.dimension_count", static_cast<std::uint32_t>(options.width / kHeads));
  add_vocabulary(values, model.vocabulary);

  Weights weights(options.seed);
  const int width = options.width;
  std::vector<float>& embedding = weights.matrix("token_embd.weight", width, model.vocabulary);
  for (std::size_t i = 0; i < embedding.size(); i += 8) embedding[i] *= 1 + options.loudness;
  weights.norm("output_norm.weight", width);
  weights.matrix("output.weight", width, model.vocabulary);
  for (int layer = 0; layer < options.layers; ++layer) {
    const std::string block = "blk." + std::to_string(layer) + ".";
    weights.norm(block + "attn_norm.weight", width);
    for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output"}) {
      weights.matrix(block + name + ".weight", width, width);
    }
    weights.norm(block + "ffn_norm.weight", width);
    weights.matrix(block + "ffn_gate.weight", width, options.feed_forward);
    weights.matrix(block + "ffn_up.weight", width, options.feed_forward);
    weights.matrix(block + "ffn_down.weight", options.feed_forward, width);
  }

  Bytes head;
  head.number<std::uint32_t>(0x46554747).number<std::uint32_t>(3);  // "GGUF", version
  head.number<std::uint64_t>(weights.tensors.size()).number<std::uint64_t>(values.count());
  Bytes descriptions;
  Bytes data;
  for (const Tensor& tensor : weights.tensors) {
    descriptions.string(tensor.name).number(static_cast<std::uint32_t>(tensor.shape.size()));
    for (const std::uint64_t size : tensor.shape) descriptions.number(size);
    descriptions.number<std::uint32_t>(0).number<std::uint64_t>(data.text().size());  // F32
    for (const float value : tensor.values) data.number(value);
    data.pad();
    model.weights[tensor.name] = tensor.values;
  }
  std::string file = head.text() + values.text() + descriptions.text();
  file.resize((file.size() + kAlignment - 1) / kAlignment * kAlignment, '\0');
  std::ofstream(path, std::ios::binary) << file << data.text();
  return model;
}

}  // namespace assay::testing_support
