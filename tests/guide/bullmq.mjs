// One of the guide's questions to BullMQ, for queues.py: `bullmq.mjs NAME FIRST LAST WORKERS
// SECONDS`
// prints what was written, in that order, and how many were at work at once.
import { setTimeout as sleep } from "node:timers/promises";
import { Queue, Worker } from "bullmq";

const name = process.argv[2];
const [first, last, workers, seconds] = process.argv.slice(3).map(Number);
const connection = { host: "127.0.0.1", port: Number(process.env.REDIS_PORT), maxRetriesPerRequest: null };
const queue = new Queue(name, { connection });
for (let number = first; number <= last; number += 1) await queue.add("write", { number }, { attempts: 3 });

const written = [];
let [running, most] = [0, 0];
const work = async ({ data: { number }, attemptsMade }) => {
  if (number === 1 && attemptsMade === 0) {
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
};
const worker = new Worker(name, work, { connection, concurrency: workers });
const all = last - first + 1 + (first === 1 ? 1 : 0);
while (written.length < all) await sleep(20);
console.log(JSON.stringify({ written, most }));
await Promise.all([worker.close(true), queue.close()]);
process.exit(0);
