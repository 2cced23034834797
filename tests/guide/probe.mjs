// Asks the guide's questions of the real packages of npm, and prints one line of JSON: the cells
// of each row, or of those that are named; with --list their names. Each question has a cache of its own. Loads take 300 ms in place of
// 100, and the TTL is 2 s in place of 10.
import { setTimeout as sleep } from "node:timers/promises";

const LOAD = 300;
const TTL = 2000;
const GRACE = 30_000;
const CALLERS = 100;

/** The database with one row, which counts. */
class Database {
  row = "OLD";
  loads = 0;
  running = 0;
  waves = 0;
  fails = false;
  begun = () => {};
  /** Resolves as soon as a load has read the row. */
  reading = new Promise((begun) => { this.begun = begun; });
  load = async () => {
    this.loads += 1;
    if (this.running === 0) this.waves += 1;
    this.running += 1;
    try {
      const value = this.row;
      this.begun();
      await sleep(this.fails ? 5 : LOAD);
      if (this.fails) throw new Error("the load fails");
      return value;
    } finally {
      this.running -= 1;
    }
  };
}

const value = (got) => (got === null || got === undefined ? "nothing" : got instanceof Error ? "error" : String(got));
const outcome = (promise) => promise.then(value, () => "error");
const many = (cache) => Array.from({ length: CALLERS }, () => cache.get());

const questions = {
  async stampede(make) {
    const db = new Database();
    const cache = await make(db.load, {});
    await Promise.all(many(cache));
    return String(db.loads);
  },
  async across(make) {
    const dbs = [new Database(), new Database()];
    const caches = await Promise.all(dbs.map((db) => make(db.load, { shared: true })));
    await Promise.all(caches.flatMap((cache) => many(cache).slice(0, CALLERS / 2)));
    // which of them is quicker says nothing
    return dbs.map((db) => db.loads).sort((a, b) => b - a).join(" + ");
  },
  async delete(make) {
    const db = new Database();
    const cache = await make(db.load, {});
    const first = outcome(cache.get());
    await db.reading;
    await sleep(20);
    db.row = "NEW";
    await cache.delete();
    await first;
    await sleep(LOAD);
    const loads = db.loads;
    const found = await outcome(cache.get());
    return db.loads > loads ? "loads anew" : found;
  },
  async join(make) {
    const db = new Database();
    const cache = await make(db.load, {});
    const first = outcome(cache.get());
    await db.reading;
    await sleep(20);
    db.row = "NEW";
    await cache.delete();
    const found = await outcome(cache.get());
    await first;
    return found;
  },
  async set(make) {
    const db = new Database();
    const cache = await make(db.load, {});
    if (!cache.set) return "-";
    const first = outcome(cache.get());
    await db.reading;
    await sleep(20);
    db.row = "NEW";
    await cache.set("NEW");
    await first;
    await sleep(LOAD);
    const loads = db.loads;
    const found = await outcome(cache.get());
    return db.loads > loads ? "loads anew" : found;
  },
  async failure(make) {
    const db = new Database();
    const cache = await make(db.load, {});
    db.fails = true;
    const got = await Promise.all(many(cache).map(outcome));
    const how =
      db.loads <= 1 ? "" : db.waves === 1 ? " at once" : db.waves === db.loads ? ", one after another" : ` in ${db.waves} waves`;
    return `${db.loads}${how}${got.every((each) => each === "nothing") ? "; no error" : ""}`;
  },
  async stale(make, row) {
    if (!row.stale) return "-";
    const db = new Database();
    const cache = await make(db.load, { grace: GRACE });
    await cache.get();
    await sleep(TTL + 1100);
    const loads = db.loads;
    db.row = "NEW";
    // who waits for a load has what it brings
    const waited = (await Promise.all(many(cache).map(outcome))).filter((got) => got === "NEW").length;
    await sleep(2 * LOAD);
    const who = waited === 0 ? "none waits" : waited === 1 ? "one waits" : waited === CALLERS ? "all wait" : `${waited} wait`;
    return `${db.loads - loads}, ${who}`;
  },
  async "stale-failure"(make, row) {
    if (!row.stale) return "-";
    const db = new Database();
    const cache = await make(db.load, { grace: GRACE });
    await cache.get();
    await sleep(TTL + 1100);
    db.fails = true;
    const first = await Promise.all(many(cache).map(outcome));
    await sleep(100);
    const loads = db.loads;
    const later = [];
    for (let nth = 0; nth < 3; nth += 1) {
      later.push(await outcome(cache.get()));
      await sleep(100);
    }
    const told = (ends) => {
      const old = ends.filter((end) => end === "OLD").length;
      const errors = ends.length - old;
      if (errors === 0) return "OLD";
      if (old === 0 && errors > 1) return "error";
      return errors === 1 && old > 1 ? `1 error, ${old} OLD` : `${errors} errors, ${old} OLD`;
    };
    const tries = db.loads - loads;
    const said = tries === 0 ? "held back" : tries === 3 ? "each tries" : `${tries} of 3 try`;
    return told(first) === told(later) ? `${told(first)}; ${said}` : `${told(first)}, then ${told(later)}; ${said}`;
  },
  async negative(make) {
    const db = new Database();
    db.row = null;
    const cache = await make(db.load, {});
    await cache.get();
    await cache.get();
    return db.loads === 1 ? "cached" : "not cached";
  },
  async expiry(make) {
    for (let tries = 1; ; tries += 1) {
      const db = new Database();
      const cache = await make(db.load, {});
      await sleep(1200 - (Date.now() % 1000));
      await cache.get();
      const set = performance.now();
      let seen = set;
      for (;;) {
        await sleep(4);
        const asked = performance.now();
        await Promise.race([cache.get(), sleep(50)]);
        if (db.loads > 1 || asked - set > 3 * TTL) {
          const late = asked - set - TTL;
          // a busy machine asks too seldom at times
          if (asked - seen > 100 && tries < 4) break;
          return Math.abs(late) < 150 ? "at the TTL" : late > 0 ? "up to 1 s later" : "up to 1 s earlier";
        }
        seen = asked;
      }
    }
  },
  async "second-tier"(make, row) {
    if (!row.tiers) return "-";
    const db = new Database();
    const [one, two] = [await make(db.load, { shared: true, nth: 1 }), await make(db.load, { shared: true, nth: 2 })];
    await one.get();
    await two.get();
    await two.get();
    await sleep(200);
    db.row = "NEW";
    await one.delete();
    const written = performance.now();
    while ((await two.get()) === "OLD") {
      if (performance.now() - written > TTL * 0.8) return "until its TTL";
      await sleep(2);
    }
    const lag = performance.now() - written;
    return lag < TTL / 2 ? "milliseconds" : `${Math.round(lag)} ms`;
  },
};

