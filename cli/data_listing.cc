// See data_listing.h. Looks at names and sizes only; `assay data verify` reads the files.
#include "cli/data_listing.h"

#include <fmt/format.h>

#include "datasets/catalog.h"
#include "datasets/data_home.h"
#include "datasets/readers.h"
#include "results/figures.h"
#include "results/text_table.h"
#include "runtime/wire.h"

namespace assay::cli {
namespace {

Json listing_json(const DataHome& home, const std::vector<DataListing>& listings) {
  Json sets = Json::array();
  for (const DataListing& set : listings) {
    sets.push_back({{"name", set.name},
                    {"title", set.title},
                    {"presence", std::string(to_string(set.presence))},
                    {"splits_here", set.splits_here},
                    {"splits", set.splits},
                    {"items_here", set.items_here},
                    {"items", set.items},
                    {"bytes", set.bytes},
                    {"fetchable", set.fetchable},
                    {"license", set.license},
                    {"homepage", set.homepage},
                    {"citation", set.citation},
                    {"note", set.note},
                    {"files", set.files},
                    {"missing", set.missing},
                    {"wrong_size", set.wrong_size}});
  }
  for (const DataReader* reader : all_readers()) {
    sets.push_back({{"name", reader->dataset}, {"title", reader->about}, {"presence", "plug-in"}});
  }
  return {{"home", home.folder()}, {"sets", std::move(sets)}};
}

}  // namespace

expected<ExitCode> print_data_listing(Console& console, const std::string& data_option,
                                      bool as_json) {
  const DataHome home(data_home_folder(data_option));
  const std::vector<DataListing> listings = list_data(home);
  if (as_json) {
    console.print(dump_pretty(listing_json(home, listings)) + "\n");
    return ExitCode::kOk;
  }
  TextTable table({{"data set", Align::kLeft},
                   {"here", Align::kLeft},
                   {"splits", Align::kRight},
                   {"items", Align::kRight},
                   {"size", Align::kRight},
                   {"get it by", Align::kLeft},
                   {"licence", Align::kLeft, 12}});
  for (const DataListing& set : listings) {
    table.add({set.name, std::string(to_string(set.presence)),
               fmt::format("{}/{}", set.splits_here, set.splits),
               fmt::format("{}/{}", set.items_here, set.items),
               set.bytes > 0 ? bytes_text(set.bytes) : "", set.fetchable ? "fetch" : "import",
               set.license});
  }
  const auto lines = table.lines(static_cast<std::size_t>(console.output_width()));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    console.print((i == 0 ? console.styled(lines[i], Style::kBold) : lines[i]) + "\n");
  }
  for (const DataListing& set : listings) {
    for (const std::string& file : set.wrong_size) {
      console.print(fmt::format("{}: {} has another size than upstream's\n", set.name, file));
    }
  }
  for (const DataReader* reader : all_readers()) {
    console.print(fmt::format("{}: read by a plug-in; {}\n", reader->dataset, reader->about));
  }
  console.print(fmt::format(
      "\ndata home {}\nThe miniature data sets (`assay run mini`) are part of the program.\n",
      home.folder()));
  return ExitCode::kOk;
}

}  // namespace assay::cli
