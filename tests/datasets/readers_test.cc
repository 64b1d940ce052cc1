// The readers on good files in every variation the formats allow, and on files broken in every way
// that has a place: each error must name the file and the line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "datasets/csv.h"
#include "datasets/file_bytes.h"
#include "datasets/json_file.h"
#include "datasets/jsonl.h"
#include "datasets/utf8.h"
#include "tests/datasets/archives.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using test_archives::gzip;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::TempFolder;

expected<std::vector<std::string>> jsonl(std::string_view bytes) {
  std::vector<std::string> rows;
  const expected<void> done =
      for_each_jsonl(bytes, "set/rows.jsonl", [&](Json&& row, std::size_t line) {
        rows.push_back(std::to_string(line) + row.dump());
        return expected<void>();
      });
  if (!done) return done.error();
  return rows;
}

TEST(Jsonl, LineEndsBlankLinesAndByteOrderMark) {
  EXPECT_THAT(*jsonl("{\"b\":1,\"a\":2}\n{}\n"), ElementsAre("1{\"b\":1,\"a\":2}", "2{}"));
  EXPECT_THAT(*jsonl("{}\r\n\r\n[1]\r\n"), ElementsAre("1{}", "3[1]"));
  EXPECT_THAT(*jsonl("\xEF\xBB\xBF{}\n{}"), ElementsAre("1{}", "2{}"));
  EXPECT_THAT(*jsonl(""), ElementsAre());
  EXPECT_THAT(*jsonl("\n \n\t\n"), ElementsAre());
  // U+2028 separates lines for some readers, but not in JSON Lines.
  EXPECT_THAT(*jsonl("[\"\xE2\x80\xA8\"]\n"), ElementsAre("1[\"\xE2\x80\xA8\"]"));
}

