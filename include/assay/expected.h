// Errors are values: a function that can fail returns expected<T>, which holds either a T or an
// Error. An Error carries one full sentence for a person (what is wrong, where, what to do) and
// the exit code family it belongs to, so that the command line can end with the right status.
//
// C++20 has no std::expected; this is the small part of it that assay needs. Reading the value of
// a failed expected is a programming error and ends the process with a message.
//
// Thread-safety: a value type, like std::string.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <variant>

namespace assay {

// The exit codes of DESIGN section 6; an Error names the one its kind leads to.
enum class ErrorCode {
  kUsage = 64,        // the command line or a setting is wrong
  kBadData = 65,      // a data set, run folder or model file is damaged or of the wrong kind
  kUnavailable = 69,  // something needed is not there (data not fetched, sandbox refused, no space)
  kInternal = 70,     // a defect in assay or the engine
  kInterrupted = 130  // the user asked to stop
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;  // one sentence, no trailing newline
};

template <typename T>
class [[nodiscard]] expected {
 public:
  using value_type = T;
  expected(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  expected(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  // REQUIRES: has_value()
  const T& value() const& { return check(), std::get<0>(state_); }
  T& value() & { return check(), std::get<0>(state_); }
  T&& value() && { return check(), std::get<0>(std::move(state_)); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  // REQUIRES: !has_value()
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

  T value_or(T fallback) const& { return has_value() ? std::get<0>(state_) : std::move(fallback); }

 private:
  void check() const {
    if (has_value()) return;
    std::fprintf(stderr, "assay: internal error: value of a failed result read: %s\n",
                 std::get<1>(state_).message.c_str());
    std::abort();
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] expected<void> {
 public:
  expected() = default;
  expected(Error error) : error_(std::move(error)), failed_(true) {}  // NOLINT: implicit
  bool has_value() const { return !failed_; }
  explicit operator bool() const { return !failed_; }
  const Error& error() const& { return error_; }
  Error&& error() && { return std::move(error_); }

 private:
  Error error_;
  bool failed_ = false;
};

inline Error usage_error(std::string message) { return {ErrorCode::kUsage, std::move(message)}; }
inline Error data_error(std::string message) { return {ErrorCode::kBadData, std::move(message)}; }
inline Error unavailable(std::string message) {
  return {ErrorCode::kUnavailable, std::move(message)};
}
inline Error internal_error(std::string message) {
  return {ErrorCode::kInternal, std::move(message)};
}

}  // namespace assay
