// Downloads against a server on this machine: whole, resumed, cut off, wrong, absent, slow,
// redirected, unpacked; and what must never happen: a wrong file in place of a right one.
#include "datasets/fetch.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "assay/digest.h"
#include "tests/datasets/archives.h"
#include "tests/support/http_server.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing_support::HttpReply;
using testing_support::HttpRequest;
using testing_support::HttpServer;
using testing_support::TempFolder;

std::string content() {
  std::string text;
  for (int i = 0; i < 20'000; ++i)
    text += fmt::format("{{\"question\": \"{}\", \"answer\": \"#### 1\"}}\n", i);
  return text;
}

// A data set "toy" of one file, with one download.
DatasetInfo toy(const std::string& sha256, const std::string& download) {
  const std::string text = fmt::format(
      R"({{"datasets": [{{"name": "toy", "folder": "toy", "title": "t", "homepage": "https://h",
      "license": "l", "citation": "c", "note": "", "adaptor": "gsm8k", "texts": [],
      "files": [{{"path": "toy/a.jsonl"{}}}, {{"path": "toy/b.jsonl"}}],
      "splits": [{{"config": "", "split": "test", "rows": 20000,
                   "from": [{{"files": ["toy/a.jsonl"]}}]}}],
      "downloads": [{}]}}]}})",
      sha256.empty() ? "" : fmt::format(R"(, "sha256": ["{}"])", sha256), download);
  auto parsed = parse_registry(text);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed->front();
}

constexpr const char* kPlain = R"({"urls": ["https://upstream.invalid/dir/a.jsonl"],
                                   "file": "toy/a.jsonl"})";

class Fetch : public testing::Test {
 protected:
  Fetch() : server_([this](const HttpRequest& request) { return reply_(request); }) {
    options_.base_url = server_.url();
    options_.download.retry_delay_ms = 0;
    options_.download.stall_timeout_ms = 600;
    options_.download.connect_timeout_s = 5;
    options_.download.attempts = 1;
  }

  expected<std::vector<FetchedFile>> fetch(const DatasetInfo& info) {
    return fetch_dataset(DataHome(folder_.path()), info, options_);
  }

  const std::string content_ = content();
  const std::string digest_ = sha256_hex(content_);
  HttpReply plain_{200, content_, {}, true, std::nullopt, 0, false};
  std::function<HttpReply(const HttpRequest&)> reply_ = [this](const HttpRequest&) {
    return plain_;
  };
  TempFolder folder_;
  HttpServer server_;
  FetchOptions options_;
};

TEST_F(Fetch, WholeFileThenNothingMoreToDo) {
  std::uint64_t last = 0;
  options_.progress = [&last](const FetchProgress& progress) {
    EXPECT_GE(progress.received, last);
    last = progress.received;
    return true;
  };
  const auto done = fetch(toy(digest_, kPlain));
  ASSERT_TRUE(done) << done.error().message;
  ASSERT_EQ(done->size(), 1u);
  EXPECT_TRUE(done->front().verified);
  EXPECT_FALSE(done->front().already_here);
  EXPECT_EQ(done->front().bytes, content_.size());
  EXPECT_EQ(folder_.read("toy/a.jsonl"), content_);
  EXPECT_FALSE(folder_.has("toy/a.jsonl.part"));
  EXPECT_EQ(last, content_.size());
  EXPECT_EQ(server_.requests().at(0).path, "/dir/a.jsonl");
  const auto again = fetch(toy(digest_, kPlain));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->front().already_here);
  EXPECT_EQ(server_.requests().size(), 1u);
}

