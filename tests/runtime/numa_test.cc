// NUMA nodes from a folder that looks like sysfs.
#include "runtime/numa.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace assay {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Numa, ProcessorLists) {
  EXPECT_THAT(parse_processors("0-2,8"), ElementsAre(0, 1, 2, 8));
  EXPECT_THAT(parse_processors("5"), ElementsAre(5));
  for (const char* broken : {"", "a", "3-1", "1-", "-1", "1,x", "1-2-3", "99999"}) {
    EXPECT_THAT(parse_processors(broken), IsEmpty()) << broken;
  }
}

TEST(Numa, NodesInOrderWithTheProcessorsThatMayBeUsed) {
  const fs::path root = fs::path(testing::TempDir()) / "assay-numa-test";
  fs::remove_all(root);
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  ASSERT_EQ(sched_getaffinity(0, sizeof allowed, &allowed), 0);
  int mine = 0;
  while (!CPU_ISSET(mine, &allowed)) ++mine;
  int foreign = CPU_SETSIZE - 1;
  while (foreign > 0 && CPU_ISSET(foreign, &allowed)) --foreign;
  const auto node = [&](const char* name, const std::string& list) {
    fs::create_directories(root / name);
    std::ofstream(root / name / "cpulist") << list << "\n";
  };
  node("node10", std::to_string(mine));
  node("node2", std::to_string(mine) + "," + std::to_string(foreign));
  node("node3", "");  // memory without processors
  node("power", "0");
  EXPECT_THAT(numa_nodes(root.string()), ElementsAre(ElementsAre(mine), ElementsAre(mine)));
  EXPECT_THAT(numa_nodes((root / "nothing").string()), IsEmpty());
  fs::remove_all(root);
}

TEST(Numa, AThreadStaysWhereItIsTold) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  ASSERT_EQ(sched_getaffinity(0, sizeof allowed, &allowed), 0);
  int mine = 0;
  while (!CPU_ISSET(mine, &allowed)) ++mine;
  cpu_set_t seen;
  CPU_ZERO(&seen);
  std::thread([&] {
    stay_on(std::vector<int>{mine});
    sched_getaffinity(0, sizeof seen, &seen);
  }).join();
  EXPECT_EQ(CPU_COUNT(&seen), 1);
  EXPECT_TRUE(CPU_ISSET(mine, &seen));
}

}  // namespace
}  // namespace assay
