// One file over HTTP(S), by libcurl: continues a half-finished download, follows redirects, and
// turns what can go wrong on a network into sentences. Nothing here knows of data sets or
// checksums; fetch.h decides what a downloaded file is worth.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "assay/expected.h"

namespace assay {

struct DownloadOptions {
  long connect_timeout_s = 30;
  int stall_timeout_ms = 60'000;  // give up when nothing at all arrives for so long
  int attempts = 3;               // of a transfer that breaks off; each continues the one before
  int retry_delay_ms = 1000;
};

// received and total are bytes of the whole file, including what an earlier call left; total is 0
// while unknown. Returning false stops the transfer.
using DownloadProgress = std::function<bool(std::uint64_t received, std::uint64_t total)>;

struct DownloadResult {
  std::uint64_t bytes = 0;  // size of the file now
  bool resumed = false;     // it began with bytes of an earlier call
};

// Downloads `url` into the file `path`, which is continued when it exists. On failure the file
// stays with what has arrived. kUnavailable: network, server, disk; kInterrupted: stopped by
// `progress`.
expected<DownloadResult> download(const std::string& url, const std::string& path,
                                  const DownloadOptions& options, const DownloadProgress& progress);

}  // namespace assay
