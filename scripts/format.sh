#!/usr/bin/env bash
# Formats the C++ sources; with --check only says which ones are not formatted, and fails if there are any.
set -euo pipefail
cd "$(dirname "$0")/.."

clang_format=${CLANG_FORMAT:-clang-format-14}
if ! command -v "$clang_format" >/dev/null; then
  echo "$clang_format is not installed: scripts/setup.sh --dev installs it." >&2
  exit 69
fi
case "${1:-}" in
  --check) mode=(--dry-run --Werror) ;;
  "") mode=(-i) ;;
  *)
    echo "usage: scripts/format.sh [--check]" >&2
    exit 64
    ;;
esac
git ls-files -z --cached --others --exclude-standard -- '*.cc' '*.h' |
  while IFS= read -r -d '' file; do
    if [ -f "$file" ]; then printf '%s\0' "$file"; fi
  done |
  xargs -0 -r -n 40 -P "$(nproc)" "$clang_format" --style=file "${mode[@]}"
