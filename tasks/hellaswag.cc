// HellaSwag: which ending continues a description (Zellers et al. 2019). The texts come from
// WikiHow and video captions with markup left in, and the cleaning rules decide the score as much
// as the model does. protocols.md section 10.3.
#include "tasks/hellaswag.h"

#include <vector>

#include "assay/fields.h"
#include "assay/task.h"
#include "assay/text.h"

namespace assay {
namespace {

// Deletes every "[…]" that is closed on the same line, at the nearest bracket.
std::string without_brackets(std::string_view text) {
  std::string out;
  std::size_t i = 0;
  while (i < text.size()) {
    if (text[i] == '[') {
      const std::size_t end = text.find_first_of("]\n", i + 1);
      if (end != std::string_view::npos && text[end] == ']') {
        i = end + 1;
        continue;
      }
    }
    out += text[i++];
  }
  return out;
}

Json process(const Json& row) {
  Json doc = row;
  std::vector<std::string> endings;
  for (const std::string& ending : text_list(row, "endings")) {
    endings.push_back(clean_hellaswag(ending));
  }
  doc["query"] =
      clean_hellaswag(text_field(row, "activity_label") + ": " + text_field(row, "ctx_a") + " " +
                      capitalize(text_field(row, "ctx_b")));
  doc["choices"] = endings;
  doc["gold"] = int_field(row, "label");
  return doc;
}

Task hellaswag() {
  Task task;
  task.name = "hellaswag";
  task.about = "HellaSwag: everyday endings, customary 0 or 10 shots";
  task.data.dataset = "hellaswag";
  task.data.training_split = "train";
  task.data.validation_split = "validation";
  task.data.hub_path = "Rowan/hellaswag";
  task.process_doc = process;
  task.text = [](const Json& doc) { return text_field(doc, "query"); };
  task.choices = [](const Json& doc) { return text_list(doc, "choices"); };
  task.target = [](const Json& doc) -> Target { return int_field(doc, "gold"); };
  task.metrics = {{"acc"}, {"acc_norm"}};
  task.config_for_reports = {
      {"doc_to_text", "{{query}}"}, {"doc_to_target", "{{label}}"}, {"doc_to_choice", "choices"}};
  return task;
}

Task mini() {
  Task task = hellaswag();
  task.name = "mini-hellaswag";
  task.about = "our own easy endings in HellaSwag's form";
  task.data.dataset = "mini/hellaswag";
  task.data.hub_path.clear();
  return task;
}

const TaskRegistrar kHellaSwag{[] { return std::vector<Task>{hellaswag(), mini()}; }};

}  // namespace

std::string clean_hellaswag(std::string_view text) {
  const std::string titled = replace_all(strip(text), " [title]", ". ");
  return replace_all(without_brackets(titled), "  ", " ");
}

}  // namespace assay
