// The line that says how far a run is: share done, items and tokens per second, the score so far,
// time left, item errors. Where it does not fit, what matters least is left out whole; nothing is
// cut in the middle of a figure.
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <string>

namespace assay {

struct ProgressState {
  std::size_t done = 0;  // items, those of earlier sessions included
  std::size_t total = 0;
  std::size_t here = 0;    // items of this session, which the rates are made of
  std::size_t tokens = 0;  // of this session, asked and generated
  std::size_t errors = 0;
  double seconds = 0;   // of this session
  std::string score{};  // RunningScore::text()
};

// `width`: columns available, 0 = as wide as it needs and without a bar.
std::string progress_line(const ProgressState& state, std::size_t width);

// "0:07", "12:40", "3:05:00".
std::string clock_text(double seconds);
// "812", "40.1k", "3.2M".
std::string short_count(double value);

}  // namespace assay
