#!/usr/bin/env bash
# Installs what is missing to build and run assay on Debian 12 or Ubuntu 24.04. Says nothing and takes no time when
# nothing is missing. With --dev also the tools that format and lint the sources; with --train those that train the
# reference model.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  git make cmake ninja-build g++ pkg-config ca-certificates python3
  libtbb-dev libre2-dev libfmt-dev nlohmann-json3-dev libboost-dev libboost-filesystem-dev libcli11-dev
  libcurl4-openssl-dev libssl-dev zlib1g-dev libicu-dev libyaml-cpp-dev
  libgtest-dev libgmock-dev libbenchmark-dev
  bubblewrap libseccomp-dev
)
welcome=() # Without them report pages have static charts, and are not tested in a browser.
for argument in "$@"; do
  case "$argument" in
    # clang-format is pinned: another version breaks some lines differently.
    --dev)
      packages+=(clang-format-14 clang-tidy-14 ccache)
      # The report viewer is built with npm, and its pages are tested in Debian's Chromium (Ubuntu's is a snap).
      command -v node >/dev/null || welcome+=(nodejs)
      command -v npm >/dev/null || welcome+=(npm)
      if grep -qx 'ID=debian' /etc/os-release 2>/dev/null; then welcome+=(chromium); fi
      ;;
    # PyTorch works on any BLAS, but twenty times slower on the one that comes without OpenBLAS.
    --train) packages+=(python3-torch python3-numpy libopenblas0-pthread) ;;
    *)
      echo "usage: scripts/setup.sh [--dev] [--train]" >&2
      exit 64
      ;;
  esac
done

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  if command -v cmake >/dev/null && command -v ninja >/dev/null && command -v c++ >/dev/null; then
    exit 0 # Not Debian's family, and the tools are there: CMake will name any library that is missing.
  fi
  echo "This system has no apt: install CMake 3.25, Ninja, a C++20 compiler, git, and the development files of" \
    "oneTBB, RE2, fmt, nlohmann-json, Boost, CLI11, libcurl, OpenSSL, zlib, ICU, yaml-cpp, GoogleTest, Google" \
    "Benchmark and libseccomp, and bubblewrap, by its own means." >&2
  exit 69
fi

missing_of() {
  local installed
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | sed -n 's/ installed$//p' || true)
  comm -23 <(printf '%s\n' "$@" | sort -u) <(sort -u <<<"$installed")
}

# The engine's sources come from upstream's repository, or, where that cannot be reached, from an npm package: npm is
# needed only then, and not when a built engine already lies in the cache.
needs_npm() {
  command -v npm >/dev/null && return 1
  local cache=${XDG_CACHE_HOME:-$HOME/.cache}/assay tree tag repository found
  tree=$(sed -n 's/^set(ASSAY_LLAMA_TREE \(.*\))/\1/p' cmake/LlamaCpp.cmake)
  tag=v$(sed -n 's/^set(ASSAY_LLAMA_VERSION \(.*\))/\1/p' cmake/LlamaCpp.cmake)
  repository=$(sed -n 's/^set(ASSAY_LLAMA_REPOSITORY \(.*\))/\1/p' cmake/LlamaCpp.cmake)
  [ -d "$cache/source/llama.cpp-$tree" ] && return 1
  for found in "$cache/engine/${tag#v}"-*/lib/libllama.a; do
    [ -e "$found" ] && return 1
  done
  command -v git >/dev/null || return 1 # Asked again once git is installed.
  ! GIT_TERMINAL_PROMPT=0 timeout 15 git ls-remote --exit-code "$repository" "refs/tags/$tag" >/dev/null 2>&1
}

install_packages() {
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "These packages are missing and need root to install: apt-get install $*" >&2
      exit 69
    fi
    as_root=(sudo)
  fi
  echo "Installing: $*"
  local log
  log=$(mktemp)
  if ! {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$@"
  } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "The packages above could not be installed." >&2
    exit 69
  fi
  rm -f "$log"
}

mapfile -t missing < <(missing_of "${packages[@]}")
if [ "${#missing[@]}" -gt 0 ]; then install_packages "${missing[@]}"; fi
if [ "${#welcome[@]}" -gt 0 ]; then
  mapfile -t missing < <(missing_of "${welcome[@]}")
  if [ "${#missing[@]}" -gt 0 ] && ! (install_packages "${missing[@]}"); then
    echo "Going on without: ${missing[*]}. Report pages may have static charts only." >&2
  fi
fi
if needs_npm; then install_packages npm; fi
