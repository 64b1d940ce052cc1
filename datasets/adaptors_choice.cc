// Multiple-choice data sets. Each function is the definition of one hub schema; the comments say
// only what the upstream file does differently.
#include <fmt/format.h>

#include <string>

#include "datasets/adaptor_rows.h"
#include "datasets/adaptors_internal.h"
#include "datasets/csv.h"
#include "datasets/json_file.h"

namespace assay::adaptors {
namespace {

Json object(std::initializer_list<std::pair<const char*, Json>> members) {
  Json result = Json::object();
  for (const auto& [name, value] : members) result[name] = value;
  return result;
}

// The label files of AI2's leaderboards: one label per line, as many lines as the data has rows.
expected<std::vector<std::string>> read_labels(const AdaptorFile& file) {
  const expected<std::vector<CsvRecord>> records = parse_csv(file.bytes, file.name);
  if (!records) return records.error();
  std::vector<std::string> labels;
  for (const CsvRecord& record : *records) {
    if (record.fields.size() != 1) {
      return data_error(fmt::format("{} line {} is not a single label.", file.name, record.line));
    }
    labels.push_back(record.fields.front());
  }
  return labels;
}

// Rows of files[0] with the label of the same position from files[1].
expected<void> map_with_labels(
    const AdaptorInput& input, const RowSink& sink,
    const std::function<Json(const DataRow&, const std::string&)>& make) {
  if (input.files.size() != 2) return internal_error("A labelled data set needs two files.");
  const expected<std::vector<std::string>> labels = read_labels(input.files[1]);
  if (!labels) return labels.error();
  std::size_t next = 0;
  const expected<void> mapped = map_jsonl(input.files[0], sink, [&](const DataRow& row) {
    if (next == labels->size()) row.fail(fmt::format("has no label in {}", input.files[1].name));
    return make(row, (*labels)[next++]);
  });
  if (mapped && next != labels->size()) {
    return data_error(
        fmt::format("{} has {} labels for the {} rows of {}; the two files do not "
                    "belong together.",
                    input.files[1].name, labels->size(), next, input.files[0].name));
  }
  return mapped;
}

std::string_view strip(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::vector<std::string> split_answers(std::string_view text) {
  std::vector<std::string> answers;
  while (true) {
    const std::size_t end = text.find(';');
    if (const std::string_view answer = strip(text.substr(0, end)); !answer.empty()) {
      answers.emplace_back(answer);
    }
    if (end == std::string_view::npos) return answers;
    text.remove_prefix(end + 1);
  }
}

Json targets(const std::vector<std::string>& right, const std::vector<std::string>& wrong) {
  Json labels = Json::array();
  Json choices = Json::array();
  for (const std::string& answer : right) choices.push_back(answer), labels.push_back(1);
  for (const std::string& answer : wrong) choices.push_back(answer), labels.push_back(0);
  return object({{"choices", choices}, {"labels", labels}});
}

}  // namespace

// Upstream: no header; question, four choices, the letter of the right one.
expected<void> mmlu(const AdaptorInput& input, const RowSink& sink) {
  const AdaptorFile& file = input.files.front();
  const expected<std::vector<CsvRecord>> records = parse_csv(file.bytes, file.name);
  if (!records) return records.error();
  for (const CsvRecord& record : *records) {
    const auto& fields = record.fields;
    if (fields.size() != 6) {
      return data_error(fmt::format(
          "{} line {} has {} fields where a question, four choices and a letter belong; the file "
          "is damaged, get it again.",
          file.name, record.line, fields.size()));
    }
    const std::string& letter = fields[5];
    if (letter.size() != 1 || letter[0] < 'A' || letter[0] > 'D') {
      return data_error(
          fmt::format("{} line {} gives \"{}\" as the right answer, which is none of "
                      "A, B, C and D.",
                      file.name, record.line, letter));
    }
    const expected<void> taken =
        sink(object({{"question", fields[0]},
                     {"subject", input.config},
                     {"choices", {fields[1], fields[2], fields[3], fields[4]}},
                     {"answer", letter[0] - 'A'}}));
    if (!taken) return taken;
  }
  return {};
}

expected<void> arc(const AdaptorInput& input, const RowSink& sink) {
  return map_jsonl(input.files.front(), sink, [](const DataRow& row) {
    const DataRow question = row.object("question");
    return object({{"id", row.text("id")},
                   {"question", question.text("stem")},
                   {"choices", choice_lists(question, "text", "label")},
                   {"answerKey", row.text("answerKey")}});
  });
}

expected<void> openbookqa(const AdaptorInput& input, const RowSink& sink) {
  return map_jsonl(input.files.front(), sink, [](const DataRow& row) {
    const DataRow question = row.object("question");
    return object({{"id", row.text("id")},
                   {"question_stem", question.text("stem")},
                   {"choices", choice_lists(question, "text", "label")},
                   {"answerKey", row.text("answerKey")}});
  });
}

expected<void> commonsenseqa(const AdaptorInput& input, const RowSink& sink) {
  return map_jsonl(input.files.front(), sink, [](const DataRow& row) {
    const DataRow question = row.object("question");
    return object({{"id", row.text("id")},
                   {"question", question.text("stem")},
                   {"question_concept", question.text("question_concept")},
                   {"choices", choice_lists(question, "label", "text")},
                   {"answerKey", row.text_or("answerKey", "")}});
  });
}

// The hub's label is a text, "" in the unlabelled test split.
expected<void> hellaswag(const AdaptorInput& input, const RowSink& sink) {
  return map_jsonl(input.files.front(), sink, [](const DataRow& row) {
    return object({{"ind", row.integer("ind")},
                   {"activity_label", row.text("activity_label")},
                   {"ctx_a", row.text_or("ctx_a", "")},
                   {"ctx_b", row.text_or("ctx_b", "")},
                   {"ctx", row.text("ctx")},
                   {"endings", row.list("endings")},
                   {"source_id", row.text("source_id")},
                   {"split", row.text("split")},
                   {"split_type", row.text("split_type")},
                   {"label", row.has("label") ? std::to_string(row.integer("label")) : ""}});
  });
}

expected<void> winogrande(const AdaptorInput& input, const RowSink& sink) {
  return map_jsonl(input.files.front(), sink, [](const DataRow& row) {
    return object({{"sentence", row.text("sentence")},
                   {"option1", row.text("option1")},
                   {"option2", row.text("option2")},
                   {"answer", row.text_or("answer", "")}});
  });
}

expected<void> piqa(const AdaptorInput& input, const RowSink& sink) {
  return map_with_labels(input, sink, [](const DataRow& row, const std::string& label) {
    if (label != "0" && label != "1") row.fail(fmt::format("has the label \"{}\"", label));
    return object({{"goal", row.text("goal")},
                   {"sol1", row.text("sol1")},
                   {"sol2", row.text("sol2")},
                   {"label", label == "1" ? 1 : 0}});
  });
}

expected<void> siqa(const AdaptorInput& input, const RowSink& sink) {
  return map_with_labels(input, sink, [](const DataRow& row, const std::string& label) {
    Json document = row.columns({"context", "question", "answerA", "answerB", "answerC"});
    document["label"] = label;
    return document;
  });
}

// SuperGLUE's form of BoolQ: the title in front of the passage, a running index, 1 for yes.
expected<void> boolq(const AdaptorInput& input, const RowSink& sink) {
  int index = 0;
  return map_jsonl(input.files.front(), sink, [&index](const DataRow& row) {
    const Json& answer = row.field("answer");
    if (!answer.is_boolean()) row.fail("has an \"answer\" that is neither true nor false");
    return object({{"question", row.text("question")},
                   {"passage", row.text("title") + " -- " + row.text("passage")},
                   {"idx", index++},
                   {"label", answer.get<bool>() ? 1 : 0}});
  });
}

// mc_task.json: {"question": …, "mc1_targets": {"answer": 1, "answer": 0, …}, "mc2_targets": …}.
expected<void> truthfulqa_mc(const AdaptorInput& input, const RowSink& sink) {
  const AdaptorFile& file = input.files.front();
  const expected<Json> json = parse_json_file(file.bytes, file.name);
  if (!json) return json.error();
  return map_array(file, *json, sink, [](const DataRow& row) {
    Json document = object({{"question", row.text("question")}});
    for (const char* name : {"mc1_targets", "mc2_targets"}) {
      Json choices = Json::array();
      Json labels = Json::array();
      for (const auto& [choice, label] : row.object(name).json().items()) {
        if (!label.is_number_integer()) row.fail("has a label that is not a whole number");
        choices.push_back(choice);
        labels.push_back(label);
      }
      document[name] = object({{"choices", choices}, {"labels", labels}});
    }
    return document;
  });
}

// The choice lists of mc_task.json put together from the answer columns of TruthfulQA.csv: mc1 is
// the best answer and all wrong ones, mc2 all right and all wrong ones, both in the file's order.
expected<void> truthfulqa_csv(const AdaptorInput& input, const RowSink& sink) {
  const AdaptorFile& file = input.files.front();
  const expected<std::vector<CsvRecord>> records = parse_csv(file.bytes, file.name);
  if (!records) return records.error();
  if (records->empty()) return data_error(fmt::format("{} is empty.", file.name));
  std::vector<std::size_t> columns;
  for (const char* name : {"Question", "Best Answer", "Correct Answers", "Incorrect Answers"}) {
    const expected<std::size_t> column = csv_column(records->front(), name, file.name);
    if (!column) return column.error();
    columns.push_back(*column);
  }
  for (std::size_t i = 1; i < records->size(); ++i) {
    const auto& fields = (*records)[i].fields;
    const std::vector<std::string> best{std::string(strip(fields[columns[1]]))};
    const std::vector<std::string> right = split_answers(fields[columns[2]]);
    const std::vector<std::string> wrong = split_answers(fields[columns[3]]);
    if (best.front().empty() || right.empty() || wrong.empty()) {
      return data_error(fmt::format("{} line {} has a question without right or wrong answers.",
                                    file.name, (*records)[i].line));
    }
    const expected<void> taken = sink(object({{"question", fields[columns[0]]},
                                              {"mc1_targets", targets(best, wrong)},
                                              {"mc2_targets", targets(right, wrong)}}));
    if (!taken) return taken;
  }
  return {};
}

}  // namespace assay::adaptors
