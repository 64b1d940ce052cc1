// The settings of RULER's tasks whose texts are our own. All of them take what any task of the
// group takes (a filler, the word list of keys), so that one --set serves the whole group; what a
// task has no use for changes nothing in it.
//
// Thread-safety: value types, pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "tasks/longctx/made_items.h"

namespace assay {

struct RulerSettings {
  std::vector<int> lengths = {4096};
  int samples = 100;  // per length
  std::uint64_t seed = 0;
  std::string filler = "filler";
  bool repeat = false;
  Json placements = Json::object();

  std::vector<Spot> spots() const { return grid_spots(lengths, {}, samples); }
};

// `defaults` with what the settings change. kUsage names the task.
expected<RulerSettings> read_ruler(const std::string& task, const Json& settings,
                                   const RulerSettings& defaults = {});

// The error with the task in front of it.
Error for_task(const std::string& task, const Error& error);

}  // namespace assay