const redis = process.env.REDIS_PORT && { host: "127.0.0.1", port: Number(process.env.REDIS_PORT) };
let prefixes = 0;
const closing = [];

// A row is a function that makes a cache with get, delete and set of one key; `shared`: over the
// same Redis as the others of its question.
const rows = {
  bentocache: {
    stale: true,
    async open() {
      const { BentoCache, bentostore } = await import("bentocache");
      const { memoryDriver } = await import("bentocache/drivers/memory");
      return (load, { key, grace }) => {
        const bento = new BentoCache({ default: "one", stores: { one: bentostore().useL1Layer(memoryDriver({})) } });
        return {
          get: () => bento.getOrSet({ key, factory: load, ttl: TTL, grace: grace ?? false }),
          delete: () => bento.delete({ key }),
          set: (value) => bento.set({ key, value, ttl: TTL }),
        };
      };
    },
  },
  "bentocache-tiers": { tiers: true, open: () => bentoTiers(false) },
  "bentocache-bus": { tiers: true, open: () => bentoTiers(true) },
  cachified: {
    stale: true,
    async open() {
      const { cachified, createCacheEntry } = await import("@epic-web/cachified");
      return (load, { key, grace }) => {
        const cache = new Map();
        return {
          get: () => cachified({ key, cache, ttl: TTL, swr: grace, getFreshValue: load }),
          delete: () => cache.delete(key),
          set: (value) => cache.set(key, createCacheEntry(value, { ttl: TTL })),
        };
      };
    },
  },
  "lru-cache": {
    stale: true,
    async open() {
      const { LRUCache } = await import("lru-cache");
      return (load, { key, grace }) => {
        const cache = new LRUCache({ max: 100, ttl: TTL, fetchMethod: load, allowStale: grace > 0 });
        return { get: () => cache.fetch(key), delete: () => cache.delete(key), set: (value) => cache.set(key, value) };
      };
    },
  },
  "cache-manager": {
    stale: true,
    async open() {
      const { createCache } = await import("cache-manager");
      return (load, { key, grace }) => {
        const cache = createCache();
        const options = grace ? { ttl: TTL + grace, refreshThreshold: grace } : { ttl: TTL };
        return {
          get: () => cache.wrap(key, load, options),
          delete: () => cache.del(key),
          set: (value) => cache.set(key, value, TTL),
        };
      };
    },
  },
  "cache-manager-tiers": {
    tiers: true,
    async open() {
      const { createCache } = await import("cache-manager");
      const { Keyv } = await import("keyv");
      const { default: KeyvRedis } = await import("@keyv/redis");
      return (load, { key }) => {
        const second = new KeyvRedis(`redis://127.0.0.1:${redis.port}`);
        closing.push(() => second.disconnect());
        const cache = createCache({ stores: [new Keyv(), new Keyv({ store: second })] });
        return {
          get: () => cache.wrap(key, load, { ttl: TTL }),
          delete: () => cache.del(key),
          set: (value) => cache.set(key, value, TTL),
        };
      };
    },
  },
  "async-cache-dedupe": {
    stale: true,
    async open() {
      const { createCache } = await import("async-cache-dedupe");
      return (load, { key, grace }) => {
        const cache = createCache({ ttl: TTL / 1000, stale: (grace ?? 0) / 1000, storage: { type: "memory" } });
        cache.define("row", load);
        return { get: () => cache.row(key), delete: () => cache.clear("row", key) };
      };
    },
  },
  cacheable: {
    async open() {
      const { Cacheable } = await import("cacheable");
      return (load, { key }) => {
        const cache = new Cacheable();
        return {
          get: () => cache.getOrSet(key, load, { ttl: TTL }),
          delete: () => cache.delete(key),
          set: (value) => cache.set(key, value, TTL),
        };
      };
    },
  },
  "cacheable-tiers": { tiers: true, open: () => cacheableTiers(false) },
  "p-memoize": {
    async open() {
      const { default: pMemoize, pMemoizeClear } = await import("p-memoize");
      const { default: ExpiryMap } = await import("expiry-map");
      return (load, { key }) => {
        const memoized = pMemoize(load, { cache: new ExpiryMap(TTL) });
        return { get: () => memoized(key), delete: () => pMemoizeClear(memoized) };
      };
    },
  },
  memoizee: {
    stale: true,
    async open() {
      const { default: memoizee } = await import("memoizee");
      return (load, { key, grace }) => {
        const options = grace ? { maxAge: TTL + grace, preFetch: grace / (TTL + grace) } : { maxAge: TTL };
        // a function of its own: memoizee counts its arguments
        const memoized = memoizee((_key) => load(), { promise: true, primitive: true, ...options });
        return { get: () => memoized(key), delete: () => memoized.delete(key) };
      };
    },
  },
};