TEST_F(Fetch, CutOffAndContinued) {
  plain_.cut_after = 100'000;
  const auto cut = fetch(toy(digest_, kPlain));
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(cut.error().message, AllOf(HasSubstr("100000 bytes"), HasSubstr("goes on")));
  EXPECT_FALSE(folder_.has("toy/a.jsonl"));
  EXPECT_EQ(folder_.read("toy/a.jsonl.part").size(), 100'000u);
  plain_.cut_after.reset();
  const auto done = fetch(toy(digest_, kPlain));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(server_.requests().at(1).range_from, 100'000u);
  EXPECT_EQ(folder_.read("toy/a.jsonl"), content_);
}

TEST_F(Fetch, AttemptsOfOneCallContinueEachOther) {
  options_.download.attempts = 3;
  plain_.cut_after = 600'000;
  ASSERT_GT(content_.size(), 600'000u);
  ASSERT_LT(content_.size(), 1'200'000u);
  const auto done = fetch(toy(digest_, kPlain));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(server_.requests().size(), 2u);
  EXPECT_EQ(folder_.read("toy/a.jsonl"), content_);
}

TEST_F(Fetch, AServerWithoutRangesBeginsAgain) {
  folder_.write("toy/a.jsonl.part", content_.substr(0, 5000));
  plain_.ranges = false;
  ASSERT_TRUE(fetch(toy(digest_, kPlain)));
  EXPECT_EQ(folder_.read("toy/a.jsonl"), content_);
}

TEST_F(Fetch, APartOfAnotherVersionIsThrownAway) {
  folder_.write("toy/a.jsonl.part", std::string(5000, 'x'));
  const auto done = fetch(toy(digest_, kPlain));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(folder_.read("toy/a.jsonl"), content_);
  EXPECT_EQ(server_.requests().size(), 2u);
}

TEST_F(Fetch, ACompleteOrTooLongPartIsNoTrouble) {
  options_.download.attempts = 2;
  folder_.write("toy/a.jsonl.part", content_ + "more");
  const auto done = fetch(toy(digest_, kPlain));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(folder_.read("toy/a.jsonl"), content_);
}

TEST_F(Fetch, WrongContentReplacesNothing) {
  folder_.write("toy/a.jsonl", "what the user had");
  plain_.body = "<html>log in here</html>";
  const auto done = fetch(toy(digest_, kPlain));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kBadData);
  EXPECT_THAT(done.error().message, AllOf(HasSubstr("SHA-256"), HasSubstr("nothing was replaced")));
  EXPECT_EQ(folder_.read("toy/a.jsonl"), "what the user had");
  EXPECT_FALSE(folder_.has("toy/a.jsonl.part"));
}

TEST_F(Fetch, WithoutADigestTheFileIsUnverified) {
  const auto done = fetch(toy("", kPlain));
  ASSERT_TRUE(done);
  EXPECT_FALSE(done->front().verified);
  // A second fetch does not download what cannot be checked anyway.
  ASSERT_TRUE(fetch(toy("", kPlain)));
  EXPECT_EQ(server_.requests().size(), 1u);
}

TEST_F(Fetch, MirrorsAreTriedInOrder) {
  reply_ = [this](const HttpRequest& request) {
    return request.path == "/second" ? plain_ : HttpReply{404, "gone", {}, true, {}, 0, false};
  };
  const auto done = fetch(toy(digest_, R"({"urls": ["https://a.invalid/first",
      "https://b.invalid/second"], "file": "toy/a.jsonl"})"));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(server_.requests().size(), 2u);
}

TEST_F(Fetch, FailuresAreSentences) {
  plain_.status = 404;
  EXPECT_THAT(fetch(toy(digest_, kPlain)).error().message,
              AllOf(HasSubstr("status 404"), HasSubstr("assay data import")));
  plain_.status = 503;
  EXPECT_THAT(fetch(toy(digest_, kPlain)).error().message, HasSubstr("try again later"));
  EXPECT_FALSE(folder_.has("toy/a.jsonl"));
  options_.base_url = "http://no-such-host.invalid";
  EXPECT_THAT(fetch(toy(digest_, kPlain)).error().message,
              HasSubstr("no-such-host.invalid cannot be found"));
  options_.base_url = "http://127.0.0.1:1";
  EXPECT_THAT(fetch(toy(digest_, kPlain)).error().message, HasSubstr("No connection"));
  options_.base_url = "file:///etc";
  EXPECT_FALSE(fetch(toy(digest_, kPlain)));
  options_.base_url = server_.url();
  options_.base_url.replace(0, 4, "https");
  EXPECT_THAT(fetch(toy(digest_, kPlain)).error().message, HasSubstr("secure connection"));
}

TEST_F(Fetch, ASilentServerIsLeft) {
  plain_.cut_after = 1000;
  plain_.stall = true;
  const auto done = fetch(toy(digest_, kPlain));
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("sends nothing any more"));
  EXPECT_EQ(folder_.read("toy/a.jsonl.part").size(), 1000u);
}

