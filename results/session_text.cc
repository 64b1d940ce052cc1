// See session_text.h.
#include "results/session_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "results/figures.h"

namespace assay {
namespace {

std::string part(const char* name, double seconds, double wall, const char* what) {
  return fmt::format("  {:<12}{:>12}{:>8.1f} %   {}\n", name, duration_text(seconds),
                     wall > 0 ? 100 * seconds / wall : 0.0, what);
}

std::string beside(const char* name, double seconds, const char* what) {
  return fmt::format("  {:<12}{:>12}{:10}   {}\n", name, duration_text(seconds), "", what);
}

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

double per_call(const DecodeWork& work) {
  return static_cast<double>(work.tokens) / static_cast<double>(work.calls);
}

}  // namespace

std::string session_text(const SessionStats& stats) {
  if (stats.items == 0) return "stats: nothing was asked in this session.\n";
  const double wall = stats.wall;
  const bool decodes = stats.prompt.calls + stats.generation.calls > 0;
  std::string text = fmt::format("stats: {} items in {}\n", stats.items, duration_text(stats.wall));
  text += part("planning", stats.planning, wall, "data, items, what the journal holds");
  if (decodes) {
    text += part("decode", stats.decoding, wall, "inside the engine");
    text += part("likelihoods", stats.likelihoods, wall, "from the engine's output");
    text += part("sampling", stats.sampling, wall, "choosing tokens, stop strings");
    text += part("packing", stats.packing, wall, "arranging batches, taking answers out");
  } else {
    text += part("answering", stats.packing, wall, "the model, which does not measure itself");
  }
  text += part("journal", stats.journal, wall, "writing");
  text += part("idle", stats.waiting, wall, "nothing was ready for the engine");
  text += part("rest", stats.finishing, wall, "progress, judging of items from the journal");
  if (stats.contexts > 1) {
    text += fmt::format("  {:.2f} of {} contexts were busy at once; a second counts once for all\n",
                        stats.busy_contexts, stats.contexts);
  }
  text += "meanwhile, added up over threads\n";
  text += beside("rendering", stats.rendering, "prompts");
  text += beside("tokenising", stats.tokenising, "prompts to token ids");
  text += beside("scoring", stats.judging, "filters, metrics, code");
  if (!decodes) return text;
  text += fmt::format("tokens: {} asked, {} decoded ({:.1f} %), {} written\n", stats.asked,
                      stats.prompt.tokens, share(stats.prompt.tokens, stats.asked),
                      stats.generation.tokens);
  const EngineDetail& engine = stats.engine;
  if (engine.header_tokens > 0) {
    text += fmt::format(
        "prefix hits: {} of {} groups found their whole beginning in the cache, {:.1f} % of its "
        "tokens\n",
        engine.headers_found, engine.headers,
        share(engine.header_tokens_found, engine.header_tokens));
  }
  if (stats.prompt.calls > 0 && engine.batch > 0) {
    text += fmt::format("batch fill: {:.1f} of {} tokens a call ({:.1f} %)", per_call(stats.prompt),
                        engine.batch, 100 * per_call(stats.prompt) / engine.batch);
    if (stats.generation.calls > 0) {
      text += fmt::format("; {:.1f} answers grew together", per_call(stats.generation));
    }
    if (engine.slots_starved > 0) {
      text += fmt::format("; {:.1f} % of the slots were empty for want of cache while texts waited",
                          share(engine.slots_starved, engine.slots));
    }
    if (engine.refused > 0) {
      text += fmt::format("; {} calls were refused and made as two", engine.refused);
    }
    if (engine.undivided > 0) {
      text += fmt::format("; {} groups of texts had no memory for cells of their own",
                          engine.undivided);
    }
    text += "\n";
  }
  return text;
}

std::string memory_warning(const SessionStats& stats) {
  const EngineDetail& engine = stats.engine;
  std::vector<std::string> ways;
  if (engine.refused > 0) {
    ways.push_back(fmt::format("batches decoded in halves: {}", engine.refused));
  }
  if (engine.undivided > 0) {
    ways.push_back(fmt::format("groups of texts that had to share a cache: {}", engine.undivided));
  }
  if (ways.empty()) return "";
  return fmt::format(
      "memory was too short to decode as planned ({}); last digits may differ from a run with more "
      "memory; --contexts 1 or a smaller --batch needs less",
      fmt::join(ways, ", "));
}

}  // namespace assay
