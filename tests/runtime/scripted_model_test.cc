// The scripted model: its formulas against hand-worked figures and the golden end-to-end samples,
// its table, its messages.
#include "runtime/scripted_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "assay/json.h"
#include "runtime/model_options.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

std::unique_ptr<Model> open_or_die(const std::string& spec) {
  ModelOptions options;
  options.spec = spec;
  expected<std::unique_ptr<Model>> model = open_model(options);
  EXPECT_TRUE(model) << model.error().message;
  return model ? *std::move(model) : nullptr;
}

expected<Response> ask(Model& model, const Request& request) {
  const expected<PreparedRequest> prepared = model.prepare(request);
  if (!prepared) return prepared.error();
  expected<std::vector<expected<Response>>> answers = model.answer({&*prepared, 1}, {});
  if (!answers) return answers.error();
  return answers->front();
}

class TableFile {
 public:
  explicit TableFile(const std::string& text)
      : path_(fs::temp_directory_path() /
              ("assay_table_" + std::to_string(::getpid()) + ".jsonl")) {
    std::ofstream(path_) << text;
  }
  ~TableFile() { fs::remove(path_); }
  std::string spec() const { return "scripted:" + path_.string(); }

 private:
  fs::path path_;
};

TEST(ScriptedHash, FnvHasItsPublishedVectors) {
  EXPECT_EQ(fnv1a(""), 0xcbf29ce484222325ULL);
  EXPECT_EQ(fnv1a("a"), 0xaf63dc4c8601ec8cULL);
  EXPECT_EQ(fnv1a("foobar"), 0x85944171f73967e8ULL);
}

