// A DataSource out of the test's own rows.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "assay/dataset.h"
#include "assay/digest.h"

namespace assay::testing {

class MemorySource : public DataSource {
 public:
  // `key` is "dataset/config/split".
  MemorySource& add(const std::string& key, std::vector<Json> rows) {
    splits_[key] = std::move(rows);
    return *this;
  }
  MemorySource& add_text(const std::string& dataset, const std::string& file, std::string text) {
    texts_[dataset + "/" + file] = std::move(text);
    return *this;
  }

  expected<DataSplit> load(std::string_view dataset, std::string_view config,
                           std::string_view split) const override {
    const std::string key =
        std::string(dataset) + "/" + std::string(config) + "/" + std::string(split);
    const auto found = splits_.find(key);
    if (found == splits_.end()) return unavailable("There is no " + key + ".");
    DataSplit out;
    out.rows = found->second;
    out.status = {out.rows.size(), out.rows.size(), true, ""};
    out.sha256 = sha256_hex(Json(out.rows).dump());
    out.files = {key + ".jsonl"};
    return out;
  }

  expected<std::string> text(std::string_view dataset, std::string_view file) const override {
    const auto found = texts_.find(std::string(dataset) + "/" + std::string(file));
    if (found == texts_.end()) return unavailable("There is no text " + std::string(file) + ".");
    return found->second;
  }

 private:
  std::map<std::string, std::vector<Json>> splits_;
  std::map<std::string, std::string> texts_;
};

}  // namespace assay::testing
