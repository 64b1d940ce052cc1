// Plug-ins from a user's side: what a good one brings works and is named wherever it matters; what
// is wrong with a bad one is said in a sentence with its name, and a run goes on as far as it can.
// The plug-in is tests/plugins/actor.cc, told by $ASSAY_TEST_ACTOR how to behave.
#include <algorithm>

#include "assay/digest.h"
#include "tests/cli/cli_test.h"

namespace assay {
namespace {

const std::string kActor = ASSAY_TEST_PLUGIN;

ProgramResult run_in(const TestFolder& folder, const std::vector<std::string>& words,
                     const std::string& act = "",
                     std::map<std::string, std::string> environment = {}) {
  ProgramOptions options;
  options.folder = folder.path();
  options.environment = std::move(environment);
  options.environment["ASSAY_TEST_ACTOR"] = act;
  options.environment.emplace("XDG_CONFIG_HOME", (folder / "config").string());
  return run_assay(words, options);
}

Json json_of(const fs::path& file) { return Json::parse(read_bytes(file)); }

double score(const Json& summary, const std::string& task, const std::string& metric) {
  for (const Json& entry : summary.at("entries")) {
    if (entry.at("name") != task) continue;
    for (const Json& one : entry.at("scores")) {
      if (one.at("metric") == metric) return one.at("value").at("value").get<double>();
    }
  }
  ADD_FAILURE() << "no " << task << " " << metric;
  return -1;
}

// What is refused, the sentence, and that it is one sentence with the plug-in's name.
struct Bad {
  std::string act;
  std::string said;
};

class RefusedPlugin : public ::testing::TestWithParam<Bad> {};

TEST_P(RefusedPlugin, EndsTheCommandWithASentence) {
  const TestFolder folder;
  const ProgramResult run = run_in(folder, {"list", "tasks", "--plugin", kActor}, GetParam().act);
  EXPECT_EQ(run.exit_code, 65) << run.out;
  EXPECT_THAT(run.err, AllOf(HasSubstr("The plug-in actor ("), HasSubstr(") was refused: "),
                             HasSubstr(GetParam().said)));
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  EXPECT_EQ(run.out, "");
}

INSTANTIATE_TEST_SUITE_P(
    Acts, RefusedPlugin,
    ::testing::Values(
        Bad{"throws in a constructor", "it threw while it was loaded (the global object is not"},
        Bad{"throws in setup", "the moon is wrong"},
        Bad{"throws a number", "it threw something that is not a std::exception"},
        Bad{"aborts", "it ended the process with signal 6"}, Bad{"crashes", "it ended the process"},
        Bad{"leaves", "it ended the process"}, Bad{"adds nothing", "it adds nothing"},
        Bad{"task exists", "it adds the task or group mini-arc, and there is one of that name"},
        Bad{"task twice", "it adds the task or group actor, and there is one"},
        Bad{"filter exists", "it adds the filter take_first, and there is one"},
        Bad{"metric exists", "it adds the metric pass@3, and there is one"},
        Bad{"aggregation exists", "it adds the aggregation mean, and there is one"},
        Bad{"data exists", "it adds the data set gsm8k, and there is one"},
        Bad{"data has a slash", "the data set's name ../gsm8k has a '/' in it"},
        Bad{"model exists", "it adds the model scripted, and there is one"},
        Bad{"model without function", "the model nobody has no function"},
        Bad{"group without child", "The group nobodies has the child nobody"},
        Bad{"scorer is missing", "its task unjudged names the scorer nobody"},
        Bad{"task without text", "its task mute has no text"}),
    [](const auto& test) {
      std::string name = test.param.act;
      std::replace(name.begin(), name.end(), ' ', '_');
      return name;
    });

// The plug-in with some of its bytes replaced.
std::string patched(const TestFolder& folder, const std::string& from, const std::string& to) {
  std::string bytes = read_bytes(kActor);
  std::size_t count = 0;
  for (std::size_t at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + 1)) {
    bytes.replace(at, to.size(), to);
    ++count;
  }
  EXPECT_GT(count, 0U);
  return folder.write("patched.so", bytes).string();
}

TEST(PluginFile, OfAnotherAbiIsRefusedBeforeAnyOfItsCodeRuns) {
  const TestFolder folder;
  const std::string magic = "assay plug-in tag v1\n";
  std::string other = magic;
  other.resize(24, '\0');
  other += '\x63';  // abi 1 becomes 99
  const ProgramResult run =
      run_in(folder, {"list", "tasks", "--plugin", patched(folder, magic, other)}, "crashes");
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_THAT(run.err, AllOf(HasSubstr("The plug-in actor ("),
                             HasSubstr("was built for another assay: plug-in ABI 99 instead of 1;"),
                             HasSubstr("build it again"), Not(HasSubstr("signal"))));
}

TEST(PluginFile, OfAnotherLayoutCompilerOrLibraryIsRefused) {
  const TestFolder folder;
  const std::string tag = read_bytes(kActor).substr(read_bytes(kActor).find("assay plug-in tag"));
  const std::string compiler = tag.c_str() + 32;
  const std::string library = tag.c_str() + 64;
  ASSERT_THAT(compiler, ::testing::MatchesRegex("(gcc|clang) [0-9]+"));
  ASSERT_THAT(library, HasSubstr("nlohmann-json"));
  std::string other = tag.substr(0, 32);
  other[28] = static_cast<char>(other[28] + 1);
  ProgramResult run =
      run_in(folder, {"list", "--plugin", patched(folder, tag.substr(0, 32), other)});
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_THAT(run.err, HasSubstr("other headers of assay (layout "));
  run = run_in(folder,
               {"list", "--plugin", patched(folder, tag.substr(0, 35), tag.substr(0, 32) + "abc")});
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_THAT(run.err, HasSubstr("abc" + compiler.substr(3) + " instead of " + compiler));
  run = run_in(folder, {"list", "--plugin", patched(folder, library, "libold++")});
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_THAT(run.err, HasSubstr(" instead of " + library));
}

TEST(PluginFile, WithoutItsEntryIsRefused) {
  const TestFolder folder;
  const std::string file = patched(folder, "assay_plugin_setup", "assay_plugin_setuq");
  const ProgramResult run = run_in(folder, {"list", "--plugin", file});
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_THAT(run.err, AllOf(HasSubstr("The plug-in actor"), HasSubstr("assay_plugin_setup")));
}

TEST(PluginFile, ThatIsNoPluginIsRefused) {
  const TestFolder folder;
  const std::string text = folder.write("notes.so", "These are my notes.\n").string();
  ProgramResult run = run_in(folder, {"list", "--plugin", text});
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_THAT(run.err, AllOf(HasSubstr(text), HasSubstr("is not a shared object")));

  run = run_in(folder, {"list", "--plugin", folder.path().string()});
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_THAT(run.err, HasSubstr("is a folder, not a plug-in"));

  run = run_in(folder,
               {"list", "--plugin", patched(folder, "assay plug-in tag", "another program t")});
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_THAT(run.err, HasSubstr("is a shared object but not a plug-in of assay"));

  run = run_in(folder, {"list", "--plugin", "nowhere/missing.so"});
  EXPECT_EQ(run.exit_code, 69);
  EXPECT_THAT(run.err, HasSubstr("There is no plug-in file nowhere/missing.so"));

  // A half of it has its tag and cannot be loaded.
  const std::string whole = read_bytes(kActor);
  const std::size_t tag_end = whole.find("assay plug-in tag") + 400;
  const std::string half = folder.write("half.so", whole.substr(0, tag_end)).string();
  run = run_in(folder, {"list", "--plugin", half});
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_THAT(run.err, HasSubstr("was refused"));
}

TEST(Plugin, IsFoundByEnvironmentAndFolder) {
  const TestFolder folder;
  const ProgramResult by_list =
      run_in(folder, {"list", "tasks", "--json"}, "", {{"ASSAY_PLUGINS", ":" + kActor + ":"}});
  ASSERT_EQ(by_list.exit_code, 0) << by_list.err;
  EXPECT_THAT(by_list.out, HasSubstr("\"plug-in actor\""));

  fs::create_directories(folder / "config/assay/plugins");
  fs::copy_file(kActor, folder / "config/assay/plugins/actor.so");
  const ProgramResult by_folder = run_in(folder, {"list", "tasks"});
  ASSERT_EQ(by_folder.exit_code, 0) << by_folder.err;
  EXPECT_THAT(by_folder.out, AllOf(HasSubstr("actors"), HasSubstr("plug-in actor"),
                                   HasSubstr("built in"), HasSubstr("actor-registered")));
  EXPECT_EQ(by_folder.err, "");
}

TEST(Plugin, ThatIsBadAndOnlyLiesInTheFolderIsLeftOutAndNamed) {
  const TestFolder folder;
  fs::create_directories(folder / "config/assay/plugins");
  fs::copy_file(kActor, folder / "config/assay/plugins/actor.so");
  const ProgramResult run = run_in(folder, {"list", "tasks"}, "throws in setup");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.err, AllOf(HasSubstr("the moon is wrong"), HasSubstr("It is left out.")));
  EXPECT_THAT(run.out, AllOf(HasSubstr("mini-arc"), Not(HasSubstr("actor"))));

