// See recognise.h.
#include "datasets/recognise.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "assay/digest.h"
#include "datasets/adaptors.h"

namespace assay {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

const std::multimap<std::string, std::string>& paths_by_digest() {
  static const std::multimap<std::string, std::string> index = [] {
    std::multimap<std::string, std::string> result;
    for (const DatasetInfo& info : registry()) {
      for (const RegistryFile& file : info.files) {
        for (const std::string& digest : file.sha256) result.emplace(digest, file.path);
      }
    }
    return result;
  }();
  return index;
}

// These read any table, so being readable proves nothing.
bool is_generic(std::string_view adaptor) { return adaptor == "rows" || adaptor == "csv"; }

struct Candidate {
  std::string path;
  std::string adaptor;
  std::size_t rows = 0;      // as read
  std::size_t official = 0;  // of this split
  bool same_folder = false;  // the file lies in a folder of the data set's name
};

// How many rows the split reads from the bytes; nullopt when it cannot. Shared over splits that
// read a file in the same way.
class Reader {
 public:
  Reader(std::string_view bytes, std::string_view labels) : bytes_(bytes), labels_(labels) {}

  std::optional<std::size_t> rows(const SplitSource& source, const RegistrySplit& split) {
    const bool by_split = source.adaptor.starts_with("mbpp");
    const auto [entry, fresh] =
        known_.try_emplace(source.adaptor + (by_split ? "/" + split.split : ""));
    if (!fresh) return entry->second;
    const Adaptor adaptor = find_adaptor(source.adaptor);
    AdaptorInput input{split.config, split.split, {{"file", bytes_}}};
    if (source.files.size() == 2) input.files.push_back({"labels", labels_});
    std::size_t rows = 0;
    const expected<void> read = adaptor(input, [&rows](Json&&) {
      ++rows;
      return expected<void>();
    });
    if (read && rows > 0) entry->second = rows;
    return entry->second;
  }

 private:
  std::string_view bytes_;
  std::string_view labels_;
  std::map<std::string, std::optional<std::size_t>> known_;
};

std::vector<Candidate> candidates(std::string_view name, bool by_name, Reader* reader) {
  std::vector<Candidate> found;
  for (const DatasetInfo& info : registry()) {
    for (const RegistrySplit& split : info.splits) {
      for (const SplitSource& source : split.sources) {
        const std::string& path = source.files.front();
        const bool same_name = lower(base_name(path)) == lower(base_name(name));
        if (by_name != same_name) continue;
        if (!by_name && (is_generic(source.adaptor) || source.rows == 0)) continue;
        if (std::any_of(found.begin(), found.end(),
                        [&](const Candidate& c) { return c.path == path; })) {
          continue;
        }
        const std::optional<std::size_t> rows = reader->rows(source, split);
        if (!rows) continue;
        if ((!by_name || is_generic(source.adaptor)) && *rows != source.rows) continue;
        const std::string folder = "/" + lower(name);
        found.push_back({path, source.adaptor, *rows, source.rows,
                         folder.find("/" + lower(info.folder)) != std::string::npos});
      }
    }
  }
  return found;
}

// Several files of one name fit: take the one whose folder or whose official count fits.
void narrow(std::vector<Candidate>* found) {
  const auto keep_if = [found](auto predicate) {
    if (found->size() < 2 || std::none_of(found->begin(), found->end(), predicate)) return;
    std::erase_if(*found, [&](const Candidate& c) { return !predicate(c); });
  };
  keep_if([](const Candidate& c) { return c.same_folder; });
  keep_if([](const Candidate& c) { return c.official != 0 && c.rows == c.official; });
}

}  // namespace

std::string label_file_of(std::string_view data_file) {
  return fmt::format("{}-labels.lst", data_file.substr(0, data_file.rfind('.')));
}

Recognised recognise(std::string_view name, std::string_view bytes, std::string_view labels) {
  Recognised result;
  const auto [begin, end] = paths_by_digest().equal_range(sha256_hex(bytes));
  for (auto it = begin; it != end; ++it) result.paths.push_back(it->second);
  if (!result.paths.empty()) {
    result.verified = true;
    return result;
  }
  if (bytes.empty()) {
    result.reason = "it is empty";
    return result;
  }
  Reader reader(bytes, labels);
  std::vector<Candidate> found = candidates(name, true, &reader);
  if (found.empty()) found = candidates(name, false, &reader);
  narrow(&found);
  if (found.size() == 1) {
    result.paths.push_back(found.front().path);
    return result;
  }
  if (found.empty()) {
    result.reason = "it is no file of a known data set, or damaged";
    return result;
  }
  std::set<std::string> names;
  for (const Candidate& c : found) names.insert(c.path);
  result.reason = fmt::format(
      "it could be {}; put it into a folder and under the name that is "
      "meant",
      fmt::join(names, " or "));
  return result;
}

}  // namespace assay
