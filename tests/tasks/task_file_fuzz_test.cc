// Task files and templates cut, doubled and stirred: whatever the bytes, reading ends in a task or
// in an Error, and rendering in a text or an exception with a reason. Seeded, so that a failure can
// be repeated. A few thousand rounds by default; ASSAY_FUZZ_SECONDS=600 goes on for ten minutes
// (meant for `make asan ASAN_LAYERS=tasks`), ASSAY_FUZZ_SEED starts elsewhere.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "assay/python_random.h"
#include "tasks/declarative/build_task.h"
#include "tasks/jinja/literal.h"
#include "tasks/jinja/template.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

std::uint64_t setting(const char* name, std::uint64_t fallback) {
  const char* value = std::getenv(name);
  return value == nullptr ? fallback : std::strtoull(value, nullptr, 10);
}

std::vector<std::string> yaml_corpus() {
  std::vector<std::string> out = {"a: &a [1, 2]\nb: {c: *a, <<: {d: e}}\n",
                                  "task: t\nx: !function a.b\ny: |\n  z\n",
                                  "group: g\ntask:\n  - a\n  - task: b\n    num_fewshot: 3\n",
                                  "a: !!str 1\nb: !!null x\n? c\n: d\n"};
  for (const auto& entry :
       fs::recursive_directory_iterator(std::string(ASSAY_SOURCE_DIR) + "/tests/cases/yaml")) {
    if (!entry.is_regular_file() || entry.file_size() > 4000) continue;
    std::ifstream in(entry.path());
    out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  std::sort(out.begin(), out.end());
  return out;
}

const std::vector<std::string>& template_corpus() {
  static const std::vector<std::string> kTemplates = {
      "{{ q.strip() ~ '\\nA:' }}",
      "{% for x in l %}{{ loop.index }}{{ x }}{% else %}-{% endfor %}",
      "{% if n > 1 and q is defined %}{{ q | upper }}{% elif not n %}b{% else %}c{% endif %}",
      "{% set a, b = l[0], l[1:] %}{{ a }}{{ b | join(', ') }}",
      "{{ d.k.m[0] + 1 }}{{ d.get('z', 2) }}",
      "{{ l | map('string') | sort | list }}{{ 'a' * 5 }}{{ range(5) | sum }}",
      "{% raw %}{{ x }}{% endraw %}",
      "{{ q | regex_replace('(t)', '<\\\\1>') }}{{ '%s %d %.2f' % (q, n, 0.5) }}",
      "{{ [1, 2.5, 'x', none, true, (1,), {'a': 1}] }}",
      "{#- c -#}{{- q[::-1] -}}{{ q[1:3] }}",
      "{{ 'x' if n else 'y' }}{{ -n ** 2 // 3 % 4 }}{{ l | selectattr('k') | list }}",
      "{% set x %}{{ q }}{% endset %}{{ x | length }}{{ x.split('e', 1) }}{{ x | tojson | e }}"};
  return kTemplates;
}

const std::vector<std::string>& pieces() {
  static const std::vector<std::string> kPieces = {"{{",
                                                   "}}",
                                                   "{%",
                                                   "%}",
                                                   "{#",
                                                   "#}",
                                                   "(",
                                                   ")",
                                                   "[",
                                                   "]",
                                                   "{",
                                                   "}",
                                                   "'",
                                                   "\"",
                                                   "\\",
                                                   "|",
                                                   "&a ",
                                                   "*a",
                                                   "!",
                                                   ":",
                                                   "- ",
                                                   "\n",
                                                   "\n  ",
                                                   "\t",
                                                   "%",
                                                   "~",
                                                   "**",
                                                   "//",
                                                   "99999999999999999999",
                                                   "range(999999999)",
                                                   " if ",
                                                   " for x in ",
                                                   "!function f.g",
                                                   "\xff",
                                                   "\xe2\x82",
                                                   "\xc3\xa9",
                                                   "---\n",
                                                   "...\n",
                                                   "? ",
                                                   "<<: ",
                                                   "#",
                                                   "|\n",
                                                   ">-\n",
                                                   "- - - - ",
                                                   "{% endif %}",
                                                   "{% endfor %}",
                                                   "['a']",
                                                   ".strip()",
                                                   " * 1000000",
                                                   "null",
                                                   "true",
                                                   "0x",
                                                   "1e309",
                                                   ".inf",
                                                   "~"};
  return kPieces;
}

class Stirrer {
 public:
  explicit Stirrer(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_.below(n)); }

  std::string stir(std::string text, const std::vector<std::string>& corpus) {
    for (std::size_t rounds = 1 + below(6); rounds > 0; --rounds) {
      const std::size_t at = below(text.size() + 1);
      const std::size_t length = below(std::min<std::size_t>(text.size() - at, 40) + 1);
      switch (below(7)) {
        case 0:
          text.erase(at, length);
          break;
        case 1:
          text.insert(at, pieces()[below(pieces().size())]);
          break;
        case 2:
          if (at < text.size()) text[at] = static_cast<char>(below(256));
          break;
        case 3:
          text.insert(at, text.substr(at, length));
          break;
        case 4: {
          const std::string& other = corpus[below(corpus.size())];
          const std::size_t from = below(other.size() + 1);
          text.insert(at, other.substr(from, below(200)));
          break;
        }
        case 5: {
          const std::string& piece = pieces()[below(pieces().size())];
          std::string many;
          for (std::size_t i = below(300); i > 0; --i) many += piece;
          text.insert(at, many);
          break;
        }
        default:
          text.resize(at);
      }
    }
    return text;
  }

 private:
  PythonRandom random_;
};