  const ProgramResult doctor = run_in(folder, {"doctor"}, "throws in setup");
  EXPECT_EQ(doctor.exit_code, 65);
  EXPECT_THAT(doctor.out, AllOf(HasSubstr("fail"), HasSubstr("the moon is wrong")));
}

TEST(Plugin, IsListedWithWhatItBrings) {
  const TestFolder folder;
  const ProgramResult doctor = run_in(folder, {"doctor", "--plugin", kActor});
  EXPECT_EQ(doctor.exit_code, 0);
  EXPECT_THAT(doctor.out, AllOf(HasSubstr("actor 1.2 from "), HasSubstr("task actor,"),
                                HasSubstr("scorer parity"), HasSubstr("filter last_words"),
                                HasSubstr("metric distance"), HasSubstr("aggregation product"),
                                HasSubstr("data actor-data"), HasSubstr("model actor")));
  EXPECT_THAT(run_in(folder, {"doctor"}).out, HasSubstr("None; looked in "));
  const ProgramResult models = run_in(folder, {"list", "models", "--plugin", kActor});
  EXPECT_THAT(models.out, AllOf(HasSubstr("actor:…"), HasSubstr("says large (plug-in actor)")));
  const ProgramResult data = run_in(folder, {"list", "data", "--plugin", kActor});
  EXPECT_THAT(data.out, HasSubstr("actor-data: read by a plug-in; numbers"));
}

