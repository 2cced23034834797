// The guide's questions to queues of npm, for queues.py: `queues.mjs LIBRARY MODE NAME NUMBERS
// WORKERS SECONDS PATIENCE`. The numbers are a list, "1,2,3".
//
//   work   prints what was written, in that order, and how many were at work at once; after
//          PATIENCE seconds what was written until then
//   hold   prints "held" when a worker has 1 in hand, and keeps it
//   late   prints whether an acknowledgement counts that comes after the message was given to
//          another
//   join   prints what is written of three messages of a key, joined by the library's option: 2 is
//          sent while 1 waits, 3 while the first is in hand
import { setTimeout as sleep } from "node:timers/promises";

const [library, mode, name] = process.argv.slice(2);
const numbers = (process.argv[5] ?? "").split(",").filter(Boolean).map(Number);
const [workers, seconds, patience] = process.argv.slice(6).map(Number);
const postgres = () => {
  const { host, port, user } = Object.fromEntries(process.env.GUIDE_POSTGRES.split(" ").map((each) => each.split("=")));
  return `postgres://${user}@${host}:${port}/postgres`;
};

// Each opens a queue: add(number, joins), work(handler, hand) and late().
const libraries = {
  async bullmq() {
    const { Queue, Worker } = await import("bullmq");
    const connection = { host: "127.0.0.1", port: Number(process.env.REDIS_PORT), maxRetriesPerRequest: null };
    const queue = new Queue(name, { connection });
    return {
      add: (number, joins) =>
        queue.add("write", { number }, { attempts: 3, ...(joins ? { jobId: "k", removeOnComplete: true } : {}) }),
      work(handler, hand) {
        new Worker(name, ({ data, attemptsMade }) => handler(data.number, attemptsMade), { connection, concurrency: hand });
      },
      async late() {
        const quick = { connection, lockDuration: 1000, stalledInterval: 500 };
        const first = await new Worker(name, null, { ...quick, autorun: false }).getNextJob("first");
        await new Promise((again) => {
          new Worker(name, async () => { again(); await sleep(3000); }, quick);
        });
        const refused = (error) => {
          if (!/lock/i.test(error.message)) throw error;
          return "refused";
        };
        return first.moveToCompleted("late", "first", false).then(() => "counts", refused);
      },
    };
  },
  async "pg-boss"() {
    const { PgBoss } = await import("pg-boss");
    const boss = new PgBoss({ connectionString: postgres(), schedule: false, superviseIntervalSeconds: 1, monitorIntervalSeconds: 1 });
    await boss.start();
    if (!(await boss.getQueue(name))) await boss.createQueue(name, mode === "join" ? { policy: "short" } : {});
    return {
      add: (number, joins) =>
        boss.send(name, { number }, { ...(joins ? { singletonKey: "k" } : {}), ...(mode === "late" ? { expireInSeconds: 1 } : {}) }),
      work: (handler, hand) =>
        boss.work(name, { pollingIntervalSeconds: 0.5, localConcurrency: hand, includeMetadata: true }, async ([job]) =>
          handler(job.data.number, job.retryCount)),
      async late() {
        const [first] = await boss.fetch(name);
        for (let again = []; again.length === 0; again = await boss.fetch(name)) await sleep(200);
        await boss.complete(name, first.id);
        return (await boss.getJobById(name, first.id)).state === "completed" ? "counts" : "refused";
      },
    };
  },
  async "graphile-worker"() {
    const { Logger, makeWorkerUtils, run } = await import("graphile-worker");
    const { default: pg } = await import("pg");
    const connectionString = postgres();
    const logger = new Logger(() => () => {});
    const utils = await makeWorkerUtils({ connectionString, logger });
    await utils.migrate();
    const begin = (handler, hand) =>
      run({
        connectionString, logger, concurrency: hand, pollInterval: 100, noHandleSignals: true,
        preset: { worker: { minResetLockedInterval: 1000, maxResetLockedInterval: 1000 } },
        taskList: { [name]: ({ number }, { job }) => handler(number, job.attempts - 1) },
      });
    return {
      add: (number, joins) => utils.addJob(name, { number }, joins ? { jobKey: "k" } : {}),
      work: begin,
      async late() {
        const pool = new pg.Pool({ connectionString });
        const query = (text) => pool.query(text, [name]);
        const theirs = "task_id = (SELECT id FROM graphile_worker._private_tasks WHERE identifier = $1)";
        let ended;
        await new Promise((begun) => {
          begin(() => { begun(); return new Promise((end) => { ended = end; }); }, 1);
        });
        // as if its four hours were over
        await query(`UPDATE graphile_worker._private_jobs SET locked_at = now() - interval '5 hours' WHERE ${theirs}`);
        await new Promise((again) => { begin(() => { again(); return sleep(20_000); }, 1); });
        ended();
        await sleep(1000);
        const { rowCount } = await query(`SELECT FROM graphile_worker._private_jobs WHERE ${theirs}`);
        return rowCount === 0 ? "counts" : "refused";
      },
    };
  },
};

const queue = await libraries[library]();
const written = [];
let [running, most] = [0, 0];
const say = (told) => process.stdout.write(`${told}\n`);
const until = async (holds, times = patience * 50) => {
  for (; times > 0 && !holds(); times -= 1) await sleep(20);
};

const modes = {
  async work() {
    const wanted = numbers.length || 3;
    await queue.work(async (number, tries) => {
      // without numbers of its own it takes on what a worker left that is gone
      if (number === 1 && tries === 0 && numbers.length > 0) {
        written.push("1f");
        await sleep(seconds * 500);
        throw new Error("the write fails");
      }
      running += 1;
      most = Math.max(most, running);
      // those in hand at once are at work while the first fails
      await sleep(seconds * 1000);
      running -= 1;
      written.push(String(number));
    }, workers);
    await until(() => written.filter((each) => each !== "1f").length >= wanted);
    say(JSON.stringify({ written, most }));
  },
  async hold() {
    await queue.work(async () => {
      say("held");
      await new Promise(() => {});
    }, 1);
    await new Promise(() => {});
  },
  async late() {
    say(await queue.late());
  },
  async join() {
    let begun;
    const first = new Promise((resolve) => { begun = resolve; });
    await queue.work(async (number) => {
      begun();
      await sleep(1000);
      written.push(number);
    }, 1);
    await first;
    await queue.add(3, true);
    await sleep(4000);
    say(written.join(" "));
  },
};
for (const number of numbers) await queue.add(number, mode === "join");
await modes[mode]();
process.exit(0);
