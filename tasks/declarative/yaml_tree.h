// A YAML file as a tree that remembers where everything stands, with the scalars read as PyYAML
// reads them (YAML 1.1: yes and off are truth values, 1e5 is a text, 012 is octal). `!function`
// values stay what they are; anything else is JSON's kinds.
//
// Files come from anywhere: size, depth and the number of nodes (after aliases are expanded) are
// limited.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"

namespace assay {

struct YamlNode {
  enum class Kind { kScalar, kList, kMap, kFunction };
  Kind kind = Kind::kScalar;
  Json scalar;           // null, bool, number or string
  std::string function;  // what follows !function
  std::vector<YamlNode> items;
  std::vector<std::pair<std::string, YamlNode>> members;
  std::string file;  // as the user named it
  int line = 0;      // 1-based

  bool is_null() const { return kind == Kind::kScalar && scalar.is_null(); }
  bool is_text() const { return kind == Kind::kScalar && scalar.is_string(); }
  const std::string& text() const { return scalar.get_ref<const std::string&>(); }
  // The member of a map; nullptr when it is not there or null (null means "as if not written").
  const YamlNode* find(std::string_view key) const;
  void set(const std::string& key, YamlNode value);  // replaces or appends
  void erase(std::string_view key);
};

// kBadData "FILE line N: KEY: what is wrong."
Error yaml_error(const YamlNode& where, std::string_view key, std::string_view what);

// kBadData with file and line when the text is not one YAML document.
expected<YamlNode> parse_yaml(std::string_view text, const std::string& file);

// The tree as JSON and back; a function is {"!function": name}. Lines and files are lost.
Json yaml_to_json(const YamlNode& node);
YamlNode yaml_from_json(const Json& json, const std::string& file);

// Reads a file and what it includes: `include` is a path or a list of paths, relative to the file;
// a later include wins over an earlier one, the file's own keys win over all; `task_list` is not
// inherited. Cycles are refused.
expected<YamlNode> load_yaml_file(const std::string& path);

}  // namespace assay
