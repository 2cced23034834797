// Rows of npm, for bridge.py: what the lines say is told there.
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { nextIsr, nextUnstableCache } from "./next.mjs";
import { nitro } from "./nitro.mjs";
import { swr } from "./swr.mjs";

const redis = process.env.REDIS_PORT && { host: "127.0.0.1", port: Number(process.env.REDIS_PORT) };

// A row is a function that makes a cache with get, delete and set of one key.
const rows = {
  bentocache: {
    stale: true,
    async open() {
      const { BentoCache, bentostore } = await import("bentocache");
      const { memoryDriver } = await import("bentocache/drivers/memory");
      return (load, { key, ttl, grace }) => {
        const bento = new BentoCache({ default: "one", stores: { one: bentostore().useL1Layer(memoryDriver({})) } });
        return {
          get: () => bento.getOrSet({ key, factory: load, ttl, grace: grace ?? false }),
          delete: () => bento.delete({ key }),
          set: (value) => bento.set({ key, value, ttl }),
        };
      };
    },
  },
  "bentocache-tiers": { stale: true, tiers: true, open: () => bentoTiers(false) },
  "bentocache-bus": { stale: true, tiers: true, open: () => bentoTiers(true) },
  cachified: {
    stale: true,
    async open() {
      const { cachified, createCacheEntry } = await import("@epic-web/cachified");
      return (load, { key, ttl, grace }) => {
        const cache = new Map();
        return {
          get: () => cachified({ key, cache, ttl, swr: grace, getFreshValue: load }),
          delete: () => cache.delete(key),
          set: (value) => cache.set(key, createCacheEntry(value, { ttl })),
        };
      };
    },
  },
  "lru-cache": {
    stale: true,
    async open() {
      const { LRUCache } = await import("lru-cache");
      return (load, { key, ttl, grace }) => {
        const cache = new LRUCache({ max: 100, ttl, fetchMethod: load, allowStale: grace > 0 });
        return { get: () => cache.fetch(key), delete: () => cache.delete(key), set: (value) => cache.set(key, value) };
      };
    },
  },
  "cache-manager": {
    stale: true,
    async open() {
      const { createCache } = await import("cache-manager");
      return (load, { key, ttl, grace }) => {
        const cache = createCache();
        const options = grace ? { ttl: ttl + grace, refreshThreshold: grace } : { ttl };
        return {
          get: () => cache.wrap(key, load, options),
          delete: () => cache.del(key),
          set: (value) => cache.set(key, value, ttl),
        };
      };
    },
  },
  "cache-manager-tiers": {
    stale: true,
    tiers: true,
    async open() {
      const { createCache } = await import("cache-manager");
      const { Keyv } = await import("keyv");
      const { default: KeyvRedis } = await import("@keyv/redis");
      return (load, { key, ttl, grace }) => {
        const second = new KeyvRedis(`redis://127.0.0.1:${redis.port}`);
        const cache = createCache({ stores: [new Keyv(), new Keyv({ store: second })] });
        const options = grace ? { ttl: ttl + grace, refreshThreshold: grace } : { ttl };
        return {
          get: () => cache.wrap(key, load, options),
          delete: () => cache.del(key),
          set: (value) => cache.set(key, value, ttl),
        };
      };
    },
  },
  "async-cache-dedupe": {
    stale: true,
    async open() {
      const { createCache } = await import("async-cache-dedupe");
      return (load, { key, ttl, grace }) => {
        const cache = createCache({ ttl: ttl / 1000, stale: (grace ?? 0) / 1000, storage: { type: "memory" } });
        cache.define("row", load);
        // its clock is one for all that the process caches, and stands still for a second after a look:
        // how an entry's end falls depends on the others
        cache.define("other", async () => 1);
        setInterval(() => cache.other(key), 20);
        return { get: () => cache.row(key), delete: () => cache.clear("row", key) };
      };
    },
  },
  cacheable: {
    async open() {
      const { Cacheable } = await import("cacheable");
      return (load, { key, ttl }) => {
        const cache = new Cacheable();
        return {
          get: () => cache.getOrSet(key, load, { ttl }),
          delete: () => cache.delete(key),
          set: (value) => cache.set(key, value, ttl),
        };
      };
    },
  },
  "cacheable-tiers": { tiers: true, open: () => cacheableTiers(false) },
  "cacheable-sync": { tiers: true, open: () => cacheableTiers(true) },
  "p-memoize": {
    async open() {
      const { default: pMemoize, pMemoizeClear } = await import("p-memoize");
      const { default: ExpiryMap } = await import("expiry-map");
      return (load, { key, ttl }) => {
        const cache = new ExpiryMap(ttl);
        const memoized = pMemoize(load, { cache });
        return { get: () => memoized(key), delete: () => pMemoizeClear(memoized), set: (value) => { cache.set(key, value); } };
      };
    },
  },
  memoizee: {
    stale: true,
    async open() {
      const { default: memoizee } = await import("memoizee");
      return (load, { key, ttl, grace }) => {
        const options = grace ? { maxAge: ttl + grace, preFetch: grace / (ttl + grace) } : { maxAge: ttl };
        // a function of its own: memoizee counts its arguments
        const memoized = memoizee((_key) => load(), { promise: true, primitive: true, ...options });
        return { get: () => memoized(key), delete: () => memoized.delete(key) };
      };
    },
  },
  "tanstack-query": {
    async open() {
      const { QueryClient } = await import("@tanstack/query-core");
      return (load, { key, ttl }) => {
        const client = new QueryClient();
        const queryKey = [key];
        return {
          get: () => client.fetchQuery({ queryKey, queryFn: load, staleTime: ttl }),
          delete: () => client.invalidateQueries({ queryKey }),
          set: (value) => client.setQueryData(queryKey, value),
        };
      };
    },
  },
  apollo: {
    skip: ["expiry"],
    async open() {
      const { ApolloClient, ApolloLink, InMemoryCache, gql } = await import("@apollo/client");
      const { Observable } = await import("rxjs");
      return (load) => {
        const data = (value) => ({ row: value === null ? null : { __typename: "Row", id: "k", value } });
        const link = new ApolloLink(() => new Observable((to) => {
          load().then((value) => { to.next({ data: data(value) }); to.complete(); }, (error) => to.error(error));
        }));
        const cache = new InMemoryCache();
        const client = new ApolloClient({ cache, link });
        const query = gql`{ row { id value } }`;
        return {
          get: async () => (await client.query({ query })).data.row?.value ?? null,
          delete: () => cache.evict({ id: "ROOT_QUERY", fieldName: "row" }),
          set: (value) => client.writeQuery({ query, data: data(value) }),
        };
      };
    },
  },
  swr: { stale: true, open: swr },
  nitro: { stale: true, open: nitro },
  "next-unstable-cache": { stale: true, alone: true, open: nextUnstableCache },
  "next-isr": { stale: true, alone: true, open: nextIsr },
  undici: {
    stale: true,
    open: () => http(async () => {
      const { Agent, interceptors, request } = await import("undici");
      const dispatcher = new Agent().compose(interceptors.cache());
      return (url, method) => request(url, { method, dispatcher }).then(({ statusCode, body }) => [statusCode, body]);
    }),
  },
  "undici-deduplicate": {
    stale: true,
    open: () => http(async () => {
      const { Agent, interceptors, request } = await import("undici");
      const dispatcher = new Agent().compose(interceptors.deduplicate(), interceptors.cache());
      return (url, method) => request(url, { method, dispatcher }).then(({ statusCode, body }) => [statusCode, body]);
    }),
  },
};

