// See yaml_tree.h.
#include "tasks/declarative/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "assay/text.h"
#include "datasets/file_bytes.h"
#include "datasets/utf8.h"
#include "tasks/declarative/yaml_scalar.h"

namespace assay {
namespace {

constexpr std::size_t kLargest = std::size_t{1} << 20;
constexpr int kDeepest = 60;
constexpr std::size_t kMostNodes = 200'000;

class Converter {
 public:
  explicit Converter(std::string file) : file_(std::move(file)) {}

  expected<YamlNode> convert(const YAML::Node& node, int depth = 0) {
    YamlNode out;
    out.file = file_;
    out.line = node.Mark().is_null() ? 1 : node.Mark().line + 1;
    if (depth > kDeepest) return yaml_error(out, "", "it is nested deeper than 60 levels");
    if (++nodes_ > kMostNodes)
      return yaml_error(out, "", "it has more than 200000 values (aliases count)");
    switch (node.Type()) {
      case YAML::NodeType::Sequence:
        out.kind = YamlNode::Kind::kList;
        for (const YAML::Node& item : node) {
          expected<YamlNode> one = convert(item, depth + 1);
          if (!one) return one;
          out.items.push_back(std::move(*one));
        }
        return out;
      case YAML::NodeType::Map:
        return map(node, std::move(out), depth);
      case YAML::NodeType::Scalar:
        return scalar(node, std::move(out));
      default:
        return out;  // null
    }
  }

 private:
  expected<YamlNode> scalar(const YAML::Node& node, YamlNode out) {
    const std::string& tag = node.Tag();
    const std::string& text = node.Scalar();
    const std::string_view kStandard = "tag:yaml.org,2002:";
    if (tag == "!function") {
      out.kind = YamlNode::Kind::kFunction;
      out.function = strip(text);
    } else if (tag == "?" || tag.empty()) {
      out.scalar = yaml_scalar(text);
    } else if (tag == "!" || tag == std::string(kStandard) + "str") {
      out.scalar = text;
    } else if (tag == std::string(kStandard) + "null") {
      out.scalar = nullptr;
    } else if (const std::string kind =
                   tag.starts_with(kStandard) ? tag.substr(kStandard.size()) : "";
               kind == "int" || kind == "float" || kind == "bool") {
      out.scalar = yaml_scalar(text);
      const bool fits = kind == "bool" ? out.scalar.is_boolean() : out.scalar.is_number();
      if (!fits) return yaml_error(out, "", fmt::format("\"{}\" is not what its tag says", text));
      if (kind == "float") out.scalar = out.scalar.get<double>();
    } else {
      return yaml_error(out, "", fmt::format("the tag {} is not supported", tag));
    }
    return out;
  }

  expected<YamlNode> map(const YAML::Node& node, YamlNode out, int depth) {
    out.kind = YamlNode::Kind::kMap;
    std::set<std::string> seen;
    std::vector<YamlNode> merged;
    for (const auto& member : node) {
      expected<YamlNode> key = convert(member.first, depth + 1);
      if (!key) return key;
      if (key->kind != YamlNode::Kind::kScalar) return yaml_error(*key, "", "a key is not a text");
      const std::string name = member.first.Scalar();
      expected<YamlNode> value = convert(member.second, depth + 1);
      if (!value) return value;
      if (value->line <= 1) value->line = key->line;
      if (value->kind == YamlNode::Kind::kScalar || value->line < key->line)
        value->line = key->line;
      if (name == "<<") {
        if (value->kind == YamlNode::Kind::kList)
          merged = std::move(value->items);
        else
          merged.push_back(std::move(*value));
        continue;
      }
      if (!seen.insert(name).second) {
        return yaml_error(*key, name, "the key stands here a second time; keep one of them");
      }
      out.members.emplace_back(name, std::move(*value));
    }
    for (const YamlNode& one : merged) {
      if (one.kind != YamlNode::Kind::kMap)
        return yaml_error(out, "<<", "what is merged is not a map");
      for (const auto& [name, value] : one.members) {
        if (seen.insert(name).second) out.members.emplace_back(name, value);
      }
    }
    return out;
  }

