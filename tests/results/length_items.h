// Items of a long-context task made up by hand.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "results/run_folder.h"

namespace assay::test {

// What was found of a needle (0 to 1), or why it was not measured.
using Outcome = std::variant<double, std::string>;

// `of_length` makes the needle another one than that of the other lengths.
inline ItemRecord asked(int length, double depth, int index, const Outcome& outcome,
                        const std::string& of_length = "") {
  ItemRecord item;
  item.item.id = fmt::format("{}/{:g}/{}", length, depth, index);
  item.item.group = fmt::format("{}/{:g}", length, depth);
  item.item.doc = {{"length", length},
                   {"depth", depth},
                   {"keys", {fmt::format("key {}/{}{}", depth, index, of_length)}},
                   {"values", {"1234567"}},
                   {"placement", Json::object()}};
  if (const auto* value = std::get_if<double>(&outcome)) {
    Judgement verdict;
    verdict.filter = "none";
    verdict.values = {{"exact_match", *value}};
    item.judged.judgements = {verdict};
  } else {
    item.judged.error = Error{ErrorCode::kBadData, std::get<std::string>(outcome)};
  }
  return item;
}

inline TaskRecord needle_record(std::vector<ItemRecord> items) {
  return {"needle", Json::object(), std::move(items)};
}

// Three lengths and three depths with five needles each: all is found at 256, at 512 all but some
// in the middle, at 1024 little. 2048 does not fit the context, and one cell was not asked.
// `lost`: so many more needles of 512 are not found.
inline TaskRecord sample_needles(int lost = 0) {
  std::vector<ItemRecord> items;
  for (const int length : {256, 512, 1024, 2048}) {
    for (const double depth : {0.0, 50.0, 100.0}) {
      if (length == 1024 && depth == 100.0) continue;
      for (int i = 0; i < 5; ++i) {
        Outcome outcome = 1.0;
        if (length == 512 && depth == 50.0) outcome = i < 1 + lost ? 0.0 : 1.0;
        if (length == 1024) outcome = depth == 0.0 && i < 2 ? 1.0 : 0.0;
        if (length == 2048) outcome = "the prompt has 2048 tokens but the context holds 1024";
        items.push_back(asked(length, depth, i, outcome));
      }
    }
  }
  return needle_record(std::move(items));
}

}  // namespace assay::test
