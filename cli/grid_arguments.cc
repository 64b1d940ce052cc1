// See grid_arguments.h.
#include "cli/grid_arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "cli/validators.h"

namespace assay::cli {
namespace {

constexpr long long kThousand = 1024;
constexpr long long kMostTokens = 100'000'000;

std::vector<std::string> pieces(const std::string& text) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == ',') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

// All of the text as a number; false when it is anything else.
bool read_whole(const std::string& text, long long& out) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  return problem == std::errc() && end == text.data() + text.size();
}

bool read_percent(const std::string& text, double& out) {
  char* end = nullptr;
  out = std::strtod(text.c_str(), &end);
  return !text.empty() && end == text.c_str() + text.size() && std::isfinite(out) && out >= 0 &&
         out <= 100;
}

}  // namespace

void GridArguments::add_to(CLI::App& app, const char* group) {
  app.add_option("--lengths", lengths_, "long-context tasks: tokens of a request, as in 1k,4k,16k")
      ->type_name("N,…")
      ->group(group);
  app.add_option("--depths", depths_, "how many depths, or which, in percent, as in 5 or 0,50,100")
      ->type_name("N|P,…")
      ->group(group);
  app.add_option("--needles", needles_, "tasks with a depth: items per length and depth")
      ->type_name("N")
      ->check(whole_number(1, 100'000))
      ->group(group);
  app.add_option("--filler", filler_, "the hay, as in filler, filler/moby_dick.txt or notes.txt")
      ->type_name("TEXT")
      ->group(group);
  app.add_option("--set", settings_, "a setting of tasks that make their items, as in values=uuids")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false)
      ->group(group);
}

expected<Json> GridArguments::resolve() const {
  Json json = Json::object();
  for (const std::string& setting : settings_) {
    const std::size_t equals = setting.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return usage_error(fmt::format(
          "--set needs a name and a value, as in values=uuids; this is \"{}\".", setting));
    }
    const std::string value = setting.substr(equals + 1);
    Json parsed = Json::parse(value, nullptr, /*allow_exceptions=*/false);
    json[setting.substr(0, equals)] = parsed.is_discarded() ? Json(value) : std::move(parsed);
  }
  if (!lengths_.empty()) {
    const expected<Json> lengths = parse_lengths(lengths_);
    if (!lengths) return lengths.error();
    json["lengths"] = *lengths;
  }
  if (!depths_.empty()) {
    const expected<Json> depths = parse_depths(depths_);
    if (!depths) return depths.error();
    json["depths"] = *depths;
  }
  if (needles_ > 0) json["needles"] = needles_;
  if (!filler_.empty()) json["filler"] = filler_;
  return json;
}

expected<Json> parse_lengths(const std::string& text) {
  Json lengths = Json::array();
  for (std::string piece : pieces(text)) {
    const std::string given = piece;
    long long unit = 1;
    if (!piece.empty() && (piece.back() == 'k' || piece.back() == 'K')) unit = kThousand;
    if (!piece.empty() && (piece.back() == 'm' || piece.back() == 'M'))
      unit = kThousand * kThousand;
    if (unit > 1) piece.pop_back();
    long long number = 0;
    if (!read_whole(piece, number) || number < 1 || number > kMostTokens / unit) {
      return usage_error(fmt::format(
          "--lengths takes numbers of tokens, as in 512,4k,128k; \"{}\" is none.", given));
    }
    lengths.push_back(number * unit);
  }
  return lengths;
}

expected<Json> parse_depths(const std::string& text) {
  long long count = 0;
  if (read_whole(text, count)) {
    if (count >= 1 && count <= 101) return Json(count);
    return usage_error(fmt::format(
        "--depths takes 1 to 101 depths, or percents as in 0,50,100 or 50%; this is {}.", text));
  }
  Json depths = Json::array();
  for (std::string piece : pieces(text)) {
    const std::string given = piece;
    if (piece.ends_with('%')) piece.pop_back();
    double percent = 0;
    if (!read_percent(piece, percent)) {
      return usage_error(
          fmt::format("--depths takes a number of depths, or percents as in 0,50,100 or 50%; "
                      "\"{}\" is neither.",
                      given));
    }
    depths.push_back(percent);
  }
  return depths;
}

}  // namespace assay::cli
