// The program `assay`: finds the sub-command, lets it declare and read its options, runs it, and
// turns what came back into an exit code. Only the chosen command is built, so that help and
// mistakes cost nothing.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/plugins.h"
#include "cli/suggest.h"
#include "runtime/model_probe.h"
#include "runtime/quantize.h"

namespace assay::cli {
namespace {

using Words = std::vector<std::string>;

ExitCode fail(Console& console, const Error& error) {
  console.say(error.message);
  return exit_code_of(error);
}

const CommandEntry* find_command(const std::string& name) {
  const auto& all = commands();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const CommandEntry& entry) { return entry.name == name; });
  return found == all.end() ? nullptr : &*found;
}

Error unknown_command(const std::string& word) {
  if (word.rfind('-', 0) == 0) {
    return usage_error(fmt::format(
        "The first word must be a command, not the option '{}'; `assay --help` lists them.", word));
  }
  std::vector<std::string> names;
  for (const CommandEntry& entry : commands()) names.push_back(entry.name);
  return usage_error(fmt::format("There is no command '{}'.{} `assay --help` lists them.", word,
                                 did_you_mean(word, names)));
}

// The first word that the command has no use for; an option rather than a stray word, because a
// misspelt option usually leaves its value over as well.
expected<void> check_leftovers(const CLI::App& app, const std::string& command) {
  const Words left = app.remaining();
  if (left.empty()) return {};
  const auto option = std::find_if(left.begin(), left.end(), [](const std::string& word) {
    return word.size() > 1 && word.front() == '-';
  });
  if (option == left.end()) {
    return usage_error(
        fmt::format("`assay {}` has no use for '{}'; `assay {} --help` says what it "
                    "takes.",
                    command, left.front(), command));
  }
  const std::string name = option->substr(0, option->find('='));
  return usage_error(fmt::format("`assay {}` has no option '{}'.{} `assay {} --help` lists them.",
                                 command, name, did_you_mean(name, option_names(app)), command));
}

ExitCode run_command(Console& console, const CommandEntry& entry, Words arguments) {
  const std::unique_ptr<Command> command = entry.make();
  CLI::App app(entry.about, "assay " + entry.name);
  app.get_formatter()->column_width(32);
  app.set_help_flag("-h,--help", "this text");
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.allow_extras();
  command->add_options(app);
  std::vector<std::string> plugins;
  if (command->plugin_use() != PluginUse::kNone) add_plugin_option(app, plugins);
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes the words last first.
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    console.print(app.help());
    return ExitCode::kOk;
  } catch (const CLI::ParseError& problem) {
    if (const auto left = check_leftovers(app, entry.name); !left)
      return fail(console, left.error());
    std::string message = problem.what();
    if (!message.empty() && message.back() != '.') message += '.';
    return fail(console, usage_error(fmt::format("assay {}: {}", entry.name, message)));
  }
  if (const auto left = check_leftovers(app, entry.name); !left) return fail(console, left.error());
  if (command->plugin_use() != PluginUse::kNone) load_plugins(plugins);
  if (command->plugin_use() == PluginUse::kLoad) {
    if (const auto settled = settle_refusals(console); !settled) {
      return fail(console, settled.error());
    }
  }
  const expected<ExitCode> code = command->run(console);
  if (!code) return fail(console, code.error());
  return *code;
}

ExitCode dispatch(Console& console, Words words) {
  if (words.empty()) {
    console.print(help_text());
    return ExitCode::kUsage;
  }
  const std::string first = words.front();
  if (first == "-h" || first == "--help" || first == "help") {
    if (words.size() > 1) {
      const CommandEntry* about = find_command(words[1]);
      if (about == nullptr) return fail(console, unknown_command(words[1]));
      return run_command(console, *about, {"--help"});
    }
    console.print(help_text());
    return ExitCode::kOk;
  }
  if (first == "--version" || first == "-V") {
    console.print(version_text());
    return ExitCode::kOk;
  }
  const CommandEntry* entry = find_command(first);
  if (entry == nullptr) return fail(console, unknown_command(first));
  words.erase(words.begin());
  return run_command(console, *entry, std::move(words));
}

}  // namespace
}  // namespace assay::cli

int main(int argc, char** argv) {
  using namespace assay::cli;
  std::vector<std::string> words(argv + 1, argv + std::max(argc, 1));
  // A model file that nobody has vouched for is first opened in a child process: this one.
  if (!words.empty() && words.front() == "__probe") return assay::probe_main(argc, argv);
  if (!words.empty() && words.front() == "__quantize") return assay::quantize_main(argc, argv);
  assay::set_probe_program("/proc/self/exe");
  std::vector<std::string> line = {"assay"};
  line.insert(line.end(), words.begin(), words.end());
  set_command_line(std::move(line));
  Console console;
  ExitCode code = ExitCode::kInternal;
  try {
    code = dispatch(console, std::move(words));
  } catch (const std::bad_alloc&) {
    console.say("The machine has not enough memory for this.");
    code = ExitCode::kUnavailable;
  } catch (const std::exception& problem) {
    console.say(fmt::format("A defect in assay: {}. Please report it with the command line.",
                            problem.what()));
  }
  if (const auto finished = console.finish(); !finished) {
    console.say(finished.error().message);
    if (code == ExitCode::kOk) code = exit_code_of(finished.error());
  }
  return static_cast<int>(code);
}
