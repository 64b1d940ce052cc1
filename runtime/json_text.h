// JSON written straight into a string. A run writes two lines per item, and the library's writer,
// which goes through every byte of a text with a decoder, was most of what a line cost. The bytes
// are the library's own, as dump(-1, ' ', false, replace) makes them: member order kept, no spaces,
// numbers in their shortest exact form, U+FFFD in place of bad bytes.
//
// Thread-safety: the functions are pure; an ObjectText belongs to one thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "assay/json.h"

namespace assay {

void append_json(std::string& out, const Json& value);
void append_json_text(std::string& out, std::string_view text);  // quoted

// An object as text, member by member, for lines of which a part is written already.
class ObjectText {
 public:
  ObjectText() : text_("{") {}
  // Goes on with an object as text() gave it.
  explicit ObjectText(std::string text) : text_(std::move(text)) {}

  // REQUIRES: no member of that name before; `name` needs no escapes.
  void add_text(std::string_view name, std::string_view text);
  void add(std::string_view name, const Json& value);
  // Begins a member; what is appended to the text must be one value.
  std::string& value(std::string_view name);
  // All members of an object.
  void add_members(const Json& object);

  const std::string& text() const { return text_; }  // without the closing brace
  std::string take() && { return std::move(text_); }

 private:
  void start(std::string_view name);

  std::string text_;
};

}  // namespace assay
