// The generator against draws recorded from Python itself, and against a few facts that hold
// without the vectors.
#include "assay/python_random.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "tests/scorers/golden.h"

namespace assay {
namespace {

// Decimal digits of a number given as 32-bit words, least significant first.
std::string decimal(std::vector<std::uint32_t> words) {
  std::string digits;
  do {
    std::uint64_t rest = 0;
    for (std::size_t i = words.size(); i-- > 0;) {
      const std::uint64_t part = rest << 32 | words[i];
      words[i] = static_cast<std::uint32_t>(part / 10);
      rest = part % 10;
    }
    digits.insert(digits.begin(), static_cast<char>('0' + rest));
    while (!words.empty() && words.back() == 0) words.pop_back();
  } while (!words.empty());
  return digits;
}

Json draws(const Json& line) {
  const std::string what = line.at("what");
  PythonRandom random(line.at("seed").get<std::uint64_t>());
  const std::size_t count = line.at("out").size();
  Json out = Json::array();
  if (what == "choices(range(10),k=20)") return random.choices(10, 20);
  if (what == "shuffle(range(20))") {
    std::vector<int> values(20);
    std::iota(values.begin(), values.end(), 0);
    random.shuffle(values);
    return values;
  }
  while (out.size() < count) {
    if (what == "getrandbits32") {
      out.push_back(random.getrandbits(32));
    } else if (what == "getrandbits128") {
      out.push_back(decimal(random.getrandbits_words(128)));
    } else if (what == "randrange") {
      out.push_back(random.below(line.at("n")));
    } else if (what == "choice(range(1000))") {
      out.push_back(random.below(1000));
    } else if (what == "random") {
      out.push_back(random.random());
    } else if (what == "sample(range(n),k)") {
      out.push_back(random.sample(line.at("n"), line.at("k")));
    } else if (what == "randint(1000000,9999999)") {
      out.push_back(random.randint(1000000, 9999999));
    } else {
      ADD_FAILURE() << "no such draw here: " << what;
      break;
    }
  }
  return out;
}

TEST(PythonRandom, DrawsWhatPythonDraws) {
  ASSAY_NEEDS_GOLDEN("python_random.jsonl");
  for (const Json& line : testing::golden_lines("python_random.jsonl")) {
    EXPECT_EQ(draws(line), line.at("out")) << line.dump();
  }
}

// A seed beyond 32 bits is a key of two words; the second must not get lost.
TEST(PythonRandom, HighWordOfTheSeedMatters) {
  EXPECT_NE(PythonRandom((std::uint64_t{1} << 32) + 1).next(), PythonRandom(1).next());
  EXPECT_EQ(PythonRandom(0).next(), 3626764237U);
}

TEST(PythonRandom, SamplesAreDifferentPositions) {
  PythonRandom random(7);
  for (const std::size_t n : {5U, 21U, 22U, 100U, 5000U}) {
    for (const std::size_t k : {std::size_t{0}, std::size_t{1}, std::size_t{5}}) {
      const auto picked = random.sample(n, k);
      EXPECT_EQ(std::set<std::size_t>(picked.begin(), picked.end()).size(), k);
      for (const std::size_t p : picked) EXPECT_LT(p, n);
    }
  }
}

}  // namespace
}  // namespace assay