const Json& document() {
  static const Json kDoc = {
      {"q", "text é"},        {"n", 3},
      {"l", {"a", "b", "c"}}, {"d", {{"k", {{"m", {1, 2}}}}}},
      {"question", "Why?"},   {"choices", {{"text", {"x", "y"}}, {"label", {"A", "B"}}}},
      {"answerKey", "A"},     {"answer", "so #### 4"},
      {"label", 0},           {"text", "one two"}};
  return kDoc;
}

template <typename Function>
void call(const Function& function) {
  if (!function) return;
  try {
    (void)function(document());
  } catch (const std::exception&) {  // a reason for people; what it says is tested elsewhere
  }
}

void one_template(const std::string& source) {
  if (const auto made = jinja::Template::parse(source)) (void)made->render(document());
  (void)jinja::literal_eval(source);
}

void one_file(const std::string& text) {
  const expected<YamlNode> root = parse_yaml(text, "fuzz.yaml");
  if (!root) return;
  (void)yaml_from_json(yaml_to_json(*root), "fuzz.yaml");
  const expected<Task> task = build_task(*root, "/nowhere");
  if (!task) return;
  call(task->text);
  call(task->target);
  call(task->choices);
  call(task->description_text);
  call(task->gen_prefix);
}

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void fuzz(const std::vector<std::string>& corpus, void (*one)(const std::string&),
          std::uint64_t rounds) {
  const std::uint64_t seed = setting("ASSAY_FUZZ_SEED", 1);
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::seconds(setting("ASSAY_FUZZ_SECONDS", 0)) / 2;
  std::uint64_t done = 0;
  double slowest = 0;
  for (; done < rounds || std::chrono::steady_clock::now() < until; ++done) {
    Stirrer stirrer(seed * 1'000'003 + done);
    const std::string text = stirrer.stir(corpus[stirrer.below(corpus.size())], corpus);
    const double start = processor_seconds();
    one(text);
    const double took = processor_seconds() - start;
    slowest = std::max(slowest, took);
    // A rendering's budget is about a second of an optimised build; sanitizers take longer.
    ASSERT_LT(took, 60.0) << "round " << done << " of seed " << seed << ":\n" << text;
  }
  std::printf("%llu rounds, the slowest took %.3f s of processor time\n",
              static_cast<unsigned long long>(done), slowest);
}

TEST(TaskFileFuzz, Templates) { fuzz(template_corpus(), one_template, 3000); }

TEST(TaskFileFuzz, Files) { fuzz(yaml_corpus(), one_file, 1500); }

}  // namespace
}  // namespace assay
