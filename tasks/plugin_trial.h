// Tries something in a child process before this process does it: what throws where nobody can
// catch, aborts, crashes or never comes back ends the child, and its parent says so.
//
// Thread-safety: call it while the process has one thread, or nothing that other threads hold locks
// of is used in the child.
#pragma once

#include <functional>
#include <string>

namespace assay {

// Runs `work` in a child of this process, whose own output is thrown away. Returns "" when it
// returned "", else what it returned, or how the child ended: "it ended the process with signal 11
// (Segmentation fault)".
std::string try_in_child(const std::function<std::string()>& work);

}  // namespace assay
