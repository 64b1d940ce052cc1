// Line by line; nothing here parses Python beyond "does this line look like the start of code".
#include "scorers/code_extraction.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace assay {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return lines;
}

std::string_view trimmed_left(std::string_view line) {
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  return line;
}

std::string join(const std::vector<std::string_view>& lines, std::size_t begin, std::size_t end) {
  std::string text;
  for (std::size_t i = begin; i < end; ++i) text.append(lines[i]).push_back('\n');
  return text;
}

// The length of a fence of ``` or ~~~ that the line begins with, 0 when it is none.
std::size_t fence_length(std::string_view line, char* mark) {
  line = trimmed_left(line);
  if (line.empty() || (line.front() != '`' && line.front() != '~')) return 0;
  const std::size_t n = std::min(line.find_first_not_of(line.front()), line.size());
  *mark = line.front();
  return n >= 3 ? n : 0;
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool defines(std::string_view code, std::string_view name) {
  for (const std::string_view line : lines_of(code)) {
    std::string_view rest = line;
    if (rest.starts_with("async ")) rest.remove_prefix(6);
    const bool keyword = rest.starts_with("def ") || rest.starts_with("class ");
    if (keyword) {
      rest = trimmed_left(rest.substr(rest.find(' ')));
      if (name.empty()) return true;
      if (rest.starts_with(name) && (rest.size() == name.size() || !is_word(rest[name.size()]))) {
        return true;
      }
    } else if (!name.empty() && rest.starts_with(name) &&
               trimmed_left(rest.substr(name.size())).starts_with("=") &&
               !trimmed_left(rest.substr(name.size())).starts_with("==")) {
      return true;  // f = lambda x: …
    }
  }
  return false;
}

bool begins_code(std::string_view line) {
  for (const char* word : {"def ", "class ", "import ", "@", "async def "}) {
    if (line.starts_with(word)) return true;
  }
  return line.starts_with("from ") && line.find(" import ") != std::string_view::npos;
}

bool indented(std::string_view line) {
  return !line.empty() && (line.front() == ' ' || line.front() == '\t');
}

bool blank(std::string_view line) { return trimmed_left(line).empty(); }

// A line at the left margin that can stand in a program after its functions.
bool continues_code(std::string_view line) {
  if (begins_code(line) || line.starts_with('#') || line.starts_with(')') ||
      line.starts_with(']') || line.starts_with('}')) {
    return true;
  }
  const std::size_t word = std::min(
      static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), is_word) - line.begin()),
      line.size());
  const std::string_view rest = trimmed_left(line.substr(word));
  return word > 0 && rest.starts_with('=') && !rest.starts_with("==");
}

struct Block {
  std::string code;
  bool closed = true;
  std::size_t start = 0;  // the line of its fence
  bool tagged = false;    // the fence names a language
};

// An interactive session keeps its input lines.
std::string without_prompts(const std::string& code) {
  if (!code.starts_with(">>> ")) return code;
  std::string out;
  for (const std::string_view line : lines_of(code)) {
    if (line.starts_with(">>> ") || line.starts_with("... ")) {
      out.append(line.substr(4)).push_back('\n');
    } else if (line == "...") {
      out.push_back('\n');
    }
  }
  return out;
}

// A block inside a list is indented as a whole.
std::string dedented(const std::string& code, std::size_t margin) {
  std::string out;
  for (std::string_view line : lines_of(code)) {
    std::size_t take = 0;
    while (take < margin && take < line.size() && line[take] == ' ') ++take;
    out.append(line.substr(take)).push_back('\n');
  }
  return out;
}

std::vector<Block> fenced_blocks(const std::vector<std::string_view>& lines) {
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    char mark = 0;
    const std::size_t length = fence_length(lines[i], &mark);
    if (length == 0) continue;
    const std::size_t margin = lines[i].size() - trimmed_left(lines[i]).size();
    std::size_t end = i + 1;
    bool closed = false;
    for (; end < lines.size(); ++end) {
      char other = 0;
      const std::size_t closing = fence_length(lines[end], &other);
      if (closing < length || other != mark) continue;
      closed = trimmed_left(lines[end]).find_first_not_of(std::string{mark, ' '}) ==
               std::string_view::npos;
      if (closed) break;
    }
    const bool tagged =
        trimmed_left(lines[i]).find_first_not_of(std::string{mark, ' '}) != std::string_view::npos;
    blocks.push_back(
        {without_prompts(dedented(join(lines, i + 1, end), margin)), closed, i, tagged});
    i = end;
  }
  return blocks;
}

// The lines of the prompt before the function that is asked for: its imports and helpers.
std::string preamble(std::string_view prompt, std::string_view entry_point) {
  const auto lines = lines_of(prompt);
  std::size_t end = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (defines(lines[i], entry_point)) end = i;
  }
  while (end > 0 && lines[end - 1].starts_with('@')) --end;
  return join(lines, 0, end);
}