TEST(Jsonl, ErrorsNameFileAndLine) {
  const auto message = [](std::string_view bytes) {
    const auto rows = jsonl(bytes);
    EXPECT_FALSE(rows) << bytes;
    if (rows) return std::string();
    EXPECT_EQ(rows.error().code, ErrorCode::kBadData);
    return rows.error().message;
  };
  EXPECT_THAT(message("{}\n{\"a\": \n{}\n"), HasSubstr("set/rows.jsonl line 2"));
  EXPECT_THAT(message("{}\n{}\n{\"a\": \"b"),
              AllOf(HasSubstr("line 3"), HasSubstr("last line and it has no end")));
  EXPECT_THAT(message("{}\n{\"a\": \"\xFF\"}\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("not UTF-8"), HasSubstr("0xFF")));
  EXPECT_THAT(message(std::string("{\"a\": 1\0}\n", 10)), HasSubstr("line 1"));
  EXPECT_THAT(message("{} {}\n"), HasSubstr("line 1"));
  EXPECT_THAT(message("[\"\\ud800\"]\n"), HasSubstr("line 1"));
  EXPECT_THAT(message(std::string(5'000'000, '[')), HasSubstr("deeper than 500"));
}

TEST(Jsonl, AnErrorOfTheCallerEndsTheReading) {
  int calls = 0;
  const expected<void> done = for_each_jsonl("{}\n{}\n{}\n", "x", [&](Json&&, std::size_t) {
    return ++calls == 2 ? expected<void>(data_error("enough")) : expected<void>();
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "enough");
  EXPECT_EQ(calls, 2);
}

TEST(Jsonl, AHugeLine) {
  const std::string text(8'000'000, 'x');
  const auto rows = jsonl("[\"" + text + "\"]\n[1]\n");
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->size(), 2u);
  EXPECT_EQ(rows->front().size(), text.size() + 5);
}

TEST(JsonFile, ErrorsNameTheLine) {
  EXPECT_EQ(parse_json_file("\xEF\xBB\xBF{\"a\": [1, 2]}", "f.json")->dump(), "{\"a\":[1,2]}");
  const auto broken = parse_json_file("{\n \"a\": 1,\n \"b\": }\n", "f.json");
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("f.json line 3"));
  const auto cut = parse_json_file("[\n1,\n2", "f.json");
  ASSERT_FALSE(cut);
  EXPECT_THAT(cut.error().message, HasSubstr("f.json line 3"));
  EXPECT_THAT(parse_json_file("\n\n\xC0\xAF", "f.json").error().message,
              AllOf(HasSubstr("line 3"), HasSubstr("not UTF-8")));
  EXPECT_FALSE(parse_json_file("", "f.json"));
}

std::vector<std::vector<std::string>> fields(std::string_view bytes) {
  const auto records = parse_csv(bytes, "t.csv");
  EXPECT_TRUE(records) << records.error().message;
  std::vector<std::vector<std::string>> result;
  if (records) {
    for (const CsvRecord& record : *records) result.push_back(record.fields);
  }
  return result;
}

using Fields = std::vector<std::string>;

TEST(Csv, Rfc4180) {
  EXPECT_THAT(fields("a,b\nc,d\n"), ElementsAre(Fields{"a", "b"}, Fields{"c", "d"}));
  EXPECT_THAT(fields("a,b\r\nc,d"), ElementsAre(Fields{"a", "b"}, Fields{"c", "d"}));
  EXPECT_THAT(fields("\xEF\xBB\xBFx,y\n"), ElementsAre(Fields{"x", "y"}));
  EXPECT_THAT(fields("\"a,\"\"b\"\"\",\n"), ElementsAre(Fields{"a,\"b\"", ""}));
  EXPECT_THAT(fields("\"l1\r\nl2\n\",z\r\n"), ElementsAre(Fields{"l1\r\nl2\n", "z"}));
  EXPECT_THAT(fields("a,\"\"\n\n\nb,c\n"), ElementsAre(Fields{"a", ""}, Fields{"b", "c"}));
  EXPECT_THAT(fields(" a\"b ,c\n"), ElementsAre(Fields{" a\"b ", "c"}));
  EXPECT_THAT(fields(""), ElementsAre());
  EXPECT_THAT(fields(","), ElementsAre(Fields{"", ""}));
}

TEST(Csv, RecordsKnowTheirLine) {
  const auto records = parse_csv("a,\"1\n2\n3\"\r\nb,c\n\nd,e\n", "t.csv");
  ASSERT_TRUE(records);
  EXPECT_EQ((*records)[0].line, 1u);
  EXPECT_EQ((*records)[1].line, 4u);
  EXPECT_EQ((*records)[2].line, 6u);
}

TEST(Csv, ErrorsNameFileAndLine) {
  const auto message = [](std::string_view bytes) {
    const auto records = parse_csv(bytes, "t.csv");
    EXPECT_FALSE(records) << bytes;
    return records ? std::string() : records.error().message;
  };
  EXPECT_THAT(message("a,b\nc\n"), AllOf(HasSubstr("t.csv line 2"), HasSubstr("1 fields")));
  EXPECT_THAT(message("a,b\nc,d,e\n"), HasSubstr("t.csv line 2"));
  EXPECT_THAT(message("a,b\nc,\"d\ne\nf"), AllOf(HasSubstr("line 2"), HasSubstr("never closed")));
  EXPECT_THAT(message("a,b\n\"c\"x,d\n"), HasSubstr("line 2"));
  EXPECT_THAT(message("a,b\nc,\xE9\n"), AllOf(HasSubstr("line 2"), HasSubstr("not UTF-8")));
}

// Whatever the bytes are, the parser ends, and what it reads can be written and read again.
TEST(Csv, RandomBytesNeverConfuseIt) {
  std::mt19937 random(7);
  const std::string alphabet = "ab,,\"\"\n\r\xC3\xA9 ";
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 24, ' ');
    for (char& c : text) c = alphabet[random() % alphabet.size()];
    const auto records = parse_csv(text, "t.csv");
    if (!records) {
      EXPECT_THAT(records.error().message, HasSubstr("t.csv line "));
      continue;
    }
    std::string again;
    for (const CsvRecord& record : *records) {
      for (std::size_t i = 0; i < record.fields.size(); ++i) {
        std::string quoted;
        for (const char c : record.fields[i]) quoted += c == '"' ? "\"\"" : std::string(1, c);
        again += (i == 0 ? "\"" : ",\"") + quoted + "\"";
      }
      again += "\n";
    }
    const auto second = parse_csv(again, "t.csv");
    ASSERT_TRUE(second) << text;
    ASSERT_EQ(second->size(), records->size()) << text;
    for (std::size_t i = 0; i < records->size(); ++i) {
      EXPECT_EQ((*second)[i].fields, (*records)[i].fields);
    }
  }
}

