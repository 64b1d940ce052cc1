// A multiple-choice task: the model continues "The capital of France is" with one of four names,
// and the one with the highest log-likelihood is its answer.
#include <assay/plugin.h>

using assay::Json;

namespace {

assay::Task make_task() {
  assay::Task task;
  task.name = "capitals";
  task.about = "capital cities, four choices";
  task.data.files = {{"test", {ASSAY_PLUGIN_DIR "/test.jsonl"}},
                     {"train", {ASSAY_PLUGIN_DIR "/train.jsonl"}}};
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

void setup(assay::Plugin& plugin) { plugin.add_task(make_task()); }

}  // namespace

ASSAY_PLUGIN("capitals", "1.0", setup)
