#!/bin/sh
# The test of this task: the checks of `assay check task`, and a run on a model that answers by a hash.
# ASSAY names another program than the one on the path.
set -eu
cd "$(dirname "$0")"
assay=${ASSAY:-assay}
"$assay" check task @NAME@.yaml
"$assay" show @NAME@.yaml 0 | grep -q 'The capital of France is'
run=$(mktemp -d)
trap 'rm -rf "$run"' EXIT
"$assay" run @NAME@.yaml -m scripted:hash -o "$run/run"
