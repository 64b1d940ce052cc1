// See haystack.h.
#include "tasks/longctx/haystack.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "assay/python_random.h"

namespace assay {
namespace {

constexpr int kAttempts = 12;
constexpr std::size_t kMostBytes = 1U << 31;  // of a recorded text
constexpr double kAll = 100;                  // percent

// Needles in the order in which they stand in the text.
std::vector<std::size_t> by_place(const std::vector<std::size_t>& at) {
  std::vector<std::size_t> order(at.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return at[i]; });
  return order;
}

void append(std::string& text, std::string_view more) {
  if (more.empty()) return;
  if (!text.empty() && text.back() != ' ') text += ' ';
  text += more;
}

class Placer {
 public:
  Placer(Filler& filler, std::size_t first, const std::vector<PlacedNeedle>& needles,
         const HaystackFrame& frame, const TokenCounter& count)
      : filler_(filler), first_(first), needles_(needles), frame_(frame), count_(count) {}

  expected<Placement> place(int target) {
    int hay = target - count_(frame_.before + frame_.after);
    for (const PlacedNeedle& needle : needles_) hay -= count_(" " + needle.sentence);
    if (hay < 1) {
      return usage_error(
          fmt::format("the question alone leaves no room for a text in {} tokens", target));
    }
    Error problem = data_error("");
    for (int attempt = 0; attempt < kAttempts && hay > 0; ++attempt) {
      expected<Placement> roughly = roughly_at(hay);
      if (!roughly) return roughly.error();
      roughly->tokens = tokens_of(*roughly);
      const int missing = target - roughly->tokens;
      // Needles stand by the rough end, so it must not be far from the exact one.
      if (missing < 0 || missing > std::max(96, target / 64)) {
        if (attempt + 4 < kAttempts || missing < 0) {
          hay += missing < 0 ? missing - 1 : missing - 1 - missing / 16;
          continue;
        }
      }
      expected<Placement> exact = exactly(*roughly, target);
      if (exact) return exact;
      problem = exact.error();
      hay -= 40;  // other sentences, other chances
    }
    if (problem.message.empty()) {
      return usage_error(
          fmt::format("the question alone leaves no room for a text in {} tokens", target));
    }
    return problem;
  }

 private:
  int tokens_of(const Placement& placement) const {
    return frame_.count_prompt(haystack_text(filler_.text(), placement, needles_));
  }

  // Whole sentences of less than `hay` tokens by their own counts, needles by their depth.
  expected<Placement> roughly_at(int hay) {
    const expected<std::size_t> beyond = filler_.after_tokens(first_, hay);
    if (!beyond) return beyond.error();
    const std::size_t last = *beyond - 1;  // the sentence that would go beyond
    Placement placement{filler_.start(first_), filler_.start(first_), {}, 0};
    if (last > first_) placement.end = filler_.start(last) - 1;
    for (const PlacedNeedle& needle : needles_) {
      if (needle.depth >= kAll || last <= first_ + 1) {
        placement.at.push_back(needle.depth > 0 ? placement.end : placement.start);
        continue;
      }
      const int in_front = static_cast<int>(needle.depth / kAll * hay);
      const expected<std::size_t> sentence = filler_.after_tokens(first_, in_front);
      if (!sentence) return sentence.error();
      placement.at.push_back(filler_.start(std::min(*sentence, last - 1)));
    }
    return placement;
  }

  expected<Placement> exactly(Placement placement, int target) {
    const std::size_t rough_end = placement.end;
    OpenPrompt open;
    open.begin = placement.start;
    for (const std::size_t at : placement.at) {
      if (at < rough_end) open.begin = std::max(open.begin, at);
    }
    Placement front = placement;
    front.end = open.begin;
    std::vector<PlacedNeedle> in_front;
    std::vector<std::size_t> places;
    std::string behind;
    for (const std::size_t i : by_place(placement.at)) {
      if (placement.at[i] < rough_end) {
        in_front.push_back(needles_[i]);
        places.push_back(placement.at[i]);
      } else {
        behind += " " + needles_[i].sentence;
      }
    }
    front.at = places;
    open.before = frame_.before + haystack_text(filler_.text(), front, in_front);
    if (!open.before.empty() && open.before.back() != ' ' && open.before.back() != '\n') {
      open.before += ' ';
    }
    open.after = behind + frame_.after;
    const auto with_end = [&](std::size_t end) {
      Placement moved = placement;
      for (std::size_t& at : moved.at) {
        if (at >= rough_end) at = end;
      }
      moved.end = end;
      return moved;
    };
    const expected<ExactEnd> found = end_for_exact_length(
        filler_, open, {rough_end, placement.tokens}, target,
        [&](std::size_t end) { return tokens_of(with_end(end)); }, count_);
    if (!found) return found.error();
    placement = with_end(found->end);
    placement.tokens = found->tokens;
    return placement;
  }

  Filler& filler_;
  std::size_t first_;
  const std::vector<PlacedNeedle>& needles_;
  const HaystackFrame& frame_;
  const TokenCounter& count_;
};

}  // namespace

std::string haystack_text(const std::string& filler, const Placement& placement,
                          const std::vector<PlacedNeedle>& needles) {
  std::string text;
  std::size_t from = placement.start;
  const auto hay_until = [&](std::size_t end) {
    std::string_view hay = std::string_view(filler).substr(from, end - from);
    if (!hay.empty() && end < placement.end && hay.back() == ' ') hay.remove_suffix(1);
    append(text, hay);
    from = end;
  };
  for (const std::size_t i : by_place(placement.at)) {
    hay_until(std::min(placement.at[i], placement.end));
    append(text, needles[i].sentence);
  }
  hay_until(placement.end);
  return text;
}

expected<Placement> place_needles(Filler& filler, std::size_t first, int target,
                                  const std::vector<PlacedNeedle>& needles,
                                  const HaystackFrame& frame, const TokenCounter& count) {
  return Placer(filler, first, needles, frame, count).place(target);
}

std::size_t hay_start(Filler& filler, std::uint64_t seed, int tokens) {
  PythonRandom random(seed);
  for (std::size_t bound = filler.sentences_once(); bound > 1;) {
    const std::size_t first = static_cast<std::size_t>(random.below(bound));
    if (filler.after_tokens(first, tokens + tokens / 8 + 8)) return first;
    bound = first;
  }
  return 0;
}

Json to_json(const Placement& placement) {
  return {{"start", placement.start},
          {"end", placement.end},
          {"at", placement.at},
          {"tokens", placement.tokens}};
}

expected<Placement> recorded_placement(Filler& filler, const Json& json, std::size_t needles) {
  const Error unfit =
      data_error("the recorded placement of a haystack does not fit the filler text");
  const auto number = [&](const char* name) {
    return json.is_object() && json.contains(name) && json[name].is_number_unsigned();
  };
  if (!number("start") || !number("end") || !json.contains("at") || !json["at"].is_array() ||
      json["at"].size() != needles) {
    return unfit;
  }
  Placement placement{json["start"].get<std::size_t>(), json["end"].get<std::size_t>(), {}, 0};
  if (placement.start > placement.end || placement.end > kMostBytes ||
      !filler.reaches(0, placement.end)) {
    return unfit;
  }
  for (const Json& at : json["at"]) {
    if (!at.is_number_unsigned() || at.get<std::size_t>() < placement.start ||
        at.get<std::size_t>() > placement.end) {
      return unfit;
    }
    placement.at.push_back(at.get<std::size_t>());
  }
  placement.tokens = number("tokens") ? json["tokens"].get<int>() : 0;
  return placement;
}

}  // namespace assay
