// LAMBADA: the last word of a passage (Paperno et al. 2016), OpenAI's version. The word is scored
// with the space before it; perplexity is per word. protocols.md section 10.13.
#include <string>
#include <vector>

#include "assay/fields.h"
#include "assay/task.h"

namespace assay {
namespace {

// Everything before the last space, and from it on. Only the space character separates.
std::string all_but_last(const Json& doc) {
  const std::string text = text_field(doc, "text");
  const std::size_t space = text.rfind(' ');
  return space == std::string::npos ? "" : text.substr(0, space);
}

Target last_word(const Json& doc) {
  const std::string text = text_field(doc, "text");
  const std::size_t space = text.rfind(' ');
  return " " + (space == std::string::npos ? text : text.substr(space + 1));
}

Task lambada_openai() {
  Task task;
  task.name = "lambada_openai";
  task.tag = "lambada";
  task.about = "LAMBADA: the last word of a passage";
  task.output = OutputType::kLoglikelihood;
  task.data.dataset = "lambada";
  task.data.test_split = "test";
  task.data.hub_path = "EleutherAI/lambada_openai";
  task.data.hub_name = "default";
  task.text = all_but_last;
  task.target = last_word;
  task.metrics = {{"perplexity", "perplexity", false}, {"acc"}};
  task.config_for_reports = {{"doc_to_text", "{{text.split(' ')[:-1]|join(' ')}}"},
                             {"doc_to_target", "{{' '+text.split(' ')[-1]}}"},
                             {"doc_to_decontamination_query", "{{text}}"}};
  return task;
}

const TaskRegistrar kLambada{[] { return std::vector<Task>{lambada_openai()}; }};

}  // namespace
}  // namespace assay
