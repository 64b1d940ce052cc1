// A plug-in for tests that behaves as $ASSAY_TEST_ACTOR says: well when it is unset, else badly in
// one of the ways that a plug-in can go wrong. One file, so that the tests compile one.
#include <assay/plugin.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

using assay::Json;

namespace {

bool acts(const char* part) {
  const char* wanted = std::getenv("ASSAY_TEST_ACTOR");
  return wanted != nullptr && std::string(wanted) == part;
}

// A global object whose constructor may throw where nobody can catch it.
struct Global {
  Global() {
    if (acts("throws in a constructor")) throw std::runtime_error("the global object is not ready");
  }
} global;

assay::Task task(const std::string& name) {
  assay::Task task;
  task.name = name;
  task.about = "numbers one to four";
  task.data.dataset = "actor-data";
  task.data.test_split = "test";
  task.text = [](const Json& doc) {
    const int number = assay::int_field(doc, "number");
    if (number == 2 && acts("task throws")) throw std::runtime_error("two is too many");
    if (number == 3 && acts("task throws")) throw 3;  // not a std::exception
    return "Number " + std::to_string(number) + " is";
  };
  task.choices = [](const Json&) { return std::vector<std::string>{"small", "large"}; };
  task.target = [](const Json& doc) -> assay::Target {
    return assay::int_field(doc, "number") > 2 ? 1 : 0;
  };
  task.metrics = {{"acc"}};
  return task;
}

// The model "actor:" continues with "large"; likelihoods prefer it.
class Model : public assay::Model {
 public:
  Model() {
    info_.name = "actor:";
    info_.identity = "actor";
    info_.engine = "actor 1";
  }
  const assay::ModelInfo& info() const override { return info_; }
  assay::expected<assay::PreparedRequest> prepare(const assay::Request& request) const override {
    return assay::PreparedRequest{request, {}, false};
  }
  assay::expected<std::vector<assay::expected<assay::Response>>> answer(
      std::span<const assay::PreparedRequest> unit, const std::function<bool()>&) override {
    std::vector<assay::expected<assay::Response>> out;
    for (const assay::PreparedRequest& asked : unit) {
      if (const auto* choices = std::get_if<assay::Choices>(&asked.request)) {
        const bool second = choices->contexts.front().find('2') != std::string::npos;
        if (second && acts("model throws")) throw std::runtime_error("no second number");
        if (second && acts("model answers too little")) {
          out.push_back(assay::Response{std::vector<assay::ChoiceScore>{}});
          continue;
        }
        out.push_back(assay::Response{
            std::vector<assay::ChoiceScore>{{-2.0, false, 1}, {-1.0, true, 1}}, 0, 0});
      } else if (const auto* text = std::get_if<assay::Completion>(&asked.request)) {
        const std::string last = text->prompt.substr(text->prompt.rfind(' ') + 1);
        out.push_back(assay::Response{
            std::vector(static_cast<std::size_t>(text->samples),
                        assay::Generation{" It is " + last, assay::FinishReason::kEndOfText, 3}),
            0, 0});
      } else {
        out.push_back(assay::Response{assay::RollingScore{-8.0, 4}, 0, 0});
      }
    }
    return out;
  }
  assay::expected<std::string> render_chat(std::span<const assay::ChatMessage>, bool,
                                           bool) const override {
    return assay::usage_error("there is no chat template");
  }
  std::string token_text(assay::Token) const override { return "?"; }
  std::optional<std::size_t> count_tokens(std::string_view) const override { return std::nullopt; }

