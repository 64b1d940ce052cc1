// The tokenizer on vocabularies of known models, against the token ids that their original
// tokenizers give (the engine's own vectors), and the beginning token as vocabulary and user say.
#include "runtime/llama_tokenizer.h"

#include <gtest/gtest.h>
#include <llama.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>

#include "runtime/llama_log.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

fs::path vocabulary(const std::string& name) {
  return fs::path(ASSAY_ENGINE_SOURCE_DIR) / "models" / ("ggml-vocab-" + name + ".gguf");
}

using Vocabulary = std::unique_ptr<llama_model, decltype(&llama_model_free)>;
Vocabulary load(const std::string& name) {
  start_engine();
  llama_model_params params = llama_model_default_params();
  params.vocab_only = true;
  return {llama_model_load_from_file(vocabulary(name).c_str(), params), &llama_model_free};
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

#define SKIP_WITHOUT_VOCABULARIES()                                                     \
  if (std::string(ASSAY_ENGINE_SOURCE_DIR).empty() || !fs::exists(vocabulary("gpt-2"))) \
  GTEST_SKIP() << "no engine sources"

TEST(LlamaTokenizer, AgreesWithTheOriginalTokenizers) {
  SKIP_WITHOUT_VOCABULARIES();
  const std::string separator = "\n__ggml_vocab_test__\n";
  for (const std::string name : {"gpt-2", "llama-spm", "llama-bpe", "phi-3", "starcoder"}) {
    const Vocabulary model = load(name);
    ASSERT_NE(model, nullptr) << name;
    const LlamaTokenizer tokenizer(llama_model_get_vocab(model.get()), std::nullopt);
    std::string inputs = read(vocabulary(name).string() + ".inp");
    std::istringstream outputs(read(vocabulary(name).string() + ".out"));
    int compared = 0;
    for (std::string line; std::getline(outputs, line); ++compared) {
      const std::size_t end = inputs.find(separator);
      const std::string text = inputs.substr(0, end);
      inputs = end == std::string::npos ? "" : inputs.substr(end + separator.size());
      std::istringstream numbers(line);
      const std::vector<Token> wanted(std::istream_iterator<Token>(numbers), {});
      EXPECT_EQ(tokenizer.encode(text, false), wanted) << name << ": " << text;
    }
    EXPECT_GT(compared, 30) << name;
  }
}

TEST(LlamaTokenizer, TheBeginningTokenIsTheVocabulariesOrTheUsersChoice) {
  SKIP_WITHOUT_VOCABULARIES();
  const Vocabulary llama = load("llama-spm");
  const LlamaTokenizer adds(llama_model_get_vocab(llama.get()), std::nullopt);
  EXPECT_TRUE(adds.adds_special_by_default());
  EXPECT_EQ(adds.token_text(*adds.prefix_token()), "<s>");
  EXPECT_EQ(encode_text(adds, "Hello", {}).front(), 1);
  EXPECT_EQ(encode_text(adds, "<s>Hello", {}).front(), 1);
  EXPECT_NE(encode_text(adds, "<s>Hello", {})[1], 1);
  EXPECT_NE(encode_text(adds, "Hello", false).front(), 1);
  EXPECT_EQ(adds.piece(1), "");

  const Vocabulary gpt2 = load("gpt-2");
  const LlamaTokenizer plain(llama_model_get_vocab(gpt2.get()), std::nullopt);
  EXPECT_FALSE(plain.adds_special_by_default());
  EXPECT_EQ(encode_text(plain, "Hello", {}).size(), 1U);
  const LlamaTokenizer forced(llama_model_get_vocab(gpt2.get()), true);
  EXPECT_EQ(encode_text(forced, "Hello", true).front(), *forced.bos());
}

TEST(LlamaTokenizer, OddInputIsNoTrouble) {
  SKIP_WITHOUT_VOCABULARIES();
  const Vocabulary model = load("llama-bpe");
  const LlamaTokenizer tokenizer(llama_model_get_vocab(model.get()), std::nullopt);
  EXPECT_TRUE(tokenizer.encode("", false).empty());
  EXPECT_FALSE(tokenizer.encode("\xff\xfe\xc3", false).empty());
  EXPECT_FALSE(tokenizer.encode(std::string("a\0b", 3), false).empty());
  EXPECT_EQ(tokenizer.token_text(-1), "");
  EXPECT_EQ(tokenizer.token_text(tokenizer.size()), "");
}

}  // namespace
}  // namespace assay
