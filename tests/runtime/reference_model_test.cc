// The reference model as it is carried and unpacked: whole, missing, altered, and a copy that
// somebody spoilt. What it answers is tested through the program (tests/cli/reference_test.cc).
#include "runtime/reference_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assay/embedded.h"
#include "runtime/file_digest.h"
#include "runtime/files.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::string_view kBytes = "GGUF and so on";

TEST(ReferenceModel, TheCarriedFileHasTheChecksumBesideIt) {
  const expected<std::string_view> bytes = checked_reference(
      embedded_file("models/reference.gguf"), embedded_file("models/reference.sha256"));
  ASSERT_TRUE(bytes) << bytes.error().message;
  EXPECT_EQ(bytes->substr(0, 4), "GGUF");
  EXPECT_LE(bytes->size(), 16u << 20);
}

TEST(ReferenceModel, AlteredBytesAreRefusedWithBothChecksumsAndTheRemedy) {
  const std::string sum = sha256_of(kBytes) + "  reference.gguf\n";
  EXPECT_TRUE(checked_reference(kBytes, sum));
  const expected<std::string_view> altered = checked_reference("GGUF and so oN", sum);
  ASSERT_FALSE(altered);
  EXPECT_EQ(altered.error().code, ErrorCode::kBadData);
  EXPECT_THAT(altered.error().message,
              AllOf(HasSubstr(sha256_of(kBytes)), HasSubstr(sha256_of("GGUF and so oN")),
                    HasSubstr("git checkout -- models/reference.gguf")));
}

TEST(ReferenceModel, AMissingFileIsNamedWithItsChecksum) {
  const std::string sum = sha256_of(kBytes) + "  reference.gguf\n";
  const expected<std::string_view> missing = checked_reference(std::nullopt, sum);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(missing.error().message,
              AllOf(HasSubstr(sha256_of(kBytes)), HasSubstr("git checkout")));
  EXPECT_FALSE(checked_reference(kBytes, std::nullopt));
  EXPECT_FALSE(checked_reference(kBytes, "abc"));
}

TEST(ReferenceModel, ASpoiltCopyIsWrittenAgain) {
  const testing_support::TempFolder folder;
  const std::string place = folder / "a/b";
  const expected<std::string> path = unpack_reference(kBytes, place);
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(*read_file(*path), kBytes);
  ASSERT_TRUE(write_file(*path, "GGUF and so oN"));
  EXPECT_EQ(*unpack_reference(kBytes, place), *path);
  EXPECT_EQ(*read_file(*path), kBytes);
}

TEST(ReferenceModel, OtherModelsKeepTheirNames) {
  EXPECT_EQ(*model_file("scripted:hash"), "scripted:hash");
  EXPECT_EQ(*model_file("./reference"), "./reference");
}

}  // namespace
}  // namespace assay
