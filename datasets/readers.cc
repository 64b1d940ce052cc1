// See readers.h.
#include "datasets/readers.h"

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <utility>

#include "assay/digest.h"

namespace assay {
namespace {

struct Readers {
  std::mutex mutex;
  std::map<std::string, DataReader, std::less<>> by_name;
};

Readers& readers() {
  static Readers all;
  return all;
}

// Every row with its length in front, so that no two lists of rows have the same bytes.
std::string digest_of(const std::vector<Json>& rows) {
  Sha256 hash;
  for (const Json& row : rows) {
    const std::string text = row.dump(-1, ' ', false, Json::error_handler_t::replace);
    hash.update(fmt::format("{}\n", text.size()));
    hash.update(text);
  }
  return hash.hex();
}

}  // namespace

const DataReader* find_reader(std::string_view dataset) {
  Readers& all = readers();
  const std::lock_guard lock(all.mutex);
  const auto found = all.by_name.find(dataset);
  return found == all.by_name.end() ? nullptr : &found->second;
}

std::vector<const DataReader*> all_readers() {
  Readers& all = readers();
  const std::lock_guard lock(all.mutex);
  std::vector<const DataReader*> out;
  for (const auto& [name, reader] : all.by_name) out.push_back(&reader);
  return out;
}

void register_reader(DataReader reader) {
  Readers& all = readers();
  const std::lock_guard lock(all.mutex);
  std::string name = reader.dataset;
  all.by_name.emplace(std::move(name), std::move(reader));
}

expected<DataSplit> read_with(const DataReader& reader, const std::string& home,
                              std::string_view config, std::string_view split) {
  expected<DataSplit> read = reader.load(home + "/" + reader.dataset, config, split);
  if (!read) return read;
  if (read->rows.empty()) {
    return data_error(
        fmt::format("The {} split of the data set {} has no rows.", split, reader.dataset));
  }
  read->status.rows = read->rows.size();
  read->status.verified = false;
  if (read->sha256.empty()) read->sha256 = digest_of(read->rows);
  return read;
}

}  // namespace assay
