// The skeleton of a plug-in is the example under another name; that the example works is tested by
// tests/package.
#include "tasks/cpp_skeleton.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace assay {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(CppSkeleton, IsTheExampleUnderAnotherName) {
  const auto files = cpp_skeleton("my-task2");
  ASSERT_TRUE(files);
  std::vector<std::string> paths;
  std::string all;
  for (const SkeletonFile& file : *files) {
    paths.push_back(file.path);
    all += file.bytes;
  }
  EXPECT_THAT(paths, ::testing::UnorderedElementsAre("CMakeLists.txt", "my-task2.cc", "test.jsonl",
                                                     "train.jsonl"));
  EXPECT_THAT(all, HasSubstr("assay_add_plugin(my-task2 my-task2.cc)"));
  EXPECT_THAT(all, HasSubstr("task.name = \"my-task2\""));
  EXPECT_THAT(all, HasSubstr("ASSAY_PLUGIN(\"my-task2\", \"1.0\", setup)"));
  EXPECT_THAT(all, Not(HasSubstr("capitals")));
}

TEST(CppSkeleton, RefusesNamesThatAreNone) {
  for (const char* name : {"", "2nd", "My", "a b", "a/b", "..", "naïve", "-x"}) {
    const auto files = cpp_skeleton(name);
    ASSERT_FALSE(files) << name;
    EXPECT_EQ(files.error().code, ErrorCode::kUsage);
  }
}

}  // namespace
}  // namespace assay
