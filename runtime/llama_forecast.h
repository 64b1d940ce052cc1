// The forecast of a GGUF model: the plans that scoring and generating make, added up.
#pragma once

#include <memory>

#include "runtime/decode_forecast.h"
#include "runtime/llama_context.h"

namespace assay {

std::unique_ptr<DecodeForecast> forecast_llama(const ContextSettings& settings);

}  // namespace assay
