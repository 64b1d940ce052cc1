// How much of the prompts a run will decode, found without decoding: for `assay run -n`. What
// requests have in common is decoded once, and what an earlier unit left in the cache stays.
//
// Thread-safety: a forecast belongs to one thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "assay/model.h"

namespace assay {

class DecodeForecast {
 public:
  virtual ~DecodeForecast() = default;
  // Tokens that answering `unit` adds to EngineWork::prompt when the units that were added before
  // it have been answered before it, in that order, by a model that has answered nothing else.
  virtual std::size_t add(std::span<const PreparedRequest> unit) = 0;
};

// What a model is besides when it can tell.
class Forecasting {
 public:
  virtual ~Forecasting() = default;
  virtual std::unique_ptr<DecodeForecast> forecast() const = 0;
};

// Null for a model that shares nothing or cannot tell. The model must outlive it.
inline std::unique_ptr<DecodeForecast> forecast_of(const Model& model) {
  const auto* able = dynamic_cast<const Forecasting*>(&model);
  return able == nullptr ? nullptr : able->forecast();
}

}  // namespace assay