/** An HTTP client that caches, before an origin of its own; `open()` gives what fetches. */
async function http(open) {
  const { createServer } = await import("node:http");
  return async (load, { ttl, grace }) => {
    const stale = grace ? `, stale-while-revalidate=${grace / 1000}` : "";
    const origin = createServer((asked, reply) => {
      if (asked.method === "POST") return reply.writeHead(204).end();
      return load().then(
        (value) => reply.writeHead(value === null ? 404 : 200, { "Cache-Control": `max-age=${ttl / 1000}${stale}` }).end(value ?? ""),
        (error) => reply.writeHead(500).end(error.message),
      );
    });
    await new Promise((listening) => { origin.listen(0, "127.0.0.1", 1000, listening); });
    const fetch = await open();
    const url = `http://127.0.0.1:${origin.address().port}/`;
    const send = async (method) => {
      const [status, body] = await fetch(url, method);
      const text = await body.text();
      if (status >= 500) throw new Error(text);
      return status === 200 ? text : null;
    };
    return {
      get: () => send("GET"),
      // an unsafe request invalidates the page (RFC 9111, section 4.4)
      delete: () => send("POST"),
    };
  };
}

async function bentoTiers(bus) {
  const { BentoCache, bentostore } = await import("bentocache");
  const { memoryDriver } = await import("bentocache/drivers/memory");
  const { redisDriver, redisBusDriver } = await import("bentocache/drivers/redis");
  return async (load, { key, ttl, grace }) => {
    let store = bentostore().useL1Layer(memoryDriver({})).useL2Layer(redisDriver({ connection: redis }));
    if (bus) store = store.useBus(redisBusDriver({ connection: redis }));
    const bento = new BentoCache({ default: "one", stores: { one: store } });
    await sleep(100);
    return {
      get: () => bento.getOrSet({ key, factory: load, ttl, grace: grace ?? false }),
      delete: () => bento.delete({ key }),
      set: (value) => bento.set({ key, value, ttl }),
    };
  };
}

