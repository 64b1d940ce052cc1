// See plugin_tag.h.
#include "tasks/plugin_tag.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <vector>

namespace assay {
namespace {

// The text of a field; nothing when it does not end within the field or is not plain ASCII.
template <std::size_t N>
std::optional<std::string> text_of(const char (&field)[N]) {
  const char* end = std::find(std::begin(field), std::end(field), '\0');
  const auto plain = [](char c) { return c >= ' ' && c <= '~'; };
  if (end == std::end(field) || !std::all_of(std::begin(field), end, plain)) return std::nullopt;
  return std::string(std::begin(field), end);
}

bool is_whole(const PluginTag& tag) {
  const auto name = text_of(tag.name);
  return name && !name->empty() && text_of(tag.version) && text_of(tag.compiler) &&
         text_of(tag.library);
}

// A shared object of ELF, by its first bytes; other systems' loaders judge for themselves.
bool is_shared_object([[maybe_unused]] std::string_view bytes) {
#if defined(__ELF__)
  constexpr char kDynamic = 3;  // e_type ET_DYN, little or big end first
  return bytes.size() > 64 &&
         bytes.starts_with(
             "\x7f"
             "ELF") &&
         (bytes[16] == kDynamic || bytes[17] == kDynamic);
#else
  return true;
#endif
}

}  // namespace

expected<PluginTag> read_plugin_tag(std::string_view bytes, const std::string& file) {
  if (!is_shared_object(bytes)) {
    return data_error(fmt::format(
        "{} is not a shared object; give the file that building the plug-in made (NAME.so).",
        file));
  }
  for (std::size_t at = bytes.find(kPluginMagic); at != std::string_view::npos;
       at = bytes.find(kPluginMagic, at + 1)) {
    PluginTag tag;
    if (bytes.size() - at < sizeof tag) break;
    std::memcpy(&tag, bytes.data() + at, sizeof tag);
    if (is_whole(tag)) return tag;
  }
  return data_error(
      fmt::format("{} is a shared object but not a plug-in of assay: the line "
                  "ASSAY_PLUGIN(\"name\", \"version\", setup) is missing in its source.",
                  file));
}

std::string tag_mismatch(const PluginTag& tag) {
  static constexpr PluginTag kOwn = make_plugin_tag("assay", "");
  std::vector<std::string> differences;
  if (tag.abi != kOwn.abi) {
    differences.push_back(fmt::format("plug-in ABI {} instead of {}", tag.abi, kOwn.abi));
  } else if (tag.layout != kOwn.layout) {
    differences.push_back(fmt::format("other headers of assay (layout {:08x} instead of {:08x})",
                                      tag.layout, kOwn.layout));
  }
  if (text_of(tag.compiler) != text_of(kOwn.compiler)) {
    differences.push_back(fmt::format("{} instead of {}", text_of(tag.compiler).value_or("?"),
                                      text_of(kOwn.compiler).value_or("?")));
  }
  if (text_of(tag.library) != text_of(kOwn.library)) {
    differences.push_back(fmt::format("{} instead of {}", text_of(tag.library).value_or("?"),
                                      text_of(kOwn.library).value_or("?")));
  }
  std::string list;
  for (const std::string& difference : differences) {
    list += (list.empty() ? "" : "; ") + difference;
  }
  return list;
}

std::string name_of(const PluginTag& tag) { return text_of(tag.name).value_or(""); }

std::string version_of(const PluginTag& tag) { return text_of(tag.version).value_or(""); }

}  // namespace assay
