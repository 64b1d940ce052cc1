// The fence around a plug-in's functions. Whatever leaves one of them, an exception of any type or
// an Error, comes out as something assay's own code is ready for, with the plug-in's name in front:
// functions that return expected<T> give an Error, the others throw std::runtime_error, which their
// callers turn into an item error (task.h).
#pragma once

#include <fmt/format.h>

#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "assay/expected.h"
#include "assay/task.h"

namespace assay {

// What is wrong, in words, of the exception being handled. REQUIRES: called in a catch block.
inline std::string current_problem() {
  try {
    throw;
  } catch (const std::exception& problem) {
    return problem.what();
  } catch (...) {
    return "it threw something that is not a std::exception";
  }
}

template <typename T>
inline constexpr bool kIsExpected = false;
template <typename T>
inline constexpr bool kIsExpected<expected<T>> = true;

// An unset function stays unset.
template <typename Result, typename... Arguments>
std::function<Result(Arguments...)> guard(std::function<Result(Arguments...)> inner,
                                          const std::string& plugin) {
  if (!inner) return inner;
  return [inner = std::move(inner), plugin](Arguments... arguments) -> Result {
    try {
      Result result = inner(std::forward<Arguments>(arguments)...);
      if constexpr (kIsExpected<Result>) {
        if (!result) {
          return Error{result.error().code,
                       fmt::format("plug-in {}: {}", plugin, result.error().message)};
        }
      }
      return result;
    } catch (...) {
      const std::string problem = fmt::format("plug-in {}: {}", plugin, current_problem());
      if constexpr (kIsExpected<Result>) {
        return data_error(problem);
      } else {
        throw std::runtime_error(problem);
      }
    }
  };
}

// The task with every function of it guarded.
Task guarded(Task task, const std::string& plugin);

}  // namespace assay
