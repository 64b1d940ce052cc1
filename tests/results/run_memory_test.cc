// What a run keeps of an item: its memory is nearly the same for lists of any length.
#include <gtest/gtest.h>

#include "datasets/data_home.h"
#include "results/run_folder.h"
#include "runtime/machine.h"
#include "tests/results/run_fixture.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

using testing_support::TempFolder;

Json row(std::size_t i, std::size_t padding) {
  Json choices = Json::array();
  for (const char* label : {"A", "B", "C"}) {
    choices.push_back({{"text", fmt::format("{} {}", label, i)}, {"label", label}});
  }
  return {{"id", fmt::format("row{}", i)},
          {"question",
           {{"stem", fmt::format("{}{}?", i, std::string(padding, '.'))}, {"choices", choices}}},
          {"answerKey", "B"}};
}

expected<RunOutcome> run_list(const TempFolder& temp, std::size_t items, std::size_t padding) {
  const std::string name = fmt::format("{}-{}", items, padding);
  const std::string file = temp.write(name + "/arc/ARC-Easy-Test.jsonl", "");
  std::ofstream out(file);
  for (std::size_t i = 0; i < items; ++i) out << row(i, padding).dump() << "\n";
  out.close();
  const DataHome data(temp / name);
  const std::unique_ptr<Model> model = testing::hash_model();
  testing::Notes notes;
  const std::atomic<bool> stop{false};
  RunRequest request;
  request.settings.targets = {"arc_easy"};
  request.settings.shots = 0;
  request.folder = temp / ("run-" + name);
  request.data = &data;
  request.model = model.get();
  request.workers = 2;
  return run(request, notes, stop);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ASSAY_OWN_MEMORY false
#else
#define ASSAY_OWN_MEMORY true
#endif

// The documents alone, of a fifth of a KiB each, are still below what a spool holds in memory.
TEST(RunMemory, GrowsByLittleMoreThanTheDocumentsBytes) {
  if (!ASSAY_OWN_MEMORY) GTEST_SKIP() << "a sanitizer's memory is not the program's";
  const TempFolder temp;
  ASSERT_TRUE(run_list(temp, 2000, 0));
  const std::size_t few = peak_memory_bytes();
  ASSERT_TRUE(run_list(temp, 20'000, 0));
  const std::size_t many = peak_memory_bytes();
  EXPECT_LT(static_cast<double>(many - few) / 18'000, 0.75 * 1024);
}

// Documents of more bytes than a spool keeps in memory.
TEST(RunMemory, ItemsFromTheTemporaryFileAreTheItemsOfTheData) {
  const TempFolder temp;
  constexpr std::size_t kItems = 500;
  constexpr std::size_t kPadding = 30'000;
  const auto outcome = run_list(temp, kItems, kPadding);
  ASSERT_TRUE(outcome) << outcome.error().message;
  const auto folder = load_run(outcome->folder);
  ASSERT_TRUE(folder) << folder.error().message;
  const std::vector<ItemRecord>& items = folder->tasks.at(0).items;
  ASSERT_EQ(items.size(), kItems);
  for (std::size_t i = 0; i < kItems; ++i) {
    ASSERT_EQ(items[i].item.id, fmt::format("row{}", i));
    ASSERT_EQ(items[i].item.doc.at("question"), row(i, kPadding).at("question").at("stem"));
  }
}

}  // namespace
}  // namespace assay
