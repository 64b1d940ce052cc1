// See load.h: from splits to items, checks, shots, selection, in this order.
#include "tasks/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "assay/digest.h"
#include "datasets/local_rows.h"
#include "tasks/check_item.h"
#include "tasks/fewshot.h"

namespace assay {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// " (in gsm8k/test.jsonl)"
std::string in_files(const std::vector<std::string>& files) {
  return files.empty() ? "" : fmt::format(" (in {})", joined(files));
}

std::string split_name(const TaskData& data, const std::string& split) {
  return data.config.empty() ? fmt::format("{} {}", data.dataset, split)
                             : fmt::format("{} {} {}", data.dataset, data.config, split);
}

// A split of the data home, or of the files that the task names itself.
expected<DataSplit> load_split(const TaskData& data, const DataSource& source,
                               const std::string& split) {
  const auto own = data.files.find(split);
  if (own != data.files.end()) return load_local_rows(own->second);
  return source.load(data.dataset, data.config, split);
}

expected<Json> processed(const Task& task, Json row, std::size_t index,
                         const std::vector<std::string>& files) {
  if (!task.process_doc) return row;
  try {
    return task.process_doc(row);
  } catch (const std::exception& e) {
    return data_error(
        fmt::format("Task {}, row {}{}: {}.", task.name, index, in_files(files), e.what()));
  }
}

expected<std::vector<Json>> processed_rows(const Task& task, DataSplit& split) {
  std::vector<Json> out;
  out.reserve(split.rows.size());
  for (std::size_t i = 0; i < split.rows.size(); ++i) {
    expected<Json> doc = processed(task, std::move(split.rows[i]), i, split.files);
    if (!doc) return doc.error();
    out.push_back(std::move(*doc));
  }
  return out;
}

expected<Item> make_item(const Task& task, Json doc, std::size_t index,
                         const std::vector<std::string>& files) {
  try {
    Item item;
    item.id = task.id ? task.id(doc, index) : fmt::format("{:05}", index);
    item.group = task.group ? task.group(doc) : "";
    item.index = index;
    item.doc = std::move(doc);
    return item;
  } catch (const std::exception& e) {
    return data_error(
        fmt::format("Task {}, row {}{}: {}.", task.name, index, in_files(files), e.what()));
  }
}

// The whole evaluated split as items.
expected<std::vector<Item>> evaluated_items(const Task& task, const DataSource& source,
                                            const LoadOptions& options, LoadedTask& out) {
  std::vector<Item> items;
  if (task.generate_items) {
    expected<std::vector<Item>> made =
        task.generate_items(source, {options.settings, options.count_tokens});
    if (!made) return made.error();
    // Made by this program from a seed: nothing that could be incomplete or altered.
    out.status = {made->size(), made->size(), true, "generated"};
    return made;
  }
  const std::string& split =
      task.data.test_split.empty() ? task.data.validation_split : task.data.test_split;
  if (split.empty()) {
    return internal_error(
        fmt::format("The task {} has neither a test nor a validation split.", task.name));
  }
  expected<DataSplit> loaded = load_split(task.data, source, split);
  if (!loaded) return loaded.error();
  out.status = loaded->status;
  out.data_sha256 = loaded->sha256;
  out.files = loaded->files;
  expected<std::vector<Json>> docs = processed_rows(task, *loaded);
  if (!docs) return docs.error();
  for (std::size_t i = 0; i < docs->size(); ++i) {
    expected<Item> item = make_item(task, std::move((*docs)[i]), i, loaded->files);
    if (!item) return item.error();
    items.push_back(std::move(*item));
  }
  if (items.empty()) {
    return data_error(fmt::format("The data of task {} are empty: {} has no rows{}.", task.name,
                                  split_name(task.data, split), in_files(loaded->files)));
  }
  return items;
}

expected<void> check_items(const Task& task, const std::vector<Item>& items,
                           const std::vector<std::string>& files) {
  std::map<std::string_view, std::size_t> first_of_id;
  for (const Item& item : items) {
    const auto [first, fresh] = first_of_id.emplace(item.id, item.index);
    if (!fresh) {
      return data_error(
          fmt::format("Task {}: the rows {} and {} have the same id {}{}; ids must be unique.",
                      task.name, first->second, item.index, item.id, in_files(files)));
    }
    if (const auto checked = check_item(task, item); !checked) {
      Error error = checked.error();
      error.message = fmt::format("Task {}, item {}{}: {}.", task.name, item.id, in_files(files),
                                  error.message);
      return error;
    }
  }
  return {};
}

// Fills the pool of shots: fewshot_split, else the task's fixed list, else train, validation, test.
expected<void> load_shot_pool(const Task& task, const DataSource& source, LoadedTask& out) {
  std::string split = task.data.fewshot_split;
  if (split.empty() && task.shots.samples) {
    expected<std::vector<Json>> fixed = task.shots.samples(source);
    if (!fixed) return fixed.error();
    out.shot_pool = std::move(*fixed);
    out.shot_status = {out.shot_pool.size(), out.shot_pool.size(), true, "fixed by the protocol"};
    std::string dump;
    for (const Json& doc : out.shot_pool) dump += doc.dump() + "\n";
    out.data_sha256 = sha256_hex(out.data_sha256 + sha256_hex(dump));
    return {};
  }
  for (const std::string* other :
       {&task.data.training_split, &task.data.validation_split, &task.data.test_split}) {
    if (split.empty()) split = *other;
  }
  expected<DataSplit> loaded = load_split(task.data, source, split);
  if (!loaded) {
    Error error = loaded.error();
    error.message += fmt::format(" The {} shots of task {} come from there; --shots 0 needs none.",
                                 out.shots, task.name);
    return error;
  }
  out.shot_status = loaded->status;
  out.data_sha256 = sha256_hex(out.data_sha256 + loaded->sha256);
  for (const std::string& file : loaded->files) {
    if (std::find(out.files.begin(), out.files.end(), file) == out.files.end()) {
      out.files.push_back(file);
    }
  }
  expected<std::vector<Json>> docs = processed_rows(task, *loaded);
  if (!docs) return docs.error();
  out.shot_pool = std::move(*docs);
  return {};
}

// Draws for every item of the split, in order: a selection must not change anybody's shots.
expected<std::vector<std::vector<std::size_t>>> draw_shots(const Task& task,
                                                           const std::vector<Item>& items,
                                                           const LoadedTask& loaded,
                                                           std::uint64_t seed) {
  std::vector<std::vector<std::size_t>> out(items.size());
  if (loaded.shots == 0) return out;
  ShotPicker picker(task.shots.sampler, loaded.shot_pool.size(),
                    static_cast<std::size_t>(loaded.shots), excludes_evaluated(task.data), seed);
  for (std::size_t i = 0; i < items.size(); ++i) {
    auto picks =
        picker.next([&](std::size_t shot) { return loaded.shot_pool[shot] == items[i].doc; });
    if (!picks) {
      Error error = picks.error();
      error.message = fmt::format("Task {}: {}", task.name, error.message);
      return error;
    }
    out[i] = std::move(*picks);
  }
  return out;
}

expected<std::vector<std::size_t>> selected(const Task& task, const std::vector<Item>& items,
                                            const LoadOptions& options) {
  if (options.limit && options.items) {
    return usage_error("--first and --items choose items in two ways; give only one of them.");
  }
  if (options.items) {
    return select_subset(task.name, items, *options.items, options.subset_seed);
  }
  std::size_t count = items.size();
  if (options.limit) {
    const double limit = *options.limit;
    if (!(limit > 0)) {
      return usage_error(fmt::format("--first needs a positive number, not {}.", limit));
    }
    const double wanted =
        limit < 1 ? std::ceil(static_cast<double>(items.size()) * limit) : std::floor(limit);
    if (wanted < static_cast<double>(count)) count = static_cast<std::size_t>(wanted);
  }
  std::vector<std::size_t> positions(count);
  for (std::size_t i = 0; i < count; ++i) positions[i] = i;
  return positions;
}

}  // namespace

