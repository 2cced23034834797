// static/worker.js against hosts that deploy, break, lie and go away: `node --test tests/worker`.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Browser, SCOPE, worker } from "./browser.mjs";

const KINDS = { js: "text/javascript", css: "text/css", svg: "image/svg+xml", wasm: "application/wasm" };
const reply = (text, type, headers = {}) => new Response(text, { headers: { "content-type": type, ...headers } });

/** The files of a version; the style sheet is the same in all of them. */
function version(number) {
  const hash = `${number}`.repeat(16);
  const names = [`boot-${hash}.js`, `app-${hash}.js`, `app-${hash}_bg.wasm`, "style-00000000aaaaaaa.css", `explore-${hash}.wasm`];
  const index = `<link href="./${names[3]}" integrity="sha384-x"/><script src="./${names[0]}"></script>
    {"js": "./${names[1]}", "wasm": "./${names[2]}", "chunks": {"explore": "./${names[4]}"}} ${number}`;
  return { index, names, files: Object.fromEntries(names.map((name) => [name, `${name} of ${number}`])) };
}

/** A host of one version, which can be changed. */
function hostOf(number) {
  const host = { ...version(number), away: false, headers: {}, answers: {}, options: [] };
  host.deploy = (next) => Object.assign(host, version(next));
  host.answer = (address, options) => {
    host.options.push({ address, ...options });
    if (host.away) return undefined;
    const name = address.slice(SCOPE.length);
    if (name in host.answers) return host.answers[name](options);
    if (name === "") return reply(host.index, "text/html; charset=utf-8", host.headers);
    const text = host.files[name];
    return text ? reply(text, KINDS[name.split(".").at(-1)]) : new Response("none", { status: 404 });
  };
  return host;
}

async function installed(number = 1) {
  const host = hostOf(number);
  const browser = new Browser(host.answer);
  await browser.install();
  return { host, browser };
}

/** What a page of this version shows and asks for comes without the network. */
async function plays(browser, id, number) {
  const { names } = version(number);
  for (const name of names) assert.ok((await browser.get(id, name))?.startsWith(name), `${name} of ${number}`);
}

test("after one visit the page is there without its host", async () => {
  const { host, browser } = await installed();
  host.away = true;
  for (const query of ["", "?preset=ca6", "?src=a.json&theme=dark", "index.html", "index.html?x"]) {
    assert.equal(await browser.open(`a${query}`, query), version(1).index, query);
    await plays(browser, `a${query}`, 1);
  }
});

test("a new version is taken as a whole, for the next visit, and the open page keeps its own", async () => {
  const { host, browser } = await installed();
  assert.equal(await browser.open("a"), version(1).index);
  host.deploy(2);
  assert.equal(await browser.open("b"), version(1).index);
  assert.deepEqual(browser.page("a").heard, ["renewed"]);
  host.away = true;
  assert.equal(await browser.open("c"), version(2).index);
  assert.deepEqual(browser.page("c").heard, []);
  await plays(browser, "a", 1);
  await plays(browser, "c", 2);
});

test("what is deployed while a visit is still looked for a version is found by the next visit", async () => {
  const { host, browser } = await installed();
  // the host is slow with its old index.html, and a new version takes its place meanwhile
  const old = reply(host.index, "text/html");
  let answer;
  const slow = new Promise((done) => (answer = () => done(old)));
  host.answers[""] = () => slow;
  const first = browser.open("a");
  while (host.options.at(-1).address !== SCOPE) await new Promise(setImmediate);
  host.deploy(2);
  host.answers = {};
  const second = browser.open("b");
  await new Promise(setImmediate);
  answer();
  await Promise.all([first, second]);
  assert.equal(await browser.open("c"), version(2).index);
});

test("what both versions have is not fetched twice", async () => {
  const { host, browser } = await installed();
  host.deploy(2);
  browser.asked = [];
  await browser.open("a");
  assert.deepEqual(browser.asked, ["", ...version(2).names.filter((name) => !name.endsWith(".css"))].map((name) => SCOPE + name));
});

test("a page that begins to listen late is told, and one of the current version is not", async () => {
  const { host, browser } = await installed();
  host.deploy(2);
  await browser.open("a");
  await browser.open("b");
  for (const id of ["a", "b"]) {
    await browser.fire("message", { data: { stalemate: "here" }, source: browser.page(id) });
  }
  assert.deepEqual([browser.page("a").heard, browser.page("b").heard], [["renewed"], []]);
  await browser.fire("message", { data: "anything", source: browser.page("a") });
  assert.deepEqual(browser.page("a").heard, ["renewed"]);
});

