// Next.js, for npm.mjs: an application of two pages and a route that caches, built once and served
// by two servers. What it caches it asks for at an origin in this process, and that is a load.
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { createServer, get } from "node:http";
import { createServer as listener } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

// how many seconds a page lives stands in its code
const LIVES = [2, 60];

const FILES = {
  "next.config.mjs": "export default { typescript: { ignoreBuildErrors: true } };",
  // not by fetch, which has a cache of its own
  "app/load.js": `
    import { get } from "node:http";
    export const load = (id) => new Promise((resolve, reject) => {
      get({ host: "127.0.0.1", port: process.env.ORIGIN_PORT, path: "/" + id, agent: false }, async (reply) => {
        let text = "";
        for await (const part of reply) text += part;
        if (reply.statusCode === 500) reject(new Error("the load fails"));
        else resolve(reply.statusCode === 200 ? text : null);
      }).on("error", reject);
    });`,
  "app/layout.js": "export default ({ children }) => <html><body>{children}</body></html>;",
  "app/cached/[ttl]/[id]/route.js": `
    import { unstable_cache } from "next/cache";
    import { load } from "../../../load.js";
    export async function GET(request, { params }) {
      const { ttl, id } = await params;
      const value = await unstable_cache(() => load(id), [id], { revalidate: Number(ttl), tags: [id] })();
      return Response.json(value);
    }`,
  "app/forget/[id]/route.js": `
    import { revalidatePath, revalidateTag } from "next/cache";
    export async function POST(request, { params }) {
      const { id } = await params;
      revalidateTag(id, { expire: 0 });
      ${LIVES.map((ttl) => `revalidatePath("/page/${ttl}/" + id);`).join("\n")}
      return Response.json(null);
    }`,
  ...Object.fromEntries(LIVES.map((ttl) => [`app/page/${ttl}/[id]/page.js`, `
    import { notFound } from "next/navigation";
    import { load } from "../../../load.js";
    export const revalidate = ${ttl};
    export const generateStaticParams = () => [];
    export default async function Page({ params }) {
      const value = await load((await params).id);
      if (value === null) notFound();
      return <p id="value">{value}</p>;
    }`])),
};

// what caches a value of this id for so many seconds
const cached = (seconds, id) => `/cached/${seconds}/${id}`;
const page = (seconds, id) => `/page/${seconds}/${id}`;
const PATHS = [cached, ...LIVES.map((life) => (_, id) => page(life, id))];

const loads = new Map();

async function origin() {
  const server = createServer((asked, reply) => {
    loads.get(asked.url.slice(1))().then(
      (value) => reply.writeHead(value === null ? 404 : 200).end(value ?? ""),
      () => reply.writeHead(500).end(),
    );
  });
  await new Promise((listening) => { server.listen(0, "127.0.0.1", 1000, listening); });
  return server.address().port;
}

const freePort = () =>
  new Promise((resolve) => {
    const server = listener().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const NEXT = join(import.meta.dirname, "node_modules/next/dist/bin/next");
// what is started here ends with this process, which is killed at the end
const GUARD = "const parent = process.ppid; setInterval(() => process.ppid === parent || process.exit(), 500).unref();";
const environment = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" };
const run = (folder, ...words) => {
  const guard = `--import=data:text/javascript,${encodeURIComponent(GUARD)}`;
  return spawn(process.execPath, [guard, NEXT, ...words], { cwd: folder, env: environment, stdio: "ignore" });
};

async function build() {
  // below the packages, where they are found
  const folder = await mkdtemp(join(import.meta.dirname, "next-"));
  const one = join(folder, "one");
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(one, name)), { recursive: true });
    await writeFile(join(one, name), text);
  }
  environment.ORIGIN_PORT = String(await origin());
  const status = await new Promise((ended) => { run(one, "build").on("exit", ended); });
  if (status !== 0) throw new Error("next build failed");
  const two = join(folder, "two");
  await cp(one, two, { recursive: true });
  const ports = await Promise.all([one, two].map(serve));
  // what a server loads of its own code at the first request is loaded
  loads.set("warm", async () => "");
  for (const port of ports) {
    for (const path of PATHS) await fetchOne(port, path(2, "warm"), "GET");
    await fetchOne(port, "/forget/warm", "POST");
  }
  return ports;
}

async function serve(folder) {
  const port = await freePort();
  const server = run(folder, "start", "--hostname", "127.0.0.1", "--port", String(port));
  while (server.exitCode === null) {
    if (await fetchOne(port, "/", "GET").then(() => true, () => false)) return port;
    await sleep(50);
  }
  throw new Error("next start failed");
}

const fetchOne = (port, path, method) =>
  new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path, method, agent: false }, async (reply) => {
      let text = "";
      for await (const part of reply) text += part;
      resolve([reply.statusCode, text]);
    }).on("error", reject);
  });

let servers;

/** `path(seconds, id)` is what is asked for; `read` takes the value out of the reply. */
async function next(path, read) {
  const ports = await (servers ??= build());
  return (load, { key, ttl, nth }) => {
    const port = ports[nth % 2];
    const id = key.replaceAll(/\W/g, "") + nth;
    loads.set(id, load);
    return {
      async get() {
        const [status, text] = await fetchOne(port, path(ttl / 1000, id), "GET");
        if (status >= 500) throw new Error("the load fails");
        return status === 200 ? read(text) : null;
      },
      async delete() {
        await fetchOne(port, `/forget/${id}`, "POST");
        return null;
      },
    };
  };
}

// each keeps an old value for as long as nothing replaces it
export const nextUnstableCache = () => next(cached, JSON.parse);
export const nextIsr = () => next(page, (html) => /id="value">([^<]*)</.exec(html)[1]);
