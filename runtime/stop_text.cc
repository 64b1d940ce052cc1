// Stop strings while a text grows (see the header).
#include "runtime/stop_text.h"

#include <algorithm>
#include <utility>

#include "assay/text.h"
#include "scorers/postprocess_generation.h"

namespace assay {

StopText::StopText(std::vector<std::string> stops) : stops_(std::move(stops)) {
  std::erase_if(stops_, [](const std::string& stop) { return stop.empty(); });
  for (const std::string& stop : stops_) longest_ = std::max(longest_, stop.size());
}

bool StopText::append(std::string_view piece) {
  const std::size_t from = text_.size() < longest_ ? 0 : text_.size() - longest_;
  text_ += piece;
  return std::ranges::any_of(
      stops_, [&](const std::string& stop) { return text_.find(stop, from) != std::string::npos; });
}

bool StopText::is_stop(std::string_view text) const {
  return !text.empty() && std::ranges::find(stops_, text) != stops_.end();
}

std::string StopText::cut() const { return sanitise_utf8(postprocess_generation(text_, stops_)); }

}  // namespace assay
