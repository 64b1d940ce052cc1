// A tiny HTTP/1.1 server on 127.0.0.1 for tests of code that talks to one. It answers one request
// per connection, in one thread, from a function that the test gives; it can send less than it
// promises, wait, redirect, and serve byte ranges. It ends with the object.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace assay::testing_support {

struct HttpRequest {
  std::string method;
  std::string path;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::optional<std::size_t> range_from;                     // "Range: bytes=N-"
};

struct HttpReply {
  int status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  bool ranges = true;                    // answer a range with 206; else send everything
  std::optional<std::size_t> cut_after;  // close after so many bytes of the body
  int delay_ms = 0;                      // before anything is sent
  bool stall = false;                    // after the bytes above, keep the connection open, silent
};

class HttpServer {
 public:
  using Handler = std::function<HttpReply(const HttpRequest&)>;
  explicit HttpServer(Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::string url() const;  // "http://127.0.0.1:PORT"
  std::vector<HttpRequest> requests() const;

 private:
  void serve();
  void answer(int connection);

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  std::thread thread_;
};

}  // namespace assay::testing_support