// Four items; the model finds every number large and repeats numbers. By hand: acc 2/4; the last
// word is the number, so exact_match 1; distances from 1 are 0,1,2,3 with mean 1.5; the numbers'
// product is 24; two of four are even.
TEST(Plugin, PartsWorkTogetherAndAreInTheManifest) {
  const TestFolder folder;
  const ProgramResult run =
      run_in(folder, {"run", "actors", "actor-measured", "actor-scored", "actor-registered", "-m",
                      "actor:", "--plugin", kActor, "-o", "r"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const Json summary = json_of(folder / "r/summary.json");
  EXPECT_EQ(score(summary, "actor", "acc"), 0.5);
  EXPECT_EQ(score(summary, "actor-registered", "acc"), 0.5);
  EXPECT_EQ(score(summary, "actor-repeat", "exact_match"), 1.0);
  EXPECT_EQ(score(summary, "actor-measured", "distance"), 1.5);
  EXPECT_EQ(score(summary, "actor-measured", "distance_product"), 24.0);
  EXPECT_EQ(score(summary, "actor-scored", "even"), 0.5);
  EXPECT_EQ(summary.at("errors"), 0);

  const Json manifest = json_of(folder / "r/manifest.json");
  const std::string sha256 = sha256_hex(read_bytes(kActor));
  ASSERT_EQ(manifest.at("plugins").size(), 1U);
  const Json& used = manifest.at("plugins").front();
  EXPECT_EQ(used.at("name"), "actor");
  EXPECT_EQ(used.at("version"), "1.2");
  EXPECT_EQ(used.at("sha256"), sha256);
  EXPECT_EQ(used.at("model"), true);
  EXPECT_THAT(manifest.at("model").at("engine").get<std::string>(), HasSubstr(sha256));

  const std::string samples = read_bytes(folder / "r/samples.jsonl");
  EXPECT_THAT(samples, AllOf(HasSubstr("\"rule\":\"parity\""), HasSubstr("it is even")));
  const std::vector<std::string> verify = {"verify", "r", "--plugin", kActor};
  const ProgramResult verified = run_in(folder, verify);
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
}

TEST(Plugin, AbsentAtScoringIsNamedWithItsDigest) {
  const TestFolder folder;
  const ProgramResult run =
      run_in(folder, {"run", "actor", "-m", "scripted:hash", "--plugin", kActor, "-o", "r"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const std::string sha256 = sha256_hex(read_bytes(kActor));
  for (const char* command : {"score", "verify"}) {
    const ProgramResult again = run_in(folder, {command, "r"});
    EXPECT_EQ(again.exit_code, 69) << command;
    EXPECT_THAT(again.err, AllOf(HasSubstr("plug-in actor 1.2"), HasSubstr(sha256),
                                 HasSubstr("--plugin FILE")));
  }
}

TEST(Plugin, OfAnotherBuildNeitherScoresNorContinues) {
  const TestFolder folder;
  ASSERT_EQ(run_in(folder, {"run", "actor", "-m", "scripted:hash", "--plugin", kActor, "-o", "r"})
                .exit_code,
            0);
  // Another build of the same source: a byte behind the end that the loader does not look at.
  const std::string other = folder.write("other.so", read_bytes(kActor) + "x").string();
  const ProgramResult scored = run_in(folder, {"score", "r", "--plugin", other});
  EXPECT_EQ(scored.exit_code, 65);
  EXPECT_THAT(scored.err, AllOf(HasSubstr("the plug-in actor is not the one"),
                                HasSubstr(sha256_hex(read_bytes(kActor)))));
  EXPECT_EQ(run_in(folder, {"verify", "r", "--plugin", other}).exit_code, 65);
  const ProgramResult continued =
      run_in(folder, {"run", "actor", "-m", "scripted:hash", "--plugin", other, "-o", "r"});
  EXPECT_EQ(continued.exit_code, 64);
  EXPECT_THAT(continued.err, HasSubstr("plugins actor.sha256"));
}

TEST(Plugin, ThatOnlyAnsweredIsNotNeededToScore) {
  const TestFolder folder;
  const ProgramResult run =
      run_in(folder, {"run", "mini-arc", "-m", "actor:", "--plugin", kActor, "-o", "r"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(json_of(folder / "r/manifest.json").at("plugins").front().at("tasks").size(), 0U);
  const ProgramResult verified = run_in(folder, {"verify", "r"});
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
}

// What goes wrong in one item, or while a run is on: an item error or a refusal that names the
// plug-in; the other items are measured.
struct Trouble {
  std::string act;
  std::string task;
  int errors;
  std::string said;
};

class TroubledRun : public ::testing::TestWithParam<Trouble> {};

TEST_P(TroubledRun, CountsItemErrors) {
  const Trouble& trouble = GetParam();
  const TestFolder folder;
  const ProgramResult run = run_in(
      folder, {"run", trouble.task, "-m", "actor:", "--plugin", kActor, "-o", "r"}, trouble.act);
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const Json summary = json_of(folder / "r/summary.json");
  EXPECT_EQ(summary.at("errors"), trouble.errors);
  EXPECT_THAT(summary.dump(), HasSubstr(trouble.said));
}

INSTANTIATE_TEST_SUITE_P(
    Acts, TroubledRun,
    ::testing::Values(
        Trouble{"model throws", "actor", 1, "plug-in actor: no second number"},
        Trouble{"model answers too little", "actor", 1, "plug-in actor: the answer does not fit"},
        Trouble{"metric throws", "actor-measured", 1, "plug-in actor: four is out of range"},
        Trouble{"aggregation throws", "actor-measured", 0, "plug-in actor: nothing to multiply"},
        Trouble{"scorer throws", "actor-scored", 4,
                "plug-in actor: it threw something that is not a std::exception"}),
    [](const auto& test) {
      std::string name = test.param.act;
      std::replace(name.begin(), name.end(), ' ', '_');
      return name;
    });

TEST(TroubledPlugin, DataThatCannotBeReadRefuseTheRun) {
  const TestFolder folder;
  const std::vector<std::string> words = {"run", "actor", "-m", "actor:", "--plugin", kActor};
  ProgramResult run = run_in(folder, words, "reader throws");
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_THAT(run.err, HasSubstr("plug-in actor: the tape is torn"));
  run = run_in(folder, words, "reader is empty");
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_THAT(run.err, HasSubstr("actor-data has no rows"));
  run = run_in(folder, words, "task throws");  // found at load: every item is written once there
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_THAT(run.err, HasSubstr("plug-in actor: two is too many"));
  run = run_in(folder, {"run", "actor", "-m", "actor:none", "--plugin", kActor});
  EXPECT_EQ(run.exit_code, 65);
  EXPECT_THAT(run.err, HasSubstr("plug-in actor: no such actor"));
}

}  // namespace
}  // namespace assay
