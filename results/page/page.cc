// See page.h.
#include "results/page/page.h"

#include "results/figures.h"
#include "results/summary.h"

namespace assay::page {
namespace {

const char* kind_name(ChartKind kind) {
  switch (kind) {
    case ChartKind::kDots:
      return "dots";
    case ChartKind::kCurves:
      return "curves";
    case ChartKind::kHeat:
      return "heat";
    case ChartKind::kScatter:
      return "scatter";
    case ChartKind::kReliability:
      return "reliability";
  }
  return "";
}

}  // namespace

Json to_json(const Chart& chart) {
  Json marks = Json::array();
  for (const Mark& mark : chart.marks) {
    Json json = {{"series", mark.series}};
    if (!mark.row.empty()) json["row"] = mark.row;
    if (chart.kind != ChartKind::kDots) json["x"] = mark.x;
    json["value"] = assay::to_json(mark.value);
    if (!mark.note.empty()) json["note"] = mark.note;
    if (!mark.link.empty()) json["link"] = mark.link;
    marks.push_back(std::move(json));
  }
  Json json = {{"kind", kind_name(chart.kind)}, {"id", chart.id},
               {"title", chart.title},          {"xTitle", chart.x_title},
               {"yTitle", chart.y_title},       {"series", chart.series},
               {"logX", chart.log_x},           {"diverging", chart.diverging}};
  if (chart.range) json["range"] = {chart.range->low, chart.range->high};
  if (chart.reference) json["reference"] = *chart.reference;
  if (!chart.front.empty()) json["front"] = chart.front;
  json["marks"] = std::move(marks);
  return json;
}

Cell value_cell(const Measurement& value) {
  if (const Estimate* estimate = as_estimate(value)) {
    return {figure_text(estimate->value), CellKind::kFigure};
  }
  const bool failed = std::holds_alternative<Failed>(value);
  return {absence_text(value), failed ? CellKind::kFailed : CellKind::kAbsent};
}

}  // namespace assay::page