TEST_F(Fetch, RedirectsAreFollowed) {
  reply_ = [this](const HttpRequest& request) {
    if (request.path == "/dir/a.jsonl") {
      return HttpReply{302, "", {{"Location", server_.url() + "/elsewhere"}}, true, {}, 0, false};
    }
    return plain_;
  };
  ASSERT_TRUE(fetch(toy(digest_, kPlain)));
  EXPECT_EQ(server_.requests().at(1).path, "/elsewhere");
}

TEST_F(Fetch, StoppingKeepsThePart) {
  plain_.stall = true;
  plain_.cut_after = 300'000;
  options_.download.stall_timeout_ms = 30'000;
  options_.progress = [](const FetchProgress& progress) { return progress.received < 300'000; };
  const auto done = fetch(toy(digest_, kPlain));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kInterrupted);
  EXPECT_EQ(folder_.read("toy/a.jsonl.part").size(), 300'000u);
}

TEST_F(Fetch, AFullDiskIsNamed) {
  std::filesystem::create_directories(folder_ / "toy");
  std::filesystem::create_symlink("/dev/full", folder_ / "toy/a.jsonl.part");
  const auto done = fetch(toy(digest_, kPlain));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(done.error().message, HasSubstr("No space left"));
}

TEST_F(Fetch, AnUnwritableHome) {
  folder_.write("toy", "a file where a folder is needed");
  const auto done = fetch(toy(digest_, kPlain));
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("cannot be made"));
}

TEST_F(Fetch, GzipIsUnpackedBeforeItIsChecked) {
  plain_.body = test_archives::gzip(content_);
  const auto info = toy(digest_, R"({"urls": ["https://upstream.invalid/a.jsonl.gz"],
      "unpack": "gz", "file": "toy/a.jsonl"})");
  const auto done = fetch(info);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(folder_.read("toy/a.jsonl"), content_);
}

TEST_F(Fetch, FilesAreTakenOutOfArchives) {
  const std::vector<test_archives::Entry> entries{
      {"top/a.jsonl", content_}, {"top/../../evil", "x"}, {"top/b.jsonl", "{}\n"}};
  const char* zip = R"({"urls": ["https://upstream.invalid/x.zip"], "unpack": "zip",
      "members": {"top/a.jsonl": "toy/a.jsonl", "top/b.jsonl": "toy/b.jsonl"}})";
  const char* tar = R"({"urls": ["https://upstream.invalid/x.tar"], "unpack": "tar",
      "tree": {"top/": "toy/"}})";
  for (const bool is_zip : {true, false}) {
    plain_.body = is_zip ? test_archives::zip(entries) : test_archives::tar(entries);
    std::filesystem::remove_all(folder_ / "toy");
    const auto done = fetch(toy(digest_, is_zip ? zip : tar));
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done->size(), 2u);
    EXPECT_EQ(folder_.read("toy/a.jsonl"), content_);
    EXPECT_EQ(folder_.read("toy/b.jsonl"), "{}\n");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_ / "toy"), {}), 2);
  }
  plain_.body = test_archives::zip({{"top/a.jsonl", content_}});
  std::filesystem::remove_all(folder_ / "toy");
  const auto incomplete = fetch(toy(digest_, zip));
  ASSERT_FALSE(incomplete);
  EXPECT_THAT(incomplete.error().message, HasSubstr("has no toy/b.jsonl"));
}

TEST(FetchRegistered, ImportOnlyAndUnknown) {
  const TempFolder folder;
  const DataHome home(folder.path());
  const auto math = fetch_dataset(home, "math", FetchOptions{});
  ASSERT_FALSE(math);
  EXPECT_EQ(math.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(math.error().message, HasSubstr("assay data import"));
  EXPECT_EQ(fetch_dataset(home, "maths", FetchOptions{}).error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace assay
