// The options of a run that stops when its comparison is decided: which run it is compared with,
// how sure, how large a difference is accepted, and in which order items are asked.
#pragma once

#include <optional>
#include <string>

#include "assay/expected.h"
#include "assay/json.h"
#include "results/comparison.h"
#include "results/sequence_base.h"

namespace CLI {
class App;
}

namespace assay::cli {

class SequenceArguments {
 public:
  // REQUIRES: the object outlives the parsing of `app`.
  void add_to(CLI::App& app);
  // Nothing when the run is not to stop; kUsage when the options contradict each other. Several
  // models are compared at the end, so --margin and --alpha then mean something by themselves.
  expected<std::optional<SequenceRequest>> resolve(std::size_t models) const;
  // For the comparison at the end of a ladder.
  CompareOptions ladder_options() const;
  // What tells this run from one that does not stop, for the name of its folder; {} otherwise.
  Json changed() const;

 private:
  std::string against_;
  bool stop_ = false;
  std::optional<double> margin_;
  std::optional<double> alpha_;
  std::optional<std::uint64_t> order_seed_;
};

}  // namespace assay::cli
