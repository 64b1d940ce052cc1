// `assay quantize MODEL -t TYPE,…`: a ladder of quantized files out of one model. Making and
// recognising them is runtime/ladder.h; this prints what came of it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/validators.h"
#include "results/figures.h"
#include "results/text_table.h"
#include "runtime/ladder.h"
#include "runtime/reference_model.h"
#include "runtime/wire.h"

namespace assay::cli {
namespace {

constexpr const char* kExamples =
    "Files are DIR/<model>-<TYPE>.gguf, each with a record of how it was made (.gguf.json). What "
    "is\n"
    "there and matches its record is left alone.\n\n"
    "Examples:\n"
    "  assay quantize model-F16.gguf -t Q8_0,Q6_K,Q4_K_M,Q2_K -o ladder\n"
    "  assay imatrix model-F16.gguf text.txt -o model.imatrix.gguf\n"
    "  assay quantize model-F16.gguf -t IQ2_M --imatrix model.imatrix.gguf -o ladder\n";

class Steps : public LadderObserver {
 public:
  explicit Steps(Console& console) : console_(console) {}

  void on_tensor(const Rung& rung, int done, int total, const std::string& tensor) override {
    if (!console_.error_is_terminal()) return;
    console_.overwrite(fmt::format("{}  tensor {}/{}  {}", rung.type, done, total, tensor));
  }

  void on_rung_done(const Rung& rung) override {
    if (console_.error_is_terminal()) console_.clear_line();
    if (rung.failure) {
      console_.say(fmt::format("{}: {}", rung.type, rung.failure->message));
    } else if (rung.state == RungState::kThere) {
      console_.say(fmt::format("{}: {} is there and matches.", rung.type, rung.path));
    } else {
      console_.say(fmt::format("{}: {} made in {}.", rung.type, rung.path,
                               duration_text(rung.file.seconds)));
    }
  }

 private:
  Console& console_;
};

std::vector<std::string> size_cells(std::uint64_t bytes, std::uint64_t source_bytes,
                                    const TensorTotals& tensors) {
  return {bytes_text(bytes),
          fmt::format("{:.1f} %",
                      100.0 * static_cast<double>(bytes) / static_cast<double>(source_bytes)),
          fmt::format("{:.2f}", tensors.bits_per_weight())};
}

// "Q4_K_M: 180 of 272 tensors fell back …: 150 q5_0 instead of q4_K, …": a line per rung that has
// any.
std::string fallback_line(const Rung& rung) {
  std::map<std::string, std::size_t> changes;
  std::map<std::int64_t, std::size_t> lengths;
  for (const Fallback& entry : rung.file.fallbacks) {
    ++changes[fmt::format("{} instead of {}", entry.got, entry.wanted)];
    ++lengths[entry.row_length];
  }
  std::size_t tensors = 0;
  for (const auto& [type, count] : rung.file.tensors.types) tensors += count;
  std::string line = fmt::format("{}: {} of {} tensors fell back to another type (rows of",
                                 rung.type, rung.file.fallbacks.size(), tensors);
  const char* joint = "";
  for (const auto& [length, count] : lengths) {
    line += fmt::format("{} {}", joint, length);
    joint = " and";
  }
  line += " do not fit its blocks):";
  for (const auto& [change, count] : changes) line += fmt::format(" {} {},", count, change);
  line.back() = ';';
  return line + fmt::format(" the first is {}", rung.file.fallbacks.front().tensor);
}

class QuantizeCommand : public Command {
 public:
  PluginUse plugin_use() const override { return PluginUse::kNone; }

  void add_options(CLI::App& app) override {
    app.add_option("model", request_.source, "a GGUF file in F16, BF16 or F32, or reference")
        ->type_name("MODEL")
        ->required();
    app.add_option("-t,--types", request_.types, "what to make of it, e.g. Q8_0,Q4_K_M")
        ->type_name("TYPE,…")
        ->delimiter(',')
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->required();
    app.add_option("-o,--output", request_.folder, "the folder for the files [the model's]")
        ->type_name("DIR");
    app.add_option("--imatrix", request_.imatrix, "an importance matrix made with this model")
        ->type_name("FILE");
    app.add_option("--threads", request_.threads, "threads [the machine's physical share]")
        ->type_name("N")
        ->check(whole_number(1, 4096));
    app.add_flag("--requantize", request_.requantize, "accept a model that is quantized already");
    app.add_flag("--force", request_.force, "overwrite files that do not match");
    app.add_flag("--json", json_, "what was made, as JSON");
    app.footer(kExamples);
  }

  expected<ExitCode> run(Console& console) override {
    const expected<std::string> source = model_file(request_.source);
    if (!source) return source.error();
    // The reference model lies in the cache: what is made of it belongs here.
    if (*source != request_.source && request_.folder.empty()) request_.folder = ".";
    request_.source = *source;
    Steps steps(console);
    const expected<Ladder> ladder = make_ladder(request_, steps, stop_on_signal());
    if (!ladder) return ladder.error();
    if (json_) {
      console.print(dump_pretty(to_json(*ladder)) + "\n");
    } else {
      print(console, *ladder);
    }
    if (ladder->interrupted) {
      console.say("stopped; the files named above are whole, and the same line makes the others.");
      return ExitCode::kInterrupted;
    }
    for (const Rung& rung : ladder->rungs) {
      if (rung.failure) return exit_code_of(*rung.failure);
    }
    return ExitCode::kOk;
  }

 private:
  static void print(Console& console, const Ladder& ladder) {
    TextTable table({{"type", Align::kLeft, 0},
                     {"size", Align::kRight, 0},
                     {"of source", Align::kRight, 0},
                     {"bits/weight", Align::kRight, 0},
                     {"fell back", Align::kRight, 0},
                     {"file", Align::kLeft, 0}});
    const auto add = [&](const std::string& type, std::vector<std::string> cells,
                         const std::string& fallbacks, const std::string& path) {
      cells.insert(cells.begin(), type);
      cells.insert(cells.end(), {fallbacks, path});
      table.add(std::move(cells));
    };
    add("source", size_cells(ladder.source_bytes, ladder.source_bytes, ladder.source_tensors), "",
        ladder.source);
    for (const Rung& rung : ladder.rungs) {
      if (rung.failure) {
        table.add({rung.type, "failed: " + rung.failure->message});
        continue;
      }
      const std::size_t count = rung.file.fallbacks.size();
      add(rung.type, size_cells(rung.file.bytes, ladder.source_bytes, rung.file.tensors),
          count == 0 ? "" : std::to_string(count), rung.path);
    }
    for (const std::string& line : table.lines()) console.print(line + "\n");
    bool first = true;
    for (const Rung& rung : ladder.rungs) {
      if (rung.failure || rung.file.fallbacks.empty()) continue;
      console.print((first ? "\n" : "") + fallback_line(rung) + "\n");
      first = false;
    }
  }

  LadderRequest request_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_quantize_command() { return std::make_unique<QuantizeCommand>(); }

}  // namespace assay::cli
