// A multiple-choice task: the model continues "The capital of France is" with one of four names,
// and the one with the highest log-likelihood is its answer.
#include <assay/plugin.h>

using assay::Json;

namespace {

assay::Task make_task() {
  assay::Task task;
  task.name = "capitals";
  task.about = "capital cities, four choices";
  task.data.dataset = "capitals";     // the reader below
  task.data.test_split = "test";      // what is evaluated
  task.data.fewshot_split = "train";  // where worked examples come from
  task.text = [](const Json& doc) {
    return "The capital of " + assay::text_field(doc, "country") + " is";
  };
  task.choices = [](const Json& doc) { return assay::text_list(doc, "cities"); };
  task.target = [](const Json& doc) -> assay::Target { return assay::int_field(doc, "answer"); };
  task.metrics = {{"acc"}, {"acc_norm"}};
  return task;
}

assay::expected<assay::DataSplit> read(const std::string&, std::string_view,
                                       std::string_view split) {
  return assay::read_rows(ASSAY_PLUGIN_DIR "/" + std::string(split) + ".jsonl");
}

void setup(assay::Plugin& plugin) {
  plugin.add_reader({"capitals", "capital cities of Europe", read});
  plugin.add_task(make_task());
}

}  // namespace

ASSAY_PLUGIN("capitals", "1.0", setup)
