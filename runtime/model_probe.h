// Tries a model file in a child process before this process touches it: a damaged or hostile GGUF
// can make the engine abort, and an abort cannot be caught. The child runs under a memory and a
// time limit; when a signal or the clock ends it, the file is refused with a sentence.
//
// How deep: for files up to kFullProbeBytes, and for the doctor, the child loads the weights,
// makes a small context, decodes two tokens and renders the chat template; larger files only have
// their vocabulary loaded (where nearly all known aborts are), because loading them twice would
// double the start of every run.
//
// The child is `PROGRAM __probe FILE DEPTH` when set_probe_program() was called (the command line
// does so), else a fork of this process.
//
// Thread-safety: set_probe_program() before any thread is started; the rest from any thread.
#pragma once

#include <cstdint>
#include <string>

#include "assay/expected.h"

namespace assay {

enum class ProbeDepth { kVocabulary, kFull };
inline constexpr std::uint64_t kFullProbeBytes = 64U << 20;

void set_probe_program(std::string path);  // "/proc/self/exe" for a program that knows __probe
const std::string& probe_program();        // "" when none was set

// `bytes`: of the model, for the limits. An engine that refuses the file in an orderly way is no
// error here; opening it in this process then says why. Errors: kBadData when the child died.
expected<void> probe_model(const std::string& path, std::uint64_t bytes, ProbeDepth depth);

// The child's side: argv is {program, "__probe", FILE, "vocabulary"|"full"}. Returns the exit code:
// 0 loaded, 1 refused, 64 usage.
int probe_main(int argc, char** argv);

}  // namespace assay
