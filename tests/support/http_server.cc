// See http_server.h.
#include "tests/support/http_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

namespace assay::testing_support {
namespace {

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool readable(int socket, int timeout_ms) {
  pollfd entry{socket, POLLIN, 0};
  return ::poll(&entry, 1, timeout_ms) > 0;
}

std::size_t content_length(const HttpRequest& request) {
  for (const auto& [name, value] : request.headers) {
    if (name == "content-length") return std::strtoull(value.c_str(), nullptr, 10);
  }
  return 0;
}

std::optional<HttpRequest> read_request(int socket, const std::atomic<bool>& stop) {
  std::string text;
  char buffer[4096];
  const auto receive = [&] {
    for (int waited = 0; waited < 5000 && !stop; waited += 50) {
      if (!readable(socket, 50)) continue;
      const ssize_t n = ::recv(socket, buffer, sizeof buffer, 0);
      if (n <= 0) return false;
      text.append(buffer, static_cast<std::size_t>(n));
      return true;
    }
    return false;
  };
  while (text.find("\r\n\r\n") == std::string::npos) {
    if (!receive()) return std::nullopt;
    if (text[0] < 'A' || text[0] > 'Z') return std::nullopt;  // TLS, which this server lacks
  }
  HttpRequest request;
  const std::size_t head_end = text.find("\r\n\r\n");
  std::size_t at = text.find("\r\n");
  const std::string line = text.substr(0, at);
  request.method = line.substr(0, line.find(' '));
  request.path = line.substr(request.method.size() + 1);
  request.path.erase(request.path.find(' '));
  while (at < head_end) {
    at += 2;
    const std::size_t end = text.find("\r\n", at);
    const std::size_t colon = text.find(": ", at);
    if (colon < end) {
      std::string name = text.substr(at, colon - at);
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      request.headers.emplace_back(name, text.substr(colon + 2, end - colon - 2));
    }
    at = end;
  }
  while (text.size() < head_end + 4 + content_length(request)) {
    if (!receive()) return std::nullopt;
  }
  request.body = text.substr(head_end + 4);
  for (const auto& [name, value] : request.headers) {
    if (name == "range" && value.starts_with("bytes=")) {
      request.range_from = std::strtoull(value.c_str() + 6, nullptr, 10);
    }
  }
  return request;
}

}  // namespace

HttpServer::HttpServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 8) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

HttpServer::~HttpServer() {
  stop_ = true;
  thread_.join();
  ::close(listener_);
}

std::string HttpServer::url() const { return fmt::format("http://127.0.0.1:{}", port_); }

std::vector<HttpRequest> HttpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void HttpServer::serve() {
  while (!stop_) {
    if (!readable(listener_, 20)) continue;
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    answer(connection);
    ::close(connection);
  }
}

void HttpServer::answer(int connection) {
  const std::optional<HttpRequest> request = read_request(connection, stop_);
  if (!request) return;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(*request);
  }
  const HttpReply reply = handler_(*request);
  for (int waited = 0; waited < reply.delay_ms && !stop_; waited += 10) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  int status = reply.status;
  std::string_view body = reply.body;
  std::string head;
  if (status == 200 && request->range_from && reply.ranges) {
    if (*request->range_from >= body.size()) {
      status = 416;
      body = {};
    } else {
      status = 206;
      head = fmt::format("Content-Range: bytes {}-{}/{}\r\n", *request->range_from, body.size() - 1,
                         body.size());
      body.remove_prefix(*request->range_from);
    }
  }
  for (const auto& [name, value] : reply.headers) head += fmt::format("{}: {}\r\n", name, value);
  if (!send_all(connection, fmt::format("HTTP/1.1 {} Reply\r\nContent-Length: {}\r\nConnection: "
                                        "close\r\n{}\r\n",
                                        status, body.size(), head))) {
    return;
  }
  send_all(connection, body.substr(0, reply.cut_after.value_or(body.size())));
  // Silent until the other side hangs up or the test is over.
  while (reply.stall && !stop_ && !readable(connection, 20)) {
  }
  ::shutdown(connection, SHUT_WR);
}

}  // namespace assay::testing_support
