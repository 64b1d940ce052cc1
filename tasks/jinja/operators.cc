// Arithmetic by Python's rules: whole numbers stay whole (and are refused beyond 64 bits), // and %
// round towards minus infinity, texts and lists add and multiply, % formats a text.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "tasks/jinja/evaluate.h"

namespace assay::jinja {
namespace {

const char* sign_of(Op op) {
  switch (op) {
    case Op::kAdd:
      return "+";
    case Op::kSubtract:
      return "-";
    case Op::kMultiply:
      return "*";
    case Op::kDivide:
      return "/";
    case Op::kFloorDivide:
      return "//";
    case Op::kModulo:
      return "%";
    default:
      return "**";
  }
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  const std::int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

Value whole(Op op, std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  bool overflow = false;
  switch (op) {
    case Op::kAdd:
      overflow = __builtin_add_overflow(a, b, &out);
      break;
    case Op::kSubtract:
      overflow = __builtin_sub_overflow(a, b, &out);
      break;
    case Op::kMultiply:
      overflow = __builtin_mul_overflow(a, b, &out);
      break;
    case Op::kPower: {
      out = 1;
      if (a == 0 || a == 1 || a == -1) {
        out = a == 0 ? (b == 0 ? 1 : 0) : (a == -1 && b % 2 != 0 ? -1 : 1);
        break;
      }
      for (std::int64_t i = 0; i < b && !overflow; ++i)
        overflow = __builtin_mul_overflow(out, a, &out);
      break;
    }
    default:
      overflow = a == INT64_MIN && b == -1;
      if (overflow) break;
      out = op == Op::kFloorDivide ? floor_divide(a, b) : a - floor_divide(a, b) * b;
  }
  if (overflow) throw TemplateError("a whole number leaves the range of 64 bits");
  return Value::integer(out);
}

Value real(Op op, double a, double b) {
  switch (op) {
    case Op::kAdd:
      return Value::number(a + b);
    case Op::kSubtract:
      return Value::number(a - b);
    case Op::kMultiply:
      return Value::number(a * b);
    case Op::kDivide:
      return Value::number(a / b);
    case Op::kFloorDivide:
      return Value::number(std::floor(a / b));
    case Op::kModulo:
      return Value::number(a - b * std::floor(a / b));
    default:
      return Value::number(std::pow(a, b));
  }
}

Value repeated(const Value& value, std::int64_t count, Budget& budget) {
  const auto times = static_cast<std::size_t>(std::max<std::int64_t>(count, 0));
  const std::size_t unit =
      value.is_text() ? value.text().size() : value.list()->items.size() * sizeof(Value);
  if (unit > 0 && times > Budget::kBytes / unit) budget.grow(Budget::kBytes + 1);
  budget.grow(unit * times);
  if (value.is_text()) {
    std::string out;
    out.reserve(unit * times);
    if (unit > 0) {
      for (std::size_t i = 0; i < times; ++i) out += value.text();
    }
    return Value::text(std::move(out));
  }
  Values items;
  const Values& all = value.list()->items;
  if (!all.empty()) {
    for (std::size_t i = 0; i < times; ++i) items.insert(items.end(), all.begin(), all.end());
  }
  return Value::list(std::move(items), value.list()->tuple);
}

}  // namespace

Value arithmetic(Op op, const Value& a, const Value& b, Budget& budget) {
  touched(a);
  touched(b);
  if (a.is_number() && b.is_number()) {
    const bool divides = op == Op::kDivide || op == Op::kFloorDivide || op == Op::kModulo;
    if (divides && b.number() == 0.0) throw TemplateError("division by zero");
    const bool both = a.is_integer() && b.is_integer();
    if (both && op != Op::kDivide && !(op == Op::kPower && b.integer() < 0)) {
      return whole(op, a.integer(), b.integer());
    }
    return real(op, a.number(), b.number());
  }
  if (op == Op::kAdd && a.is_text() && b.is_text()) {
    budget.grow(a.text().size() + b.text().size());
    return Value::text(a.text() + b.text());
  }
  if (op == Op::kAdd && a.list() && b.list() && a.list()->tuple == b.list()->tuple) {
    Values items = a.list()->items;
    items.insert(items.end(), b.list()->items.begin(), b.list()->items.end());
    budget.step(items.size());
    budget.grow(items.size() * sizeof(Value));
    return Value::list(std::move(items), a.list()->tuple);
  }
  if (op == Op::kMultiply && b.is_integer() && (a.is_text() || a.list())) {
    return repeated(a, b.integer(), budget);
  }
  if (op == Op::kMultiply && a.is_integer() && (b.is_text() || b.list())) {
    return repeated(b, a.integer(), budget);
  }
  if (op == Op::kModulo && a.is_text()) return Value::text(percent_format(a.text(), b, budget));
  throw TemplateError(
      fmt::format("{} does not work between {} and {}", sign_of(op), type_name(a), type_name(b)));
}

std::string percent_format(const std::string& format, const Value& value, Budget& budget) {
  const bool tuple = value.list() != nullptr && value.list()->tuple;
  const Values given = tuple ? value.list()->items : Values{value};
  std::size_t used = 0;
  std::string out;
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%') {
      out += format[at];
      continue;
    }
    if (++at >= format.size()) throw TemplateError("a % format ends in %");
    if (format[at] == '%') {
      out += '%';
      continue;
    }
    std::string flags;
    while (at < format.size() &&
           std::string_view("-0+ .123456789").find(format[at]) != std::string_view::npos) {
      flags += format[at++];
    }
    if (at >= format.size() || flags.size() > 6) throw TemplateError("a % format is not complete");
    if (used >= given.size()) throw TemplateError("a % format has more fields than values");
    const Value& one = touched(given[used++]);
    const char kind = format[at];
    char buffer[512];
    if (kind == 's' || kind == 'r') {
      if (!flags.empty()) throw TemplateError("widths in %s are not supported");
      out += kind == 's' ? str(one, budget) : repr(one, budget);
    } else if ((kind == 'd' || kind == 'i') && one.is_number()) {
      const auto whole = one.is_integer()
                             ? one.integer()
                             : static_cast<std::int64_t>(std::clamp(one.number(), -9e18, 9e18));
      if (std::snprintf(buffer, sizeof buffer, ("%" + flags + "lld").c_str(),
                        static_cast<long long>(whole)) >= static_cast<int>(sizeof buffer)) {
        throw TemplateError("a % format is too wide");
      }
      out += buffer;
    } else if ((kind == 'f' || kind == 'g' || kind == 'e') && one.is_number()) {
      if (std::snprintf(buffer, sizeof buffer, ("%" + flags + kind).c_str(), one.number()) >=
          static_cast<int>(sizeof buffer)) {
        throw TemplateError("a % format is too wide");
      }
      out += buffer;
    } else {
      throw TemplateError(
          fmt::format("the format %{} does not work for a value of type {}", kind, type_name(one)));
    }
  }
  if (tuple && used < given.size()) throw TemplateError("a % format has fewer fields than values");
  budget.grow(out.size());
  return out;
}

}  // namespace assay::jinja
