// Every prompt vector of the original harness, byte for byte: contexts, continuations, stops,
// repeats, golds and the lengths that acc_norm divides by. The documents and shots are those that
// the vectors carry, so a fault in reading data cannot hide here.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "assay/text.h"
#include "tasks/fewshot.h"
#include "tasks/load.h"
#include "tasks/prompt.h"
#include "tasks/registry.h"
#include "tasks/samples.h"
#include "tests/scorers/golden.h"

namespace assay {
namespace {

Json processed(const Task& task, const Json& row) {
  return task.process_doc ? task.process_doc(row) : row;
}

// The primer of TruthfulQA, which its vectors do not carry.
std::string preamble_of(const Task& task) {
  if (!task.preamble) return "";
  std::ifstream file(std::string(ASSAY_SHARED_DIR) + "/data/truthfulqa/primer.txt");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return std::string(rstrip(text)) + "\n\n";
}

struct Vector {
  const Task* task;
  Item item;
  std::vector<Json> shots;
  std::vector<const Json*> shot_pointers;
};

Vector read_vector(const Json& line) {
  Vector out;
  out.task = find_task(line.at("task").get<std::string>());
  if (out.task != nullptr) out.task = task_in_form(out.task, kCompatLmEval);
  if (out.task == nullptr) return out;
  out.item.doc = processed(*out.task, line.at("doc"));
  out.item.preamble = preamble_of(*out.task);
  if (line.contains("fewshot_docs")) {
    for (const Json& shot : line.at("fewshot_docs")) {
      out.shots.push_back(processed(*out.task, shot));
    }
  }
  for (const Json& shot : out.shots) out.shot_pointers.push_back(&shot);
  return out;
}

void expect_choices(const Json& line, const Vector& vector, const Choices& choices) {
  const Json contexts =
      line.contains("contexts") ? line.at("contexts") : Json::array({line.at("context")});
  EXPECT_EQ(Json(choices.contexts), contexts);
  EXPECT_EQ(Json(choices.continuations), line.at("continuations"));
  const Task& task = *vector.task;
  const Json& doc = vector.item.doc;
  if (task.output == OutputType::kLoglikelihood) {
    EXPECT_EQ(std::get<std::string>(task.target(doc)), line.at("gold"));
    return;
  }
  const int gold =
      task.gold_of_contexts ? task.gold_of_contexts(doc) : std::get<int>(task.target(doc));
  EXPECT_EQ(gold, line.at("gold"));
  std::vector<std::size_t> lengths;
  for (const std::string& choice : task.choices(doc)) lengths.push_back(count_code_points(choice));
  EXPECT_EQ(Json(lengths), line.at("norm_lengths_chars"));
}

void expect_completion(const Json& line, const Vector& vector, const Completion& completion) {
  EXPECT_EQ(completion.prompt, line.at("context").get<std::string>());
  EXPECT_EQ(Json(completion.stops), line.at("stops"));
  EXPECT_EQ(completion.samples, line.at("repeats"));
  EXPECT_EQ(std::get<std::string>(vector.task->target(vector.item.doc)), line.at("gold"));
  const Json& kwargs = line.at("generation_kwargs");
  EXPECT_EQ(completion.max_tokens, kwargs.value("max_gen_toks", 256));
  EXPECT_EQ(completion.sampling.temperature, kwargs.value("temperature", 0.0));
  EXPECT_EQ(completion.sampling.top_p, kwargs.value("top_p", 1.0));
  EXPECT_EQ(vector.task->config_for_reports.at("generation_kwargs"), kwargs);
}

class GoldenPrompts : public ::testing::TestWithParam<const char*> {};

TEST_P(GoldenPrompts, AreEqualByteForByte) {
  const std::string file = std::string(GetParam()) + ".jsonl";
  ASSAY_NEEDS_GOLDEN(file);
  for (const Json& line : testing::golden_lines(file)) {
    SCOPED_TRACE(line.at("task").get<std::string>() + " doc " + line.at("doc_id").dump());
    const Vector vector = read_vector(line);
    ASSERT_NE(vector.task, nullptr);
    const expected<Request> request =
        build_request(*vector.task, vector.item, vector.shot_pointers, {}, {});
    ASSERT_TRUE(request) << request.error().message;
    if (const auto* choices = std::get_if<Choices>(&*request)) {
      expect_choices(line, vector, *choices);
    } else if (const auto* completion = std::get_if<Completion>(&*request)) {
      expect_completion(line, vector, *completion);
    } else {
      EXPECT_EQ(std::get<Rolling>(*request).text, line.at("text").get<std::string>());
      EXPECT_EQ(std::get<std::string>(vector.task->target(vector.item.doc)), line.at("gold"));
    }
    if (HasFailure()) break;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenPrompts,
                         ::testing::Values("mmlu_5shot", "arc_challenge", "hellaswag", "gsm8k",
                                           "humaneval", "humaneval_64", "mbpp", "truthfulqa_mc1",
                                           "truthfulqa_mc2", "winogrande", "lambada_openai",
                                           "wikitext"),
                         [](const auto& one) { return std::string(one.param); });

// The shots of the vectors again, drawn by our sampler: documents of one task and shot count are
// consecutive documents of one run.
TEST(GoldenShots, AreDrawnAsByTheOriginal) {
  for (const char* name : {"mmlu_5shot", "arc_challenge", "hellaswag", "gsm8k", "winogrande",
                           "lambada_openai", "mbpp"}) {
    const std::string file = std::string(name) + ".jsonl";
    ASSAY_NEEDS_GOLDEN(file);
    std::string run;
    std::vector<std::vector<std::size_t>> expected_picks;
    std::size_t pool = 0;
    const Task* task = nullptr;
    const auto compare = [&] {
      if (task == nullptr || expected_picks.empty()) return;
      ShotPicker picker(task->shots.sampler, pool, expected_picks.front().size(),
                        excludes_evaluated(task->data), 1234);
      for (const auto& want : expected_picks) {
        const auto got = picker.next([](std::size_t) { return false; });
        ASSERT_TRUE(got) << got.error().message;
        EXPECT_EQ(*got, want) << run;
      }
    };
    for (const Json& line : testing::golden_lines(file)) {
      if (!line.contains("fewshot_indices")) continue;
      const std::string of = line.at("task").get<std::string>() + line.at("num_fewshot").dump();
      if (of != run) {
        compare();
        expected_picks.clear();
        run = of;
        task = find_task(line.at("task").get<std::string>());
        ASSERT_NE(task, nullptr);
        pool = line.at("fewshot_pool_size").get<std::size_t>();
        EXPECT_EQ(excludes_evaluated(task->data), line.at("fewshot_excludes_eval_doc"));
      }
      expected_picks.push_back(line.at("fewshot_indices").get<std::vector<std::size_t>>());
    }
    compare();
  }
}

}  // namespace
}  // namespace assay
