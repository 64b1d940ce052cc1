// A generation task with its own scorer: the model writes the sum of two numbers, and the scorer
// reads the last whole number of what it wrote. The items are made here: nothing has to be read.
#include <assay/plugin.h>

#include <cctype>

using assay::Json;

namespace {

assay::Judgement last_number(const assay::Item& item, const assay::Response& response,
                             const Json&) {
  const auto& texts = std::get<std::vector<assay::Generation>>(response.answer);
  std::string number;
  bool inside = false;
  for (const char c : texts.front().text) {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (digit && !inside) number.clear();
    if (digit) number += c;
    inside = digit;
  }
  const std::string sum = std::to_string(item.doc.at("sum").get<int>());
  assay::Judgement verdict;
  verdict.values = {{"exact_match", number == sum ? 1.0 : 0.0}};
  verdict.extracted = number;
  verdict.rule = number.empty() ? "no number" : "last number";
  verdict.why = "read \"" + number + "\", the sum is " + sum;
  return verdict;
}

assay::expected<std::vector<assay::Item>> make_items(const assay::DataSource&,
                                                     const assay::GenerateContext&) {
  std::vector<assay::Item> items;
  for (int a = 11; a < 100; a += 17) {
    for (int b = 7; b < 100; b += 31) {
      const std::string id = std::to_string(a) + "+" + std::to_string(b);
      items.push_back({id, "", items.size(), Json{{"a", a}, {"b", b}, {"sum", a + b}}});
    }
  }
  return items;
}

void setup(assay::Plugin& plugin) {
  assay::Task task;
  task.name = "sums";
  task.about = "sums of two numbers below 100";
  task.output = assay::OutputType::kGenerate;
  task.generate_items = make_items;
  task.text = [](const Json& doc) {
    return "What is " + std::to_string(assay::int_field(doc, "a")) + " plus " +
           std::to_string(assay::int_field(doc, "b")) + "?\nAnswer:";
  };
  task.target = [](const Json& doc) -> assay::Target {
    return std::to_string(assay::int_field(doc, "sum"));
  };
  task.scorer = "last_number";
  task.metrics = {{"exact_match"}};
  task.stops = {{"\n"}};
  task.max_tokens = 16;
  plugin.add_scorer("last_number", last_number);
  plugin.add_task(std::move(task));
}

}  // namespace

ASSAY_PLUGIN("sums", "1.0", setup)
