// See ruler_settings.h.
#include "tasks/longctx/ruler_settings.h"

#include <fmt/format.h>

#include "tasks/longctx/settings.h"

namespace assay {

expected<RulerSettings> read_ruler(const std::string& task, const Json& settings,
                                   const RulerSettings& defaults) {
  RulerSettings out = defaults;
  std::string unused;
  const Settings known = {
      {"lengths", lengths_setting(out.lengths)},
      {"samples", whole_setting("inputs per length, from 1", 1, 100'000, out.samples)},
      {"seed", seed_setting(out.seed)},
      {"words", choice_setting({"wonderwords", "own"}, unused)},
      {"filler",
       text_setting("filler, mini/filler, noise, filler/moby_dick.txt or a text file", out.filler)},
      {"repeat", flag_setting("true: a filler that is too short begins anew", out.repeat)},
      {"placements", placements_setting(out.placements)}};
  if (auto read = read_settings(task, known, settings); !read) return read.error();
  return out;
}

Error for_task(const std::string& task, const Error& error) {
  return {error.code, fmt::format("Task {}: {}", task, error.message)};
}

}  // namespace assay
