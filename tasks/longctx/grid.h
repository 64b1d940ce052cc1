// The grid of a long-context task: which lengths, which depths, how many needles in a cell, and
// what the hay is made of. Read from the settings of a suite or of the command line.
//
// Thread-safety: value types, pure functions.
#pragma once

#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "tasks/longctx/magic.h"
#include "tasks/longctx/settings.h"

namespace assay {

enum class NeedleForm {
  kSingle,      // one needle
  kMultiKey,    // others with other keys stand in the text, too
  kMultiValue,  // several values of one key, all asked for
  kMultiQuery   // several keys, all asked for
};

struct Grid {
  // Tokens of a whole request: the prompt as the model sees it and the room for the answer.
  std::vector<int> lengths;
  std::vector<double> depths;  // percent of the hay in front of the needle; "0.1" is the finest
  int needles = 5;             // items per cell
  int haystacks = 1;           // different stretches of hay per length; needle i is in i mod this
  int reserve = 48;            // tokens kept free for the answer
  NeedleForm form = NeedleForm::kSingle;
  int count = 4;  // needles in one text, unless the form is kSingle
  MagicKind values = MagicKind::kNumbers;
  std::string filler = "filler";
  bool repeat = false;  // a filler that is too short begins anew
  // Item id → where its hay and needles stood: a recorded run, made again without its tokenizer.
  Json placements = Json::object();
};

// `count` depths from 0 to 100 %: evenly, or closer together near the ends by the logistic curve
// 100 / (1 + e^(−(x − 50)/10)) over an even x, whose ends stay 0 and 100. One depth is the middle.
// Rounded to tenths of a percent. REQUIRES: 1 <= count <= 101, with which no two fall together.
std::vector<double> depth_percents(int count, bool sigmoid);

// What every task with lengths and depths lets be set.
struct Cells {
  std::vector<int> lengths;    // as in Grid
  std::vector<double> depths;  // percent
  int needles = 5;             // items per cell
  Json placements = Json::object();
};

// Reads those settings, `depths` with its `spacing`, and the task's `own`, whose variables must be
// alive. kUsage names the task and what is known.
expected<void> read_cells(const std::string& task, Settings own, const Json& settings,
                          Cells& cells);

// The defaults with what the settings change. kUsage names the task and what is known.
expected<Grid> read_grid(const std::string& task, Grid defaults, const Json& settings);

// "0", "7.6", "100": a depth in ids and tables.
std::string depth_text(double percent);

}  // namespace assay
