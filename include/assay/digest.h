// Digests: SHA-256, by which files, documents and evidence are identified, and FNV-1a-64, the small
// portable hash behind seeds and subsets (its specification is three lines, so that a number can be
// checked by hand in any language).
//
// Thread-safety: the functions are pure; a Sha256 belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "assay/expected.h"

namespace assay {

// SHA-256 (FIPS 180-4) of bytes that arrive in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);
  // The digest of everything so far as 64 lower-case hex digits. Ends the computation: REQUIRES
  // that neither update nor hex is called afterwards.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256_hex(std::string_view bytes);

// The digest of a file, read in blocks. kUnavailable when it cannot be opened, kBadData when
// reading breaks off.
expected<std::string> sha256_file(const std::string& path);

// FNV-1a, 64 bits: h = 14695981039346656037; for each byte: h ^= byte, h *= 1099511628211.
// A caller hashes several pieces by passing the previous result as `seed`.
inline constexpr std::uint64_t kFnvOffset = 14695981039346656037ULL;
constexpr std::uint64_t fnv1a64(std::string_view bytes, std::uint64_t seed = kFnvOffset) {
  std::uint64_t hash = seed;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return hash;
}

}  // namespace assay
