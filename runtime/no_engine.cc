// What a build without the engine answers where the engine would be needed.
#if !ASSAY_HAVE_LLAMA

#include "runtime/imatrix.h"
#include "runtime/ladder.h"
#include "runtime/quantize.h"

namespace assay {
namespace {

Error no_engine() {
  return unavailable(
      "This build of assay has no engine, so it can neither quantize nor read models; build it "
      "with -DASSAY_LLAMA=auto.");
}

}  // namespace

expected<Ladder> make_ladder(const LadderRequest& /*request*/, LadderObserver& /*observer*/,
                             const std::atomic<bool>& /*stop*/) {
  return no_engine();
}

Json to_json(const Ladder& /*ladder*/) { return {}; }

double TensorTotals::bits_per_weight() const {
  return 8.0 * static_cast<double>(bytes) / static_cast<double>(parameters);
}

std::vector<std::string> quantization_types() { return {}; }

int quantize_main(int /*argc*/, char** /*argv*/) { return 64; }

expected<Imatrix> collect_imatrix(const ImatrixRequest& /*request*/,
                                  const std::function<void(int, int)>& /*on_chunk*/,
                                  const std::atomic<bool>& /*stop*/) {
  return no_engine();
}

expected<void> write_imatrix(const std::string& /*path*/, const Imatrix& /*imatrix*/) {
  return no_engine();
}

}  // namespace assay

#endif
