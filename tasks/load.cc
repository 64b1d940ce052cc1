// See load.h: from splits to items, checks, shots, selection, in this order.
#include "tasks/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "assay/digest.h"
#include "datasets/local_rows.h"
#include "datasets/row_source.h"
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

// A split of the data home, or of the files that the task names itself, row by row.
expected<DataSplit> read_split(const TaskData& data, const DataSource& source,
                               const std::string& split, const RowTaker& take) {
  const auto own = data.files.find(split);
  if (own != data.files.end()) return read_local_rows(own->second, take);
  return read_rows(source, data.dataset, data.config, split, take);
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

// Checks items and puts them into a list.
class Collector {
 public:
  Collector(const Task& task, ItemList& items) : task_(task), items_(items) {}

  expected<void> add_row(Json&& row, const std::vector<std::string>& files) {
    const std::size_t index = items_.size();
    expected<Json> doc = processed(task_, std::move(row), index, files);
    if (!doc) return doc.error();
    const expected<Item> item = make_item(task_, std::move(*doc), index, files);
    if (!item) return item.error();
    return add(*item, files);
  }

  expected<void> add(const Item& item, const std::vector<std::string>& files) {
    if (const auto checked = check_item(task_, item); !checked) {
      Error error = checked.error();
      error.message = fmt::format("Task {}, item {}{}: {}.", task_.name, item.id, in_files(files),
                                  error.message);
      return error;
    }
    id_hashes_.push_back(std::hash<std::string>()(item.id));
    items_.add(item);
    return {};
  }

  // Ids of different hashes are different; only of equal ones the ids are looked at.
  expected<void> check_ids(const std::vector<std::string>& files) {
    std::sort(id_hashes_.begin(), id_hashes_.end());
    const auto twice = std::adjacent_find(id_hashes_.begin(), id_hashes_.end());
    const bool all_differ = twice == id_hashes_.end();
    id_hashes_ = {};
    if (all_differ) return {};
    std::map<std::string, std::size_t> first_of_id;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const Item item = items_.head(i);
      const auto [first, fresh] = first_of_id.emplace(item.id, item.index);
      if (fresh) continue;
      return data_error(
          fmt::format("Task {}: the rows {} and {} have the same id {}{}; ids must be unique.",
                      task_.name, first->second, item.index, item.id, in_files(files)));
    }
    return {};
  }

 private:
  const Task& task_;
  ItemList& items_;
  std::vector<std::size_t> id_hashes_;
};

// The whole evaluated split as items.
expected<void> evaluated_items(const Task& task, const DataSource& source,
                               const LoadOptions& options, LoadedTask& out) {
  Collector collector(task, out.items);
  if (task.generate_items) {
    const expected<std::vector<Item>> made =
        task.generate_items(source, {options.settings, options.count_tokens});
    if (!made) return made.error();
    // Made by this program from a seed: nothing that could be incomplete or altered.
    out.status = {made->size(), made->size(), true, "generated"};
    for (const Item& item : *made) {
      if (const auto added = collector.add(item, {}); !added) return added;
    }
    return collector.check_ids({});
  }
  const std::string& split =
      task.data.test_split.empty() ? task.data.validation_split : task.data.test_split;
  if (split.empty()) {
    return internal_error(
        fmt::format("The task {} has neither a test nor a validation split.", task.name));
  }
  expected<DataSplit> read =
      read_split(task.data, source, split, [&](Json&& row, const std::vector<std::string>& files) {
        return collector.add_row(std::move(row), files);
      });
  if (!read) return read.error();
  out.status = read->status;
  out.data_sha256 = read->sha256;
  out.files = std::move(read->files);
  if (out.items.empty()) {
    return data_error(fmt::format("The data of task {} are empty: {} has no rows{}.", task.name,
                                  split_name(task.data, split), in_files(out.files)));
  }
  return collector.check_ids(out.files);
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
  std::vector<Json>& pool = out.shot_pool;
  bool unreadable = true;
  const expected<DataSplit> loaded =
      read_split(task.data, source, split,
                 [&](Json&& row, const std::vector<std::string>& files) -> expected<void> {
                   expected<Json> doc = processed(task, std::move(row), pool.size(), files);
                   unreadable = doc.has_value();
                   if (!doc) return doc.error();
                   pool.push_back(std::move(*doc));
                   return {};
                 });
  if (!loaded && !unreadable) return loaded.error();
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
  return {};
}

// Draws for every item of the split, in order: a selection must not change anybody's shots.
expected<void> draw_shots(const Task& task, LoadedTask& loaded, std::uint64_t seed) {
  if (loaded.shots == 0) return {};
  ShotPicker picker(task.shots.sampler, loaded.shot_pool.size(),
                    static_cast<std::size_t>(loaded.shots), excludes_evaluated(task.data), seed);
  for (std::size_t i = 0; i < loaded.items.size(); ++i) {
    std::optional<LoadedItem> item;  // made when somebody asks
    const auto picks = picker.next([&](std::size_t shot) {
      if (!item) item = loaded.items[i];
      return loaded.shot_pool[shot] == item->item.doc;
    });
    if (!picks) {
      Error error = picks.error();
      error.message = fmt::format("Task {}: {}", task.name, error.message);
      return error;
    }
    loaded.items.add_shots(*picks);
  }
  return {};
}

expected<std::vector<std::size_t>> selected(const Task& task, const ItemList& items,
                                            const LoadOptions& options) {
  if (options.limit && options.items) {
    return usage_error("--first and --items choose items in two ways; give only one of them.");
  }
  if (options.items) {
    std::vector<Item> heads;
    for (std::size_t i = 0; i < items.size(); ++i) heads.push_back(items.head(i));
    return select_subset(task.name, heads, *options.items, options.subset_seed);
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
  out.items = ItemList(options.spool);
  if (auto made = evaluated_items(task, source, options, out); !made) return made.error();
  out.available = out.items.size();
  if (task.preamble) {
    const expected<std::string> preamble = task.preamble(source);
    if (!preamble) return preamble.error();
    out.items.set_preamble(*preamble);
    out.data_sha256 = sha256_hex(out.data_sha256 + sha256_hex(*preamble));
  }
  if (out.shots > 0) {
    if (auto loaded = load_shot_pool(task, source, out); !loaded) return loaded.error();
  }
  if (auto drawn = draw_shots(task, out, options.fewshot_seed); !drawn) return drawn.error();
  const auto positions = selected(task, out.items, options);
  if (!positions) return positions.error();
  out.items.keep(*positions);
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
