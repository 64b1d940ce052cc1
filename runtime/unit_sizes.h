// How many items each unit of a task has (runtime/plan.h), and how a manifest writes it down.
//
// Thread-safety: functions of their arguments.
#pragma once

#include <cstddef>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"

namespace assay {

inline constexpr std::size_t kUnitItems = 32;  // the most that a unit has

// `units` units of together `items` items: alike but for one, the larger ones first.
// REQUIRES: units is 0 only when items is.
std::vector<std::size_t> alike_units(std::size_t items, std::size_t units);

// Units that become smaller towards the end, so that contexts which share them end nearly together:
// each has a third of the items that are left, but not more than kUnitItems, and two where there
// are more than two; with `no_single` two also at the end, or three, where there are more than
// three. (Guided self-scheduling, Polychronopoulos and Kuck, IEEE Transactions on Computers C-36,
// 1987, with a divisor for two contexts and items of different cost.)
std::vector<std::size_t> tapered_units(std::size_t items, bool no_single = false);

// [[size, how many units in a row], …]
Json units_json(const std::vector<std::size_t>& sizes);

// The same back; a number of units, as older manifests have it, stands for alike ones. A sentence
// when they are not units of together `items` items.
expected<std::vector<std::size_t>> units_from_json(const Json& json, std::size_t items);

}  // namespace assay