bool is_assignment(std::string_view line) {
  return !line.starts_with('#') && !begins_code(line) && continues_code(line) &&
         is_word(line.front());
}

// Constants stand before the functions that use them: the line from which on there is nothing but
// assignments in front of `begin`, which may go over several lines.
std::size_t with_constants(const std::vector<std::string_view>& lines, std::size_t begin) {
  for (std::size_t i = begin; i-- > 0;) {
    const std::string_view line = lines[i];
    if (!blank(line) && is_assignment(line)) {
      begin = i;
      continue;
    }
    const bool inside = blank(line) || indented(line) || line.front() == ')' ||
                        line.front() == ']' || line.front() == '}';
    if (!inside) break;
  }
  return begin;
}

// Prose before and after code without fences.
std::string code_among_prose(const std::vector<std::string_view>& lines) {
  std::size_t begin = 0;
  while (begin < lines.size() && !begins_code(lines[begin])) ++begin;
  if (begin == lines.size()) return "";
  begin = with_constants(lines, begin);
  std::size_t end = begin;
  for (std::size_t i = begin; i < lines.size(); ++i) {
    if (blank(lines[i])) continue;
    if (!indented(lines[i]) && !continues_code(lines[i])) break;
    end = i + 1;
  }
  return join(lines, begin, end);
}

ExtractedCode joined(const std::string& code, std::string_view prompt, std::string_view entry_point,
                     std::string rule) {
  if (prompt.empty() || entry_point.empty()) return {code, std::move(rule)};
  if (defines(code, entry_point)) {
    return {preamble(prompt, entry_point) + code, std::move(rule) + ", a whole function"};
  }
  std::string head(prompt);
  if (!head.ends_with('\n')) head.push_back('\n');
  // A body that lost its indentation with the fence gets it back.
  std::string body = code;
  const auto lines = lines_of(code);
  const auto first =
      std::find_if(lines.begin(), lines.end(), [](std::string_view line) { return !blank(line); });
  if (first != lines.end() && !indented(*first) && !begins_code(*first)) {
    body.clear();
    for (const std::string_view line : lines) {
      if (!blank(line)) body.append("    ").append(line);
      body.push_back('\n');
    }
  }
  return {head + body, std::move(rule) + ", a body"};
}

// A closing fence without an opening one ends a block that the prompt had begun; what follows it,
// another fenced example perhaps, is not the answer.
bool ends_a_begun_block(const std::vector<std::string_view>& before,
                        const std::vector<Block>& blocks, std::string_view entry_point) {
  const Block& first = blocks.front();
  if (first.tagged || before.empty()) return false;
  const auto filled = [](std::string_view line) { return !blank(line); };
  const auto opening = std::find_if(before.begin(), before.end(), filled);
  if (opening == before.end()) return false;
  if (blocks.size() == 1 && !first.closed && !defines(first.code, "")) {
    return indented(before.front()) || !code_among_prose(before).empty();
  }
  const auto inside = lines_of(first.code);
  const auto inner = std::find_if(inside.begin(), inside.end(), filled);
  if (inner != inside.end() && begins_code(*inner)) return false;
  return indented(*opening) || defines(join(before, 0, before.size()), entry_point);
}

}  // namespace

ExtractedCode extract_code(std::string_view answer, std::string_view prompt,
                           std::string_view entry_point) {
  // What a reasoning model thought is not its answer.
  if (const std::size_t end = answer.rfind("</think>"); end != std::string_view::npos) {
    answer.remove_prefix(end + 8);
  }
  const auto lines = lines_of(answer);
  const auto blocks = fenced_blocks(lines);
  if (!blocks.empty()) {
    const std::vector<std::string_view> before(
        lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(blocks.front().start));
    const bool begun = ends_a_begun_block(before, blocks, entry_point);
    if (!begun) {
      const Block* chosen = nullptr;
      for (const Block& block : blocks) {
        if (!entry_point.empty() && defines(block.code, entry_point)) chosen = &block;
      }
      std::string rule = "the block that defines the function";
      if (chosen == nullptr) {
        for (const Block& block : blocks) {
          if (defines(block.code, "")) chosen = &block;
        }
        rule = "the last block that defines something";
      }
      if (chosen == nullptr) {
        chosen = &blocks.front();
        rule = "the first block";
      }
      if (!chosen->closed) rule += ", not closed";
      return joined(chosen->code, prompt, entry_point, rule);
    }
  }
  std::size_t end = 0;
  char mark = 0;
  while (end < lines.size() && fence_length(lines[end], &mark) == 0) ++end;
  const std::vector<std::string_view> rest(lines.begin(),
                                           lines.begin() + static_cast<std::ptrdiff_t>(end));
  const std::string whole = join(rest, 0, rest.size());
  const bool continuation = !rest.empty() && indented(rest.front());
  if (!continuation) {
    const std::string code = code_among_prose(rest);
    if (!code.empty()) return joined(code, prompt, entry_point, "code among prose");
  }
  return joined(whole, prompt, entry_point, "the whole answer");
}

}  // namespace assay
