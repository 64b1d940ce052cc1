// Approval baselines: a text that people read is compared with tests/approval/NAME.approved.txt. A
// change that is meant is taken over with `make approve` (ASSAY_APPROVE=1), and shows in the diff
// of the commit.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace assay::test {

inline void expect_approved(const std::string& name, const std::string& text) {
  const std::string path =
      std::string(ASSAY_SOURCE_DIR) + "/tests/approval/" + name + ".approved.txt";
  const char* approve = std::getenv("ASSAY_APPROVE");
  if (approve != nullptr && std::string(approve) == "1") {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file.good()) << path << " is missing; `make approve` writes it";
  std::ostringstream approved;
  approved << file.rdbuf();
  EXPECT_EQ(approved.str(), text) << "differs from " << path << "; `make approve` renews it";
}

}  // namespace assay::test
