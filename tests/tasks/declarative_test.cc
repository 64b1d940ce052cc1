// Task files: the same requests as the built-in tasks from files in the ecosystem's form, groups
// and overrides, and every kind of file that is refused.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "assay/text.h"
#include "datasets/data_home.h"
#include "scorers/judge.h"
#include "scorers/python_format.h"
#include "tasks/declarative/build_task.h"
#include "tasks/declarative/load_files.h"
#include "tasks/declarative/native_hooks.h"
#include "tasks/load.h"
#include "tasks/prompt.h"
#include "tasks/registry.h"
#include "tasks/suite.h"
#include "tests/scorers/golden.h"
#include "tests/support/temp_folder.h"

namespace assay {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const std::string kYaml = std::string(ASSAY_SOURCE_DIR) + "/tests/cases/yaml/";
const std::string kData = std::string(ASSAY_SHARED_DIR) + "/data";

const char* const kRows =
    "{\"question\": \"1 + 1?\", \"choices\": [\"1\", \"2\"], \"answer\": 1}\n"
    "{\"question\": \"2 + 2?\", \"choices\": [\"4\", \"5\"], \"answer\": 0}\n"
    "{\"question\": \"3 + 3?\", \"choices\": [\"6\", \"7\"], \"answer\": 0}\n";

const char* const kBase =
    "task: NAME\n"
    "dataset_path: rows.jsonl\n"
    "test_split: test\n"
    "output_type: multiple_choice\n"
    "doc_to_text: \"Q: {{question}}\\nA:\"\n"
    "doc_to_target: answer\n"
    "doc_to_choice: choices\n"
    "metadata:\n"
    "  version: 1.0";

std::string base(const std::string& name) {
  std::string text = kBase;
  return text.replace(text.find("NAME"), 4, name);
}

// A folder with rows.jsonl and the given files.
class Files {
 public:
  Files() { write("rows.jsonl", kRows); }
  std::string write(const std::string& name, const std::string& text) {
    return folder_.write(name, text);
  }
  expected<LoadedFiles> load(const std::string& name) {
    return load_task_files(std::vector<std::string>{folder_ / name});
  }

