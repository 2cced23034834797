// Keeps the page for visits without a network, and never mixes two versions of it.
//
// The names of the page's files change with their content, and index.html names them all. So a
// version is an index.html with the files that it names, in a cache named by a digest of that
// index.html. A version is looked for after each visit, fetched into its cache, and used from the
// next visit on, but only once all of it is there. A visit is answered by one version as a whole:
// its index.html, which asks for no file but its own.
//
// Left to the network: embeds, which keep nothing; every other page and file beside this one.

// What is kept looks as this number says; what an earlier worker kept in another way is removed.
const FORMAT = 1;
const SCOPE = self.registration.scope;
// Caches are shared by all pages of an origin.
const OURS = `stalemate ${SCOPE} `;
const PREFIX = `${OURS}${FORMAT} `;
// Holds which version is the current one, under the page's address: to put it there is one step.
const CURRENT = `${PREFIX}current`;
// Which page was answered by a version, among that version's files.
const PAGE_MARK = "?page=";
// How long a page may take to appear among the open ones.
const YOUNG_MS = 60_000;

const FILE = /[\w.]+-[0-9a-f]{8,}(?:_bg)?\.(?:js|css|svg|wasm)/g;
const TYPES = { js: /javascript/, css: /^text\/css/, svg: /^image\/svg/, wasm: /^(?!text\/html)/ };

/** The page itself, with whatever query. */
function isPage({ origin, pathname }) {
  return [SCOPE, `${SCOPE}index.html`].includes(origin + pathname);
}

function isEmbed({ searchParams }) {
  return searchParams.getAll("embed").some((value) => ["", "1", "true"].includes(value));
}

/** The name of a file whose name changes with its content; of any other, nothing. */
function nameOf({ origin, pathname, search }) {
  const address = origin + pathname + search;
  const name = address.startsWith(SCOPE) ? address.slice(SCOPE.length) : "";
  return name.match(FILE)?.[0] === name ? name : undefined;
}

/** The files that an index.html names. Without each kind it is none of this page's. */
function filesOf(html) {
  const names = [...new Set(html.match(FILE))];
  for (const kind of ["js", "css", "wasm"]) {
    if (!names.some((name) => name.endsWith(`.${kind}`))) throw new Error(`${SCOPE} names no .${kind}`);
  }
  return names.map((name) => ({ name, integrity: html.split(`${name}" integrity="`)[1]?.split('"')[0] ?? "" }));
}

/** Throws unless it is what was asked for: a host may answer anything with its index.html. */
function check(answer, name, type) {
  const said = answer.headers.get("content-type") ?? "";
  if (answer.status !== 200 || !type.test(said)) {
    throw new Error(`${name || SCOPE} was answered by ${answer.status}, ${said || "of no type"}`);
  }
  return answer;
}

