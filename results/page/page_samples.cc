// See page_samples.h.
#include "results/page/page_samples.h"

#include <fmt/format.h>
#include <tbb/parallel_for.h>
#include <zlib.h>

#include <algorithm>
#include <vector>

#include "results/page/html.h"
#include "results/sample_view.h"
#include "results/token_marks.h"
#include "runtime/wire.h"

namespace assay::page {
namespace {

constexpr std::size_t kBlockBytes = 512 * 1024;
constexpr std::size_t kBlockItems = 400;
constexpr std::size_t kBlocksAtOnce = 16;  // blocks packed in parallel, then written in order
constexpr std::size_t kListedAnswer = 80;  // bytes of an extracted answer in the index

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  // 15 + 16: the largest window, with gzip's frame.
  if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) return "";
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::size_t common_start(std::string_view a, std::string_view b) {
  const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  auto size = static_cast<std::size_t>(end - a.begin());
  // Not inside a character.
  while (size > 0 && size < a.size() && (static_cast<unsigned char>(a[size]) & 0xC0) == 0x80) {
    --size;
  }
  return size;
}

const std::string* prompt_of(const ItemRecord& item) {
  if (!item.evidence.request) return nullptr;
  if (const auto* choices = std::get_if<Choices>(&*item.evidence.request)) {
    return choices->contexts.size() == 1 ? &choices->contexts.front() : nullptr;
  }
  if (const auto* completion = std::get_if<Completion>(&*item.evidence.request)) {
    return &completion->prompt;
  }
  return &std::get<Rolling>(*item.evidence.request).text;
}

// A guess good enough to cut blocks by: what the texts of an item need.
std::size_t bytes_of(const ItemRecord& item) {
  std::size_t bytes = 300;
  if (const std::string* prompt = prompt_of(item)) bytes += prompt->size();
  if (item.evidence.answer) {
    if (const auto* texts = std::get_if<std::vector<Generation>>(&item.evidence.answer->answer)) {
      for (const Generation& text : *texts) bytes += text.text.size();
    }
  }
  return bytes;
}

struct Span {
  std::size_t first;
  std::size_t last;  // one past
};

std::vector<Span> blocks_of(const TaskRecord& record) {
  std::vector<Span> blocks;
  std::size_t first = 0;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < record.items.size(); ++i) {
    bytes += bytes_of(record.items[i]);
    if (bytes < kBlockBytes && i + 1 - first < kBlockItems && i + 1 < record.items.size()) continue;
    blocks.push_back({first, i + 1});
    first = i + 1;
    bytes = 0;
  }
  return blocks;
}

std::string block_json(const TaskRecord& record, const Task* task, const Span& block,
                       const SampleDetail& detail) {
  std::string_view prefix;
  bool any = false;
  for (std::size_t i = block.first; i < block.last; ++i) {
    const std::string* prompt = prompt_of(record.items[i]);
    if (prompt == nullptr) continue;
    prefix = any ? prefix.substr(0, common_start(prefix, *prompt)) : std::string_view(*prompt);
    any = true;
  }
  std::string json = fmt::format("{{\"prefix\":{},\"samples\":[", dump_line(std::string(prefix)));
  for (std::size_t i = block.first; i < block.last; ++i) {
    SampleView view = view_sample(record, task, record.items[i]);
    if (detail.tokens != nullptr) mark_tokens(*detail.tokens, record.items[i], view);
    if (detail.token_ids) add_token_ids(record.items[i], view);
    Json one = to_json(view);
    if (prompt_of(record.items[i]) != nullptr) {
      one["prompt"] = view.prompt.substr(prefix.size());
      one["prefixed"] = true;
    }
    if (i > block.first) json += ',';
    json += dump_line(one);
  }
  return json + "]}";
}

std::string cut(const std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  std::size_t end = bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

std::vector<std::string> filters_of(const TaskRecord& record) {
  for (const ItemRecord& item : record.items) {
    std::vector<std::string> names;
    for (const Judgement& judgement : item.judged.judgements) names.push_back(judgement.filter);
    if (!names.empty()) return names;
  }
  return {"none"};
}

Json index_json(const TaskRecord& record, const std::vector<std::string>& filters) {
  Json ids = Json::array();
  Json groups = Json::array();
  Json answers = Json::array();
  bool grouped = false;
  std::vector<std::string> outcomes(filters.size());
  for (const ItemRecord& item : record.items) {
    ids.push_back(item.item.id);
    groups.push_back(item.item.group);
    grouped = grouped || !item.item.group.empty();
    const auto& judgements = item.judged.judgements;
    answers.push_back(item.judged.error    ? cut(item.judged.error->message, kListedAnswer)
                      : judgements.empty() ? ""
                                           : cut(judgements.front().extracted, kListedAnswer));
    for (std::size_t f = 0; f < filters.size(); ++f) {
      const auto verdict = std::find_if(judgements.begin(), judgements.end(),
                                        [&](const Judgement& j) { return j.filter == filters[f]; });
      outcomes[f] += outcome_letter(
          outcome_of(item.judged, verdict == judgements.end() ? nullptr : &*verdict));
    }
  }
  Json json = {{"ids", std::move(ids)}, {"outcomes", outcomes}, {"answers", std::move(answers)}};
  if (grouped) json["groups"] = std::move(groups);
  return json;
}

std::string element(const std::string& id, const std::string& content) {
  return fmt::format("<script type=\"application/gzip\" id=\"{}\">{}</script>\n", id, content);
}

}  // namespace

std::string packed(std::string_view bytes) { return base64(gzip(bytes)); }

expected<Json> write_samples(std::size_t run, const RunFolder& folder, const Sink& sink,
                             const SampleDetail& detail) {
  Json tasks = Json::array();
  for (std::size_t t = 0; t < folder.tasks.size(); ++t) {
    const TaskRecord& record = folder.tasks[t];
    const Task* task = task_of(record);
    const std::vector<std::string> filters = filters_of(record);
    const std::string index = packed(dump_line(index_json(record, filters)));
    if (auto put = sink(element(fmt::format("index-{}-{}", run, t), index)); !put) {
      return put.error();
    }
    const std::vector<Span> blocks = blocks_of(record);
    Json starts = Json::array();
    for (std::size_t from = 0; from < blocks.size(); from += kBlocksAtOnce) {
      const std::size_t to = std::min(blocks.size(), from + kBlocksAtOnce);
      std::vector<std::string> contents(to - from);
      tbb::parallel_for(from, to, [&](std::size_t b) {
        contents[b - from] = packed(block_json(record, task, blocks[b], detail));
      });
      for (std::size_t b = from; b < to; ++b) {
        starts.push_back(blocks[b].first);
        const std::string id = fmt::format("block-{}-{}-{}", run, t, b);
        if (auto put = sink(element(id, contents[b - from])); !put) return put.error();
      }
    }
    tasks.push_back({{"name", record.name},
                     {"filters", filters},
                     {"items", record.items.size()},
                     {"output", record.manifest.value("output", "")},
                     {"blocks", std::move(starts)}});
  }
  return tasks;
}

}  // namespace assay::page
