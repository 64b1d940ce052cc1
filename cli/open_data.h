// The data home that a command line means: --data DIR, or the default. A folder that was named but
// is not there is a mistake worth saying; the default one may be missing, since the miniature data
// sets need none.
#pragma once

#include <memory>
#include <string>

#include "assay/dataset.h"
#include "assay/expected.h"

namespace assay::cli {

expected<std::unique_ptr<DataSource>> open_data(const std::string& data_option);

}  // namespace assay::cli
