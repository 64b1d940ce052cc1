// See help.h. At most 24 lines of 100 columns; tests/cli/help_test.cc holds it to that.
#include "cli/help.h"

#include <fmt/format.h>

#include "assay/version.h"
#include "cli/command.h"
#include "datasets/data_home.h"

namespace assay::cli {

std::string help_text() {
  std::string text =
      "assay measures local language models on named benchmarks.\n"
      "usage: assay COMMAND [OPTIONS]      assay COMMAND --help tells all of a command\n\n";
  for (const CommandEntry& entry : commands()) {
    text += fmt::format("  {:<8} {}\n", entry.name, entry.about);
  }
  text += fmt::format(
      "\n"
      "  assay run mini -m reference                             needs no download, no model\n"
      "\n"
      "MODEL      a GGUF file, reference (comes with assay), scripted:hash, scripted:FILE.jsonl\n"
      "data home  {} (--data DIR, $ASSAY_DATA)\n"
      "runs       runs/<targets>-<model> (-o RUN); the same line again goes on\n"
      "exit code  0 ok, 1 worse, 2 undecided, 64 usage, 65 data, 69 not there, 70 internal, 130 "
      "stopped\n",
      data_home_folder(""));
  return text;
}

std::string version_text() {
  const std::string commit = ASSAY_COMMIT;
  const std::string engine = ASSAY_ENGINE_VERSION;
  return fmt::format("assay {}{}\nengine {}\n", ASSAY_VERSION,
                     commit.empty() ? "" : " (" + commit + ")",
                     engine.empty() ? "none: this build answers with scripted models only"
                                    : fmt::format("llama.cpp {} ({})", engine, ASSAY_ENGINE_FLAGS));
}

}  // namespace assay::cli
