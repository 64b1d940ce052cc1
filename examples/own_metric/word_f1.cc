// A metric and an aggregation of one's own: the harmonic mean of precision and recall over words
// (as SQuAD scores answers, Rajpurkar et al. 2016), reported as mean and as the share of the worst
// fifth. A task that uses both is beside them.
#include <assay/plugin.h>

#include <algorithm>
#include <map>

using assay::Json;

namespace {

double f1(const std::string& answer, const std::string& reference) {
  std::map<std::string, int> counts;
  const std::string left = assay::lower(answer);
  const std::string right = assay::lower(reference);
  const auto wanted = assay::words(right);
  const auto given = assay::words(left);
  for (const std::string_view word : wanted) ++counts[std::string(word)];
  double common = 0;
  for (const std::string_view word : given) common += counts[std::string(word)]-- > 0 ? 1 : 0;
  if (common == 0) return 0;
  const double precision = common / static_cast<double>(given.size());
  const double recall = common / static_cast<double>(wanted.size());
  return 2 * precision * recall / (precision + recall);
}

double word_f1(const assay::MetricInput& input) {
  double best = 0;
  for (const std::string& reference : input.references) {
    best = std::max(best, f1(input.text, reference));
  }
  return best;
}

// The mean of the lowest fifth of the values, at least one.
double worst_fifth(std::span<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t count = std::max<std::size_t>(1, values.size() / 5);
  double sum = 0;
  for (const double value : values.first(count)) sum += value;
  return sum / static_cast<double>(count);
}

void setup(assay::Plugin& plugin) {
  plugin.add_metric("word_f1", word_f1);
  plugin.add_metric("worst_f1", word_f1);
  plugin.add_aggregation("worst_fifth", worst_fifth);
  assay::Task task;
  task.name = "phrases";
  task.about = "opposites, scored by shared words";
  task.output = assay::OutputType::kGenerate;
  task.data.files = {{"test", {ASSAY_PLUGIN_DIR "/phrases.jsonl"}}};
  task.data.test_split = "test";
  task.text = [](const Json& doc) {
    return "The opposite of " + assay::text_field(doc, "phrase") + " is";
  };
  task.target = [](const Json& doc) -> assay::Target { return assay::text_list(doc, "opposites"); };
  task.stops = {{"\n", "."}};
  task.max_tokens = 16;
  task.metrics = {{"word_f1"}, {"worst_f1", "worst_fifth"}};
  plugin.add_task(std::move(task));
}

}  // namespace

ASSAY_PLUGIN("word_f1", "1.0", setup)