async function bentoTiers(bus) {
  const { BentoCache, bentostore } = await import("bentocache");
  const { memoryDriver } = await import("bentocache/drivers/memory");
  const { redisDriver, redisBusDriver } = await import("bentocache/drivers/redis");
  return async (load, { key }) => {
    let store = bentostore().useL1Layer(memoryDriver({})).useL2Layer(redisDriver({ connection: redis }));
    if (bus) store = store.useBus(redisBusDriver({ connection: redis }));
    const bento = new BentoCache({ default: "one", stores: { one: store } });
    closing.push(() => bento.disconnectAll());
    await sleep(100);
    return {
      get: () => bento.getOrSet({ key, factory: load, ttl: TTL }),
      delete: () => bento.delete({ key }),
      set: (value) => bento.set({ key, value, ttl: TTL }),
    };
  };
}

async function cacheableTiers() {
  const { Cacheable } = await import("cacheable");
  const { default: KeyvRedis } = await import("@keyv/redis");
  return (load, { key }) => {
    const secondary = new KeyvRedis(`redis://127.0.0.1:${redis.port}`);
    closing.push(() => secondary.disconnect());
    const cache = new Cacheable({ secondary });
    return {
      get: () => cache.getOrSet(key, load, { ttl: TTL }),
      delete: () => cache.delete(key),
      set: (value) => cache.set(key, value, TTL),
    };
  };
}

async function ask(id, row) {
  if (row.tiers && !redis) return {};
  const open = await row.open();
  const cells = Object.entries(questions).map(async ([column, question]) => {
    const namespace = `guide-${id}-${(prefixes += 1)}`;
    const make = async (load, options) => {
      const cache = await open(load, { key: `${namespace}:k`, ...options });
      // its connections are open, and what it compiles at its first use is compiled
      await cache.delete();
      return cache;
    };
    try {
      return [column, await question(make, row)];
    } catch (error) {
      return [column, `no answer: ${error.message}`];
    }
  });
  return Object.fromEntries(await Promise.all(cells));
}

process.on("unhandledRejection", () => {}); // of loads in the background, which fail on purpose
const wanted = process.argv.slice(2);
if (wanted[0] === "--list") {
  console.log(Object.keys(rows).filter((id) => wanted.length === 1 || wanted.includes(id)).join("\n"));
  process.exit(0);
}
const found = {};
for (const [id, row] of Object.entries(rows)) {
  if (wanted.length === 0 || wanted.includes(id)) found[id] = await ask(id, row);
}
console.log(JSON.stringify(found, null, process.stdout.isTTY ? 1 : 0));
await Promise.all(closing.map((close) => close())).catch(() => {});
process.exit(0);
