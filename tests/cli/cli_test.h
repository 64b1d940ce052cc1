// What every test of the program begins with: the words it is written in, and a folder of its own
// to run in, where neither a data home nor a cache of this machine is found.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "assay/json.h"
#include "tests/cli/program.h"

namespace assay {

namespace fs = std::filesystem;

using test::ProgramOptions;
using test::ProgramResult;
using test::read_bytes;
using test::run_assay;
using test::TestFolder;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Not;

inline ProgramOptions in(const TestFolder& folder) {
  ProgramOptions options;
  options.folder = folder.path();
  options.environment["ASSAY_DATA"] = (folder / "no-data").string();
  options.environment["XDG_CACHE_HOME"] = (folder / "cache").string();
  return options;
}

}  // namespace assay
