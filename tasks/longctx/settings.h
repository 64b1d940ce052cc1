// The settings of tasks that make their own items: a name, what it may be, and where its value
// goes. What is unknown or wrong is refused with a sentence that says what there is.
//
// Thread-safety: pure functions; a reader writes into the variable it was made for.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"

namespace assay {

struct Setting {
  std::string meaning;                    // "numbers, words or uuids"; "": not for people
  std::function<bool(const Json&)> read;  // false: the value is not that
};

using Settings = std::map<std::string, Setting>;

// Reads every member of `given`; every task knows `effective`, the threshold of effective lengths,
// which its figures use (results/length_results.h). kUsage names the task, and the setting or those
// that there are.
expected<void> read_settings(const std::string& task, const Settings& known, const Json& given);

// Readers that write into `out`, which must live as long as they do.
Setting whole_setting(const std::string& meaning, long long low, long long high, int& out);
Setting seed_setting(std::uint64_t& out);
Setting flag_setting(const std::string& meaning, bool& out);
Setting text_setting(const std::string& meaning, std::string& out);
Setting choice_setting(const std::vector<std::string>& values, std::string& out);
Setting lengths_setting(std::vector<int>& out);  // sorted
Setting placements_setting(Json& out);           // what a recorded run brings

}  // namespace assay