TEST(Gzip, WholeTruncatedDamagedAndConcatenated) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i * 7919) + "\n";
  const std::string packed = gzip(text);
  EXPECT_EQ(*gunzip(packed, "a.gz"), text);
  EXPECT_EQ(*gunzip(packed + gzip("tail"), "a.gz"), text + "tail");
  EXPECT_EQ(*gunzip(gzip(""), "a.gz"), "");
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{5}, packed.size() / 2, packed.size() - 1}) {
    const auto cut = gunzip(packed.substr(0, size), "a.gz");
    ASSERT_FALSE(cut) << size;
    EXPECT_THAT(cut.error().message, AllOf(HasSubstr("a.gz"), HasSubstr("truncated")));
  }
  std::string damaged = packed;
  damaged[packed.size() / 2] ^= 0x55;
  EXPECT_FALSE(gunzip(damaged, "a.gz"));
  EXPECT_THAT(gunzip("plain text", "a.gz").error().message, HasSubstr("damaged"));
  EXPECT_THAT(gunzip(gzip(std::string(1'000'000, ' ')), "a.gz", 1000).error().message,
              HasSubstr("more than 1000 bytes"));
}

TEST(FileBytes, MissingFolderAndAtomicWriting) {
  const TempFolder folder;
  const auto missing = read_bytes(folder / "none", "set/none");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(missing.error().message, HasSubstr("set/none"));
  const auto directory = read_bytes(folder.path(), "set");
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().code, ErrorCode::kBadData);
  EXPECT_FALSE(read_bytes("/dev/zero", "zero"));
  ASSERT_TRUE(write_bytes_atomically(folder / "new/deep/file", "1"));
  ASSERT_TRUE(write_bytes_atomically(folder / "new/deep/file", "22"));
  EXPECT_EQ(folder.read("new/deep/file"), "22");
  EXPECT_EQ(*read_bytes(folder / "new/deep/file", "f"), "22");
  // A folder where the file should be: an error, and no temporary file stays.
  EXPECT_FALSE(write_bytes_atomically(folder / "new/deep", "3"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "new"), {}), 1);
}

TEST(Utf8, TableOfTheStandard) {
  EXPECT_EQ(first_invalid_utf8("plain, \xC3\xA9, \xE2\x82\xAC, \xF0\x9F\x98\x80"), std::nullopt);
  EXPECT_EQ(first_invalid_utf8("\xF4\x8F\xBF\xBF"), std::nullopt);
  EXPECT_EQ(first_invalid_utf8("12345678\xC0\x80"), 8u);  // overlong
  EXPECT_EQ(first_invalid_utf8("\xE0\x9F\xBF"), 0u);      // overlong
  EXPECT_EQ(first_invalid_utf8("a\xED\xA0\x80"), 1u);     // surrogate
  EXPECT_EQ(first_invalid_utf8("\xF4\x90\x80\x80"), 0u);  // above U+10FFFF
  EXPECT_EQ(first_invalid_utf8("abc\xE2\x82"), 3u);       // cut off
  EXPECT_EQ(first_invalid_utf8("\xE2\x82\x28"), 0u);
  EXPECT_EQ(first_invalid_utf8("\x80"), 0u);
}

}  // namespace
}  // namespace assay
