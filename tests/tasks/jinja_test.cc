// Templates: the original's own renderings (golden/jinja.jsonl), what the vectors leave out, and
// templates that are broken or hostile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "assay/text.h"
#include "datasets/json_file.h"
#include "tasks/jinja/literal.h"
#include "tasks/jinja/template.h"
#include "tests/scorers/golden.h"

namespace assay {
namespace {

using jinja::Template;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string rendered(const std::string& source, const Json& doc = Json::object()) {
  const expected<Template> parsed = Template::parse(source);
  if (!parsed) return "ERROR " + parsed.error().message;
  const expected<std::string> text = parsed->render(doc);
  return text ? *text : "ERROR " + text.error().message;
}

TEST(Jinja, RendersAsTheOriginal) {
  ASSAY_NEEDS_GOLDEN("jinja.jsonl");
  std::ifstream in(testing::golden_path("jinja.jsonl"));
  Json doc;
  std::size_t compared = 0;
  for (std::string line; std::getline(in, line);) {
    const expected<Json> vector = parse_json_text(line);  // keeps whole numbers beyond 64 bits
    ASSERT_TRUE(vector) << line;
    if (vector->contains("doc")) {
      doc = vector->at("doc");
      continue;
    }
    const auto source = vector->at("template").get<std::string>();
    const std::string text = rendered(source, doc);
    ++compared;
    if (vector->contains("error")) {
      EXPECT_THAT(text, StartsWith("ERROR ")) << source;
      continue;
    }
    EXPECT_EQ(text, vector->at("output").get<std::string>()) << source;
    EXPECT_EQ(is_digit_text(text), vector->at("isdigit").get<bool>()) << source;
    if (vector->contains("literal_eval")) {
      const auto value = jinja::literal_eval(text);
      ASSERT_TRUE(value) << source;
      EXPECT_EQ(to_json(*value), vector->at("literal_eval")) << source;
    }
  }
  EXPECT_EQ(compared, 95U);
}

struct Rendering {
  const char* source;
  const char* text;
};

// Worked out by hand from the rules of Python and Jinja2.
TEST(Jinja, FollowsPython) {
  const Json doc = {{"s", "aXbXc"},
                    {"l", {3, 1, 2}},
                    {"d", {{"values", 7}, {"k", "v"}}},
                    {"rows", {{{"n", "x"}, {"ok", true}}, {{"n", "y"}, {"ok", false}}}},
                    {"u", "ÉTÉ  à "},
                    {"t", "one\ntwo\r\nthree"}};
  const Rendering kCases[] = {
      {"{{ -7 // 2 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 2 ** -1 }} {{ -2 ** 2 }}", "-4 2 -2 0.5 4"},
      {"{{ 1 + 2 * 3 - 4 / 2 }}", "5.0"},
      {"{{ l[1:] + [9] }}{{ l * 2 }}", "[1, 2, 9][3, 1, 2, 3, 1, 2]"},
      {"{{ s.split('X', 1) }}{{ s.rsplit('X', 1) }}", "['a', 'bXc']['aXb', 'c']"},
      {"{{ s.count('X') }}{{ s.find('q') }}{{ s.rfind('X') }}", "2-13"},
      {"{{ t.splitlines() }}", "['one', 'two', 'three']"},
      {"{{ u.lower() }}|{{ u.strip() }}|{{ u | length }}|{{ u[:3] }}", "été  à |ÉTÉ  à|7|ÉTÉ"},
      {"{{ d['values'] }}{{ d.k }}{{ d.get('q', 4) }}{{ d.items() | list }}",
       "7v4[('values', 7), ('k', 'v')]"},
      {"{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "values=7;k=v;"},
      {"{% for x in [] %}a{% else %}none{% endfor %}", "none"},
      {"{% for x in l if x > 1 %}{{ x }}{{ loop.revindex }}{% endfor %}", "3221"},
      {"{{ rows | map(attribute='n') | join('-') }}", "x-y"},
      {"{{ rows | selectattr('ok') | map(attribute='n') | list }}", "['x']"},
      {"{{ l | sort(reverse=true) }}{{ l | sum }}{{ l | max }}{{ l | min }}", "[3, 2, 1]631"},
      {"{{ 1 < 2 < 3 }}{{ 3 > 2 > 2 }}{{ 1 == 1.0 }}{{ '1' == 1 }}", "TrueFalseTrueFalse"},
      {"{{ not 1 in [2] }}{{ 1 not in [2] }}", "TrueTrue"},
      {"{{ 'a' if false }}", "ERROR"},
      {"{{ none or 'x' }}{{ 0 and y }}", "x0"},
      {"{{ (1,) }}{{ () }}{{ (1, 'a') }}", "(1,)()(1, 'a')"},
      {"{{ 1.0 }}{{ 1e3 }}{{ 1e16 }}{{ 0.1 + 0.2 }}", "1.01000.01e+160.30000000000000004"},
      {"{% set a, b = 1, 2 %}{{ a }}{{ b }}", "12"},
      {"{% set x %}in{{ 1 }}{% endset %}{{ x }}", "in1"},
      {"{% for i in range(2) %}{% set q = i %}{% endfor %}{{ q is defined }}", "False"},
      {"{% raw %}{% if %}{{{% endraw %}", "{% if %}{{"},
      {"a {%- if true -%} b {%- endif %} c", "ab c"},
      {"a {{- 1 -}} b{#- x -#} c", "a1bc"},
      {"{{ '\\u00e9\\x41\\101\\q' }}", "éAA\\q"},
      {"{{ 'a' 'b' }}", "ab"},
      {"{{ '%05.1f|%s|%r' % (2.25, 'x', 'y') }}", "002.2|x|'y'"},
      {"{{ 'x' | regex_replace('(?P<a>x)', '\\\\g<1>\\\\1') }}", "xx"},
      {"{{ {'a': 1} | tojson }}{{ '<' | e }}", "{\"a\": 1}&lt;"},
      {"{{ 3 is odd }}{{ 4 is divisibleby 2 }}{{ 's' is string and 1 is not string }}",
       "TrueTrueTrue"},
      {"{{ [1,2] | first }}{{ 'abc' | last }}{{ 'abc' | reverse }}", "1ccba"},
      {"{{ 2.675 | round(2) }} {{ 7 | round }} {{ 1.5 | round }}", "2.67 7.0 2.0"},
      {"{{ true + 1 }}{{ -(-0.0) }}{{ -0.0 }}", "20.0-0.0"},
      {"{{ 'AbC'.title() }} {{ \"it's me\" | title }}", "Abc It'S Me"},
      {"{{ ' '.join(['a','b']) }}{{ 'ab'.startswith(('x','a')) }}", "a bTrue"},
  };
  for (const Rendering& c : kCases) {
    if (std::string(c.text) == "ERROR") {
      EXPECT_THAT(rendered(c.source, doc), StartsWith("ERROR ")) << c.source;
    } else {
      EXPECT_EQ(rendered(c.source, doc), c.text) << c.source;
    }
  }
}

TEST(Jinja, ErrorsNameTheLineAndTheReason) {
  const Json doc = {{"q", "text"}};
  EXPECT_EQ(rendered("a\nb {{ nope }}", doc),
            "ERROR template line 2: 'nope' is undefined (no such column)");
  EXPECT_THAT(rendered("{{ q | shout }}"), HasSubstr("line 1: there is no filter 'shout'"));
  EXPECT_THAT(rendered("{% if q %}\nx"), HasSubstr("before {% endif %}"));
  EXPECT_THAT(rendered("\n{{ q "), HasSubstr("line 2"));
  EXPECT_THAT(rendered("{% macro f() %}{% endmacro %}"), HasSubstr("'macro' is not supported"));
  EXPECT_THAT(rendered("{{ 1 / 0 }}"), HasSubstr("division by zero"));
  EXPECT_THAT(rendered("{{ q.strip }}", doc), HasSubstr("without calling it"));
  EXPECT_THAT(rendered("{{ 9223372036854775807 + 1 }}"), HasSubstr("64 bits"));
  EXPECT_THAT(rendered("{% endif %}"), HasSubstr("closes nothing"));
}

// Nothing here may take noticeable time or memory.
TEST(Jinja, HostileTemplatesEndInAnError) {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += '[';
  std::string chain = "{{ 1";
  for (int i = 0; i < 100000; ++i) chain += "+1";
  std::string ifs;
  for (int i = 0; i < 5000; ++i) ifs += "{% if 1 %}";
  std::string grow = "{% set x = ['a'] %}";
  for (int i = 0; i < 300; ++i) grow += "{% set x = [x, x] %}";
  std::string doubled = "{% set x = 'aaaaaaaaaaaaaaaa' %}";
  for (int i = 0; i < 60; ++i) doubled += "{% set x = x + x %}";
  for (const std::string& source :
       {"{{ " + deep, chain + " }}", ifs, grow + "{{ x }}", doubled + "{{ x }}",
        std::string("{% for i in range(10**18) %}x{% endfor %}"),
        std::string(
            "{% for i in range(1000) %}{% for j in range(10000) %}x{% endfor %}{% endfor %}"),
        std::string("{{ 'ab' * 10**12 }}"), std::string("{{ [1] * 10**12 }}"),
        std::string("{{ 10 ** 1000000 }}"), std::string("{{ '%9999999d' % 1 }}"),
        std::string("{{ ('a' * 1000000) | replace('a', 'b' * 1000000) }}"),
        std::string("{{ range(-9223372036854775807, 9223372036854775807) }}"),
        "{{ " + std::string(200000, '-') + "1 }}", "{{ " + std::string(200000, '(') + "1",
        "{{ a" + std::string(100000, '[') + " }}"}) {
    EXPECT_THAT(rendered(source), StartsWith("ERROR ")) << source.substr(0, 60);
  }
}

TEST(Jinja, LiteralsOfPython) {
  using jinja::literal_eval;
  EXPECT_EQ(to_json(*literal_eval("['a', \"b'c\", 'd\\'e']")), Json({"a", "b'c", "d'e"}));
  EXPECT_EQ(to_json(*literal_eval("{'a': (1, 2.5), 'b': None}")),
            Json({{"a", {1, 2.5}}, {"b", nullptr}}));
  EXPECT_EQ(to_json(*literal_eval(" [ -1, +2, 1e3, True, ] ")), Json({-1, 2, 1000.0, true}));
  EXPECT_EQ(to_json(*literal_eval("('one')")), Json("one"));
  for (const char* not_literal :
       {"[1", "a", "[a]", "1 2", "007", "['a' 1]", "{1}", "", "[1,,2]", "'a\nb'"}) {
    EXPECT_FALSE(literal_eval(not_literal)) << not_literal;
  }
}

}  // namespace
}  // namespace assay