expected<LoadedTask> load_task(const Task& task, const DataSource& source,
                               const LoadOptions& options) {
  LoadedTask out;
  out.task = &task;
  out.shots = task.shots.fixed_count ? task.shots.default_count
                                     : options.shots.value_or(task.shots.default_count);
  if (out.shots < 0) {
    return usage_error(fmt::format("--shots needs a number from 0 up, not {}.", out.shots));
  }
  expected<std::vector<Item>> items = evaluated_items(task, source, options, out);
  if (!items) return items.error();
  out.available = items->size();
  if (task.preamble) {
    const expected<std::string> preamble = task.preamble(source);
    if (!preamble) return preamble.error();
    for (Item& item : *items) item.preamble = *preamble;
    out.data_sha256 = sha256_hex(out.data_sha256 + sha256_hex(*preamble));
  }
  if (auto checked = check_items(task, *items, out.files); !checked) return checked.error();
  if (out.shots > 0) {
    if (auto loaded = load_shot_pool(task, source, out); !loaded) return loaded.error();
  }
  auto shots = draw_shots(task, *items, out, options.fewshot_seed);
  if (!shots) return shots.error();
  const auto positions = selected(task, *items, options);
  if (!positions) return positions.error();
  for (const std::size_t i : *positions) {
    out.items.push_back({std::move((*items)[i]), std::move((*shots)[i])});
  }
  if (task.generate_items) {  // No files: the items themselves are the data.
    Sha256 digest;
    for (const LoadedItem& kept : out.items) {
      digest.update(kept.item.id + "\n" + kept.item.doc.dump() + "\n");
    }
    out.data_sha256 = digest.hex();
  }
  return out;
}

}  // namespace assay
