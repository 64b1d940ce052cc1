// Cutting at stops, stop lists, generation settings and prompt truncation.
#include "scorers/postprocess_generation.h"

#include <gtest/gtest.h>

#include "tests/scorers/golden.h"

namespace assay {
namespace {

std::vector<std::string> list_of(const Json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return {value.get<std::string>()};
  return value.get<std::vector<std::string>>();
}

std::string text_of(const Json& value) {
  return value.is_null() ? std::string() : value.get<std::string>();
}

TEST(PostprocessGeneration, DoesWhatTheOriginalDoes) {
  ASSAY_NEEDS_GOLDEN("generation_postprocess.jsonl");
  for (const Json& line : testing::golden_lines("generation_postprocess.jsonl")) {
    const std::string fn = line.at("fn");
    if (fn == "postprocess_generated_text") {
      EXPECT_EQ(
          postprocess_generation(line.at("generation").get<std::string>(), list_of(line.at("stop")),
                                 text_of(line.at("think_end_token"))),
          line.at("result"))
          << line;
    } else if (fn == "handle_stop_sequences") {
      EXPECT_EQ(Json(stop_list(list_of(line.at("until")), text_of(line.at("eos")))),
                line.at("result"));
    } else if (fn == "normalize_gen_kwargs") {
      const auto got =
          normalise_generation_kwargs(line.at("kwargs"), line.at("default_max_gen_toks"));
      ASSERT_TRUE(got) << got.error().message;
      // The original's dictionary has no meaningful order.
      EXPECT_EQ(nlohmann::json(*got), nlohmann::json(line.at("result"))) << line;
    } else if (fn == "maybe_truncate") {
      const auto n = line.at("n_tokens").get<std::size_t>();
      const PromptFit fit = fit_prompt(n, line.at("max_gen_toks"), line.at("max_model_len"),
                                       line.at("shrink_gen_toks"));
      // kept = [first token, last token, count] of a prompt whose tokens are 0, 1, 2, …
      EXPECT_EQ(fit.kept_tokens, line.at("kept")[2]) << line;
      EXPECT_EQ(n - fit.kept_tokens, line.at("kept")[0]) << line;
      EXPECT_EQ(fit.max_tokens, line.at("max_gen_out")) << line;
    } else {
      ADD_FAILURE() << "no such function here: " << fn;
    }
  }
}

TEST(PostprocessGeneration, LaterStopsSeeWhatEarlierOnesLeft) {
  EXPECT_EQ(postprocess_generation("one END two STOP", {"STOP", "END"}), "one ");
  EXPECT_EQ(postprocess_generation("0##1#2", {"#1", "##"}), "0#");
  EXPECT_EQ(postprocess_generation("  kept  ", {}), "  kept  ");
}

TEST(PostprocessGeneration, SettingsOfAWrongTypeAreRefused) {
  EXPECT_FALSE(normalise_generation_kwargs({{"until", 3}}));
  EXPECT_FALSE(normalise_generation_kwargs({{"max_gen_toks", "many"}}));
}

}  // namespace
}  // namespace assay
