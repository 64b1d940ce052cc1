#!/usr/bin/env bash
# Shows what assay does in two minutes: the miniature suite on the reference model that comes with the program (or on
# $ASSAY_DEMO_MODEL), its table, how needles fare by length, what more samples of code bring, and what to try next.
# usage: scripts/demo.sh PATH_OF_ASSAY [more arguments for assay run]
set -euo pipefail
cd "$(dirname "$0")/.."
assay=$1
shift
model=${ASSAY_DEMO_MODEL:-reference}

# The reference model is so small that a second thread mostly waits.
threads=()
if [ "$model" = reference ]; then threads=(--threads 1); fi

# Runs a target, keeps what it printed in $output and the run folder's name in $folder. Runs are kept: a second demo reads
# them instead of asking again.
output=$(mktemp)
trap 'rm -f "$output"' EXIT
status=0
measure() {
  status=0
  "$assay" run "$@" "${threads[@]}" >"$output" || status=$?
  folder=$(sed -n 's/^run folder //p' "$output")
}

measure mini -m "$model" "$@"
cat "$output"
if [ -z "$folder" ]; then exit "$status"; fi
mini=$folder
printf '\nTen samples of each program at temperature 0.8:\n'
measure mini-humaneval -m "$model" --samples 10 --temperature 0.8 "$@"
sed '/^what the model wrote/,$d' "$output"
echo
if [ "$model" = reference ]; then
  echo "This was the reference model, made to show assay at work (models/reference/README.md): its scores say nothing"
  echo "about other models. The questions are our own miniatures, not the published benchmarks. Next, with a GGUF of yours:"
else
  echo "This was $model on assay's own miniature data sets: these are not the published benchmarks. Next:"
fi
cat <<EOF
  $assay doctor YOUR.gguf               # does it load, and is it read as its authors meant?
  $assay run mini -m YOUR.gguf          # the same questions
  $assay report $mini -o report.md      # this run as a document
EOF
exit "$status"
