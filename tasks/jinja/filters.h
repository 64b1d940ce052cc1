// The tables of filters, by what they are about. A filter gets the value before the bar and the
// arguments behind its name.
#pragma once

#include <map>
#include <string>

#include "tasks/jinja/evaluate.h"

namespace assay::jinja {

using Filter = Value (*)(Evaluator& e, const Value& in, const Arguments& a);
using FilterTable = std::map<std::string, Filter, std::less<>>;

const FilterTable& list_filters();  // of lists: join, map, select, sort …
const FilterTable&
value_filters();  // of single values: default, int, round, tojson, regex_replace …

}  // namespace assay::jinja
