// What the probe's child process does with a model file: loads it and uses each part once.
// May abort the process; that is the point.
#pragma once

namespace assay {

// Whether the engine accepts the file. `full`: weights, a small context, two decoded tokens.
bool try_llama(const char* path, bool full);

// Whether this build's back ends map device memory (a limit on addresses would break them).
bool llama_maps_devices();

}  // namespace assay
