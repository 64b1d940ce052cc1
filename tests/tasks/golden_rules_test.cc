// The small rules that single tasks are made of, against the original's vectors.
#include <gtest/gtest.h>

#include "tasks/fewshot.h"
#include "tasks/hellaswag.h"
#include "tasks/registry.h"
#include "tasks/wikitext.h"
#include "tests/scorers/golden.h"

namespace assay {
namespace {

TEST(GoldenRules, HellaSwagPreprocessing) {
  ASSAY_NEEDS_GOLDEN("hellaswag_preprocess.jsonl");
  const Task* task = find_task("hellaswag");
  ASSERT_NE(task, nullptr);
  for (const Json& line : testing::golden_lines("hellaswag_preprocess.jsonl")) {
    const auto rule = line.at("fn").get<std::string>();
    if (rule == "preprocess") {
      EXPECT_EQ(clean_hellaswag(line.at("input").get<std::string>()), line.at("output"));
    } else if (rule == "process_docs") {
      const Json doc = task->process_doc(line.at("input"));
      for (const auto& [key, value] : line.at("output").items()) EXPECT_EQ(doc.at(key), value);
    } else {
      ADD_FAILURE() << "unknown vector " << line.dump();
    }
  }
}

TEST(HellaSwag, TheProcessedColumnsFollowTheOthers) {
  const Task* task = find_task("hellaswag");
  ASSERT_NE(task, nullptr);
  const Json doc = task->process_doc({{"activity_label", "Cooking"},
                                      {"ctx_a", "A man  cuts."},
                                      {"ctx_b", "HE then"},
                                      {"endings", {"[step] eats.", "sleeps."}},
                                      {"label", "1"}});
  EXPECT_EQ(doc.dump(),
            R"({"activity_label":"Cooking","ctx_a":"A man  cuts.","ctx_b":"HE then",)"
            R"("endings":["[step] eats.","sleeps."],"label":"1",)"
            R"("query":"Cooking: A man cuts. He then","choices":[" eats.","sleeps."],"gold":1})");
}

TEST(GoldenRules, WikiTextDetokeniser) {
  ASSAY_NEEDS_GOLDEN("wikitext_detokenize.jsonl");
  const Task* task = find_task("wikitext");
  ASSERT_NE(task, nullptr);
  for (const Json& line : testing::golden_lines("wikitext_detokenize.jsonl")) {
    const auto input = line.at("input").get<std::string>();
    EXPECT_EQ(detokenize_wikitext(input), line.at("output")) << line.dump();
    Item item;
    item.doc = {{"page", input}};
    Response response;
    response.answer = RollingScore{-12.5, 7};
    const auto values = task->process_results(item, response);
    ASSERT_EQ(values.size(), 3u);
    EXPECT_EQ(values[0].metric, "word_perplexity");
    EXPECT_EQ(values[0].value, -12.5);
    EXPECT_EQ(values[0].weight, line.at("words").get<double>()) << line.dump();
    EXPECT_EQ(values[1].weight, line.at("bytes").get<double>());
    EXPECT_EQ(values[2].weight, line.at("bytes").get<double>());
  }
}

TEST(GoldenRules, FewShotSampler) {
  ASSAY_NEEDS_GOLDEN("fewshot_sampler.jsonl");
  for (const Json& line : testing::golden_lines("fewshot_sampler.jsonl")) {
    const bool random = line.at("sampler") == "default";
    ShotPicker picker(random ? ShotSampler::kRandom : ShotSampler::kFirstN,
                      line.at("pool").get<std::size_t>(), line.at("num_fewshot").get<std::size_t>(),
                      line.at("eval_doc_in_pool_excluded").get<bool>(), line.value("seed", 1234u));
    for (std::size_t i = 0; i < line.at("picks").size(); ++i) {
      const auto evaluated = line.at("eval_doc_index").at(i).get<std::size_t>();
      const auto picks = picker.next([&](std::size_t shot) { return shot == evaluated; });
      ASSERT_TRUE(picks) << picks.error().message;
      EXPECT_EQ(Json(*picks), line.at("picks").at(i)) << line.at("sampler") << " " << i;
    }
  }
}

TEST(GoldenRules, Programs) {
  ASSAY_NEEDS_GOLDEN("code_assembly.jsonl");
  std::size_t compared = 0;
  for (const Json& line : testing::golden_lines("code_assembly.jsonl")) {
    for (const char* name : {"humaneval", "humaneval_instruct"}) {
      if (!line.contains(name)) continue;
      const Json doc = {{"prompt", line.at("prompt")}};
      EXPECT_EQ(find_task(name)->build_program(doc, line.at("response").get<std::string>()),
                line.at(name));
      ++compared;
    }
  }
  EXPECT_GE(compared, 10u);
}

TEST(GoldenRules, TruthfulQaShare) {
  ASSAY_NEEDS_GOLDEN("metric_truthfulqa_mc2.jsonl");
  const Task* task = find_task("truthfulqa_mc2");
  ASSERT_NE(task, nullptr);
  for (const Json& line : testing::golden_lines("metric_truthfulqa_mc2.jsonl")) {
    if (!line.at("acc").is_number()) continue;
    Item item;
    item.doc = {{"mc2_targets", {{"labels", line.at("labels")}}}};
    std::vector<ChoiceScore> scores;
    for (const Json& ll : line.at("lls")) scores.push_back({testing::number(ll), false, 1});
    Response response;
    response.answer = scores;
    const auto values = task->process_results(item, response);
    ASSERT_EQ(values.size(), 1u);
    EXPECT_TRUE(testing::close(values[0].value, line.at("acc").get<double>()));
  }
}

}  // namespace
}  // namespace assay
