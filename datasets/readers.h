// Data sets that plug-ins read: a name, and the function that gives the rows of its splits. The
// registry goes first; the loader of plug-ins refuses a name that the registry has.
//
// Thread-safety: any thread; what find_reader() returns stays valid for the life of the program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assay/dataset.h"
#include "assay/expected.h"

namespace assay {

// nullptr when no plug-in reads a data set of that name.
const DataReader* find_reader(std::string_view dataset);
std::vector<const DataReader*> all_readers();  // sorted by name

// REQUIRES: the name is neither the registry's nor another reader's.
void register_reader(DataReader reader);

// The rows of a split, checked and completed: row count, and where the reader gave no digest one
// over the rows. Its status says "unverified", since no registry vouches for it.
expected<DataSplit> read_with(const DataReader& reader, const std::string& home,
                              std::string_view config, std::string_view split);

}  // namespace assay
