// The two engines behind PythonRegex, and the table of compiled patterns.
#include "scorers/python_regex.h"

#include <fmt/format.h>
#include <re2/re2.h>
#include <unicode/regex.h>
#include <unicode/utext.h>

#include <map>
#include <mutex>
#include <utility>

#include "assay/text.h"
#include "scorers/regex_translate.h"

namespace assay {
namespace {

class LinearRegex final : public PythonRegex {
 public:
  explicit LinearRegex(const std::string& pattern) : regex_(pattern, options()) {}
  bool ok() const { return regex_.ok(); }
  bool backtracks() const override { return false; }
  int group_count() const override { return regex_.NumberOfCapturingGroups(); }

  expected<std::vector<RegexMatch>> find_all(std::string_view text) const override {
    const re2::StringPiece whole(text.data() == nullptr ? "" : text.data(), text.size());
    std::vector<re2::StringPiece> parts(static_cast<std::size_t>(group_count()) + 1);
    std::vector<RegexMatch> matches;
    for (std::size_t at = 0; at <= text.size();) {
      if (!regex_.Match(whole, at, text.size(), RE2::UNANCHORED, parts.data(),
                        static_cast<int>(parts.size()))) {
        break;
      }
      const auto begin = static_cast<std::size_t>(parts[0].data() - whole.data());
      RegexMatch match{text.substr(begin, parts[0].size()), {}};
      for (std::size_t i = 1; i < parts.size(); ++i) {
        if (parts[i].data() == nullptr) {
          match.groups.emplace_back();
        } else {
          match.groups.emplace_back(text.substr(
              static_cast<std::size_t>(parts[i].data() - whole.data()), parts[i].size()));
        }
      }
      matches.push_back(std::move(match));
      at = begin + parts[0].size();
      if (parts[0].empty()) {
        if (at == text.size()) break;
        decode_utf8(text, at);
      }
    }
    return matches;
  }

 private:
  static RE2::Options options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(64 << 20);
    return options;
  }
  RE2 regex_;
};

class BacktrackingRegex final : public PythonRegex {
 public:
  BacktrackingRegex(std::string source, std::unique_ptr<icu::RegexPattern> pattern)
      : source_(std::move(source)), pattern_(std::move(pattern)) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::RegexMatcher> matcher(pattern_->matcher(status));
    groups_ = matcher ? matcher->groupCount() : 0;
  }
  bool backtracks() const override { return true; }
  int group_count() const override { return groups_; }

  expected<std::vector<RegexMatch>> find_all(std::string_view text) const override {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::RegexMatcher> matcher(pattern_->matcher(status));
    UText utext = UTEXT_INITIALIZER;
    utext_openUTF8(&utext, text.data() == nullptr ? "" : text.data(),
                   static_cast<int64_t>(text.size()), &status);
    std::vector<RegexMatch> matches;
    if (U_SUCCESS(status)) {
      matcher->setTimeLimit(kTicks, status);
      matcher->setStackLimit(kStackBytes, status);
      matcher->reset(&utext);
      while (U_SUCCESS(status) && matcher->find(status)) {
        RegexMatch match{*part(*matcher, 0, text, status), {}};
        for (int i = 1; i <= groups_; ++i) match.groups.push_back(part(*matcher, i, text, status));
        matches.push_back(std::move(match));
      }
    }
    utext_close(&utext);
    if (U_FAILURE(status)) {
      return data_error(
          fmt::format("The regular expression \"{}\" was given up on a text of {} bytes ({}); "
                      "write it with less backtracking.",
                      source_, text.size(), u_errorName(status)));
    }
    return matches;
  }

 private:
  static constexpr int32_t kTicks = 2000;            // of 10,000 backtracking steps each
  static constexpr int32_t kStackBytes = 256 << 20;  // saved states

  static std::optional<std::string_view> part(const icu::RegexMatcher& matcher, int group,
                                              std::string_view text, UErrorCode& status) {
    const int64_t begin = matcher.start64(group, status);
    const int64_t end = matcher.end64(group, status);
    if (begin < 0) return std::nullopt;
    return text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
  }

  std::string source_;
  std::unique_ptr<icu::RegexPattern> pattern_;
  int groups_ = 0;
};

}  // namespace

expected<std::shared_ptr<const PythonRegex>> PythonRegex::compile(const std::string& pattern,
                                                                  Engine engine) {
  auto translated = translate_regex(pattern);
  if (!translated) return translated.error();
  if (engine == Engine::kFastest && !translated->needs_backtracking) {
    auto regex = std::make_shared<LinearRegex>(translated->pattern);
    if (regex->ok()) return std::shared_ptr<const PythonRegex>(std::move(regex));
  }
  UErrorCode status = U_ZERO_ERROR;
  UParseError where{};
  std::unique_ptr<icu::RegexPattern> compiled(icu::RegexPattern::compile(
      icu::UnicodeString::fromUTF8(translated->pattern), 0, where, status));
  if (U_FAILURE(status)) {
    return usage_error(fmt::format("The regular expression \"{}\" cannot be used: {}.", pattern,
                                   u_errorName(status)));
  }
  return std::shared_ptr<const PythonRegex>(
      std::make_shared<BacktrackingRegex>(pattern, std::move(compiled)));
}

expected<std::shared_ptr<const PythonRegex>> PythonRegex::get(const std::string& pattern) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const PythonRegex>> compiled;
  const std::scoped_lock lock(mutex);
  if (const auto found = compiled.find(pattern); found != compiled.end()) return found->second;
  auto regex = compile(pattern);
  // Patterns made from a document's own words could fill the table without end.
  if (compiled.size() >= 256) compiled.clear();
  if (regex) compiled.emplace(pattern, *regex);
  return regex;
}

expected<std::string> PythonRegex::remove_all(std::string_view text) const {
  const auto matches = find_all(text);
  if (!matches) return matches.error();
  std::string out;
  const char* begin = text.data();
  for (const RegexMatch& match : *matches) {
    out.append(begin, match.whole.data());
    begin = match.whole.data() + match.whole.size();
  }
  out.append(begin, text.data() + text.size());
  return out;
}

std::string regex_escape(std::string_view literal) {
  constexpr std::string_view kSpecial = "()[]{}?*+-|^$\\.&~# \t\n\r\v\f";
  std::string out;
  for (const char c : literal) {
    if (kSpecial.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace assay
