// See registry.h.
#include "datasets/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "assay/embedded.h"
#include "assay/json.h"
#include "datasets/json_file.h"

namespace assay {
namespace {

using Strings = std::vector<std::string>;

SplitSource parse_source(const Json& json, const RegistrySplit& split, const std::string& adaptor) {
  SplitSource source;
  source.files = json.at("files").get<Strings>();
  source.rows = json.value("rows", split.rows);
  source.adaptor = json.value("adaptor", adaptor);
  source.note = json.value("note", "");
  return source;
}

Download parse_download(const Json& json) {
  Download download;
  download.urls = json.at("urls").get<Strings>();
  download.unpack = json.value("unpack", "");
  download.file = json.value("file", "");
  // Named objects: items() must not outlive what it walks over.
  const Json members = json.value("members", Json::object());
  const Json tree = json.value("tree", Json::object());
  for (const auto& [from, to] : members.items()) download.members[from] = to.get<std::string>();
  for (const auto& [from, to] : tree.items()) download.tree[from] = to.get<std::string>();
  return download;
}

DatasetInfo parse_dataset(const Json& json) {
  DatasetInfo info;
  info.name = json.at("name");
  info.folder = json.at("folder");
  info.title = json.at("title");
  info.homepage = json.at("homepage");
  info.license = json.at("license");
  info.citation = json.at("citation");
  info.note = json.at("note");
  info.texts = json.at("texts").get<Strings>();
  for (const Json& entry : json.at("files")) {
    info.files.push_back({entry.at("path"), entry.value("sha256", Strings{}),
                          entry.value("bytes", std::uint64_t{0})});
  }
  const std::string adaptor = json.at("adaptor");
  for (const Json& entry : json.at("splits")) {
    RegistrySplit split;
    split.config = entry.at("config");
    split.split = entry.at("split");
    split.rows = entry.at("rows");
    const std::string split_adaptor = entry.value("adaptor", adaptor);
    for (const Json& source : entry.at("from")) {
      split.sources.push_back(parse_source(source, split, split_adaptor));
    }
    info.splits.push_back(std::move(split));
  }
  for (const Json& entry : json.at("downloads")) info.downloads.push_back(parse_download(entry));
  return info;
}

// What the rest of the code relies on: every path a split or download names is a listed file, and
// stays inside the data home.
expected<void> check(const DatasetInfo& info) {
  const auto bad = [&info](std::string_view what, std::string_view path) {
    return data_error(fmt::format("the registry's data set {} {} \"{}\".", info.name, what, path));
  };
  for (const RegistryFile& file : info.files) {
    if (!file.path.starts_with(info.folder + "/") || file.path.find("..") != std::string::npos) {
      return bad("has a file outside its folder:", file.path);
    }
    for (const std::string& digest : file.sha256) {
      if (digest.size() != 64 ||
          digest.find_first_not_of("0123456789abcdef") != std::string::npos) {
        return bad("has something that is no SHA-256:", digest);
      }
    }
  }
  for (const RegistrySplit& split : info.splits) {
    if (split.sources.empty()) return bad("names no files for the split", split.split);
    for (const SplitSource& source : split.sources) {
      for (const std::string& path : source.files) {
        if (info.file(path) == nullptr) return bad("reads a file it does not list:", path);
      }
    }
  }
  for (const Download& download : info.downloads) {
    if (download.urls.empty()) return bad("has a download without a URL for", download.file);
    if (!download.file.empty() && info.file(download.file) == nullptr) {
      return bad("downloads a file it does not list:", download.file);
    }
    for (const auto& [from, to] : download.members) {
      if (info.file(to) == nullptr) return bad("unpacks a file it does not list:", to);
    }
  }
  return {};
}

}  // namespace

const RegistryFile* DatasetInfo::file(std::string_view path) const {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const RegistryFile& f) { return f.path == path; });
  return found == files.end() ? nullptr : &*found;
}

const RegistrySplit* DatasetInfo::split(std::string_view config,
                                        std::string_view split_name) const {
  const auto found = std::find_if(splits.begin(), splits.end(), [&](const RegistrySplit& s) {
    return s.config == config && s.split == split_name;
  });
  return found == splits.end() ? nullptr : &*found;
}

expected<std::vector<DatasetInfo>> parse_registry(std::string_view json) {
  const expected<Json> parsed = parse_json_file(json, "the registry");
  if (!parsed) return parsed.error();
  std::vector<DatasetInfo> result;
  try {
    for (const Json& entry : parsed->at("datasets")) {
      result.push_back(parse_dataset(entry));
      if (expected<void> ok = check(result.back()); !ok) return ok.error();
    }
  } catch (const std::exception& error) {
    return data_error(
        fmt::format("the registry has an entry of the wrong form after {} data "
                    "sets: {}.",
                    result.size(), error.what()));
  }
  return result;
}

const std::vector<DatasetInfo>& registry() {
  static const std::vector<DatasetInfo> datasets = [] {
    const auto text = embedded_file("datasets/registry.json");
    expected<std::vector<DatasetInfo>> parsed =
        text ? parse_registry(*text)
             : expected<std::vector<DatasetInfo>>(internal_error("datasets/registry.json is not "
                                                                 "in the program."));
    if (!parsed) {
      std::fprintf(stderr, "assay: internal error: %s\n", parsed.error().message.c_str());
      std::abort();
    }
    return std::move(*parsed);
  }();
  return datasets;
}

const DatasetInfo* find_dataset(std::string_view name) {
  const auto& all = registry();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const DatasetInfo& d) { return d.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace assay
