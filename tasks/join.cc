// See join.h.
#include "tasks/join.h"

#include "assay/text.h"

namespace assay {

bool ends_in_space(std::string_view text) { return rstrip(text).size() != text.size(); }
bool begins_with_space(std::string_view text) { return lstrip(text).size() != text.size(); }

std::string soft_join(std::string_view a, std::string_view b, std::string_view delimiter) {
  std::string out(a);
  if (!a.empty() && !b.empty() && !ends_in_space(a) && !begins_with_space(b)) out += delimiter;
  out += b;
  return out;
}

bool needs_delimiter(std::string_view a, std::string_view b) {
  return !a.empty() && !ends_in_space(a) && !begins_with_space(b);
}

}  // namespace assay
