// A new plug-in to begin with: the example examples/multiple_choice, which is built and run by the
// tests, under another name. So the skeleton that authors get is one that works.
#pragma once

#include <string>
#include <vector>

#include "assay/expected.h"

namespace assay {

struct SkeletonFile {
  std::string path;  // relative to the plug-in's folder
  std::string bytes;
};

// The files of a plug-in with one task `name`: CMakeLists.txt, name.cc, test.jsonl, train.jsonl.
// kUsage when the name has other characters than lower-case letters, digits, '_' and '-' or does
// not begin with a letter. Writes nothing. Pure, thread-safe.
expected<std::vector<SkeletonFile>> cpp_skeleton(const std::string& name);

}  // namespace assay
