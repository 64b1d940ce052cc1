// WikiText-2: perplexity of whole Wikipedia articles (Merity et al. 2017). The model reads the
// detokenised article; words and bytes are counted in the original one. Not comparable with tools
// that cut the file into fixed chunks. protocols.md section 10.15.
#include "tasks/wikitext.h"

#include <utility>
#include <vector>

#include "assay/fields.h"
#include "assay/task.h"
#include "assay/text.h"

namespace assay {
namespace {

// "( a b )" → "(a b)": white space inside a pair of marks goes. Opening and closing mark may be the
// same. Equal to re.sub(r"\(\s*([^\)]*?)\s*\)", r"(\1)", text) and its kin.
std::string tighten(std::string_view text, char open, char close) {
  std::string out;
  std::size_t from = 0;
  for (;;) {
    const std::size_t begin = text.find(open, from);
    const std::size_t end = begin == std::string_view::npos ? begin : text.find(close, begin + 1);
    if (end == std::string_view::npos) break;
    out += text.substr(from, begin + 1 - from);
    out += strip(text.substr(begin + 1, end - begin - 1));
    out += close;
    from = end + 1;
  }
  out += text.substr(from);
  return out;
}

// The original's second rule has its slashes inside the pattern, so that it only ever meets a text
// like "/' 5/", and then writes its own replacement pattern out.
std::string slashed_digit_rule(std::string_view text) {
  std::string out;
  std::size_t i = 0;
  while (i < text.size()) {
    const std::string_view five = text.substr(i, 5);
    if (five.size() == 5 && five.starts_with("/' ") && five[3] >= '0' && five[3] <= '9' &&
        five[4] == '/') {
      out += "/'[0-9]/";
      i += 5;
    } else {
      out += text[i++];
    }
  }
  return out;
}

std::vector<MetricValue> per_word_and_byte(const Item& item, const Response& response) {
  const double ll = std::get<RollingScore>(response.answer).loglikelihood;
  const std::string page = text_field(item.doc, "page");
  const auto word_count = static_cast<double>(split_whitespace(page).size());
  const auto byte_count = static_cast<double>(page.size());
  return {{"word_perplexity", ll, word_count},
          {"byte_perplexity", ll, byte_count},
          {"bits_per_byte", ll, byte_count}};
}

Task wikitext() {
  Task task;
  task.name = "wikitext";
  task.version = "2.0";
  task.about = "WikiText-2: perplexity of whole articles, per word and byte";
  task.output = OutputType::kRolling;
  task.data.dataset = "wikitext-2";
  task.data.config = "wikitext-2-raw-v1";
  task.data.test_split = "test";
  task.data.hub_path = "EleutherAI/wikitext_document_level";
  task.data.hub_name = "wikitext-2-raw-v1";
  task.shots.fixed_count = true;
  task.text = [](const Json&) { return std::string(); };
  task.target = [](const Json& doc) -> Target {
    return detokenize_wikitext(text_field(doc, "page"));
  };
  task.process_results = per_word_and_byte;
  task.metrics = {{"word_perplexity", "weighted_perplexity", false},
                  {"byte_perplexity", "weighted_perplexity", false},
                  {"bits_per_byte", "bits_per_byte", false}};
  task.config_for_reports = {{"doc_to_text", ""}, {"doc_to_decontamination_query", "{{page}}"}};
  return task;
}

const TaskRegistrar kWikiText{[] { return std::vector<Task>{wikitext()}; }};

}  // namespace

std::string detokenize_wikitext(std::string_view page) {
  std::string text = slashed_digit_rule(replace_all(page, "s '", "s'"));
  const auto replace = [&](const char* from, const char* to) {
    text = replace_all(text, from, to);
  };
  replace(" @-@ ", "-");
  replace(" @,@ ", ",");
  replace(" @.@ ", ".");
  replace(" : ", ": ");
  replace(" ; ", "; ");
  replace(" . ", ". ");
  replace(" ! ", "! ");
  replace(" ? ", "? ");
  replace(" , ", ", ");
  text = tighten(text, '(', ')');
  text = tighten(text, '[', ']');
  text = tighten(text, '{', '}');
  text = tighten(text, '"', '"');
  text = tighten(text, '\'', '\'');
  replace("= = = =", "====");
  replace("= = =", "===");
  replace("= =", "==");
  replace(" \u00b0 ", "\u00b0");
  replace(" \n", "\n");
  replace("\n ", "\n");
  replace(" N ", " 1 ");
  replace(" 's", "'s");
  return text;
}

}  // namespace assay