async function digestOf(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(bytes, 0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What reads or changes which version is the current one happens one after the other.
let turn = Promise.resolve();
function inTurn(work) {
  turn = turn.then(work, work);
  return turn;
}

async function current() {
  const said = await caches.match(SCOPE, { cacheName: CURRENT });
  return said?.text();
}

async function versions() {
  const names = await caches.keys();
  return names.filter((name) => name.startsWith(PREFIX) && name !== CURRENT);
}

/** A file of any version: its name says what is in it. */
async function kept(name) {
  for (const cacheName of await versions()) {
    const found = await caches.match(SCOPE + name, { cacheName, ignoreVary: true });
    if (found) return found;
  }
}

async function download({ name, integrity }) {
  const get = (cache) => fetch(SCOPE + name, { cache, integrity, redirect: "error" });
  const right = (answer) => check(answer, name, TYPES[name.split(".").at(-1)]);
  try {
    return right(await get("default"));
  } catch {
    // The browser's own cache may hold what a broken host once said.
    return right(await get("reload"));
  }
}

let renewing = Promise.resolve();
let next;
/**
 * Looks for the host's version, and makes it the current one as soon as all of it is there. What is
 * under way may have missed what was deployed since: those who ask meanwhile share the next look.
 */
function renew() {
  const tidyUp = () => inTurn(async () => tidy(await current()));
  const look = () => {
    next = undefined;
    return take().finally(tidyUp);
  };
  renewing = next ??= renewing.then(look, look);
  return renewing;
}

async function take() {
  const answer = check(await fetch(SCOPE, { cache: "no-store", redirect: "error" }), "", /^text\/html/);
  if (/no-store/.test(answer.headers.get("cache-control"))) {
    await inTurn(() => caches.delete(CURRENT));
    throw new Error("the host says that nothing is to be kept (no-store)");
  }
  const html = await answer.clone().text();
  const files = filesOf(html);
  const digest = await digestOf(html);
  const cache = await caches.open(PREFIX + digest);
  const whole = await cache.match(SCOPE);
  try {
    for (const file of files) {
      if (await cache.match(SCOPE + file.name, { ignoreVary: true })) continue;
      await cache.put(SCOPE + file.name, (await kept(file.name)) ?? (await download(file)));
    }
    // Last: with it the version is whole. Its headers may be newer than those of the same text.
    await cache.put(SCOPE, answer);
  } catch (error) {
    if (!whole) await caches.delete(PREFIX + digest);
    throw error;
  }
  await inTurn(() => become(digest));
}

async function become(digest) {
  const before = await current();
  if (before !== digest) {
    await (await caches.open(CURRENT)).put(SCOPE, new Response(digest));
    for (const page of before ? await openPages() : []) {
      if ((await versionOf(page)) !== PREFIX + digest) announce(page);
    }
  }
}

/** The version that a page was answered by; nothing if it was the network. */
async function versionOf({ id }) {
  for (const cacheName of await versions()) {
    if (await caches.match(SCOPE + PAGE_MARK + id, { cacheName })) return cacheName;
  }
}

function announce(page) {
  page.postMessage({ stalemate: "renewed" });
}

/** Also tells a page that has just begun to listen. */
async function greet(page) {
  const [own, digest] = [await versionOf(page), await current()];
  if (own && digest && own !== PREFIX + digest) announce(page);
}

async function openPages() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.filter(({ url }) => isPage(new URL(url)) && !isEmbed(new URL(url)));
}

/** Removes the versions that no open page can ask for. */
async function tidy(digest) {
  const unknown = new Set((await openPages()).map((page) => page.id));
  const open = new Set(unknown);
  const unused = [];
  for (const name of await versions()) {
    const cache = await caches.open(name);
    let used = name === PREFIX + digest;
    for (const { url } of await cache.keys()) {
      const id = url.split(PAGE_MARK)[1];
      if (!id) continue;
      const since = Number(await (await cache.match(url)).text());
      const alive = open.has(id) || Date.now() - since < YOUNG_MS;
      unknown.delete(id);
      used ||= alive;
      if (!alive) await cache.delete(url);
    }
    if (!used) unused.push(name);
  }
  // A page that the network answered may be of any version.
  if (unknown.size === 0) await Promise.all(unused.map((name) => caches.delete(name)));
}

/** The current version's index.html, which this page is answered by from now on. */
async function open(page) {
  const digest = await current();
  if (!digest) return;
  const cache = await caches.open(PREFIX + digest);
  // Without room even for that, nothing is removed while the page is open.
  if (page) await cache.put(SCOPE + PAGE_MARK + page, new Response(String(Date.now()))).catch(tell);
  return cache.match(SCOPE, { ignoreVary: true });
}

async function visit({ request, resultingClientId }) {
  const page = await inTurn(() => open(resultingClientId)).catch(tell);
  return page ?? fetch(request);
}

async function file(name, { request, clientId }) {
  const page = clientId && (await self.clients.get(clientId));
  const embedded = page && isEmbed(new URL(page.url));
  const found = embedded ? undefined : await kept(name).catch(tell);
  return found ?? fetch(request);
}

// No harm: the page continues with what it has.
function tell(error) {
  console.info(`Stalemate offline: ${error.message}`);
}

self.addEventListener("install", (event) => {
  // Where a version cannot be kept, there is no worker either, until the next visit tries again.
  event.waitUntil(renew().catch((error) => {
    tell(error);
    throw error;
  }));
});

self.addEventListener("activate", (event) => {
  const stale = (name) => name.startsWith(OURS) && !name.startsWith(PREFIX);
  const clear = async () => Promise.all((await caches.keys()).filter(stale).map((name) => caches.delete(name)));
  event.waitUntil(clear().catch(tell));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || request.headers.has("range")) return;
  // A frame's own headers say who may embed it: its host is asked.
  if (request.mode === "navigate" && request.destination === "document" && isPage(url) && !isEmbed(url)) {
    const visited = visit(event);
    event.respondWith(visited);
    event.waitUntil(visited.then(renew, renew).catch(tell));
  } else if (request.mode !== "navigate" && nameOf(url)) {
    event.respondWith(file(nameOf(url), event));
  }
});

self.addEventListener("message", (event) => {
  if (event.data?.stalemate === "here") event.waitUntil(inTurn(() => greet(event.source)).catch(tell));
});
