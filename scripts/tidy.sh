#!/usr/bin/env bash
# Runs clang-tidy with the checks of .clang-tidy. usage: scripts/tidy.sh BUILD_DIR [FILE...]; without files, all sources.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
shift

clang_tidy=${CLANG_TIDY:-$(command -v clang-tidy-14 || command -v clang-tidy || true)}
if [ -z "$clang_tidy" ]; then
  echo "clang-tidy is not installed: scripts/setup.sh --dev installs it." >&2
  exit 69
fi
files=("$@")
if [ "${#files[@]}" -eq 0 ]; then
  mapfile -t files < <(git ls-files -- 'cli/*.cc' 'results/*.cc' 'runtime/*.cc' 'tasks/*.cc' 'scorers/*.cc' 'datasets/*.cc')
fi
# The compiler's own options are gcc's; those that clang does not know are no finding.
printf '%s\0' "${files[@]}" |
  xargs -0 -r -n 1 -P "$(nproc)" "$clang_tidy" --quiet -p "$build" --extra-arg=-Wno-unknown-warning-option \
    2> >(grep -v ' warnings\? .*generated\.$' >&2)
