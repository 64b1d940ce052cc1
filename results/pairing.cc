// See the header. Items are not independent where they share a passage (BoolQ, SQuAD) or a template
// cell (needle): those are clusters. A task whose items are all of one group (an MMLU subject) is
// the population itself, and its items stand alone.
#include "results/pairing.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <variant>

namespace assay {
namespace {

// What two items have in common that makes their answers depend on each other; "" = nothing.
std::string shared_source(const Item& item) {
  if (!item.group.empty()) return item.group;
  if (item.doc.is_object()) {
    const auto passage = item.doc.find("passage");
    if (passage != item.doc.end() && passage->is_string()) return passage->get<std::string>();
  }
  return "";
}

void set_clusters(std::vector<ItemPair>& pairs) {
  std::map<std::string, std::size_t> sources;
  bool one_for_all = true;
  for (const ItemPair& pair : pairs) {
    const std::string source = shared_source(pair.base->item);
    one_for_all = one_for_all && !source.empty();
    sources.emplace(source, sources.size());
  }
  one_for_all = one_for_all && sources.size() == 1;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::string source = shared_source(pairs[i].base->item);
    const bool alone = one_for_all || source.empty();
    pairs[i].cluster = alone ? sources.size() + i : sources.at(source);
  }
}

}  // namespace

bool asked_the_same(const Request& a, const Request& b) {
  if (a.index() != b.index()) return false;
  if (const auto* choices = std::get_if<Choices>(&a)) {
    const auto& others = std::get<Choices>(b);
    return choices->contexts == others.contexts && choices->continuations == others.continuations;
  }
  if (const auto* completion = std::get_if<Completion>(&a)) {
    return completion->prompt == std::get<Completion>(b).prompt;
  }
  return std::get<Rolling>(a).text == std::get<Rolling>(b).text;
}

TaskPairs pair_task(const TaskRecord& base, const TaskRecord& other) {
  TaskPairs pairs;
  pairs.base = &base;
  pairs.other = &other;
  std::unordered_map<std::string, const ItemRecord*> by_id;
  for (const ItemRecord& item : other.items) by_id.emplace(item.item.id, &item);
  for (const ItemRecord& item : base.items) {
    const auto found = by_id.find(item.item.id);
    if (found == by_id.end()) continue;
    const ItemRecord& twin = *found->second;
    ++pairs.common;
    pairs.base_errors += item.judged.error ? 1 : 0;
    pairs.other_errors += twin.judged.error ? 1 : 0;
    // A request that could not be made is an item error, not another question.
    const bool known = item.evidence.request && twin.evidence.request;
    if (known && !asked_the_same(*item.evidence.request, *twin.evidence.request)) {
      if (pairs.reworded++ == 0) pairs.example = item.item.id;
    }
    if (item.judged.error || twin.judged.error) {
      pairs.one_sided += item.judged.error.has_value() != twin.judged.error.has_value() ? 1 : 0;
      continue;
    }
    pairs.measured.push_back({&item, &twin, 0});
  }
  set_clusters(pairs.measured);
  return pairs;
}

}  // namespace assay
