// What a plug-in includes: a shared object, built outside assay, that brings tasks, scorers,
// filters, metrics, data set readers or models. A plug-in is one function and one line:
//
//   void setup(assay::Plugin& plugin) { plugin.add_task(capitals()); }
//   ASSAY_PLUGIN("capitals", "1.0", setup)
//
// The line leaves a tag in the file that says which assay, compiler and standard library it was
// built for. assay reads the tag from the file's bytes and refuses a file that does not fit before
// any code of it runs. docs/plugins.md has the whole promise.
//
// Ownership: what is added is copied or moved into assay. A plug-in is never unloaded: its code
// stays valid until the process ends. Thread-safety: setup runs once, alone; everything that was
// added is called from many threads at once, except Model::answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "assay/dataset.h"
#include "assay/expected.h"
#include "assay/fields.h"
#include "assay/model.h"
#include "assay/scorer.h"
#include "assay/task.h"
#include "assay/text.h"

namespace assay {

// A kind of model: `-m SCHEME:ARGUMENT` opens one.
struct ModelKind {
  std::string scheme;  // "echo": lower-case letters, digits, '-'
  std::string about;   // one line for `assay list models`
  std::function<expected<std::unique_ptr<Model>>(const std::string& argument)> open;
};

// What a plug-in is given to add to. Names share one space per kind with assay's own; a name that
// is taken refuses the whole plug-in, and nothing of it is kept.
class Plugin {
 public:
  virtual void add_task(Task task) = 0;
  virtual void add_group(TaskGroup group) = 0;
  virtual void add_scorer(std::string name, Scorer scorer) = 0;
  virtual void add_filter(std::string name, Filter filter) = 0;
  virtual void add_metric(std::string name, Metric metric) = 0;
  virtual void add_aggregation(std::string name, Aggregation aggregation) = 0;
  virtual void add_reader(DataReader reader) = 0;
  virtual void add_model(ModelKind kind) = 0;

 protected:
  ~Plugin() = default;
};

// Raised whenever a public header changes in a way that a compiled plug-in can notice.
inline constexpr std::uint32_t kPluginAbi = 1;

// Stands in the plug-in's file as it is here: text fields end in zeros, numbers are in the
// machine's byte order.
struct PluginTag {
  char magic[24];
  std::uint32_t abi;
  std::uint32_t layout;  // digest of the sizes of the public types
  char compiler[32];     // "gcc 12"
  char library[48];      // "libstdc++ 12, nlohmann-json 3.11.2"
  char name[64];
  char version[32];
};

inline constexpr std::string_view kPluginMagic = "assay plug-in tag v1\n";

#define ASSAY_TEXT_OF(x) #x
#define ASSAY_TEXT(x) ASSAY_TEXT_OF(x)
#if defined(__clang__)
#define ASSAY_COMPILER_TAG "clang " ASSAY_TEXT(__clang_major__)
#else
#define ASSAY_COMPILER_TAG "gcc " ASSAY_TEXT(__GNUC__)
#endif
#if defined(_LIBCPP_VERSION)
#define ASSAY_LIBRARY_TAG "libc++ " ASSAY_TEXT(_LIBCPP_VERSION)
#elif defined(_GLIBCXX_DEBUG)
#define ASSAY_LIBRARY_TAG "libstdc++ " ASSAY_TEXT(_GLIBCXX_RELEASE) " debug"
#elif !_GLIBCXX_USE_CXX11_ABI
#define ASSAY_LIBRARY_TAG "libstdc++ " ASSAY_TEXT(_GLIBCXX_RELEASE) " old strings"
#else
#define ASSAY_LIBRARY_TAG "libstdc++ " ASSAY_TEXT(_GLIBCXX_RELEASE)
#endif
#define ASSAY_JSON_TAG                                                       \
  ", nlohmann-json " ASSAY_TEXT(NLOHMANN_JSON_VERSION_MAJOR) "." ASSAY_TEXT( \
      NLOHMANN_JSON_VERSION_MINOR) "." ASSAY_TEXT(NLOHMANN_JSON_VERSION_PATCH)

// The tag of this translation unit's view of the headers. A name or version that is too long for
// its field does not compile.
consteval PluginTag make_plugin_tag(std::string_view name, std::string_view version) {
  PluginTag tag{};
  const auto put = [](auto& field, std::string_view text) {
    if (text.size() >= sizeof field) throw "the text is too long for its field of the tag";
    for (std::size_t i = 0; i < text.size(); ++i) field[i] = text[i];
  };
  put(tag.magic, kPluginMagic);
  tag.abi = kPluginAbi;
  tag.layout = 2166136261U;
  const std::size_t sizes[] = {sizeof(Task),
                               sizeof(TaskGroup),
                               sizeof(Item),
                               sizeof(Json),
                               sizeof(Request),
                               sizeof(Response),
                               sizeof(Generation),
                               sizeof(ChoiceScore),
                               sizeof(Judgement),
                               sizeof(MetricSpec),
                               sizeof(MetricInput),
                               sizeof(FilterPipeline),
                               sizeof(DataSplit),
                               sizeof(DataReader),
                               sizeof(ModelInfo),
                               sizeof(PreparedRequest),
                               sizeof(ModelKind),
                               sizeof(Error),
                               sizeof(expected<std::string>),
                               sizeof(TaskData),
                               sizeof(Shots),
                               sizeof(Sampling),
                               sizeof(GenerateContext)};
  for (const std::size_t size : sizes) {
    tag.layout = (tag.layout ^ static_cast<std::uint32_t>(size)) * 16777619U;
  }
  put(tag.compiler, ASSAY_COMPILER_TAG);
  put(tag.library, ASSAY_LIBRARY_TAG ASSAY_JSON_TAG);
  put(tag.name, name);
  put(tag.version, version);
  return tag;
}

}  // namespace assay

#define ASSAY_EXPORT __attribute__((visibility("default")))

// Makes the file a plug-in. NAME and VERSION are string literals, SETUP a function that takes an
// assay::Plugin&. Once per shared object, at namespace scope.
#define ASSAY_PLUGIN(NAME, VERSION, SETUP)                                             \
  extern "C" {                                                                         \
  ASSAY_EXPORT extern const ::assay::PluginTag assay_plugin_tag;                       \
  const ::assay::PluginTag assay_plugin_tag = ::assay::make_plugin_tag(NAME, VERSION); \
  ASSAY_EXPORT void assay_plugin_setup(::assay::Plugin& plugin);                       \
  void assay_plugin_setup(::assay::Plugin& plugin) { SETUP(plugin); }                  \
  }