 private:
  assay::ModelInfo info_;
};

assay::expected<assay::DataSplit> read(const std::string&, std::string_view, std::string_view) {
  if (acts("reader throws")) throw std::runtime_error("the tape is torn");
  if (acts("reader is empty")) return assay::DataSplit{};
  assay::DataSplit split;
  for (int i = 1; i <= 4; ++i) split.rows.push_back({{"number", i}});
  return split;
}

// Every item of the generating tasks is asked "Repeat N": the model says " It is N".
assay::Task generating(const std::string& name) {
  assay::Task made = task(name);
  made.output = assay::OutputType::kGenerate;
  made.choices = nullptr;
  made.text = [](const Json& doc) { return "Repeat " + assay::field(doc, "number").dump(); };
  made.target = [](const Json& doc) -> assay::Target { return assay::field(doc, "number").dump(); };
  made.filters = {{"last", {{"last_words", {{"count", 1}}}, {"take_first"}}}};
  made.metrics = {{"exact_match"}};
  return made;
}

std::vector<std::string> last_words(const std::vector<std::string>& texts, const Json& args,
                                    const Json&) {
  std::vector<std::string> out;
  for (const std::string& text : texts) {
    const auto all = assay::words(text);
    const auto count = args.at("count").get<std::size_t>();
    std::string left;
    for (std::size_t i = all.size() - std::min(count, all.size()); i < all.size(); ++i) {
      left += (left.empty() ? "" : " ") + std::string(all[i]);
    }
    out.push_back(left);
  }
  return out;
}

double distance(const assay::MetricInput& input) {
  const int number = std::atoi(input.text.c_str());
  if (number == 4 && acts("metric throws")) throw std::runtime_error("four is out of range");
  return number - input.args.value("from", 0);
}

double product(std::span<double> values) {
  if (acts("aggregation throws")) throw std::runtime_error("nothing to multiply");
  double out = 1;
  for (const double value : values) out *= value;
  return out;
}

assay::Judgement parity(const assay::Item& item, const assay::Response& response,
                        const Json& args) {
  if (acts("scorer throws")) throw 7;
  const auto& text = std::get<std::vector<assay::Generation>>(response.answer).front().text;
  assay::Judgement verdict;
  const bool even = assay::int_field(item.doc, "number") % 2 == 0;
  verdict.values = {{"even", even == args.at("even").get<bool>() ? 1.0 : 0.0}};
  verdict.extracted = text;
  verdict.rule = "parity";
  verdict.why = even ? "it is\neven" : "it is odd";
  return verdict;
}

assay::expected<std::unique_ptr<assay::Model>> open(const std::string& argument) {
  if (argument == "none") throw std::runtime_error("no such actor");
  return std::unique_ptr<assay::Model>(std::make_unique<Model>());
}

void setup(assay::Plugin& plugin) {
  if (acts("throws in setup")) throw std::runtime_error("the moon is wrong");
  if (acts("throws a number")) throw 42;
  if (acts("aborts")) std::abort();
  if (acts("crashes")) *reinterpret_cast<volatile int*>(8) = 1;
  if (acts("leaves")) std::_Exit(0);
  if (acts("adds nothing")) return;
  if (acts("task exists")) plugin.add_task(task("mini-arc"));
  if (acts("task twice")) plugin.add_task(task("actor"));
  if (acts("filter exists")) plugin.add_filter("take_first", last_words);
  if (acts("metric exists")) plugin.add_metric("pass@3", distance);
  if (acts("aggregation exists")) plugin.add_aggregation("mean", product);
  if (acts("data exists")) plugin.add_reader({"gsm8k", "", read});
  if (acts("data has a slash")) plugin.add_reader({"../gsm8k", "", read});
  if (acts("model exists")) plugin.add_model({"scripted", "", open});
  if (acts("model without function")) plugin.add_model({"nobody", "", {}});
  if (acts("group without child")) plugin.add_group({"nobodies", "", "1", {"nobody"}, {}, ""});
  if (acts("task without text")) {
    assay::Task mute = task("mute");
    mute.text = nullptr;
    plugin.add_task(std::move(mute));
  }
  if (acts("scorer is missing")) {
    assay::Task unjudged = task("unjudged");
    unjudged.scorer = "nobody";
    plugin.add_task(std::move(unjudged));
  }
  plugin.add_task(task("actor"));
  plugin.add_task(generating("actor-repeat"));
  assay::Task measured = generating("actor-measured");
  measured.metrics = {{"distance", "mean", true, {{"from", 1}}}, {"distance_product", "product"}};
  plugin.add_task(std::move(measured));
  assay::Task scored = generating("actor-scored");
  scored.scorer = "parity";
  scored.scorer_args = {{"even", true}};
  scored.metrics = {{"even"}};
  plugin.add_task(std::move(scored));
  plugin.add_group({"actors", "", "1", {"actor", "actor-repeat"}, {}, "all actors"});
  plugin.add_scorer("parity", parity);
  plugin.add_filter("last_words", last_words);
  plugin.add_metric("distance", distance);
  plugin.add_metric("distance_product", distance);
  plugin.add_aggregation("product", product);
  plugin.add_reader({"actor-data", "numbers", read});
  plugin.add_model({"actor", "says large", open});
}

// A registrar, as built-in tasks have: works in a plug-in too.
const assay::TaskRegistrar kRegistered{[] {
  if (acts("adds nothing")) return std::vector<assay::Task>{};
  return std::vector<assay::Task>{task("actor-registered")};
}};

}  // namespace

ASSAY_PLUGIN("actor", "1.2", setup)