 private:
  testing_support::TempFolder folder_;
};

class NoData : public DataSource {
 public:
  expected<DataSplit> load(std::string_view, std::string_view, std::string_view) const override {
    return unavailable("there is no data home here");
  }
  expected<std::string> text(std::string_view, std::string_view) const override {
    return unavailable("there is no data home here");
  }
};

std::string shown(const Request& request) {
  Json out;
  if (const auto* choices = std::get_if<Choices>(&request)) {
    out = {{"contexts", choices->contexts}, {"continuations", choices->continuations}};
  } else if (const auto* completion = std::get_if<Completion>(&request)) {
    out = {{"prompt", completion->prompt},
           {"stops", completion->stops},
           {"max", completion->max_tokens},
           {"temperature", completion->sampling.temperature},
           {"samples", completion->samples}};
  } else {
    out = std::get<Rolling>(request).text;
  }
  return out.dump();
}

expected<Request> request_of(const LoadedTask& loaded, const LoadedItem& item) {
  std::vector<const Json*> shots;
  for (const std::size_t shot : item.shots) shots.push_back(&loaded.shot_pool[shot]);
  return build_request(*loaded.task, item.item, shots, {}, {});
}

// What a text that depends on item and position scores: right for one, wrong for others.
Response some_response(const Task& task, const Item& item, const Request& request) {
  if (const auto* choices = std::get_if<Choices>(&request)) {
    std::vector<ChoiceScore> scores;
    for (std::size_t i = 0; i < choices->continuations.size(); ++i) {
      const double ll = -1.0 - static_cast<double>((item.index * 7 + i * 5) % 11);
      scores.push_back({ll, i == 0, 1});
    }
    return {scores};
  }
  std::vector<Generation> texts;
  for (int i = 0; i < std::get<Completion>(request).samples; ++i) {
    const std::string gold = python_str(task.target(item.doc));
    const std::string text = (item.index + static_cast<std::size_t>(i)) % 3 == 0
                                 ? "The answer is " + gold + ". #### 5"
                                 : gold;
    texts.push_back({text, FinishReason::kStop, 1});
  }
  return {texts};
}

void expect_same_task(const Task& built_in, const Task& from_file, int shots) {
  SCOPED_TRACE(built_in.name);
  EXPECT_EQ(built_in.version, from_file.version);
  EXPECT_EQ(built_in.shots.default_count, from_file.shots.default_count);
  EXPECT_EQ(built_in.shots.fixed_count, from_file.shots.fixed_count);
  const DataHome data(kData);
  LoadOptions options;
  options.limit = 60.0;
  options.shots = shots;
  const auto a = load_task(built_in, data, options);
  const auto b = load_task(from_file, data, options);
  ASSERT_TRUE(a) << a.error().message;
  ASSERT_TRUE(b) << b.error().message;
  ASSERT_EQ(a->items.size(), b->items.size());
  for (std::size_t i = 0; i < a->items.size(); ++i) {
    const auto x = request_of(*a, a->items[i]);
    const auto y = request_of(*b, b->items[i]);
    ASSERT_TRUE(x) << x.error().message;
    ASSERT_TRUE(y) << y.error().message;
    ASSERT_EQ(shown(*x), shown(*y)) << i;
    const Response response = some_response(built_in, a->items[i].item, *x);
    const auto j = judge(built_in, a->items[i].item, response, nullptr);
    const auto k = judge(from_file, b->items[i].item, response, nullptr);
    ASSERT_TRUE(j) << j.error().message;
    ASSERT_TRUE(k) << k.error().message;
    ASSERT_EQ(j->size(), k->size());
    for (std::size_t f = 0; f < j->size(); ++f) {
      ASSERT_EQ((*j)[f].filter, (*k)[f].filter);
      ASSERT_EQ((*j)[f].extracted, (*k)[f].extracted);
      ASSERT_EQ((*j)[f].values.size(), (*k)[f].values.size());
      for (std::size_t v = 0; v < (*j)[f].values.size(); ++v) {
        ASSERT_EQ((*j)[f].values[v].metric, (*k)[f].values[v].metric);
        ASSERT_EQ((*j)[f].values[v].value, (*k)[f].values[v].value);
      }
    }
  }
}

// A task of a file, without touching the registry.
expected<Task> task_of(const std::string& path) {
  const expected<YamlNode> root = load_yaml_file(path);
  if (!root) return root.error();
  return build_task(*root, fs::path(path).parent_path().string());
}

TEST(Declarative, FilesAskAndScoreAsTheBuiltInTasksDo) {
  if (!fs::exists(kData + "/arc")) GTEST_SKIP() << "the data home is absent";
  for (const auto& [name, shots] : {std::pair{"arc_easy", 3},
                                    {"arc_challenge", 0},
                                    {"piqa", 0},
                                    {"boolq", 0},
                                    {"openbookqa", 2},
                                    {"lambada_openai", 2},
                                    {"gsm8k", 5},
                                    {"gsm8k_cot_zeroshot", 4},
                                    {"hellaswag", 0},
                                    {"winogrande", 0}}) {
    const expected<Task> task = task_of(kYaml + name + ".yaml");
    ASSERT_TRUE(task) << task.error().message;
    const NoData none;
    const std::string split =
        task->data.test_split.empty() ? task->data.validation_split : task->data.test_split;
    if (!DataHome(kData).load(task->data.dataset, task->data.config, split)) continue;
    expect_same_task(*find_task(name), *task, shots);
  }
}

// The worked examples come from the data home; here they stand in a file, in the wording that this
// task has for them.
TEST(Declarative, Gsm8kAsARequestToAnAssistant) {
  std::ifstream lines(kData + "/gsm8k/cot_shots.jsonl");
  if (!lines) GTEST_SKIP() << "the data home is absent";
  Json samples = Json::array();
  for (std::string line; std::getline(lines, line);) {
    Json shot = Json::parse(line);
    std::string target =
        replace_all(shot["target"].get<std::string>(), "The answer is ", "The final answer is ");
    if (target.ends_with('.')) target.pop_back();
    shot["target"] = target;
    samples.push_back(std::move(shot));
  }
  Files files;
  const expected<Task> task = task_of(
      files.write("t.yaml", "include: " + kYaml + "gsm8k_cot_llama.yaml\nfewshot_config:\n" +
                                "  sampler: first_n\n  samples: " + samples.dump() + "\n"));
  ASSERT_TRUE(task) << task.error().message;
  expect_same_task(*find_task("gsm8k_cot_llama"), *task, 8);
}

// The variants of MMLU, which have no built-in twin: what they ask follows from the data set's row.
TEST(Declarative, VariantsOfMmlu) {
  if (!fs::exists(kData + "/mmlu")) GTEST_SKIP() << "the data home is absent";
  std::vector<std::string> files;
  for (const char* name : {"mmlu_continuation", "mmlu_generative", "mmlu_flan_n_shot_generative",
                           "mmlu_flan_n_shot_loglikelihood"}) {
    files.push_back(kYaml + "mmlu/" + name + ".yaml");
  }
  const auto loaded_files = load_task_files(files);
  ASSERT_TRUE(loaded_files) << loaded_files.error().message;
  const DataHome data(kData);
  LoadOptions options;
  options.limit = 5.0;
  options.shots = 2;
  const std::string subject = "mmlu_high_school_us_history";
  const auto plain = load_task(*find_task(subject), data, options);
  ASSERT_TRUE(plain) << plain.error().message;
  const auto requests_of = [&](const std::string& group) {
    EXPECT_EQ(find_group(group)->children.size(), 57U);
    std::vector<Request> out;
    const Task* task = find_task(group + ":" + subject);
    if (task == nullptr) {
      ADD_FAILURE() << group << " lacks " << subject;
      return out;
    }
    const auto loaded = load_task(*task, data, options);
    EXPECT_TRUE(loaded) << loaded.error().message;
    if (!loaded) return out;
    for (const LoadedItem& item : loaded->items) {
      const auto request = request_of(*loaded, item);
      EXPECT_TRUE(request) << request.error().message;
      if (request) out.push_back(*request);
    }
    EXPECT_EQ(out.size(), 5U);
    return out;
  };
  const auto continuation = requests_of("mmlu_continuation");
  const auto generative = requests_of("mmlu_generative");
  const auto flan = requests_of("mmlu_flan_n_shot_generative");
  const auto letters = requests_of("mmlu_flan_n_shot_loglikelihood");
  for (std::size_t i = 0; i < 5; ++i) {
    const Json& doc = plain->items[i].item.doc;
    const auto answers = doc.at("choices").get<std::vector<std::string>>();
    const std::string question(strip(doc.at("question").get<std::string>()));
    const auto& choices = std::get<Choices>(continuation[i]);
    EXPECT_TRUE(choices.contexts[0].ends_with("\n\nQuestion: " + question + "\nAnswer:"));
    for (std::size_t k = 0; k < 4; ++k) EXPECT_EQ(choices.continuations[k], " " + answers[k]);
    // The generative form asks what the built-in task asks.
    const auto as_built_in = request_of(*plain, plain->items[i]);
    const auto& completion = std::get<Completion>(generative[i]);
    EXPECT_EQ(completion.prompt, std::get<Choices>(*as_built_in).contexts[0]);
    EXPECT_EQ(completion.stops, (std::vector<std::string>{"</s>", "\n"}));
    const std::string tail = "Q: " + question + "\n(A) " + answers[0] + " (B) " + answers[1] +
                             " (C) " + answers[2] + " (D) " + answers[3] + "\nA:";
    EXPECT_THAT(std::get<Completion>(flan[i]).prompt, HasSubstr("\n\n" + tail));
    const auto& lettered = std::get<Choices>(letters[i]);
    EXPECT_THAT(lettered.contexts[0], HasSubstr("\n\n" + tail));
    for (std::size_t k = 0; k < 4; ++k) {
      EXPECT_THAT(lettered.continuations[k], HasSubstr(std::string("(") + "ABCD"[k] + ")"));
    }
  }
}

TEST(Declarative, VariantsOfMmluReadAnswersAsTheirFiltersSay) {
  if (!fs::exists(kData + "/mmlu")) GTEST_SKIP() << "the data home is absent";
  const auto loaded = load_task_files(std::vector<std::string>{
      kYaml + "mmlu/mmlu_generative.yaml", kYaml + "mmlu/mmlu_flan_n_shot_generative.yaml"});
  ASSERT_TRUE(loaded) << loaded.error().message;
  const Item item{"1",
                  "",
                  0,
                  {{"question", "?"},
                   {"subject", "anatomy"},
                   {"choices", {"liver", "heart", "lung", "skin"}},
                   {"answer", 1}}};
  const auto scores = [&](const std::string& name, const std::string& text) {
    std::vector<double> out;
    const auto judged = judge(*find_task(name), item,
                              {std::vector<Generation>{{text, FinishReason::kStop, 1}}}, nullptr);
    EXPECT_TRUE(judged) << judged.error().message;
    if (!judged) return out;
    for (const Judgement& one : *judged) out.push_back(one.values.at(0).value);
    return out;
  };
  using List = std::vector<double>;
  EXPECT_EQ(scores("mmlu_generative:mmlu_anatomy", " B"), List{1.0});
  EXPECT_EQ(scores("mmlu_generative:mmlu_anatomy", " b.\nBecause"), List{1.0});
  EXPECT_EQ(scores("mmlu_generative:mmlu_anatomy", " A"), List{0.0});
  EXPECT_EQ(scores("mmlu_generative:mmlu_anatomy", " B it is"), List{0.0});
  EXPECT_EQ(scores("mmlu_flan_n_shot_generative:mmlu_anatomy", "(B)"), (List{1.0, 1.0}));
  EXPECT_EQ(scores("mmlu_flan_n_shot_generative:mmlu_anatomy", "It is (B), not (A)."),
            (List{0.0, 1.0}));
  EXPECT_EQ(scores("mmlu_flan_n_shot_generative:mmlu_anatomy", "the heart"), (List{0.0, 1.0}));
  EXPECT_EQ(scores("mmlu_flan_n_shot_generative:mmlu_anatomy", "(C)"), (List{0.0, 0.0}));
}

// The pre-tokenised data set is not in the registry; a file in its form takes its place.
TEST(Declarative, LambadaStandardIsTheSameTaskOnAnotherDataSet) {
  Files files;
  files.write("words.jsonl", "{\"text\": \"he looked at the red house\"}\n");
  const std::string path = files.write(
      "t.yaml", "include: " + kYaml + "lambada_standard.yaml\ndataset_path: words.jsonl\n");
  const expected<Task> task = task_of(path);
  ASSERT_TRUE(task) << task.error().message;
  EXPECT_EQ(task->name, "lambada_standard");
  const auto loaded = load_task(*task, NoData(), {});
  ASSERT_TRUE(loaded) << loaded.error().message;
  const auto request = request_of(*loaded, loaded->items[0]);
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(std::get<Choices>(*request).contexts, std::vector<std::string>{"he looked at the red"});
  EXPECT_EQ(std::get<Choices>(*request).continuations, std::vector<std::string>{" house"});
  EXPECT_EQ(task->metrics.size(), find_task("lambada_openai")->metrics.size());
  const expected<Task> unknown = task_of(kYaml + "lambada_standard.yaml");
  if (unknown) {
    const auto refused = load_task(*unknown, NoData(), {});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("cimec/lambada"));
  } else {
    EXPECT_THAT(unknown.error().message, HasSubstr("cimec/lambada"));
  }
}

