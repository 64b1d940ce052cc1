// The data home: a folder with the files of the data sets, in the layout of the registry, and the
// DataSource over it. Data sets whose name begins with "mini/" come from the program itself.
//
// A split that is not complete or whose bytes differ from the registry's is used all the same, and
// says so in its DataStatus; a split whose file is broken is refused.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "assay/dataset.h"
#include "datasets/registry.h"
#include "datasets/row_source.h"

namespace assay {

// The folder to use: `option` (--data) when not empty, else $ASSAY_DATA, else
// $XDG_DATA_HOME/assay, else $HOME/.local/share/assay. It need not exist. Touches no file.
std::string data_home_folder(std::string_view option);

// What to type to get a data set: "`assay data fetch gsm8k`" or "`assay data import DIR` …".
std::string how_to_get(const DatasetInfo& info);

// Thread-safe. Reads files only when a split or text is asked for. Digests of files are remembered
// by path, size and time of change for the life of the object.
class DataHome : public DataSource, public RowSource {
 public:
  explicit DataHome(std::string folder);

  const std::string& folder() const { return folder_; }

  expected<DataSplit> load(std::string_view dataset, std::string_view config,
                           std::string_view split) const override;

  // UTF-8 is checked, a byte order mark removed.
  expected<std::string> text(std::string_view dataset, std::string_view file) const override;

  expected<DataSplit> read(std::string_view dataset, std::string_view config,
                           std::string_view split, const RowTaker& take) const override;

  // The same for one way of filling a split, whether or not a better one is there (for
  // `data verify`). REQUIRES: `source` belongs to `split`, which belongs to `info`.
  expected<DataSplit> read_source(const DatasetInfo& info, const RegistrySplit& split,
                                  const SplitSource& source, const RowTaker& take) const;

  // Where a file of the registry is: its path, or path + ".gz", or "" when neither exists.
  std::string find(std::string_view path) const;

  // Digest of a file of the registry; of the unpacked bytes when only path + ".gz" exists.
  expected<std::string> sha256(std::string_view path) const;

 private:
  struct Bytes {
    std::string data;
    std::string sha256;
  };
  struct Stamp {
    std::uint64_t size = 0;
    std::int64_t changed = 0;
    std::string sha256;
  };

  expected<Bytes> bytes_of(std::string_view path) const;

  std::string folder_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, Stamp> digests_;
};

}  // namespace assay
