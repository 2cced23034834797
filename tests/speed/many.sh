#!/usr/bin/env bash
# Many runs at once: a sweep on two threads beside one, and a comparison beside its single runs. The
# parts take turns, and what counts is the ratio of each pair. `many.sh STALEMATE`
set -euo pipefail
stalemate=$(realpath "$1")
pairs=${PAIRS:-5}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

# A load like that of the bench of the engine, for so many seconds at 2,000 requests each.
load() {
  cat <<JSON
{"version": 1, "duration_us": $1000000, "history": {"keep": 1000},
 "strategies": [{"strategy": "cache-aside"}],
 "rows": {"ranges": [{"prefix": "item:", "count": 1000, "value": 0}]},
 "workloads": [{"name": "load", "arrivals": {"kind": "poisson", "per_second": 2000},
   "keys": {"prefix": "item:", "count": 1000}, "read_permille": 900}]}
JSON
}
load 5 >"$folder/short.json"
load 50 >"$folder/long.json"

nanoseconds() {
  local start end
  start=$(date +%s%N)
  "$@" >/dev/null
  end=$(date +%s%N)
  echo $((end - start))
}
ratios() { # what; two numbers a line
  awk '{ print $1 / $2 }' | sort -g | awk -v what="$1" '
    { ratio[NR] = $1 } END { printf "%6.2f  %5.2f–%.2f  %s\n", ratio[int((NR + 1) / 2)], ratio[1], ratio[NR], what }'
}
sweep() { nanoseconds "$stalemate" sweep "$folder/short.json" --set TTL=1..100 --json --threads "$1"; }
candidates=cache-aside,read-through,write-through,write-around,write-behind,single-flight,leases,no-cache
compare() { nanoseconds "$stalemate" compare "$folder/long.json" --strategies "$candidates" --json --threads "$1"; }
single() { # all of them, one by one
  local sum=0 each
  for each in ${candidates//,/ }; do
    sum=$((sum + $(nanoseconds "$stalemate" run "$folder/long.json" --strategy "$each" --json)))
  done
  echo "$sum"
}

echo "median of $pairs pairs, least, most"
for _ in $(seq "$pairs"); do echo "$(sweep 1) $(sweep 2)"; done |
  ratios 'times as fast: a sweep of 100 runs of 10,000 requests, on two threads beside one'
for _ in $(seq "$pairs"); do echo "$((2 * $(compare 2))) $(single)"; done |
  ratios 'single runs a core: eight strategies, 100,000 requests each, on two threads'