async function cacheableTiers(sync) {
  const { Cacheable } = await import("cacheable");
  const { default: KeyvRedis } = await import("@keyv/redis");
  const { RedisMessageProvider } = await import("@qified/redis");
  return (load, { key, ttl }) => {
    const secondary = new KeyvRedis(`redis://127.0.0.1:${redis.port}`);
    const bus = () => new RedisMessageProvider({ uri: `redis://127.0.0.1:${redis.port}` });
    const cache = new Cacheable({ secondary, ...(sync ? { sync: { qified: bus() } } : {}) });
    return {
      get: () => cache.getOrSet(key, load, { ttl }),
      delete: () => cache.delete(key),
      set: (value) => cache.set(key, value, ttl),
    };
  };
}

const say = (told) => process.stdout.write(`${JSON.stringify(told)}\n`);
const caches = new Map();
const loads = new Map();
let last = 0;

/** A load of a cache: its answer comes in a line. */
const load = (cache) => () =>
  new Promise((resolve, reject) => {
    loads.set((last += 1), { resolve, reject });
    say({ load: last, cache });
  });

async function make({ new: id, row, key, ttl, grace, nth }) {
  const open = await rows[row].open();
  const cache = await open(load(id), { key: `${key}:k`, ttl, grace: grace ?? undefined, nth });
  // its connections are open, and what it compiles at its first use is compiled
  await cache.delete();
  caches.set(id, cache);
  say({ made: id, sets: Boolean(cache.set) });
}

const end = (done, promise) =>
  promise.then(
    (value) => say({ done, ...(value instanceof Error ? { error: value.message } : { value: value ?? null }) }),
    (error) => say({ done, error: String(error?.message ?? error) }),
  );
const run = async (action) => action();

function hear(told) {
  if (told.new) {
    make(told).catch((error) => say({ made: told.new, error: error.message }));
  } else if (told.loaded) {
    const { resolve, reject } = loads.get(told.loaded);
    loads.delete(told.loaded);
    if (told.fails) reject(new Error("the load fails"));
    else resolve(told.value);
  } else if (told.get) {
    const cache = caches.get(told.get);
    for (let nth = 0; nth < told.times; nth += 1) end(told.call + nth, run(() => cache.get()));
  } else if (told.delete) {
    end(told.call, run(() => caches.get(told.delete).delete()).then(() => null));
  } else {
    end(told.call, run(() => caches.get(told.set).set(told.value)).then(() => null));
  }
}

process.on("unhandledRejection", () => {}); // of loads in the background, which fail on purpose
if (process.argv[2] === "--list") {
  say(Object.fromEntries(Object.entries(rows).map(([id, { open, ...options }]) => [id, options])));
} else {
  createInterface({ input: process.stdin }).on("line", (line) => hear(JSON.parse(line))).on("close", () => process.exit(0));
}
