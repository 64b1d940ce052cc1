#!/usr/bin/env bash
# Shows what assay does, on the best model at hand: $ASSAY_DEMO_MODEL, else a tiny GGUF beside the checkout, else a
# scripted model that answers by a hash. Says which it was, because a table of figures without that is worth nothing.
# usage: scripts/demo.sh PATH_OF_ASSAY [more arguments for assay run]
set -euo pipefail
cd "$(dirname "$0")/.."
assay=$1
shift

stories=../shared/models/stories260K-Q8_0.gguf
if [ -n "${ASSAY_DEMO_MODEL:-}" ]; then
  model=$ASSAY_DEMO_MODEL
  note="This is your model $model, on assay's own miniature data sets: these are not the published benchmarks."
elif [ -f "$stories" ]; then
  model=$stories
  note="This ran on stories260K, a toy of 260 thousand parameters that tells children's stories: its answers mean nothing."
else
  model=scripted:hash
  note="No model is at hand, so answers were made up by a hash of the question: they mean nothing. ASSAY_DEMO_MODEL=FILE.gguf make demo runs yours."
fi

status=0
"$assay" run mini -m "$model" "$@" || status=$?
echo
echo "$note"
exit "$status"
