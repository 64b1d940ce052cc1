// `assay imatrix MODEL TEXT -o FILE`: an importance matrix for `assay quantize --imatrix`, from
// what the model does on a text. Making it is runtime/imatrix.h.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/validators.h"
#include "runtime/files.h"
#include "runtime/imatrix.h"
#include "runtime/reference_model.h"

namespace assay::cli {
namespace {

constexpr const char* kExamples =
    "The text should be like what the model is for: some hundred chunks of mixed prose and code "
    "are\n"
    "usual. It must not be the text or the tasks that the quantized model is measured on.\n\n"
    "Examples:\n"
    "  assay imatrix model-F16.gguf text.txt -o model.imatrix.gguf\n"
    "  assay quantize model-F16.gguf -t Q2_K --imatrix model.imatrix.gguf -o ladder\n";

class ImatrixCommand : public Command {
 public:
  PluginUse plugin_use() const override { return PluginUse::kNone; }

  void add_options(CLI::App& app) override {
    app.add_option("model", request_.model.spec,
                   "a GGUF file, best the unquantized one, or reference")
        ->type_name("MODEL")
        ->required();
    app.add_option("text", text_file_, "what the model reads, UTF-8")
        ->type_name("TEXT")
        ->required();
    app.add_option("-o,--output", output_, "the matrix [MODEL without its ending + .imatrix.gguf]")
        ->type_name("FILE");
    app.add_option("--chunk", request_.chunk_tokens, "tokens read at a time [512]")
        ->type_name("N")
        ->check(whole_number(16, 1 << 20));
    app.add_option("--chunks", request_.max_chunks, "read only the first N chunks [all]")
        ->type_name("N")
        ->check(whole_number(1));
    app.add_option("--threads", request_.model.threads,
                   "engine threads [the machine's physical share]")
        ->type_name("N")
        ->check(whole_number(1, 4096));
    app.add_option("--gpu-layers", request_.model.gpu_layers, "layers on the GPU, -1: all [-1]")
        ->type_name("N")
        ->check(whole_number(-1));
    app.footer(kExamples);
  }

  expected<ExitCode> run(Console& console) override {
    expected<std::string> text = read_file(text_file_);
    if (!text) return text.error();
    request_.text = *std::move(text);
    request_.text_name = std::filesystem::path(text_file_).filename().string();
    const std::filesystem::path model(request_.model.spec);
    const std::string output =
        output_.empty() ? (model.parent_path() / model.stem()).string() + ".imatrix.gguf" : output_;
    const expected<std::string> file = model_file(request_.model.spec);
    if (!file) return file.error();
    request_.model.spec = *file;
    for (const std::string& input : {*file, text_file_}) {
      std::error_code problem;
      if (std::filesystem::equivalent(output, input, problem)) {
        return usage_error(fmt::format("The matrix would overwrite {}; give another -o.", input));
      }
    }
    const bool shown = console.error_is_terminal();
    const expected<Imatrix> imatrix = collect_imatrix(
        request_,
        [&](int done, int total) {
          if (shown) console.overwrite(fmt::format("reading chunk {}/{}", done, total));
        },
        stop_on_signal());
    if (shown) console.clear_line();
    if (!imatrix) return imatrix.error();
    const expected<void> written = write_imatrix(output, *imatrix);
    if (!written) return written.error();
    console.print(fmt::format("{}: {} matrices, from {} chunks of {} tokens of {}\n", output,
                              imatrix->entries.size(), imatrix->chunks, imatrix->chunk_tokens,
                              request_.text_name));
    return ExitCode::kOk;
  }

 private:
  ImatrixRequest request_;
  std::string text_file_;
  std::string output_;
};

}  // namespace

std::unique_ptr<Command> make_imatrix_command() { return std::make_unique<ImatrixCommand>(); }

}  // namespace assay::cli
