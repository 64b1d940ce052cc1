// Plug-ins: shared objects that bring tasks, scorers, filters, metrics, data set readers and models
// (assay/plugin.h is what they are written against; docs/plugins.md says what is promised).
//
// A file is loaded in steps, each of which can refuse it with a sentence: its tag is read from its
// bytes; it is tried in a child process, so that one that throws, aborts or crashes while it is
// loaded ends the child; it is loaded here, and what it brings is checked and taken as a whole. A
// plug-in is never unloaded.
//
// Thread-safety: load plug-ins from one thread, before work begins; the rest from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assay/expected.h"
#include "assay/plugin.h"

namespace assay {

struct LoadedPlugin {
  std::string name;
  std::string version;
  std::string file;                 // canonical path
  std::string sha256;               // of the file: the code is part of what a number depends on
  std::vector<std::string> brings;  // "task capitals", "filter last_word", "model echo" …
};

// Where a plug-in's file was named.
enum class PluginPlace { kOption, kEnvironment, kFolder };

struct PluginFile {
  std::string path;
  PluginPlace place;
};

// $XDG_CONFIG_HOME/assay/plugins, else $HOME/.config/assay/plugins.
std::string plugin_folder();

// The files to load, in order: `named` (--plugin), $ASSAY_PLUGINS (separated by ':'), and the *.so
// of plugin_folder() in the order of their names. A file that is named twice is listed once.
std::vector<PluginFile> plugin_files(const std::vector<std::string>& named);

// Loads a plug-in; one that is loaded already (the same file) is handed back. kUnavailable when
// there is no such file, else kBadData.
expected<const LoadedPlugin*> load_plugin(const std::string& path);

std::vector<const LoadedPlugin*> loaded_plugins();  // in the order loaded
const LoadedPlugin* find_plugin(std::string_view name);

// The plug-ins that have a part in a task: brought it, or a filter, metric, aggregation, scorer or
// data set that it names. In the order loaded.
std::vector<const LoadedPlugin*> plugins_of(const Task& task);

// The kind of model that a MODEL argument "SCHEME:…" asks for; nullptr when no plug-in has it.
const ModelKind* find_model_kind(std::string_view scheme);
std::vector<const ModelKind*> model_kinds();  // sorted by scheme
// REQUIRES: find_model_kind(scheme) is not null
const LoadedPlugin& plugin_of_model(std::string_view scheme);

}  // namespace assay
