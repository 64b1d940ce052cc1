#!/bin/sh
# The throughput table of `make bench`: models with random weights, the engine's own programs to
# compare with, a data home; then bench/throughput on each model.
#
#   scripts/bench.sh BUILD_FOLDER [more options for the program, e.g. --items 10 --keep]
#
# ASSAY_BENCH_SHARED  the folder with data/ and models/make_random_gguf.py [../shared]
# ASSAY_BENCH_TOOLS   where llama-perplexity, llama-batched-bench and llama-server are or get built
#                     [the engine's cache]; "none" leaves the rows against them out
# Making models needs python3 with numpy; the engine's gguf-py comes with its sources.
set -eu
build=$1
shift
root=$(cd "$(dirname "$0")/.." && pwd)
shared=${ASSAY_BENCH_SHARED:-$root/../shared}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/assay
work=$build/bench-data
results=$root/bench/results/throughput.json
mkdir -p "$work" "$root/bench/results"

source=$(sed -n 's/^ASSAY_LLAMA_SOURCE_DIR:INTERNAL=//p' "$build/CMakeCache.txt")
if [ ! -f "$shared/models/make_random_gguf.py" ] || [ -z "$source" ]; then
  echo "bench: skipped, the throughput table: it needs $shared/models/make_random_gguf.py, which makes its models," \
    "and the engine's sources"
  exit 0
fi
if ! /usr/bin/python3 -c 'import numpy' 2>/dev/null; then
  echo "bench: skipped, the throughput table: making its models needs NumPy (scripts/setup.sh --train)"
  exit 0
fi

tools=${ASSAY_BENCH_TOOLS:-$cache/engine-tools/bin}
if [ "$tools" = none ]; then
  tools=
elif [ ! -x "$tools/llama-batched-bench" ] || [ ! -x "$tools/llama-server" ]; then
  echo "bench: building llama-perplexity, llama-batched-bench and llama-server once, some minutes"
  cmake -S "$source" -B "$cache/engine-tools" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DBUILD_SHARED_LIBS=OFF -DLLAMA_BUILD_COMMON=ON -DLLAMA_BUILD_TOOLS=ON -DLLAMA_BUILD_TESTS=OFF \
    -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_SERVER=ON -DLLAMA_BUILD_UI=OFF \
    -DLLAMA_USE_PREBUILT_UI=OFF -DLLAMA_OPENSSL=OFF -DGGML_CCACHE=OFF \
    > "$work/tools.log" 2>&1
  cmake --build "$cache/engine-tools" --target llama-perplexity llama-batched-bench llama-server \
    >> "$work/tools.log" 2>&1
fi

[ -d "$work/data" ] || "$build/assay" data import "$shared/data" --data "$work/data" > "$work/data.log"

# model NAME PRESET VOCABULARY
model() {
  [ -f "$work/$1-Q4_K_M.gguf" ] && return
  PYTHONPATH=$source/gguf-py /usr/bin/python3 "$shared/models/make_random_gguf.py" --preset "$2" \
    --vocab "$source/models/ggml-vocab-$3.gguf" --out "$work/$1-F16.gguf" > "$work/models.log" 2>&1
  "$build/assay" quantize "$work/$1-F16.gguf" --types Q4_K_M >> "$work/models.log" 2>&1
  rm -f "$work/$1-F16.gguf"
}
model smol135m smol135m starcoder
model w768 w768 gpt-2

for name in smol135m w768; do
  "$build/bench/throughput" --assay "$build/assay" --data "$work/data" \
    --model "$work/$name-Q4_K_M.gguf" ${tools:+--tools "$tools"} \
    --driver "$root/bench/throughput/served_choices.py" --results "$results" "$@"
  echo
done
