// See native_hooks.h.
#include "tasks/declarative/native_hooks.h"

#include <fmt/format.h>

#include "tasks/registry.h"

namespace assay {
namespace {

void process_doc(Task& to, const Task& from) { to.process_doc = from.process_doc; }
void choices(Task& to, const Task& from) { to.choices = from.choices; }
void target(Task& to, const Task& from) { to.target = from.target; }
void contexts(Task& to, const Task& from) { to.gold_of_contexts = from.gold_of_contexts; }
void results(Task& to, const Task& from) { to.process_results = from.process_results; }
void samples(Task& to, const Task& from) {
  to.shots.samples = from.shots.samples;
  to.shots.target = from.shots.target;
}
void program(Task& to, const Task& from) {
  to.build_program = from.build_program;
  to.gold_response = from.gold_response;
}
void metrics(Task& to, const Task& from) {
  to.metrics = from.metrics;
  program(to, from);
}

}  // namespace

const std::vector<NativeHook>& native_hooks() {
  static const std::vector<NativeHook> kHooks = {
      {"process_docs", "utils.process_docs", "Rowan/hellaswag", "hellaswag", process_doc},
      {"doc_to_text", "preprocess_winogrande.doc_to_text", "allenai/winogrande", "winogrande",
       contexts},
      {"doc_to_target", "preprocess_winogrande.doc_to_target", "allenai/winogrande", "winogrande",
       target},
      {"doc_to_choice", "preprocess_winogrande.doc_to_choice", "allenai/winogrande", "winogrande",
       choices},
      {"process_results", "utils.process_results_mc2", "truthfulqa/truthful_qa", "truthfulqa_mc2",
       results},
      {"doc_to_target", "preprocess_wikitext.wikitext_detokenizer",
       "EleutherAI/wikitext_document_level", "wikitext", target},
      {"process_results", "preprocess_wikitext.process_results",
       "EleutherAI/wikitext_document_level", "wikitext", results},
      {"filter_fn", "utils.build_predictions", "openai/openai_humaneval", "humaneval", program},
      {"filter_fn", "utils.build_predictions_instruct", "openai/openai_humaneval",
       "humaneval_instruct", program},
      {"metric", "utils.pass_at_k", "openai/openai_humaneval", "humaneval", metrics},
      {"metric", "utils.pass_at_1", "google-research-datasets/mbpp", "mbpp", metrics},
      {"samples", "utils.list_fewshot_samples", "google-research-datasets/mbpp", "mbpp", samples},
  };
  return kHooks;
}

expected<void> apply_native_hook(Task& task, const YamlNode& node, const std::string& key) {
  std::string offers;
  for (const NativeHook& hook : native_hooks()) {
    const std::string own = fmt::format("assay.{}.{}", hook.task, hook.key);
    if (key != hook.key) continue;
    offers += (offers.empty() ? "" : ", ") + own;
    const bool upstream = node.function == hook.function && task.data.hub_path == hook.data;
    if (!upstream && node.function != own) continue;
    const Task* from = find_task(hook.task);
    if (from == nullptr) {
      return internal_error(fmt::format("The built-in task {} is missing.", hook.task));
    }
    hook.take(task, *from);
    return {};
  }
  return yaml_error(
      node, key,
      fmt::format(
          "!function {} is Python, which assay does not run; write it as a template or as a "
          "C++ task (docs/adding-a-task.md){}{}",
          node.function,
          offers.empty() ? "" : ", or take one of the native replacements: !function ", offers));
}

}  // namespace assay