// Upstream's file carries the primer; here it comes from the data home.
TEST(Declarative, TruthfulQa) {
  std::ifstream primer(kData + "/truthfulqa/primer.txt");
  if (!primer) GTEST_SKIP() << "the data home is absent";
  std::string text{std::istreambuf_iterator<char>(primer), {}};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  Files files;
  for (const char* name : {"truthfulqa_mc1", "truthfulqa_mc2"}) {
    const std::string path = files.write(
        std::string(name) + ".yaml",
        fmt::format(
            "include: {}{}.yaml\ndoc_to_text: {}\n", kYaml, name,
            Json("{{" + python_repr(Json(text + "\n\nQ: ")) + " + question + '\nA:'}}").dump()));
    const expected<Task> task = task_of(path);
    ASSERT_TRUE(task) << task.error().message;
    expect_same_task(*find_task(name), *task, 0);
  }
}

TEST(Declarative, RefusesWhatCannotBeDoneWithFileLineAndAdvice) {
  std::ifstream in(std::string(ASSAY_SOURCE_DIR) + "/tests/cases/yaml_errors.jsonl");
  std::size_t count = 0;
  for (std::string line; std::getline(in, line); ++count) {
    const Json one = Json::parse(line);
    Files files;
    auto text = one.at("yaml").get<std::string>();
    if (const auto at = text.find("BASE"); at != std::string::npos) text.replace(at, 4, base("t"));
    files.write("t.yaml", text);
    const auto loaded = files.load("t.yaml");
    ASSERT_FALSE(loaded) << one.at("about");
    EXPECT_EQ(loaded.error().code, ErrorCode::kBadData) << one.at("about");
    for (const Json& part : one.at("says")) {
      EXPECT_THAT(loaded.error().message, HasSubstr(part.get<std::string>())) << one.at("about");
    }
    EXPECT_EQ(find_task("t"), nullptr);
  }
  EXPECT_GE(count, 31U);
}

