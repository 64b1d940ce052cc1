// WinoGrande: whom or what does the blank mean (Sakaguchi et al. 2020)? Each option is put into the
// blank and the likelihood of the rest of the sentence decides; the options themselves are not
// scored. protocols.md section 10.9.
#include <stdexcept>
#include <string>
#include <vector>

#include "assay/fields.h"
#include "assay/task.h"
#include "assay/text.h"

namespace assay {
namespace {

std::size_t blank(const std::string& sentence) {
  const std::size_t at = sentence.find('_');
  if (at == std::string::npos) throw std::invalid_argument("the sentence has no blank \"_\"");
  return at;
}

std::vector<std::string> filled_in(const Json& doc) {
  const std::string sentence = text_field(doc, "sentence");
  const std::string before = sentence.substr(0, blank(sentence));
  return {before + text_field(doc, "option1"), before + text_field(doc, "option2")};
}

Target rest(const Json& doc) {
  const std::string sentence = text_field(doc, "sentence");
  return std::string(strip(std::string_view(sentence).substr(blank(sentence) + 1)));
}

Task winogrande() {
  Task task;
  task.name = "winogrande";
  task.about = "WinoGrande: pronouns resolved, customary 5 shots";
  task.data.dataset = "winogrande";
  task.data.config = "winogrande_xl";
  task.data.training_split = "train";
  task.data.validation_split = "validation";
  task.data.hub_path = "allenai/winogrande";
  task.data.hub_name = "winogrande_xl";
  task.choices = filled_in;
  task.target = rest;
  task.gold_of_contexts = [](const Json& doc) { return int_field(doc, "answer") - 1; };
  task.metrics = {{"acc"}};
  return task;
}

const TaskRegistrar kWinoGrande{[] { return std::vector<Task>{winogrande()}; }};

}  // namespace
}  // namespace assay
