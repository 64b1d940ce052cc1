// A run made up by hand that has every kind of figure: groups, several filters, labels, item
// errors, a figure without an error bar, one that was not run and one that failed.
#pragma once

#include <string>

#include "results/run_folder.h"

namespace assay::test {

inline Score make_score(const std::string& task, const std::string& metric,
                        const std::string& filter, Measurement value, std::size_t items,
                        std::size_t errors = 0) {
  return {task, false, metric, filter, true, std::move(value), items, errors};
}

inline RunFolder sample_run() {
  RunFolder run;
  run.path = "runs/sample-tiny";
  run.manifest = {
      {"model",
       {{"name", "tiny-Q8_0.gguf"},
        {"max_length", 512},
        {"settings", {{"bytes", 379168}, {"parameters", 292800}, {"bits_per_weight", 9.0625}}}}},
      {"settings", {{"targets", {"mmlu", "gsm8k"}}, {"shots", nullptr}, {"chat", false}}},
      {"machine", {{"cores", 4}}}};
  Summary& summary = run.summary;
  summary.fingerprint = "f00d";
  summary.model = "tiny-Q8_0.gguf";
  summary.items = 230;
  summary.errors = 3;
  summary.tokens = {123456, 100000, 789};

  const auto add = [&summary](ResultEntry entry) { summary.entries.push_back(std::move(entry)); };
  ResultEntry group;
  group.name = "mmlu";
  group.is_group = true;
  group.children = {"mmlu_anatomy"};
  group.version = "2";
  group.items = 100;
  group.available = 135;
  group.errors = 2;
  group.data_label = "unverified";
  group.scores = {make_score(
      "mmlu", "acc", "none",
      Estimate{27.0 / 98, 98, 0.0451234567, Interval{0.1966, 0.3714}, "wilson"}, 100, 2)};
  add(group);
  ResultEntry leaf = group;
  leaf.name = "mmlu_anatomy";
  leaf.alias = "anatomy";
  leaf.is_group = false;
  leaf.children.clear();
  leaf.depth = 1;
  leaf.parent = "mmlu";
  leaf.version = "1.0";
  leaf.shots = 5;
  leaf.error_reasons = {{"the prompt has 600 tokens but the context holds 512", 2}};
  add(leaf);
  ResultEntry gsm8k;
  gsm8k.name = "gsm8k";
  gsm8k.version = "3.0";
  gsm8k.items = 100;
  gsm8k.available = 1319;
  gsm8k.errors = 1;
  gsm8k.error_reasons = {{"a reason, with a comma and a | bar", 1}};
  gsm8k.shots = 5;
  gsm8k.scores = {
      make_score("gsm8k", "exact_match", "strict-match",
                 Estimate{0.0, 99, 0.0, Interval{0.0, 0.0374}, "wilson"}, 100, 1),
      make_score("gsm8k", "exact_match", "flexible-extract",
                 Estimate{2.0 / 99, 99, 0.01421, Interval{0.0056, 0.0707}, "wilson"}, 100, 1)};
  add(gsm8k);
  ResultEntry code;
  code.name = "humaneval";
  code.version = "1.0";
  code.items = 20;
  code.available = 164;
  code.scores = {make_score("humaneval", "pass@1", "create_test", NotRun{"no sandbox"}, 20)};
  add(code);
  ResultEntry rolling;
  rolling.name = "wikitext";
  rolling.version = "2.0";
  rolling.items = 9;
  rolling.available = 62;
  rolling.data_label = "partial 62/64";
  rolling.scores = {
      make_score("wikitext", "word_perplexity", "none",
                 Estimate{12345678.9, 9, std::nullopt, std::nullopt, ""}, 9),
      make_score("wikitext", "bits_per_byte", "none", Failed{"a page has no bytes"}, 9)};
  rolling.scores.front().higher_is_better = false;
  add(rolling);
  ResultEntry single;
  single.name = "boolq";
  single.version = "2.0";
  single.items = 1;
  single.available = 3270;
  single.shots = 3;
  single.shot_data_label = "unverified";
  single.scores = {make_score("boolq", "acc", "none",
                              Estimate{1.0, 1, std::nullopt, Interval{0.2065, 1.0}, "wilson"}, 1)};
  add(single);

  Timing& timing = summary.timing;
  timing.wall_seconds = 75.4;
  timing.engine_seconds = 70.04;
  timing.tokens_per_second = 1773.9;
  timing.prompt = {100000, 210, 61.5};
  timing.generation = {789, 60, 8.25};
  timing.load_seconds = 1.37;
  timing.peak_memory_bytes = 345ULL * 1024 * 1024;
  timing.resumed_items = 30;
  return run;
}

}  // namespace assay::test
