// The files inside the program must be those of the source tree, or of this build for what it
// makes, byte for byte, and all of them: a stale or forgotten miniature data set would silently
// change what `assay run mini` measures.
#include "assay/embedded.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "gtest/gtest.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Embedded, HasTheBytesOfTheSourceTree) {
  const fs::path root(ASSAY_SOURCE_DIR);
  ASSERT_FALSE(embedded_file_names().empty());
  for (const std::string_view name : embedded_file_names()) {
    const auto embedded = embedded_file(name);
    ASSERT_TRUE(embedded.has_value()) << name;
    const bool built = name == "results/viewer/viewer.js";
    const bool same = *embedded == bytes_of(built ? fs::path(ASSAY_VIEWER_SCRIPT) : root / name);
    EXPECT_TRUE(same) << name;  // not EXPECT_EQ, which would print a model
  }
}

TEST(Embedded, HasEveryMiniatureDataSet) {
  const fs::path root(ASSAY_SOURCE_DIR);
  const auto listed = embedded_file_names();
  const std::set<std::string_view> names(listed.begin(), listed.end());
  for (const auto& entry : fs::recursive_directory_iterator(root / "datasets/mini")) {
    if (!entry.is_regular_file()) continue;
    const std::string name = fs::relative(entry.path(), root).generic_string();
    EXPECT_TRUE(names.contains(name)) << name << " is in the source tree, but not in the program";
  }
}

TEST(Embedded, NamesAreSortedAndUnknownOnesAreAbsent) {
  const auto names = embedded_file_names();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_FALSE(embedded_file("datasets/mini/no_such_file.jsonl").has_value());
  EXPECT_FALSE(embedded_file("").has_value());
}

// A GGUF is read in place, and its tensors want an aligned start.
TEST(Embedded, BytesBeginAtA64ByteBoundary) {
  for (const std::string_view name : embedded_file_names()) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(embedded_file(name)->data()) % 64, 0U) << name;
  }
}

}  // namespace
}  // namespace assay
