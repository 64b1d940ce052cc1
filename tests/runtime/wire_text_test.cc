// What is written as text at once against the trees of wire.h: the same bytes.
#include "runtime/wire_text.h"

#include <gtest/gtest.h>

#include "runtime/wire.h"

namespace assay {
namespace {

TEST(WireText, RequestsAreWrittenAsTheirTreesAre) {
  Completion completion;
  completion.prompt = "Say \"x\"\n";
  completion.stops = {"\n", ""};
  completion.seed_key = "task/1";
  for (const Request& request :
       {Request(Choices{{"a\tb", ""}, {" c", " \xff d"}}), Request(Choices{{"one"}, {}}),
        Request(Choices{}), Request(completion), Request(Rolling{"a text"})}) {
    std::string text = "before";
    append_request(text, request);
    EXPECT_EQ(text, "before" + dump_line(to_json(request)));
  }
}

TEST(WireText, ResponsesAreWrittenAsTheirTreesAre) {
  Response scores{std::vector<ChoiceScore>{{-1.5, true, 3}, {-1e-300, false, 0}, {-0.0, true, 1}},
                  9, 4};
  Response kept = scores;
  kept.top_tokens = "abc=";
  const Response none{std::vector<ChoiceScore>{}, 0, 0};
  Response texts{std::vector<Generation>{{"four", FinishReason::kStop, 2, {{1, 2}}}}, 5, 5};
  texts.top_tokens = "xyz=";
  const Response rolling{RollingScore{-12.25, 7}, 7, 7};
  for (const Response& response : {scores, kept, none, texts, rolling}) {
    for (const bool with_top : {true, false}) {
      Json tree = to_json(response);
      if (!with_top) tree.erase("top");
      std::string text;
      append_response(text, response, with_top);
      EXPECT_EQ(text, dump_line(tree));
    }
  }
}

TEST(WireText, JudgementsAreWrittenAsTheirTreesAre) {
  Judgement plain{"none",
                  {{"acc", 1.0}, {"acc_norm", 0.0}, {"bits", -3.5, 17.0}},
                  {{-1.5, true}, {-2.0, false}},
                  "B",
                  "argmax",
                  "picked \"B\", gold C",
                  ""};
  Judgement not_run{"f", {}, Json(), "", "", "", "no sandbox"};
  Judgement code{"f", {{"pass@1", 0.5}}, {"def f(): pass"}, "", "", "1 of 2", ""};
  code.programs = {{CodeOutcome::kPassed, ""}, {CodeOutcome::kDidNotStart, "why"}};
  code.distinct_programs = 2;
  for (const Judgement& judgement : {plain, not_run, code}) {
    ObjectText line, oracle;
    line.add_text("task", "t");
    oracle.add_text("task", "t");
    add_judgement(line, judgement);
    oracle.add_members(to_json(judgement));
    EXPECT_EQ(line.text(), oracle.text());
  }
}

}  // namespace
}  // namespace assay
