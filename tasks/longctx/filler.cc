// See filler.h.
#include "tasks/longctx/filler.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "assay/embedded.h"
#include "assay/text.h"

namespace assay {
namespace {

constexpr const char* kUsualText = "war_and_peace.txt";

// A word that ends a sentence: its last mark is . ! or ?, maybe inside quotation marks.
bool ends_sentence(std::string_view word) {
  for (const std::string_view mark : {"\"", "'", ")", "\u201d", "\u2019"}) {
    if (word.ends_with(mark)) word.remove_suffix(mark.size());
  }
  return word.ends_with('.') || word.ends_with('!') || word.ends_with('?');
}

// The embedded essays one after the other.
expected<std::string> essays(const DataSource& source) {
  const std::string folder = "datasets/mini/filler/";
  std::string all;
  for (const std::string_view name : embedded_file_names()) {
    if (!name.starts_with(folder)) continue;
    const expected<std::string> essay =
        source.text("mini/filler", std::string(name.substr(folder.size())));
    if (!essay) return essay.error();
    all += *essay + "\n\n";
  }
  return all;
}

expected<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return unavailable(fmt::format("the filler {} cannot be read", path));
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (!is_valid_utf8(text)) return data_error(fmt::format("the filler {} is not UTF-8", path));
  return text;
}

}  // namespace

int estimated_tokens(std::string_view text) {
  return static_cast<int>((count_code_points(text) + 3) / 4);
}

Filler::Filler(std::string_view text, TokenCounter count, bool repeat)
    : count_(std::move(count)), repeat_(repeat) {
  for (const std::string_view word : words(text)) {
    if (!once_.empty()) once_ += ' ';
    once_ += word;
  }
  append_once();
  sentences_once_ = starts_.size();
}

void Filler::append_once() {
  if (!text_.empty()) text_ += ' ';
  const std::size_t offset = text_.size();
  text_ += once_;
  bool begins = true;
  std::size_t at = 0;
  for (const std::string_view word : words(once_)) {
    if (begins) starts_.push_back(offset + at);
    begins = ends_sentence(word);
    at += word.size() + 1;
  }
  tokens_.resize(starts_.size(), -1);
}

int Filler::tokens_of_sentence(std::size_t i) {
  if (tokens_[i] < 0) {
    const std::size_t begin = start(i) == 0 ? 0 : start(i) - 1;  // with the space before it
    const std::size_t end = i + 1 < starts_.size() ? start(i + 1) - 1 : text_.size();
    tokens_[i] = count_(std::string_view(text_).substr(begin, end - begin));
  }
  return tokens_[i];
}

expected<std::size_t> Filler::after_tokens(std::size_t first, int tokens) {
  long long sum = 0;
  std::size_t i = first;
  for (; sum < tokens; ++i) {
    if (i >= starts_.size()) {
      if (!repeat_ || once_.empty()) {
        return data_error(
            fmt::format("the filler text is too short: {} tokens where {} are needed; take another "
                        "(--filler), or let it repeat (--set repeat=true)",
                        sum, tokens));
      }
      append_once();
    }
    sum += tokens_of_sentence(i);
  }
  return i;
}

bool Filler::reaches(std::size_t from, std::size_t bytes) {
  while (from + bytes > text_.size()) {
    if (!repeat_ || once_.empty()) return false;
    append_once();
  }
  return true;
}

expected<std::string> load_filler(const DataSource& source, const std::string& name) {
  if (name == "noise") return std::string(kNoise);
  if (name == "mini/filler") return essays(source);
  if (name == "filler") return source.text(name, kUsualText);
  constexpr std::string_view kFolder = "filler/";
  std::error_code problem;
  if (std::filesystem::is_regular_file(name, problem)) return read_file(name);
  if (name.starts_with(kFolder)) return source.text("filler", name.substr(kFolder.size()));
  return unavailable(fmt::format(
      "there is no filler {}; give filler, mini/filler, noise, one text of a data set as in "
      "filler/moby_dick.txt, or a text file",
      name));
}

}  // namespace assay
