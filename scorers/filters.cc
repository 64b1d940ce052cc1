// The filter functions and the table of their names.
#include "scorers/filters.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "assay/text.h"
#include "scorers/added.h"
#include "scorers/python_format.h"
#include "scorers/python_regex.h"

namespace assay {
namespace {

using Maker = expected<FilterFunction> (*)(const Json& args);

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}

// A step that maps every value on its own.
template <typename Map>
FilterFunction each(Map map) {
  return [map](FilteredSamples& samples, const FilterContext& context) -> expected<void> {
    for (FilteredValue& v : samples.values) {
      if (expected<void> done = map(v, context); !done) return done;
    }
    return {};
  };
}

expected<FilterFunction> take_first(const Json&) {
  return FilterFunction([](FilteredSamples& samples, const FilterContext&) -> expected<void> {
    if (samples.values.empty()) return data_error("take_first has no sample to take.");
    samples.values.resize(1);
    samples.single = true;
    return {};
  });
}

expected<FilterFunction> take_first_k(const Json& args) {
  const auto k = args.value("k", std::size_t{0});
  if (k == 0) return usage_error("The filter take_first_k needs a number \"k\" of at least 1.");
  return FilterFunction([k](FilteredSamples& samples, const FilterContext&) -> expected<void> {
    if (samples.values.size() < k) {
      return data_error(
          fmt::format("take_first_k needs {} samples but the item has {}; ask for more samples.", k,
                      samples.values.size()));
    }
    samples.values.resize(k);
    return {};
  });
}

// The most frequent value, ties to the first seen; "[invalid]" votes like any other.
expected<FilterFunction> majority_vote(const Json&) {
  return FilterFunction([](FilteredSamples& samples, const FilterContext&) -> expected<void> {
    std::vector<std::pair<const Json*, std::size_t>> counts;
    for (const FilteredValue& v : samples.values) {
      bool seen = false;
      for (auto& [value, count] : counts) {
        if (*value == v.value) ++count, seen = true;
      }
      if (!seen) counts.emplace_back(&v.value, 1);
    }
    if (counts.empty()) return data_error("majority_vote has no sample to count.");
    auto best = counts.front();
    for (const auto& c : counts) {
      if (c.second > best.second) best = c;
    }
    FilteredValue winner{*best.first,
                         fmt::format("majority {} of {}", best.second, samples.values.size())};
    samples.values.assign(1, std::move(winner));
    return {};
  });
}

expected<FilterFunction> regex(const Json& args) {
  const auto pattern = args.value("regex_pattern", std::string("#### (\\-?[0-9\\.\\,]+)"));
  const auto group = args.value("group_select", 0);
  const auto fallback = args.value("fallback", std::string("[invalid]"));
  if (auto compiled = PythonRegex::get(pattern); !compiled) return compiled.error();
  return each([=](FilteredValue& v, const FilterContext&) -> expected<void> {
    auto found = extract_by_regex(pattern, group, fallback, text_of(v.value));
    if (!found) return found.error();
    v = std::move(*found);
    return {};
  });
}

expected<FilterFunction> remove_whitespace(const Json&) {
  return each([](FilteredValue& v, const FilterContext&) -> expected<void> {
    v.value = strip(text_of(v.value));
    return {};
  });
}

expected<FilterFunction> lowercase(const Json&) {
  return each([](FilteredValue& v, const FilterContext&) -> expected<void> {
    v.value = lower(text_of(v.value));
    return {};
  });
}

expected<FilterFunction> uppercase(const Json&) {
  return each([](FilteredValue& v, const FilterContext&) -> expected<void> {
    v.value = upper(text_of(v.value));
    return {};
  });
}

expected<FilterFunction> map_values(const Json& args) {
  if (!args.contains("mapping_dict") || !args.at("mapping_dict").is_object()) {
    return usage_error("The filter map needs an object \"mapping_dict\".");
  }
  const Json table = args.at("mapping_dict");
  const Json fallback = args.value("default_value", Json());
  return each([=](FilteredValue& v, const FilterContext&) -> expected<void> {
    const auto found = table.find(python_str(v.value));
    v = found == table.end() ? FilteredValue{fallback, "not in the map"}
                             : FilteredValue{*found, "map"};
    return {};
  });
}

expected<FilterFunction> build_program(const Json&) {
  return FilterFunction(
      [](FilteredSamples& samples, const FilterContext& context) -> expected<void> {
        if (!context.build_program) {
          return usage_error("A filter builds programs, but the task says nothing about how.");
        }
        for (FilteredValue& v : samples.values) {
          v.value = context.build_program(context.doc, text_of(v.value));
          if (v.rule.empty()) v.rule = "whole completion";
        }
        samples.programs = true;
        return {};
      });
}

const std::map<std::string, Maker>& makers() {
  static const std::map<std::string, Maker> kMakers{
      {"take_first", take_first},
      {"take_first_k", take_first_k},
      {"majority_vote", majority_vote},
      {"regex", regex},
      {"multi_choice_regex", make_multi_choice_regex},
      {"remove_whitespace", remove_whitespace},
      {"lowercase", lowercase},
      {"uppercase", uppercase},
      {"map", map_values},
      {"create_test", build_program},
      {"build_program", build_program},
      {"extract_code", make_extract_code},
      {"extract_program", make_extract_program},
      {"cut_at", make_cut_at},
  };
  return kMakers;
}

// A filter that a plug-in brought: it sees and gives texts.
FilterFunction added_step(const Filter& filter, const Json& args) {
  return [&filter, args](FilteredSamples& samples, const FilterContext& context) -> expected<void> {
    std::vector<std::string> texts;
    for (const FilteredValue& v : samples.values) texts.push_back(python_str(v.value));
    const std::vector<std::string> left = filter(texts, args, context.doc);
    if (left.empty()) return data_error("a filter of a plug-in has left no text at all.");
    samples.values.clear();
    for (const std::string& text : left) samples.values.push_back({sanitise_utf8(text), "plug-in"});
    samples.single = samples.single && left.size() == 1;
    return {};
  };
}

}  // namespace

