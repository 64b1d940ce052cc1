// `assay data fetch NAME`: brings the files of a data set from their upstream into the data home.
//
// A file takes its place only when it is complete and its SHA-256 is the registry's; until then it
// is NAME.part beside it, and an interrupted download goes on from there. A file that is already
// there and right is not downloaded again, and is never replaced by something unverified.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "datasets/data_home.h"
#include "datasets/download.h"
#include "datasets/registry.h"

namespace assay {

struct FetchProgress {
  std::string url;
  std::string file;            // what it becomes in the data home, or the archive's name
  std::uint64_t received = 0;  // bytes, including those of an earlier call
  std::uint64_t total = 0;     // 0 = unknown
};

struct FetchOptions {
  DownloadOptions download;
  // Replaces scheme and host of every URL ("http://127.0.0.1:8000"), for mirrors and tests. Empty:
  // the variable ASSAY_FETCH_BASE, and upstream when that is not set.
  std::string base_url;
  std::function<bool(const FetchProgress&)> progress;  // false stops; may be empty
};

struct FetchedFile {
  std::string path;  // in the data home
  std::uint64_t bytes = 0;
  bool verified = false;      // SHA-256 equals the registry's
  bool already_here = false;  // nothing had to be downloaded
};

// kUnavailable: network, server, disk or nothing to fetch; kBadData: what arrived is not what the
// registry says (nothing is replaced then); kInterrupted: stopped by `progress`. What was fetched
// before an error stays. The data set must be one of the registry.
expected<std::vector<FetchedFile>> fetch_dataset(const DataHome& home, std::string_view name,
                                                 const FetchOptions& options);

// The same for a data set that need not be registered.
expected<std::vector<FetchedFile>> fetch_dataset(const DataHome& home, const DatasetInfo& info,
                                                 const FetchOptions& options);

}  // namespace assay