TEST(Declarative, AMissingColumnNamesFileLineKeyItemAndRow) {
  Files files;
  files.write("rows.jsonl", std::string(kRows) + "{\"choices\": [\"a\", \"b\"], \"answer\": 0}\n");
  ASSERT_TRUE(task_of(files.write("t.yaml", base("t-column"))));
  const expected<Task> task = task_of(files.write("t.yaml", base("t-column")));
  const auto loaded = load_task(*task, NoData(), {});
  ASSERT_FALSE(loaded);
  for (const char* part : {"t-column", "item 00003", "rows.jsonl", "t.yaml line 5", "doc_to_text",
                           "'question' is undefined"}) {
    EXPECT_THAT(loaded.error().message, HasSubstr(part));
  }
}

TEST(Declarative, NoRowsAreRefused) {
  Files files;
  files.write("rows.jsonl", "\n");
  const expected<Task> task = task_of(files.write("t.yaml", base("t-empty")));
  ASSERT_TRUE(task) << task.error().message;
  const auto loaded = load_task(*task, NoData(), {});
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("empty"));
}

TEST(Declarative, CsvColumnsBecomeNumbersWhenAllOfThemAre) {
  Files files;
  files.write("rows.csv", "question,a,b,answer,mixed\n\"x, y\",1,one,1,1\nz,2,two,0,n\n");
  std::string text = base("t-csv");
  text.replace(text.find("rows.jsonl"), 10, "rows.csv");
  text.replace(text.find("doc_to_choice: choices"), 22, "doc_to_choice: '{{[a, b, mixed]}}'");
  const expected<Task> task = task_of(files.write("t.yaml", text));
  ASSERT_TRUE(task) << task.error().message;
  const auto loaded = load_task(*task, NoData(), {});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(task->choices(loaded->items[1].item.doc), (std::vector<std::string>{"2", "two", "n"}));
  EXPECT_EQ(loaded->items[0].item.doc.at("answer"), 1);
  EXPECT_EQ(loaded->status.label(), "unverified");
}

