// See cpp_skeleton.h.
#include "tasks/cpp_skeleton.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "assay/embedded.h"
#include "assay/text.h"

namespace assay {
namespace {

constexpr std::string_view kFolder = "examples/multiple_choice/";
constexpr std::string_view kExample = "capitals";

bool is_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
         std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

expected<std::vector<SkeletonFile>> cpp_skeleton(const std::string& name) {
  if (!is_name(name)) {
    return usage_error(
        fmt::format("\"{}\" cannot be the name of a task: use lower-case letters, digits, '_' and "
                    "'-', beginning with a letter.",
                    name));
  }
  std::vector<SkeletonFile> files;
  for (const std::string_view embedded : embedded_file_names()) {
    if (!embedded.starts_with(kFolder)) continue;
    files.push_back({replace_all(embedded.substr(kFolder.size()), kExample, name),
                     replace_all(embedded_file(embedded).value_or(""), kExample, name)});
  }
  if (files.empty()) return internal_error("this build carries no skeleton of a plug-in");
  return files;
}

}  // namespace assay
