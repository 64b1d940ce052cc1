// See open_data.h.
#include "cli/open_data.h"

#include <fmt/format.h>

#include <filesystem>

#include "datasets/data_home.h"

namespace assay::cli {

expected<std::unique_ptr<DataSource>> open_data(const std::string& data_option) {
  std::error_code failed;
  if (!data_option.empty() && !std::filesystem::is_directory(data_option, failed)) {
    return unavailable(fmt::format(
        "The data home {} is not a folder; `assay data import DIR --data {}` makes one from files "
        "you have.",
        data_option, data_option));
  }
  return std::unique_ptr<DataSource>(std::make_unique<DataHome>(data_home_folder(data_option)));
}

}  // namespace assay::cli