TEST(Declarative, TwoFilesCannotClaimOneName) {
  Files files;
  files.write("f/rows.jsonl", kRows);
  files.write("f/a.yaml", base("t-twice"));
  files.write("f/b.yaml", base("t-twice"));
  const auto loaded = files.load("f");
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("t-twice is also defined by"));
}

TEST(Declarative, CyclicIncludesAreRefused) {
  Files files;
  files.write("a.yaml", "include: b.yaml\n");
  files.write("b.yaml", "include: [a.yaml]\ntask: x\n");
  const auto loaded = files.load("a.yaml");
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("circle"));
}

TEST(Declarative, GroupsTagsAndOverrides) {
  Files files;
  files.write("g/rows.jsonl", kRows);
  files.write("g/one.yaml", base("t-one") + "\ntag: [t-both, t-first]\n");
  files.write("g/two.yaml", base("t-two") + "\ntag: t-both\n");
  files.write("g/_group.yaml",
              "group: t-group\ntask:\n  - t-one\n  - task: t-two\n    num_fewshot: 1\n"
              "    fewshot_split: test\n  - group: t-inner\n    task: [t-both]\n"
              "aggregate_metric_list:\n  - metric: acc\n    weight_by_size: false\n"
              "metadata: {version: 3}\n");
  const auto loaded = files.load("g/_group.yaml");
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->names, std::vector<std::string>{"t-group"});
  const TaskGroup* group = find_group("t-group");
  ASSERT_NE(group, nullptr);
  EXPECT_EQ(group->children, (std::vector<std::string>{"t-one", "t-group:t-two", "t-inner"}));
  EXPECT_EQ(group->version, "3");
  EXPECT_FALSE(group->aggregates.at(0).weight_by_size);
  EXPECT_EQ(find_task("t-group:t-two")->shots.default_count, 1);
  EXPECT_EQ(find_task("t-group:t-two")->alias, "t-two");
  EXPECT_EQ(find_task("t-two")->shots.default_count, 0);
  EXPECT_EQ(find_group("t-inner")->children, (std::vector<std::string>{"t-one", "t-two"}));
  const std::vector<std::string> tag = {"t-first"};
  EXPECT_EQ(resolve_targets(tag, {})->tasks.size(), 1U);
  // A manifest restores the overridden task from its definition alone.
  const Json definition = find_task("t-group:t-two")->definition;
  EXPECT_TRUE(restore_task(definition));
  EXPECT_EQ(find_task("t-group:t-two")->definition, definition);
}

