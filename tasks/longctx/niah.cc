// See niah.h. The order of the draws is the point of this file: keys and values, then places, then
// which keys are asked for; every attempt takes draws, whether it is kept or not.
#include "tasks/longctx/niah.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "assay/text.h"

namespace assay {
namespace {

constexpr std::size_t kDepths = 40;         // from 0 to 100 %, evenly
constexpr std::uint64_t kShuffleSeed = 42;  // needles are shuffled by a generator of their own

// round(linspace(0, 100, 40)[i]), halves to even; none of them is a half.
std::size_t depth_percent(std::size_t i) {
  return static_cast<std::size_t>(std::lround(100.0 * static_cast<double>(i) / (kDepths - 1)));
}

std::size_t step_of(const NiahForm& form, int max_length) {
  if (form.hay == NiahHay::kEssay) return 500;
  return max_length < 4096 ? 5 : 25;
}

bool asks_for_one(const NiahForm& form) { return form.asked_keys * form.values_per_key == 1; }

std::string essay_context(const std::vector<std::string>& needles, std::size_t units,
                          const NiahParts& parts, PythonRandom& random) {
  const std::size_t words = std::min(units, parts.essay_words.size());
  const std::vector<std::string> chosen(
      parts.essay_words.begin(), parts.essay_words.begin() + static_cast<std::ptrdiff_t>(words));
  const std::vector<std::string> sentences =
      parts.sentences(std::string(strip(fmt::format("{}", fmt::join(chosen, " ")))));
  std::vector<std::size_t> places;
  for (const std::size_t i : random.sample(kDepths, needles.size())) {
    // As the original: the length times a fraction in floating point, rounded down.
    places.push_back(static_cast<std::size_t>(static_cast<double>(sentences.size()) *
                                              (static_cast<double>(depth_percent(i)) / 100)));
  }
  std::ranges::sort(places);
  places.push_back(sentences.size());
  std::vector<std::string> out;
  std::size_t from = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto begin = sentences.begin();
    const std::vector<std::string> part(begin + static_cast<std::ptrdiff_t>(from),
                                        begin + static_cast<std::ptrdiff_t>(places[i]));
    out.push_back(fmt::format("{}", fmt::join(part, " ")));
    if (i < needles.size()) out.push_back(needles[i]);
    from = places[i];
  }
  return fmt::format("{}", fmt::join(out, " "));
}

std::string line_context(const NiahForm& form, const std::vector<std::string>& needles,
                         std::size_t units, const NiahParts& parts, PythonRandom& random) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < units; ++i) {
    if (form.hay == NiahHay::kRepeat) {
      lines.emplace_back(kNoise);
      continue;
    }
    const std::string key = draw_magic(form.keys, random, parts.word);
    lines.push_back(needle_sentence(form.values, key, draw_magic(form.values, random, parts.word)));
  }
  std::vector<std::size_t> places = random.sample(units, needles.size());
  std::ranges::sort(places, std::greater<>());
  for (std::size_t i = 0; i < needles.size(); ++i) {
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(places[i]), needles[i]);
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace

std::string niah_answer_start(const NiahForm& form, const std::string& query) {
  return magic_answer_start(form.values, query, asks_for_one(form));
}

NiahSample niah_sample(const NiahForm& form, std::size_t units, const NiahParts& parts,
                       PythonRandom& random) {
  std::vector<std::string> keys;
  std::vector<std::vector<std::string>> values;
  std::vector<std::string> needles;
  for (std::size_t k = 0; k < form.key_count; ++k) {
    keys.push_back(draw_magic(form.keys, random, parts.word));
    values.emplace_back();
    for (std::size_t v = 0; v < form.values_per_key; ++v) {
      values.back().push_back(draw_magic(form.values, random, parts.word));
      needles.push_back(needle_sentence(form.values, keys.back(), values.back().back()));
    }
  }
  PythonRandom(kShuffleSeed).shuffle(needles);
  const std::string context = form.hay == NiahHay::kEssay
                                  ? essay_context(needles, units, parts, random)
                                  : line_context(form, needles, units, parts, random);
  NiahSample sample;
  std::vector<std::string> asked;
  for (const std::size_t i : random.sample(form.key_count, form.asked_keys)) {
    asked.push_back(keys[i]);
    sample.outputs.insert(sample.outputs.end(), values[i].begin(), values[i].end());
  }
  sample.query = joined_keys(asked);
  const bool one = asks_for_one(form);
  sample.input =
      magic_intro(form.values, one) + context + magic_question(form.values, sample.query, one);
  return sample;
}

expected<std::vector<NiahSample>> niah_samples(const NiahForm& form, int max_length,
                                               std::size_t samples, const NiahParts& parts,
                                               PythonRandom& random) {
  const std::size_t step = step_of(form, max_length);
  std::size_t units = step;
  for (int total = 0; total + kNiahAnswerTokens < max_length;) {
    const NiahSample tried = niah_sample(form, units, parts, random);
    total = parts.count(tried.input + fmt::format("{}", fmt::join(tried.outputs, " ")));
    if (total + kNiahAnswerTokens > max_length) {
      units -= step;
      break;
    }
    if (form.hay == NiahHay::kEssay && units > parts.essay_words.size()) {
      units = parts.essay_words.size();
      break;
    }
    units += step;
  }
  units = std::max(units, step);
  std::vector<NiahSample> out;
  for (std::size_t i = 0; i < samples; ++i) {
    std::size_t used = units;
    while (true) {
      NiahSample sample = niah_sample(form, used, parts, random);
      sample.length = parts.count(sample.input) + kNiahAnswerTokens;
      if (sample.length <= max_length) {
        out.push_back(std::move(sample));
        break;
      }
      if (used <= step) {
        return usage_error(
            fmt::format("the smallest text needs {} tokens with its answer, more than {}",
                        sample.length, max_length));
      }
      used -= step;
    }
  }
  return out;
}

MagicWords::MagicWords(const std::string& adjectives, const std::string& nouns) {
  const auto lines = [](const std::string& text) {
    std::set<std::string> out;
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t end = std::min(text.find('\n', from), text.size());
      const std::string_view line = strip(std::string_view(text).substr(from, end - from));
      if (!line.empty()) out.emplace(line);
      from = end + 1;
    }
    return std::vector<std::string>(out.begin(), out.end());
  };
  nouns_ = lines(nouns);
  std::vector<std::string> begins;
  for (const std::string& adjective : lines(adjectives)) begins.push_back(adjective + "-");
  std::ranges::sort(begins);
  for (std::size_t i = 0; i < begins.size();) {
    std::size_t end = i + 1;
    while (end < begins.size() && begins[end].starts_with(begins[i])) ++end;
    Block block{size_, begins[i], {}};
    if (end == i + 1) {
      size_ += nouns_.size();
    } else {
      std::set<std::string> all;
      for (std::size_t j = i; j < end; ++j) {
        for (const std::string& noun : nouns_) all.insert(begins[j] + noun);
      }
      block.sorted.assign(all.begin(), all.end());
      size_ += block.sorted.size();
    }
    blocks_.push_back(std::move(block));
    i = end;
  }
}

std::string MagicWords::word(std::size_t index) const {
  const auto after = std::ranges::upper_bound(blocks_, index, {}, &Block::first);
  const Block& block = *(after - 1);
  const std::size_t at = index - block.first;
  return block.sorted.empty() ? block.adjective + nouns_[at] : block.sorted[at];
}

}  // namespace assay
