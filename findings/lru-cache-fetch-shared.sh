#!/usr/bin/env bash
# lru-cache: the signal and the context of the first fetch() count for all who
# joined it: one who hangs up makes all the others fail.
#
# Expected: callers who ask for the same key share one load; each passes the
# AbortSignal of its own request, and one that is aborted leaves the others be.
#
# Instead: only the first caller's signal is looked at, and it ends the load:
# when that request is closed, all the others are rejected with its AbortError.
# A later caller's signal does nothing at all. So with `context`: the load runs
# with the first caller's.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
npm_packages lru-cache@11.5.3
observe node --input-type=module - <<'JS'
import { LRUCache } from "lru-cache";
import { setTimeout as sleep } from "node:timers/promises";

console.log("lru-cache 11.5.3, three callers of one key");
for (const hangsUp of [0, 1]) {
  let loads = 0;
  const fetchMethod = async (key, old, { context }) => {
    loads += 1;
    await sleep(100);
    return `loaded for ${context}`;
  };
  const cache = new LRUCache({ max: 10, fetchMethod });
  const requests = ["ann", "ben", "cas"].map((name) => ({ name, stop: new AbortController() }));
  const replies = Promise.allSettled(
    requests.map(({ name, stop }) => cache.fetch("page", { signal: stop.signal, context: name })),
  );
  await sleep(20);
  requests[hangsUp].stop.abort();
  const texts = (await replies).map(({ value, reason }, i) => `${requests[i].name}: ${value ?? reason.name}`);
  console.log(`${requests[hangsUp].name} hangs up: ${loads} load; ${texts.join(", ")}`);
}
JS
expect <<'END'
lru-cache 11.5.3, three callers of one key
ann hangs up: 1 load; ann: AbortError, ben: AbortError, cas: AbortError
ben hangs up: 1 load; ann: loaded for ann, ben: loaded for ann, cas: loaded for ann
END