  std::string file_;
  std::size_t nodes_ = 0;
};

// A line that begins with a tab is never right: YAML is indented with spaces.
int line_with_tab(std::string_view text) {
  int line = 1;
  for (std::size_t at = 0; at < text.size(); ++line) {
    if (text[at] == '\t' && !strip(text.substr(at, text.find('\n', at) - at)).empty()) return line;
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return 0;
}

Error at_line(const std::string& file, int line, const std::string& what) {
  YamlNode place;
  place.file = file;
  place.line = line;
  return yaml_error(place, "", what);
}

// yaml-cpp reads brackets recursively; its own guard is not in every version.
bool brackets_too_deep(std::string_view text) {
  int depth = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (c == '\n' && depth > 400) return true;
    if (depth > 1000) return true;
  }
  return false;
}

expected<YamlNode> load_chain(const std::string& path, std::vector<std::string>& chain) {
  std::error_code failed;
  const std::string canonical = std::filesystem::weakly_canonical(path, failed).string();
  const bool cyclic = std::find(chain.begin(), chain.end(), canonical) != chain.end();
  if (cyclic || chain.size() >= 20) {
    return data_error(fmt::format(
        "{}: the includes go round in a circle ({} is reached again); take one of them out.", path,
        std::filesystem::path(path).filename().string()));
  }
  const expected<std::string> text = read_bytes(path, path);
  if (!text) return text.error();
  expected<YamlNode> root = parse_yaml(*text, path);
  if (!root) return root;
  const YamlNode* includes = root->find("include");
  if (includes == nullptr) return root;
  const std::vector<YamlNode> list =
      includes->kind == YamlNode::Kind::kList ? includes->items : std::vector<YamlNode>{*includes};
  chain.push_back(canonical);
  YamlNode merged = *root;
  merged.members.clear();
  for (const YamlNode& one : list) {
    if (!one.is_text()) return yaml_error(one, "include", "give the path of a YAML file");
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    expected<YamlNode> base = load_chain((folder / one.text()).string(), chain);
    if (!base && base.error().code == ErrorCode::kUnavailable) {
      return yaml_error(one, "include", fmt::format("the file {} cannot be read", one.text()));
    }
    if (!base) return base;
    base->erase("task_list");
    for (auto& [key, value] : base->members) merged.set(key, std::move(value));
  }
  chain.pop_back();
  root->erase("include");
  for (auto& [key, value] : root->members) merged.set(key, std::move(value));
  return merged;
}

// The line where a second document begins, 0 when there is none. Looked for here because yaml-cpp,
// asked for all documents, never comes to an end with some broken ones.
int line_of_second_document(std::string_view text) {
  bool begun = false;
  bool ended = false;
  int number = 0;
  while (!text.empty()) {
    ++number;
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t first = line.find_first_not_of(" \r");
    if (first == std::string_view::npos || line[first] == '#') continue;
    const bool alone = line.size() == 3 || (line.size() > 3 && (line[3] == ' ' || line[3] == '\r'));
    if (alone && line.starts_with("...")) {
      ended = begun;
      continue;
    }
    const bool marker = alone && line.starts_with("---");
    if (begun && (marker || ended)) return number;
    if (marker || line.front() != '%') begun = true;
  }
  return 0;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& [name, value] : members) {
    if (name == key) return value.is_null() ? nullptr : &value;
  }
  return nullptr;
}

void YamlNode::set(const std::string& key, YamlNode value) {
  for (auto& [name, old] : members) {
    if (name == key) {
      old = std::move(value);
      return;
    }
  }
  members.emplace_back(key, std::move(value));
}

void YamlNode::erase(std::string_view key) {
  std::erase_if(members, [&](const auto& member) { return member.first == key; });
}

Error yaml_error(const YamlNode& where, std::string_view key, std::string_view what) {
  return data_error(fmt::format("{} line {}: {}{}{}.", where.file, where.line, key,
                                key.empty() ? "" : ": ", what));
}

expected<YamlNode> parse_yaml(std::string_view text, const std::string& file) {
  if (text.size() > kLargest) return at_line(file, 1, "the file is larger than 1 MiB");
  if (first_invalid_utf8(text)) return at_line(file, 1, "the file is not UTF-8; convert it");
  if (text.find('\0') != std::string_view::npos)
    return at_line(file, 1, "the file holds binary data");
  if (const int line = line_with_tab(text); line > 0) {
    return at_line(file, line, "the line is indented with a tab; YAML wants spaces");
  }
  if (brackets_too_deep(text)) return at_line(file, 1, "brackets are nested too deeply");
  if (const int line = line_of_second_document(without_bom(text)); line > 0) {
    return at_line(file, line, "a second document begins; it is not one map of keys and values");
  }
  try {
    const YAML::Node document = YAML::Load(std::string(without_bom(text)));
    if (!document.IsMap()) return at_line(file, 1, "it is not one map of keys and values");
    return Converter(file).convert(document);
  } catch (const YAML::Exception& problem) {
    const int line = problem.mark.is_null() ? 1 : problem.mark.line + 1;
    return at_line(file, line, fmt::format("this is not YAML: {}", sanitise_utf8(problem.msg)));
  } catch (const std::exception& problem) {
    return at_line(file, 1,
                   fmt::format("this cannot be read as YAML: {}", sanitise_utf8(problem.what())));
  }
}

Json yaml_to_json(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kScalar:
      return node.scalar;
    case YamlNode::Kind::kFunction:
      return {{"!function", node.function}};
    case YamlNode::Kind::kList: {
      Json out = Json::array();
      for (const YamlNode& item : node.items) out.push_back(yaml_to_json(item));
      return out;
    }
    default: {
      Json out = Json::object();
      for (const auto& [key, value] : node.members) out[key] = yaml_to_json(value);
      return out;
    }
  }
}

YamlNode yaml_from_json(const Json& json, const std::string& file) {
  YamlNode node;
  node.file = file;
  node.line = 1;
  if (json.is_array()) {
    node.kind = YamlNode::Kind::kList;
    for (const Json& item : json) node.items.push_back(yaml_from_json(item, file));
  } else if (json.is_object() && json.size() == 1 && json.begin().key() == "!function" &&
             json.begin().value().is_string()) {
    node.kind = YamlNode::Kind::kFunction;
    node.function = json.begin().value().get<std::string>();
  } else if (json.is_object()) {
    node.kind = YamlNode::Kind::kMap;
    for (const auto& [key, value] : json.items()) {
      node.members.emplace_back(key, yaml_from_json(value, file));
    }
  } else {
    node.scalar = json;
  }
  return node;
}

expected<YamlNode> load_yaml_file(const std::string& path) {
  std::vector<std::string> chain;
  return load_chain(path, chain);
}

}  // namespace assay
