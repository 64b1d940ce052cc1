// The tables of methods, by the type of the value they are called on.
#pragma once

#include <map>
#include <string>

#include "tasks/jinja/evaluate.h"

namespace assay::jinja {

using MethodCall = Value (*)(Evaluator& e, const Value& self, const Arguments& a);
using MethodTable = std::map<std::string, MethodCall, std::less<>>;

const MethodTable& text_methods();

}  // namespace assay::jinja
