// Cuts a template's source into literal text and the tokens of its {{ … }}, {% … %} and {# … #}
// parts. White-space control ({%- and -%}) is settled here; {% raw %} is literal text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay::jinja {

enum class TokenKind {
  kText,
  kPrintBegin,
  kPrintEnd,
  kBlockBegin,
  kBlockEnd,
  kName,
  kString,
  kInteger,
  kFloat,
  kOperator,
  kEnd
};

struct Token {
  TokenKind kind;
  std::string text;  // literal text, name, operator, number as written, string after its escapes
  int line;          // 1-based
};

// Raises TemplateError.
std::vector<Token> tokenise(std::string_view source);

}  // namespace assay::jinja