test("a page that the network answered is not told of the version that it may be itself", async () => {
  const host = hostOf(1);
  const browser = new Browser(host.answer);
  const first = { id: "first", url: SCOPE, heard: [], postMessage: ({ stalemate }) => first.heard.push(stalemate) };
  browser.pages.push(first);
  await browser.install();
  await browser.fire("message", { data: { stalemate: "here" }, source: first });
  assert.deepEqual(first.heard, []);
  host.deploy(2);
  await browser.open("a");
  assert.deepEqual(first.heard, ["renewed"]);
});

test("a version is removed when no open page may need it", async () => {
  const { host, browser } = await installed();
  await browser.open("a");
  host.deploy(2);
  await browser.open("b");
  browser.later();
  await browser.open("c");
  assert.equal(browser.versions(), 2, "a and b are open");
  browser.close("a");
  browser.later();
  await browser.open("d");
  assert.equal(browser.versions(), 2, "b is open");
  browser.close("b");
  browser.later();
  await browser.open("e");
  assert.equal(browser.versions(), 1);
  await plays(browser, "e", 2);
});

test("nothing is removed while a page is open that the network answered", async () => {
  const { host, browser } = await installed();
  browser.pages.push({ id: "first", url: SCOPE, heard: [], postMessage() {} });
  host.deploy(2);
  await browser.open("b");
  browser.close("b");
  browser.later();
  await browser.open("c");
  await plays(browser, "first", 1);
  browser.close("first");
  browser.later();
  await browser.open("d");
  assert.equal(browser.versions(), 1);
});

test("going back to an older version is a version like any other", async () => {
  const { host, browser } = await installed();
  for (const [number, shown] of [[2, 1], [1, 2], [2, 1]]) {
    host.deploy(number);
    assert.equal(await browser.open(`${number} ${shown}`), version(shown).index);
    browser.later();
  }
  host.away = true;
  assert.equal(await browser.open("z"), version(2).index);
  await plays(browser, "z", 2);
});

const wasm2 = version(2).names[2];
const BROKEN = {
  "a file is not there": (host) => delete host.files[wasm2],
  "a host answers whatever it has not with its page": (host) => {
    host.answers[wasm2] = () => reply(host.index, "text/html");
  },
  "a script is a text": (host) => {
    host.answers[version(2).names[0]] = () => reply("x", "text/plain");
  },
  "a file's connection breaks": (host) => {
    host.answers[wasm2] = () => undefined;
  },
  "the page is another's, as before one signs in to a network": (host) => {
    host.answers[""] = () => reply("<h1>Welcome to our hotel</h1>", "text/html");
  },
  "the page has an error": (host) => {
    host.answers[""] = () => new Response("<h1>500</h1>", { status: 500, headers: { "content-type": "text/html" } });
  },
};

for (const [what, breaks] of Object.entries(BROKEN)) {
  test(`a deploy is not taken where ${what}, and is once it is whole`, async () => {
    const { host, browser } = await installed();
    host.deploy(2);
    breaks(host);
    for (const id of ["a", "b"]) {
      assert.equal(await browser.open(id), version(1).index);
      assert.deepEqual(browser.page(id).heard, []);
    }
    assert.equal(browser.versions(), 1);
    assert.ok(browser.said.length >= 2 && browser.said.every((text) => text.startsWith("Stalemate offline: ")));
    await plays(browser, "b", 1);
    host.answers = {};
    host.deploy(2);
    await browser.open("c");
    assert.equal(await browser.open("d"), version(2).index);
  });
}

test("a broken host has no worker installed", async () => {
  const host = hostOf(1);
  delete host.files[host.names[2]];
  const browser = new Browser(host.answer);
  await assert.rejects(browser.install(), /was answered by 404/);
  assert.equal(browser.versions(), 0);
});

test("where there is no room, the page goes on with what it has", async () => {
  const { host, browser } = await installed();
  host.deploy(2);
  for (const room of [0, 1, 3, 5]) {
    // a visit is answered before it is looked for a version
    browser.caches.room = room;
    assert.equal(await browser.open(`a${room}`), version(1).index, `${room}`);
    assert.ok(browser.said.some((text) => text.includes("no room")), `${room}`);
    browser.said = [];
  }
  browser.caches.room = Infinity;
  await browser.open("b");
  assert.equal(await browser.open("c"), version(2).index);
});

