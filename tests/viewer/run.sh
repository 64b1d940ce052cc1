#!/usr/bin/env bash
# Tests of report pages in a browser: makes small runs with the program, writes their pages and lets
# viewer_test.mjs look at them in Debian's Chromium. Exits with 77 and says why where Node, Chromium
# or the driver's npm package is not to be had.
#   tests/viewer/run.sh PROGRAM WORK_FOLDER
set -euo pipefail
program=$1
work=$2
sources=$(cd "$(dirname "$0")" && pwd)

skip() {
  echo "skipped: $*"
  exit 77
}

command -v node >/dev/null || skip "node is not installed"
command -v npm >/dev/null || skip "npm is not installed"
browser=
for candidate in chromium chromium-browser google-chrome; do
  path=$(command -v "$candidate") || continue
  # Ubuntu's chromium is a door to a snap, which cannot open files of other folders.
  case "$(readlink -f "$path")" in *snap*) continue ;; esac
  browser=$path
  break
done
[ -n "$browser" ] || skip "Chromium is not installed (on Ubuntu it is a snap, which these tests cannot drive)"

mkdir -p "$work"
if ! cmp -s "$sources/package-lock.json" "$work/installed-lock.json"; then
  cp "$sources/package.json" "$sources/package-lock.json" "$work/"
  (cd "$work" && timeout 200 npm install --no-save --ignore-scripts --no-audit --no-fund --prefer-offline) \
    >"$work/npm.log" 2>&1 || skip "npm could not install playwright-core: $(tail -n 1 "$work/npm.log")"
  cp "$work/package-lock.json" "$work/installed-lock.json"
fi
cp "$sources"/*.mjs "$work/"
cd "$work"
rm -rf runs pages
mkdir -p runs pages
export NO_COLOR=1
targets=(mini-arc mini-gsm8k mini-needle)
"$program" run "${targets[@]}" -m scripted:hash -o runs/a >/dev/null 2>&1
"$program" run "${targets[@]}" -m scripted:hash --seed 5 --temperature 1 -o runs/b >/dev/null 2>&1
node hostile_table.mjs "$program" >hostile.jsonl
"$program" run mini-gsm8k --shots 0 -m scripted:hostile.jsonl -o runs/hostile >/dev/null 2>&1
cp -r runs/a runs/damaged
sed -i '0,/"value": 0\.[0-9]/s//"value": 0.9/' runs/damaged/summary.json
for table in 1 2; do node answer_table.mjs "$program" "$table" >"answers-$table.jsonl"; done
"$program" run "${targets[@]}" -m scripted:answers-1.jsonl -o runs/c >/dev/null 2>&1
"$program" run "${targets[@]}" -m scripted:answers-2.jsonl -o runs/d >/dev/null 2>&1
"$program" compare runs/c runs/d --json >compare.json || [ $? -le 2 ]
# Two runs of one vocabulary whose greedy texts part: another precision of the cache is enough.
for name in e f; do
  kv=$([ "$name" = e ] && echo f16 || echo q4_0)
  "$program" run mini-gsm8k --first 30 --shots 1 -m reference --kv "$kv" --threads 1 -o "runs/$name" >/dev/null 2>&1 || break
done
[ -e runs/f/summary.json ] && "$program" report runs/e runs/f -o pages/models.html
# As after a crash: no results, and only the beginning of the journal.
mkdir runs/unfinished
cp runs/a/manifest.json runs/unfinished/
head -n 40 runs/a/journal.jsonl >runs/unfinished/journal.jsonl
"$program" report runs/a -o pages/one.html
grep -q 'id="assay-data"' pages/one.html || skip "this program was built without the viewer, so its pages have no script"
"$program" report runs/a runs/b -o pages/two.html
"$program" report runs/c runs/d -o pages/pair.html
"$program" report runs/a runs/hostile -o pages/mixed.html
"$program" report runs/unfinished -o pages/unfinished.html
"$program" report runs/a -m scripted:hash -o pages/bytes.html
"$program" report runs/hostile -o pages/hostile.html
"$program" report runs/damaged -o pages/damaged.html
exec node viewer_test.mjs "$browser"
