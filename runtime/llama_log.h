// The engine's log. llama.cpp and ggml write lines to a process-wide callback; nothing of it is
// printed, but the last error lines are kept, because they are the engine's only explanation of
// why a file was refused or a context could not be made.
//
// Thread-safety: all functions may be called from any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace assay {

// Installs the callback and starts the engine's back ends, once per process.
void start_engine();

// The error lines since the last forget_engine_errors(), at most the last four, joined by "; ".
// Empty when there were none.
std::string engine_errors();
void forget_engine_errors();

// Hears every piece of text the engine logs, of any level, in order; for work whose progress is
// told nowhere else. Empty: nobody. The listener must not log.
using EngineListener = std::function<void(std::string_view text)>;
void listen_to_engine(EngineListener listener);

}  // namespace assay
