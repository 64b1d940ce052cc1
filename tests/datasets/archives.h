// Writes small ZIP and tar archives and gzip streams, for tests of what reads them.
#pragma once

#include <string>
#include <vector>

namespace assay::test_archives {

struct Entry {
  std::string name;
  std::string bytes;
};

std::string gzip(const std::string& bytes);
std::string zip(const std::vector<Entry>& entries);  // the first deflated, the others stored
std::string tar(const std::vector<Entry>& entries);

}  // namespace assay::test_archives