TEST(ScriptedHash, AnswersEqualTheGoldenSamples) {
  const fs::path folder = fs::path(ASSAY_SHARED_DIR) / "golden/e2e";
  if (!fs::exists(folder)) GTEST_SKIP() << "no golden data";
  const std::unique_ptr<Model> model = open_or_die("scripted:hash");
  std::size_t compared = 0;
  for (const char* name :
       {"mmlu_5shot/samples_mmlu_anatomy.jsonl", "arc_0shot/samples_arc_easy.jsonl",
        "hellaswag_0shot/samples_hellaswag.jsonl"}) {
    std::ifstream in(folder / name);
    for (std::string line; std::getline(in, line);) {
      const Json sample = Json::parse(line);
      Choices choices;
      for (const auto& [key, args] : sample["arguments"].items()) {
        choices.contexts.push_back(args["arg_0"]);
        choices.continuations.push_back(args["arg_1"]);
      }
      const expected<Response> response = ask(*model, choices);
      ASSERT_TRUE(response) << response.error().message;
      const auto& scores = std::get<std::vector<ChoiceScore>>(response->answer);
      for (std::size_t i = 0; i < scores.size(); ++i) {
        const Json& golden = sample["filtered_resps"][i];
        const double value = golden[0].is_string() ? std::stod(golden[0].get<std::string>())
                                                   : golden[0].get<double>();
        const bool greedy = golden[1].is_string() ? golden[1] == "True" : golden[1].get<bool>();
        EXPECT_EQ(scores[i].loglikelihood, value);
        EXPECT_EQ(scores[i].is_greedy, greedy);
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 20U);
}

TEST(ScriptedHash, SharedAndRepeatedContextsAgree) {
  const std::unique_ptr<Model> model = open_or_die("scripted:hash");
  const expected<Response> shared = ask(*model, Choices{{"Q:"}, {" a", " b"}});
  const expected<Response> apart = ask(*model, Choices{{"Q:", "Q:"}, {" a", " b"}});
  const auto& left = std::get<std::vector<ChoiceScore>>(shared->answer);
  const auto& right = std::get<std::vector<ChoiceScore>>(apart->answer);
  ASSERT_EQ(left.size(), 2U);
  EXPECT_NE(left[0].loglikelihood, left[1].loglikelihood);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(left[i].loglikelihood, right[i].loglikelihood);
  EXPECT_EQ(shared->prompt_tokens, 8);
}

TEST(ScriptedHash, GreedySamplesAreEqualAndSampledOnesDependOnSeedAndIndex) {
  const std::unique_ptr<Model> model = open_or_die("scripted:hash");
  Completion request{.prompt = "Q:", .stops = {}, .sampling = {}, .samples = 3, .seed_key = "t/1"};
  const auto texts = [&] {
    std::vector<std::string> out;
    const expected<Response> response = ask(*model, request);
    for (const Generation& g : std::get<std::vector<Generation>>(response->answer)) {
      out.push_back(g.text);
    }
    return out;
  };
  const std::vector<std::string> greedy = texts();
  EXPECT_EQ(greedy[0], greedy[2]);
  EXPECT_THAT(greedy[0], HasSubstr(" The answer is "));
  request.sampling.temperature = 1.0;
  const std::vector<std::string> sampled = texts();
  EXPECT_NE(sampled[0], sampled[1]);
  EXPECT_EQ(sampled, texts());
  request.sampling.seed = 7;
  EXPECT_NE(sampled, texts());
}

TEST(ScriptedTable, AnswersWhatItHoldsAndNamesWhatItLacks) {
  const TableFile table(
      R"({"context":"Q","continuation":" a","loglikelihood":-1.5,"is_greedy":true})"
      "\n\n"
      R"({"prompt":"P","responses":["one\n\nQ: kept","two"]})"
      "\n"
      R"({"text":"T","loglikelihood":-7})"
      "\n");
  const std::unique_ptr<Model> model = open_or_die(table.spec());
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(model->info().identity.size(), 64U);

  const expected<Response> choice = ask(*model, Choices{{"Q"}, {" a"}});
  const auto& score = std::get<std::vector<ChoiceScore>>(choice->answer).front();
  EXPECT_EQ(score.loglikelihood, -1.5);
  EXPECT_TRUE(score.is_greedy);
  EXPECT_EQ(std::get<RollingScore>(ask(*model, Rolling{"T"})->answer).loglikelihood, -7);

  Completion completion;
  completion.prompt = "P";
  completion.stops = {"\n\n"};
  completion.samples = 2;
  const expected<Response> texts = ask(*model, completion);
  EXPECT_EQ(std::get<std::vector<Generation>>(texts->answer)[0].text, "one\n\nQ: kept");
  completion.samples = 3;
  EXPECT_THAT(ask(*model, completion).error().message, HasSubstr("response 3"));

  const std::string long_context(100, 'x');
  const expected<Response> absent = ask(*model, Choices{{long_context}, {" a"}});
  ASSERT_FALSE(absent);
  EXPECT_THAT(absent.error().message, HasSubstr("\"" + std::string(60, 'x') + "\" …"));
}

TEST(ScriptedTable, BrokenLinesAreNamed) {
  for (const auto& [line, why] : std::vector<std::pair<std::string, std::string>>{
           {"{", "not valid JSON"},
           {"[1]", "not a JSON object"},
           {R"({"context":"a","continuation":"b"})", "finite number"},
           {R"({"context":"a","loglikelihood":-1})", "needs"},
           {R"({"prompt":"a","responses":"b"})", "list of texts"},
           {R"({"context":"a","continuation":"b","loglikelihood":-1,"is_greedy":1})", "true"}}) {
    const TableFile table("{\"text\":\"T\",\"loglikelihood\":-7}\n" + line + "\n");
    ModelOptions options;
    options.spec = table.spec();
    const expected<std::unique_ptr<Model>> model = open_model(options);
    ASSERT_FALSE(model) << line;
    EXPECT_EQ(model.error().code, ErrorCode::kBadData);
    EXPECT_THAT(model.error().message, HasSubstr(".jsonl:2: "));
    EXPECT_THAT(model.error().message, HasSubstr(why));
  }
  ModelOptions options;
  options.spec = "scripted:/no/such/table.jsonl";
  EXPECT_EQ(open_model(options).error().code, ErrorCode::kUnavailable);
}

TEST(ScriptedModel, RendersChatMl) {
  const std::unique_ptr<Model> model = open_or_die("scripted:hash");
  const std::vector<ChatMessage> messages = {{"system", "S"}, {"user", "U"}, {"assistant", "A"}};
  EXPECT_EQ(*model->render_chat({messages.data(), 2}, true, false),
            "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n"
            "<|im_start|>assistant\n");
  EXPECT_EQ(*model->render_chat(messages, false, true),
            "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n"
            "<|im_start|>assistant\nA");
}

TEST(ScriptedModel, StopsWhenAsked) {
  const std::unique_ptr<Model> model = open_or_die("scripted:hash");
  const expected<PreparedRequest> prepared = model->prepare(Rolling{"x"});
  const auto answers = model->answer({&*prepared, 1}, [] { return true; });
  ASSERT_FALSE(answers);
  EXPECT_EQ(answers.error().code, ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace assay
