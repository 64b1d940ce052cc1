// The part of quantizing that talks to the engine, in this process: from a request to the partial
// file. runtime/quantize.h says what surrounds it.
#pragma once

#include <string>
#include <vector>

#include "assay/expected.h"
#include "runtime/quantize.h"

namespace assay {

// Writes the quantized model to `partial`. May abort the process on hostile sources. The file is
// not complete until its size was checked: the engine misses some failed writes.
// Errors: kUsage, kBadData, kUnavailable as of quantize_file().
expected<std::vector<Fallback>> quantize_here(const QuantizeRequest& request,
                                              const std::string& partial,
                                              const TensorProgress& on_tensor);

}  // namespace assay
