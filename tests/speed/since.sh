#!/usr/bin/env bash
# The engine beside that of an earlier commit, in one run: `since.sh COMMIT`. Both benches are
# built, and run in turns; what counts is the ratio of each pair.
set -euo pipefail
cd "$(dirname "$0")/../.."
commit=$(git rev-parse --verify --quiet "${1:?the commit to compare with}^{commit}") ||
  { echo "since: there is no commit $1" >&2; exit 2; }
pairs=${PAIRS:-5}
mkdir -p "${CARGO_TARGET_DIR:-target}/since"
folder=$(cd "${CARGO_TARGET_DIR:-target}/since" && pwd)
before=$folder/$commit
[ -d "$before" ] || git worktree add --quiet --detach "$before" "$commit"

# The bench of a folder, built.
bench() {
  (cd "$1" && CARGO_TARGET_DIR=$folder/build cargo bench --no-run --bench speed --message-format json) |
    sed -nE 's/.*"name":"speed".*"executable":"([^"]+)".*/\1/p' | tail -1
}
now=$(bench "$PWD")
old=$(bench "$before")

seconds() { # program, case
  local start end
  start=$(date +%s%N)
  "$1" "$2" >/dev/null
  end=$(date +%s%N)
  echo $((end - start))
}
echo "times as fast as $(git log -1 --format='%h (%cs, %s)' "$commit"): median of $pairs pairs, least, most"
for case in 'cache-aside, 1,000 keys' 'cache-aside, 100,000 keys' 'write-behind, 1,000 keys' \
  'write-behind, 100,000 keys' 'cache-aside, 100,000 keys, room for 10,000'; do
  seconds "$now" "$case" >/dev/null
  for _ in $(seq "$pairs"); do
    echo "$(seconds "$old" "$case") $(seconds "$now" "$case")"
  done | awk '{ print $1 / $2 }' | sort -g | awk -v name="$case" '
    { ratio[NR] = $1 } END { printf "%6.2f  %5.2f–%.2f  %s\n", ratio[int((NR + 1) / 2)], ratio[1], ratio[NR], name }'
done
git worktree remove --force "$before"
