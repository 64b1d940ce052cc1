// See download.h.
#include "datasets/download.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "assay/version.h"
#include "datasets/file_bytes.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

struct Transfer {
  CURL* curl = nullptr;
  std::FILE* file = nullptr;
  std::uint64_t offset = 0;  // bytes in the file before this attempt
  std::uint64_t written = 0;
  bool checked = false;  // the status line of this attempt has been looked at
  int disk_error = 0;
  bool stopped = false;
  bool stalled = false;
  std::chrono::milliseconds patience{0};
  std::chrono::steady_clock::time_point last_arrival = std::chrono::steady_clock::now();
  const DownloadProgress* progress = nullptr;
};

std::size_t on_data(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (!transfer.checked) {
    transfer.checked = true;
    long status = 0;
    curl_easy_getinfo(transfer.curl, CURLINFO_RESPONSE_CODE, &status);
    // A server that ignores the range sends the whole file: begin again.
    if (transfer.offset > 0 && status == 200) {
      std::fflush(transfer.file);
      if (std::freopen(nullptr, "wb", transfer.file) == nullptr) {
        transfer.file = nullptr;
        transfer.disk_error = errno;
        return 0;
      }
      transfer.offset = 0;
    }
  }
  errno = 0;
  if (std::fwrite(data, 1, size, transfer.file) != size || std::fflush(transfer.file) != 0) {
    transfer.disk_error = errno;
    return 0;
  }
  transfer.written += size;
  transfer.last_arrival = std::chrono::steady_clock::now();
  return size;
}

int on_progress(void* user, curl_off_t total, curl_off_t, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(user);
  // libcurl's own limit looks at a mean over seconds, so it leaves a silent server late.
  transfer.stalled = std::chrono::steady_clock::now() - transfer.last_arrival > transfer.patience;
  if (transfer.stalled) return 1;
  if (*transfer.progress == nullptr) return 0;
  const std::uint64_t whole =
      total > 0 ? transfer.offset + static_cast<std::uint64_t>(total) : std::uint64_t{0};
  if ((*transfer.progress)(transfer.offset + transfer.written, whole)) return 0;
  transfer.stopped = true;
  return 1;
}

std::string host_of(const std::string& url) {
  const std::size_t begin = url.find("://") == std::string::npos ? 0 : url.find("://") + 3;
  return url.substr(begin, url.find('/', begin) - begin);
}

Error network_error(CURLcode code, const char* details, const std::string& url,
                    std::uint64_t have) {
  const std::string host = host_of(url);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return unavailable(fmt::format(
          "The host {} cannot be found; check the network and run the same command again.", host));
    case CURLE_COULDNT_RESOLVE_PROXY:
      return unavailable(
          "The proxy cannot be found; check the variables https_proxy and http_proxy.");
    case CURLE_COULDNT_CONNECT:
      return unavailable(fmt::format(
          "No connection to {} can be made; check the network and run the same command again.",
          host));
    case CURLE_OPERATION_TIMEDOUT:
      return unavailable(fmt::format(
          "{} sends nothing any more ({} bytes of {} are here); run the same command later, it "
          "goes on from there.",
          host, have, url));
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
      return unavailable(fmt::format(
          "The secure connection to {} fails ({}); install the package ca-certificates, or check "
          "what stands between this machine and the network.",
          host, details));
    default:
      return unavailable(fmt::format(
          "The connection broke off after {} bytes of {} ({}); run the same command again, it goes "
          "on from there.",
          have, url, details[0] != '\0' ? details : curl_easy_strerror(code)));
  }
}

Error http_error(long status, const std::string& url) {
  const char* hint = status == 404 || status == 410 ? "the file is no longer there; put a copy in "
                                                      "a folder and use `assay data import`"
                     : status == 401 || status == 403 ? "the server does not give it out"
                     : status == 429                  ? "too many requests; try again later"
                     : status >= 500                  ? "the server has a fault; try again later"
                                                      : "that is not a download";
  return unavailable(fmt::format("{} answers with status {}: {}.", url, status, hint));
}

// What an attempt came to: done, an error for good, or one that another attempt may mend.
struct Outcome {
  std::optional<Error> error;
  bool again = false;
};

Outcome attempt(const std::string& url, const std::string& path, const DownloadOptions& options,
                const DownloadProgress& progress) {
  std::error_code ignored;
  Transfer transfer;
  transfer.progress = &progress;
  transfer.patience = std::chrono::milliseconds(options.stall_timeout_ms);
  const std::uint64_t size = fs::is_regular_file(path, ignored) ? fs::file_size(path, ignored) : 0;
  transfer.offset = ignored ? 0 : size;
  transfer.file = std::fopen(path.c_str(), "ab");
  if (transfer.file == nullptr) {
    return {unavailable(fmt::format("{} cannot be written: {}.", path, system_reason(errno)))};
  }
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) {
    std::fclose(transfer.file);
    return {internal_error("libcurl cannot start.")};
  }
  transfer.curl = curl.get();
  char details[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_MAXREDIRS, 10L);
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_USERAGENT, "assay/" ASSAY_VERSION);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, options.connect_timeout_s);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, details);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, on_data);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &transfer);
  // A range header by hand: with libcurl's own resuming, a server that ignores it is an error.
  const std::string range = fmt::format("{}-", transfer.offset);
  if (transfer.offset > 0) curl_easy_setopt(curl.get(), CURLOPT_RANGE, range.c_str());

  const CURLcode code = curl_easy_perform(curl.get());
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (transfer.file != nullptr && std::fclose(transfer.file) != 0 && transfer.disk_error == 0) {
    transfer.disk_error = errno;
  }
  if (transfer.disk_error != 0) {
    return {unavailable(
        fmt::format("{} cannot be written: {}.", path, system_reason(transfer.disk_error)))};
  }
  if (transfer.stopped) {
    return {Error{ErrorCode::kInterrupted,
                  fmt::format("The download was stopped after {} bytes; run the same command "
                              "again, it goes on from there.",
                              transfer.offset + transfer.written)}};
  }
  if (transfer.stalled) {
    return {
        network_error(CURLE_OPERATION_TIMEDOUT, details, url, transfer.offset + transfer.written)};
  }
  if (code == CURLE_OK) return {};
  if (code == CURLE_HTTP_RETURNED_ERROR) {
    // 416: the range begins at or behind the end, so the file here is complete, or of another
    // version. The checksum of the caller tells; without one a fresh start is the safe answer.
    if (status == 416 && transfer.offset > 0) {
      fs::remove(path, ignored);
      return {http_error(status, url), true};
    }
    return {http_error(status, url), status >= 500 || status == 429};
  }
  const bool broke_off = code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR ||
                         code == CURLE_GOT_NOTHING || code == CURLE_HTTP2_STREAM;
  return {network_error(code, details, url, transfer.offset + transfer.written), broke_off};
}

}  // namespace

expected<DownloadResult> download(const std::string& url, const std::string& path,
                                  const DownloadOptions& options,
                                  const DownloadProgress& progress) {
  static std::once_flag started;
  std::call_once(started, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  std::error_code error;
  const std::uint64_t before = fs::is_regular_file(path, error) ? fs::file_size(path, error) : 0;
  for (int i = 1;; ++i) {
    const Outcome outcome = attempt(url, path, options, progress);
    if (!outcome.error) break;
    if (!outcome.again || i >= options.attempts) return *outcome.error;
    std::this_thread::sleep_for(std::chrono::milliseconds(options.retry_delay_ms));
  }
  return DownloadResult{fs::file_size(path, error), before > 0};
}

}  // namespace assay
