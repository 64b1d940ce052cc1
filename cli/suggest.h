// "Did you mean …?" for sub-commands and options. Tasks and suites have the same in tasks/.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace assay::cli {

// " Did you mean 'run'?" or "" when nothing is close. Begins with a space.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates);

// All option names of a command as they are typed: "--shots", "-m".
std::vector<std::string> option_names(const CLI::App& app);

}  // namespace assay::cli
