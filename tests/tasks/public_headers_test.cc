// Built-in tasks are written with the public headers and nothing else of assay, so that a plug-in
// can do whatever they do; and a public header includes nothing that is not public. Looks at the
// sources.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace assay {
namespace {

namespace fs = std::filesystem;
const fs::path kSource = ASSAY_SOURCE_DIR;

struct Source {
  std::vector<std::string> includes;  // in quotes
  bool registers = false;             // has a TaskRegistrar
};

Source read(const fs::path& file) {
  Source source;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const std::string start = "#include \"";
    if (line.rfind(start, 0) == 0) {
      source.includes.push_back(line.substr(start.size(), line.rfind('"') - start.size()));
    }
    if (line.find("const TaskRegistrar ") == 0) source.registers = true;
  }
  return source;
}

// Headers that are a part of one task's own source, split off for size or for its tests.
const std::set<std::string> kOwnParts = {"tasks/hellaswag.h", "tasks/mbpp_shared.h",
                                         "tasks/wikitext.h"};
// The same of the long-context tasks, which share how texts of a length are made.
constexpr const char* kLongContextParts = "tasks/longctx/";

TEST(PublicHeaders, AreAllThatTasksInclude) {
  std::size_t tasks = 0;
  std::map<std::string, Source> sources;
  for (const auto& entry : fs::directory_iterator(kSource / "tasks")) {
    if (entry.path().extension() != ".cc") continue;
    Source source = read(entry.path());
    const std::string own = "tasks/" + entry.path().stem().string() + ".h";
    if (!source.registers && !kOwnParts.contains(own)) continue;
    tasks += source.registers ? 1 : 0;
    for (const std::string& include : source.includes) {
      EXPECT_TRUE(include.starts_with("assay/") || include.starts_with(kLongContextParts) ||
                  kOwnParts.contains(include))
          << entry.path().filename() << " includes " << include
          << ": a task may include assay/*.h only; what it needs must become public";
    }
  }
  EXPECT_GE(tasks, 14U);  // as many files register tasks; fewer means that none was looked at
}

TEST(PublicHeaders, IncludeOnlyEachOther) {
  std::size_t headers = 0;
  for (const auto& entry : fs::directory_iterator(kSource / "include/assay")) {
    ++headers;
    for (const std::string& include : read(entry.path()).includes) {
      EXPECT_EQ(include.rfind("assay/", 0), 0U) << entry.path().filename() << ": " << include;
    }
  }
  EXPECT_GE(headers, 15U);
}

}  // namespace
}  // namespace assay
