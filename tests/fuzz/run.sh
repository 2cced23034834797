#!/usr/bin/env bash
# Fuzzes each target for so many seconds: fails with the input that broke one, which is kept.
#
#   tests/fuzz/run.sh SECONDS [TARGET…]
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=$1
shift
[ $# -gt 0 ] || set -- document strategy link trace words message markdown
folder=${CARGO_TARGET_DIR:-target}/fuzz
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
tests/fuzz/seed.sh "$folder/seeds"

# No sanitizer: that takes an unstable compiler, and there is no unsafe code to look into.
fuzz=(cargo fuzz)
options=(--fuzz-dir tests/fuzz --target-dir "$folder/build" --sanitizer none)
"${fuzz[@]}" build "${options[@]}" >&2
code=0
for target; do
  mkdir -p "$folder/corpus/$target" "$folder/broken/$target"
  log=$folder/$target.log
  seen=0
  "${fuzz[@]}" run "${options[@]}" "$target" "$folder/corpus/$target" "$folder/seeds/$target" -- \
    -max_total_time="$seconds" -timeout=20 -rss_limit_mb=1024 -max_len=20000 -print_final_stats=1 \
    -artifact_prefix="$folder/broken/$target/" > "$log" 2>&1 </dev/null || seen=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  reached=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
  if [ $seen = 0 ]; then
    printf '%-9s %9s runs, %6s places of the code reached, nothing broken\n' "$target" "$runs" "$reached"
  else
    code=1
    printf '%-9s BROKEN, see %s\n' "$target" "$log"
    grep -m3 -E "panicked|ERROR|Test unit written" -A1 "$log" | sed 's/^/          /' || true
  fi
done
exit $code
