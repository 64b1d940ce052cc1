// Catches the engine's log lines (see the header).
#include "runtime/llama_log.h"

#include <ggml.h>
#include <llama.h>

#include <cstdlib>
#include <deque>
#include <mutex>
#include <string_view>
#include <utility>

namespace assay {
namespace {

constexpr std::size_t kKeptLines = 4;

struct KeptLines {
  std::mutex mutex;
  std::deque<std::string> lines;
  bool continues = false;  // the next fragment belongs to the last line
  EngineListener listener;
};

KeptLines& kept() {
  static KeptLines* lines = new KeptLines;  // Outlives every thread that may still log.
  return *lines;
}

void on_log(ggml_log_level level, const char* text, void* /*user_data*/) {
  KeptLines& log = kept();
  const std::lock_guard lock(log.mutex);
  if (log.listener) log.listener(text);
  if (level == GGML_LOG_LEVEL_CONT && !log.continues) return;
  if (level != GGML_LOG_LEVEL_CONT && level != GGML_LOG_LEVEL_ERROR) {
    log.continues = false;
    return;
  }
  std::string_view piece = text;
  const bool ends = piece.ends_with('\n');
  while (piece.ends_with('\n')) piece.remove_suffix(1);
  if (level == GGML_LOG_LEVEL_CONT) {
    log.lines.back() += piece;
  } else if (!piece.empty()) {
    log.lines.emplace_back(piece);
    if (log.lines.size() > kKeptLines) log.lines.pop_front();
  }
  log.continues = !ends && !log.lines.empty();
}

}  // namespace

void start_engine() {
  static const bool started = [] {
    // Without this an abort in the engine would start a debugger to print a backtrace.
    ::setenv("GGML_NO_BACKTRACE", "1", /*overwrite=*/0);
    llama_log_set(on_log, nullptr);
    llama_backend_init();
    return true;
  }();
  (void)started;
}

std::string engine_errors() {
  KeptLines& log = kept();
  const std::lock_guard lock(log.mutex);
  std::string joined;
  for (const std::string& line : log.lines) joined += (joined.empty() ? "" : "; ") + line;
  return joined;
}

void listen_to_engine(EngineListener listener) {
  KeptLines& log = kept();
  const std::lock_guard lock(log.mutex);
  log.listener = std::move(listener);
}

void forget_engine_errors() {
  KeptLines& log = kept();
  const std::lock_guard lock(log.mutex);
  log.lines.clear();
  log.continues = false;
}

}  // namespace assay
