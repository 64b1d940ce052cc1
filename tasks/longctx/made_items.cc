// See made_items.h.
#include "tasks/longctx/made_items.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

#include "assay/digest.h"
#include "assay/fields.h"
#include "assay/response.h"
#include "tasks/longctx/answers.h"
#include "tasks/longctx/fit.h"
#include "tasks/longctx/grid.h"
#include "tasks/longctx/prompt_counter.h"

namespace assay {
namespace {

// "0/", "7.6/", "" without a depth.
std::string depth_part(const Spot& spot) {
  return spot.depth ? depth_text(*spot.depth) + "/" : std::string();
}

std::string id_of(const Spot& spot) {
  return fmt::format("{}/{}{}", spot.length, depth_part(spot), spot.index);
}

// A document before its text is made; it stays so when none can be.
Json bare_document(const Spot& spot) {
  Json doc = {{"length", spot.length}};
  if (spot.depth) doc["depth"] = *spot.depth;
  doc["keys"] = Json::array();
  doc["values"] = Json::array();
  return doc;
}

bool has_problem(const Json& placement) {
  return placement.is_object() && placement.contains("problem");
}

std::vector<MetricValue> share_found(const Item& item, const Response& response) {
  const std::string& text = std::get<std::vector<Generation>>(response.answer).at(0).text;
  return {{"string_match", share_contained(generated_text(text), text_list(item.doc, "values"))}};
}

}  // namespace

std::vector<Spot> grid_spots(const std::vector<int>& lengths, const std::vector<double>& depths,
                             int count) {
  std::vector<Spot> spots;
  for (const int length : lengths) {
    for (std::size_t d = 0; d < std::max<std::size_t>(1, depths.size()); ++d) {
      for (int index = 0; index < count; ++index) {
        spots.push_back({length, depths.empty() ? std::nullopt : std::optional(depths[d]), index});
      }
    }
  }
  return spots;
}

std::uint64_t secret_seed(const std::string& task, std::uint64_t seed, const Spot& spot) {
  return fnv1a64(fmt::format("{}/{}/{}{}", task, seed, depth_part(spot), spot.index));
}

std::uint64_t text_seed(const std::string& task, std::uint64_t seed, const Spot& spot) {
  return fnv1a64(fmt::format("{}/{}/{}", task, seed, id_of(spot)));
}

PromptMeter::PromptMeter(const DataSource& source, const GenerateContext& context)
    : source_(source),
      count_(context.count_tokens ? TokenCounter(context.count_tokens)
                                  : TokenCounter(estimated_tokens)),
      counted_by_(context.count_tokens ? "tokenizer" : "4 characters per token") {}

int PromptMeter::prompt_tokens(const Json& doc) const {
  Item whole;
  whole.doc = doc;
  whole.doc["placement"] = Json::object();
  const std::optional<int> tokens = count_prompt(source_, whole);
  if (tokens) return *tokens;
  const std::string input = text_field(doc, "input");
  const char* between = input.ends_with('\n') ? "" : " ";
  return count_(input + between + text_field(doc, "answer_start"));
}

std::optional<std::string> text_problem(const Item& item) {
  const auto placement = item.doc.find("placement");
  if (placement == item.doc.end() || !has_problem(*placement)) return std::nullopt;
  return placement->at("problem").get<std::string>();
}

expected<std::vector<Item>> make_items(const std::string& task, const std::vector<Spot>& spots,
                                       const Json& placements, const char* counted_by,
                                       TextMaker& maker) {
  std::vector<Item> items;
  for (std::size_t at = 0; at < spots.size(); ++at) {
    const Spot& spot = spots[at];
    Item item;
    item.id = id_of(spot);
    item.index = at;  // in the whole grid, also when a recorded run has measured a part of it
    if (!placements.empty() && !placements.contains(item.id)) continue;
    item.group = std::to_string(spot.length);
    if (spot.depth) item.group += "/" + depth_text(*spot.depth);
    item.doc = bare_document(spot);
    Json placement;
    if (placements.empty()) {
      const expected<Json> made = maker.make(spot, item.doc);
      placement = made ? *made : Json{{"problem", made.error().message}};
      placement["counted_by"] = counted_by;
      if (!made) item.doc = bare_document(spot);
    } else {
      placement = placements[item.id];
      const expected<void> made =
          has_problem(placement) ? expected<void>{} : maker.again(spot, placement, item.doc);
      if (!made) {
        return Error{made.error().code,
                     fmt::format("Task {}, item {}: {}.", task, item.id, made.error().message)};
      }
    }
    item.doc["placement"] = std::move(placement);
    items.push_back(std::move(item));
  }
  return items;
}

expected<Json> PieceMaker::make(const Spot& spot, Json& doc) {
  const expected<Range> allowed = range(spot);
  if (!allowed) return allowed.error();
  const int target = spot.length - answer_tokens_;
  const std::size_t guess = spot.length == guess_length_ ? guess_ : 0;
  const std::optional<Fit> fit =
      largest_fit(allowed->least, allowed->most, guess, target, [&](std::size_t pieces) {
        write(spot, pieces, doc);
        return meter_.prompt_tokens(doc);
      });
  if (!fit) {
    write(spot, allowed->least, doc);
    return usage_error(
        fmt::format("the smallest text needs {} tokens with its answer, more than {}",
                    meter_.prompt_tokens(doc) + answer_tokens_, spot.length));
  }
  write(spot, fit->size, doc);
  if (fit->size == allowed->most) {
    return data_error(fmt::format("{}, which make {} tokens", allowed->most_is, fit->tokens));
  }
  guess_length_ = spot.length;
  guess_ = fit->size;
  return Json{{"pieces", fit->size}, {"tokens", fit->tokens}};
}

expected<void> PieceMaker::again(const Spot& spot, const Json& placement, Json& doc) {
  const Error unfit = data_error("the recorded placement does not fit the data at hand");
  if (!placement.is_object() || !placement.contains("pieces") ||
      !placement["pieces"].is_number_unsigned()) {
    return unfit;
  }
  const expected<Range> allowed = range(spot);
  if (!allowed) return allowed.error();
  const auto pieces = placement["pieces"].get<std::size_t>();
  if (pieces < allowed->least || pieces > allowed->most) return unfit;
  write(spot, pieces, doc);
  return {};
}

Task made_task(const std::string& name, const std::string& about, int answer_tokens) {
  Task task;
  task.name = name;
  task.about = about;
  task.output = OutputType::kGenerate;
  task.shots.fixed_count = true;
  task.text = [](const Json& doc) {
    const Json& placement = field(doc, "placement");
    if (has_problem(placement)) throw std::runtime_error(text_field(placement, "problem"));
    return text_field(doc, "input");
  };
  task.gen_prefix = [](const Json& doc) { return text_field(doc, "answer_start"); };
  task.target = [](const Json& doc) -> Target {
    return fmt::format("{}", fmt::join(text_list(doc, "values"), ", "));
  };
  task.stops = std::vector<std::string>{};
  task.max_tokens = answer_tokens;
  task.process_results = share_found;
  task.metrics = {{"string_match"}};
  return task;
}

}  // namespace assay