test("a download that was interrupted is gone on with", async () => {
  const { host, browser } = await installed();
  host.deploy(2);
  // as if the browser had stopped the worker in the midst of it
  const kept = [...browser.caches.caches.keys()].find((name) => !name.endsWith("current"));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(host.index));
  const half = await browser.caches.open(kept.replace(/\w+$/, Buffer.from(digest).toString("hex").slice(0, 16)));
  await half.put(SCOPE + host.names[0], reply(host.files[host.names[0]], KINDS.js));
  browser.asked = [];
  assert.equal(await browser.open("a"), version(1).index);
  assert.ok(!browser.asked.includes(SCOPE + host.names[0]), "what is there is not fetched again");
  assert.equal(await browser.open("b"), version(2).index);
  await plays(browser, "b", 2);
});

test("the worker is begun again at any time without forgetting anything", async () => {
  const { host, browser } = await installed();
  await browser.open("a");
  host.deploy(2);
  browser.begin(worker);
  await browser.open("b");
  browser.begin(worker);
  assert.equal(await browser.open("c"), version(2).index);
  assert.deepEqual(browser.page("a").heard, ["renewed"]);
});

test("a worker that keeps in another way removes what an earlier one kept, and nothing else", async () => {
  const { browser } = await installed();
  const strange = ["another's", `stalemate ${SCOPE}deeper/ 1 current`];
  for (const name of strange) await browser.caches.open(name);
  browser.begin(worker.replace("FORMAT = 1", "FORMAT = 2"));
  await browser.install();
  assert.equal(browser.versions(), 3, "the earlier one works on until its pages are closed");
  await browser.fire("activate", {});
  const names = await browser.caches.keys();
  assert.deepEqual(names.slice(0, 2), strange);
  assert.ok(names.slice(2).every((name) => name.startsWith(`stalemate ${SCOPE} 2 `)), `${names}`);
});

test("a host that says no-store has nothing kept, and what was kept is not shown again", async () => {
  const { host, browser } = await installed();
  host.headers = { "cache-control": "private, no-store" };
  assert.equal(await browser.open("a"), version(1).index);
  browser.later();
  assert.equal(await browser.open("b"), version(1).index, "the network's");
  assert.deepEqual(browser.asked.slice(-2), [SCOPE, SCOPE], "asked for by the visit, and by the look for a version");
  const fresh = new Browser(host.answer);
  await assert.rejects(fresh.install(), /no-store/);
});

test("the page is asked for past the browser's own cache, and redirections are not followed", async () => {
  const { host } = await installed();
  const index = host.options.find(({ address }) => address === SCOPE);
  assert.deepEqual([index.cache, index.redirect], ["no-store", "error"]);
  assert.ok(host.options.every(({ redirect }) => redirect === "error"));
  const style = host.options.find(({ address }) => address.endsWith(".css"));
  assert.equal(style.integrity, "sha384-x");
});

test("what the browser's own cache holds of a broken deploy does not stay", async () => {
  const { host, browser } = await installed();
  host.deploy(2);
  host.answers[wasm2] = ({ cache }) =>
    cache === "reload" ? reply("whole", KINDS.wasm) : reply(host.index, "text/html");
  await browser.open("a");
  assert.equal(await browser.open("b"), version(2).index);
});

test("what is not the page's is left alone", async () => {
  const { browser } = await installed();
  const [boot] = version(1).names;
  const navigations = ["embedding.html", "course/", "course/index.html", "boot.html", "?embed=1", "?preset=ca6&embed=true", "?embed"];
  for (const query of navigations) assert.equal(await browser.open(query, query), undefined, query);
  assert.equal(await browser.open("frame", "", { destination: "iframe" }), undefined, "a frame");
  assert.equal(await browser.open("form", "", { method: "POST" }), undefined, "a form");
  for (const name of ["embed.js", "worker.js", "oembed.json", "deeper/" + boot, boot + "?x", "x" + boot.slice(0, -2) + "mjs"]) {
    assert.equal(await browser.get("a", name), undefined, name);
  }
  for (const more of [{ method: "HEAD" }, { method: "POST" }, { headers: new Headers({ range: "bytes=0-1" }) }]) {
    assert.equal(await browser.get("a", boot, more), undefined, JSON.stringify(more));
  }
  assert.equal(await browser.get("a", boot, { url: `https://elsewhere.example/${boot}` }), undefined);
});

test("an embed's files come from the network", async () => {
  const { host, browser } = await installed();
  browser.pages.push({ id: "embed", url: `${SCOPE}?embed=1` });
  host.files[host.names[0]] = "from the network";
  assert.equal(await browser.get("embed", host.names[0]), "from the network");
});