TEST(Declarative, AFileMayTakeOverABuiltInNameAndSaysSo) {
  Files files;
  const Task* before = find_task("mini-arc");
  files.write("t.yaml", base("mini-arc"));
  const auto loaded = files.load("t.yaml");
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->replaced, std::vector<std::string>{"mini-arc"});
  EXPECT_NE(find_task("mini-arc"), before);
  EXPECT_EQ(before->data.dataset, "mini/arc");  // still readable
  ASSERT_TRUE(register_from_files({*before}, {}));
}

TEST(Declarative, YamlScalarsAreReadAsPyYamlReadsThem) {
  const auto root = parse_yaml(
      "a: 1.0\nb: 1e5\nc: yes\nd: 'yes'\ne: 012\nf: 0x1F\ng: 1_000\nh: ~\ni: !!str 3\nj: .5\n"
      "k: 1.5e+3\nl: -7\nm:\nn: !function u.f\no: |\n  two\n  lines\np: 'Q: x\n\n  A:'\nq: off\n"
      "x: &x {k: 1}\ny:\n  <<: *x\n  z: 2\n",
      "s.yaml");
  ASSERT_TRUE(root) << root.error().message;
  const Json want = Json::parse(
      "{\"a\":1.0,\"b\":\"1e5\",\"c\":true,\"d\":\"yes\",\"e\":10,\"f\":31,\"g\":1000,\"h\":null,"
      "\"i\":\"3\",\"j\":0.5,\"k\":1500.0,\"l\":-7,\"m\":null,\"n\":{\"!function\":\"u.f\"},"
      "\"o\":\"two\\nlines\\n\",\"p\":\"Q: x\\nA:\",\"q\":false,\"x\":{\"k\":1},"
      "\"y\":{\"z\":2,\"k\":1}}");
  for (const auto& [key, value] : want.items()) {
    EXPECT_EQ(yaml_to_json(*root)[key], value) << key;
  }
  EXPECT_EQ(root->find("l")->line, 12);
  EXPECT_EQ(yaml_to_json(yaml_from_json(yaml_to_json(*root), "x")), yaml_to_json(*root));
}

TEST(Declarative, EveryNativeReplacementBelongsToABuiltInTask) {
  for (const NativeHook& hook : native_hooks()) {
    ASSERT_NE(find_task(hook.task), nullptr) << hook.task;
    EXPECT_EQ(find_task(hook.task)->data.hub_path, hook.data) << hook.function;
  }
}

TEST(Declarative, AColumnsNameStandsForTheColumn) {
  Files files;
  files.write("rows.jsonl", "{\"q\": \"x\", \"gold\": [\"a\", \"b\"], \"n\": 7, \"t\": \"12\"}\n");
  const auto task_with = [&](const std::string& target) {
    return task_of(files.write("t.yaml",
                               "task: t\ndataset_path: rows.jsonl\ntest_split: test\n"
                               "doc_to_text: q\ndoc_to_target: " +
                                   target + "\n"));
  };
  const Json doc = {{"q", "x"}, {"gold", {"a", "b"}}, {"n", 7}, {"t", "12"}};
  EXPECT_EQ(task_with("gold")->target(doc), Target(std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(task_with("n")->target(doc), Target(7));
  EXPECT_EQ(task_with("t")->target(doc), Target(std::string("12")));
  EXPECT_EQ(task_with("'{{gold}}'")->target(doc), Target(std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace assay