bool is_own_filter(std::string_view name) { return makers().contains(std::string(name)); }

std::vector<std::string> filter_names() {
  std::vector<std::string> names = added_filters().names();
  for (const auto& [name, maker] : makers()) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

expected<FilteredValue> extract_by_regex(const std::string& pattern, int group_select,
                                         const std::string& fallback, const std::string& text) {
  const auto compiled = PythonRegex::get(pattern);
  if (!compiled) return compiled.error();
  const auto matches = (*compiled)->find_all(text);
  if (!matches) return matches.error();
  const int count = static_cast<int>(matches->size());
  if (count == 0) return FilteredValue{fallback, "no match"};
  const int index = group_select < 0 ? count + group_select : group_select;
  if (index < 0 || index >= count) {
    return data_error(
        fmt::format("The filter regex should take match {} of \"{}\" but there are {}.",
                    group_select, pattern, count));
  }
  const RegexMatch& match = (*matches)[static_cast<std::size_t>(index)];
  const std::string rule = fmt::format("regex match {} of {}{}", index + 1, count,
                                       (*compiled)->backtracks() ? ", backtracking" : "");
  if (match.groups.empty()) return FilteredValue{strip(match.whole), rule};
  if (match.groups.size() == 1) return FilteredValue{strip(match.groups[0].value_or("")), rule};
  for (const auto& group : match.groups) {
    if (group && !group->empty()) return FilteredValue{strip(*group), rule};
  }
  return FilteredValue{fallback, rule + " with all groups empty"};
}

expected<CompiledPipeline> CompiledPipeline::compile(const FilterPipeline& pipeline) {
  CompiledPipeline out;
  out.name_ = pipeline.name;
  for (const FilterStep& step : pipeline.steps) {
    if (const Filter* added = added_filters().find(step.function); added != nullptr) {
      out.steps_.push_back(added_step(*added, step.args));
      continue;
    }
    const auto maker = makers().find(step.function);
    if (maker == makers().end()) {
      return usage_error(fmt::format("There is no filter \"{}\" (pipeline {}); the filters are {}.",
                                     step.function, pipeline.name,
                                     fmt::join(filter_names(), ", ")));
    }
    const Json args = step.args.is_object() ? step.args : Json::object();
    try {
      auto made = maker->second(args);
      if (!made) return made.error();
      out.steps_.push_back(std::move(*made));
    } catch (const std::exception& e) {
      return usage_error(fmt::format("The filter {} of pipeline {} has a wrong argument: {}.",
                                     step.function, pipeline.name, e.what()));
    }
  }
  return out;
}

expected<FilteredSamples> CompiledPipeline::apply(const std::vector<std::string>& samples,
                                                  const FilterContext& context) const {
  FilteredSamples state;
  for (const std::string& sample : samples) state.values.push_back({sample, ""});
  for (const FilterFunction& step : steps_) {
    if (auto done = step(state, context); !done) return done.error();
  }
  return state;
}

}  // namespace assay
