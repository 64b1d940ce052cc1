// One process at a time per run folder: an advisory lock on FOLDER/lock, which the system gives
// back when the process ends, however it ends.
//
// Thread-safety: a FolderLock belongs to one thread at a time.
#pragma once

#include <string>

#include "assay/expected.h"

namespace assay {

class FolderLock {
 public:
  // kUnavailable, with the other process' id, when the folder is in use. Does not wait.
  static expected<FolderLock> take(const std::string& folder);
  FolderLock() = default;  // holds nothing
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace assay
