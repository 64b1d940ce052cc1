// How far the fast mode's answers are from the exact mode's on real requests, and whether the exact
// mode keeps its promise on this model and machine: the same requests backwards and in small units
// must give the same bits. For `assay doctor MODEL --drift`.
//
// Thread-safety: none; it opens the model twice, one after the other.
#pragma once

#include <cstddef>
#include <span>

#include "assay/expected.h"
#include "assay/request.h"
#include "runtime/model_options.h"

namespace assay {

struct Drift {
  std::size_t requests = 0;  // that both modes answered
  std::size_t scored = 0;    // log-likelihoods compared: of choices and of whole texts
  double mean = 0;           // of their absolute differences
  double worst = 0;
  std::size_t choices = 0;          // requests with several choices
  std::size_t choices_changed = 0;  // of those, with another choice on top
  std::size_t texts = 0;            // generated
  std::size_t texts_changed = 0;
  std::size_t exact_asked = 0;    // requests answered twice in the exact mode
  std::size_t exact_unequal = 0;  // requests whose exact answers moved with order and grouping
};

// `options.exact` is not looked at. Requests that do not fit the model are left out.
expected<Drift> measure_drift(const ModelOptions& options, std::span<const Request> requests);

}  // namespace assay
