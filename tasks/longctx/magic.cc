// See magic.h.
#include "tasks/longctx/magic.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>

namespace assay {
namespace {

constexpr const char* kAdjectives[] = {"amber",  "brisk",  "calm",   "dusty",  "early",  "fancy",
                                       "gentle", "hollow", "icy",    "jolly",  "keen",   "lively",
                                       "mellow", "narrow", "orange", "plain",  "quiet",  "rusty",
                                       "silver", "tidy",   "upper",  "velvet", "wooden", "young"};
constexpr const char* kNouns[] = {"anchor", "basket", "candle", "dragon", "engine", "feather",
                                  "garden", "hammer", "island", "jacket", "kettle", "ladder",
                                  "magnet", "needle", "orchid", "pencil", "quarry", "ribbon",
                                  "saddle", "teapot", "violin", "walnut", "yogurt", "zipper"};

std::string singular(MagicKind kind) {
  std::string name(name_of(kind));
  name.pop_back();
  return name;
}

}  // namespace

std::string_view name_of(MagicKind kind) {
  switch (kind) {
    case MagicKind::kNumbers:
      return "numbers";
    case MagicKind::kWords:
      return "words";
    case MagicKind::kUuids:
      break;
  }
  return "uuids";
}

expected<MagicKind> magic_kind(const std::string& name) {
  for (const MagicKind kind : {MagicKind::kNumbers, MagicKind::kWords, MagicKind::kUuids}) {
    if (name == name_of(kind)) return kind;
  }
  return usage_error(fmt::format("values are numbers, words or uuids, not \"{}\"", name));
}

std::string own_word(PythonRandom& random) {
  const char* adjective = kAdjectives[random.below(std::size(kAdjectives))];
  return fmt::format("{}-{}", adjective, kNouns[random.below(std::size(kNouns))]);
}

std::string random_uuid(PythonRandom& random) {
  std::vector<std::uint32_t> words = random.getrandbits_words(128);  // least significant first
  words[1] = (words[1] & 0x3FFFFFFFU) | 0x80000000U;                 // the variant
  words[2] = (words[2] & 0xFFFF0FFFU) | 0x00004000U;                 // the version
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:04x}{:08x}", words[3], words[2] >> 16,
                     words[2] & 0xFFFFU, words[1] >> 16, words[1] & 0xFFFFU, words[0]);
}

std::string draw_magic(MagicKind kind, PythonRandom& random,
                       const std::function<std::string(PythonRandom&)>& word) {
  if (kind == MagicKind::kNumbers) return std::to_string(random.randint(1'000'000, 9'999'999));
  return kind == MagicKind::kWords ? word(random) : random_uuid(random);
}

std::string needle_sentence(MagicKind kind, const std::string& key, const std::string& value) {
  return fmt::format("One of the special magic {} for {} is: {}.", name_of(kind), key, value);
}

std::string joined_keys(const std::vector<std::string>& keys) {
  std::string text;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i > 0) text += i + 1 == keys.size() ? ", and " : ", ";
    text += keys[i];
  }
  return text;
}

std::string magic_intro(MagicKind kind, bool one) {
  const std::string what = one ? singular(kind) : std::string(name_of(kind));
  return fmt::format(
      "{} special magic {} {} hidden within the following text. Make sure to memorize it. I will "
      "quiz you about the {} afterwards.\n",
      one ? "A" : "Some", what, one ? "is" : "are", what);
}

std::string magic_question(MagicKind kind, const std::string& keys, bool one) {
  return fmt::format("\nWhat {} special magic {} for {} mentioned in the provided text?",
                     one ? "is the" : "are all the",
                     one ? singular(kind) : std::string(name_of(kind)), keys);
}

std::string magic_answer_start(MagicKind kind, const std::string& keys, bool one) {
  return fmt::format("The special magic {} for {} mentioned in the provided text {}",
                     one ? singular(kind) : std::string(name_of(kind)), keys, one ? "is" : "are");
}

}  // namespace assay
