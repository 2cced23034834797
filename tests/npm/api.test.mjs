// Every method and every error, as a program in Node meets them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

import { installed, load, root } from "./install.mjs";

const { folder } = installed();
const { Stalemate, explore, isStalemateError, preset, presets, strategies } = await load(folder);

const KEY = { rows: { each: { k: 1 } } };
const read = { do: "read", key: "k" };

/** The codes that were thrown by some test; all of them have to be. */
const met = new Set();

function refused(call, code, message) {
  assert.throws(call, (error) => {
    assert.ok(isStalemateError(error), `${error}`);
    assert.equal(error.code, code, error.message);
    if (message instanceof RegExp) assert.match(error.message, message);
    else assert.equal(error.message, message);
    met.add(code);
    return true;
  });
}

after(() => {
  const types = readFileSync(join(folder, "node_modules/stalemate/report.d.ts"), "utf8");
  const union = /type ErrorCode =(.*?);/s.exec(types)[1];
  assert.deepEqual([...met].sort(), [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code).sort());
});

test("every preset comes to what it comes to natively", () => {
  const lines = readFileSync(join(root, "tests/determinism.txt"), "utf8").trim().split("\n");
  assert.deepEqual(lines.map((line) => line.split(" ")[0]), presets().map(({ id }) => id));
  let compared = 0;
  for (const line of lines) {
    const [id, events, checksum] = line.split(" ");
    const scenario = preset(id);
    if (scenario.lesson) continue; // its line is of its steps
    const run = new Stalemate(scenario);
    for (let there = run.seek(scenario.duration_us ?? 60_000_000); !there; there = run.goOn());
    assert.deepEqual([id, run.eventCount, run.report().checksum], [id, Number(events), checksum]);
    run.free();
    compared += 1;
  }
  assert.ok(compared > 70, `${compared}`);
});

test("every order is tried, with progress, and ends where it is told to", async () => {
  const steps = [];
  const options = { properties: ["converges"], onProgress: (progress) => steps.push(progress) };
  const answer = await explore(preset("ca6"), options);
  assert.deepEqual([answer.verdict, answer.property, answer.effects], ["violated", "converges", 5]);
  assert.equal(answer.states, steps.at(-1).states);
  const run = Stalemate.fromLink(answer.link);
  while (!run.goOn());
  run.free();
  const abort = new AbortController();
  const long = explore(preset("wb9"), {
    signal: abort.signal,
    onProgress: () => abort.abort(new Error("enough")),
  });
  await assert.rejects(long, /enough/);
  await assert.rejects(explore({}), (error) => isStalemateError(error) && error.code === "scenario");
  const wrong = explore(preset("ca6"), { properties: ["converge"] });
  await assert.rejects(wrong, (error) => error.code === "argument");
});

test("a scenario is an object or its text, and comes back as it was", () => {
  for (const { id } of presets()) {
    const scenario = preset(id);
    delete scenario.lesson;
    assert.deepEqual(new Stalemate(scenario).scenario(), scenario, id);
    assert.deepEqual(new Stalemate(JSON.stringify(scenario)).scenario(), scenario, id);
  }
  const text = '{"rows": {"each": {"k": 1.0, "__proto__": 2}}, "seed": 9007199254740992}';
  const run = new Stalemate(text);
  assert.match(run.scenarioJson(), /"k": 1\.0/);
  assert.deepEqual(Object.entries(run.scenario().rows.each), [["__proto__", 2], ["k", 1]]);
  assert.equal(run.scenario().seed, 2 ** 53);
});

test("what is no scenario is refused in the document's words", () => {
  const cyclic = {};
  cyclic.rows = cyclic;
  const cases = [
    [undefined, "the scenario: is undefined; allowed: an object, or its JSON text"],
    [() => 1, "the scenario: is a function; allowed: an object, or its JSON text"],
    [Symbol("x"), "the scenario: is a symbol; allowed: an object, or its JSON text"],
    [10n, /^the scenario: is nothing that JSON can hold \(Do not know how to serialize a BigInt/],
    [cyclic, /^the scenario: is nothing that JSON can hold \(Converting circular structure/],
    [{ toJSON() { throw new Error("mine"); } }, /nothing that JSON can hold \(mine\)/],
    [null, /^the scenario: is null; allowed: an object/],
    [5, /^the scenario: is 5; allowed: an object/],
    [NaN, /^the scenario: is null; allowed: an object/],
    [[], "the scenario: is a list; allowed: an object"],
    ["", /^the scenario: is not JSON: EOF/],
    ["ca6", /^the scenario: is not JSON/],
    [{ sed: 1 }, /^the scenario: has no field `sed`; did you mean `seed`\?/],
    [{ seed: -1 }, /^seed: is -1; allowed: 0\.\./],
    [{ seed: 2 ** 53 + 2 }, "seed: is 9007199254740994; allowed: 0..9007199254740992"],
    [{ seed: NaN }, /^seed: is null/],
    [{ topology: { apps: { count: 0 } } }, "topology.apps.count: is 0; allowed: 1..16"],
    [{ strategies: [{ source: "def read(key):\n    return 1 +" }] }, /^strategies\[0\]\.source: /],
    [{ title: "x".repeat(2 ** 20) }, /bytes; allowed: up to 1048576/],
    ["[".repeat(10_000), "the scenario: is a list; allowed: an object"],
  ];
  for (const [given, message] of cases) refused(() => new Stalemate(given), "scenario", message);
  refused(() => new Stalemate({ duration_us: 0, topology: { apps: { count: 0 } } }), "scenario", /\n/);
  try {
    new Stalemate({ topology: { apps: { count: 0 } } });
  } catch ({ problems }) {
    assert.deepEqual(problems, [{ path: "topology.apps.count", message: "is 0; allowed: 1..16" }]);
  }
});

test("what is no action is refused in the document's words", () => {
  const run = new Stalemate(KEY);
  const cyclic = { do: "read" };
  cyclic.key = cyclic;
  const cases = [
    [undefined, "the action: is undefined; allowed: an object"],
    [cyclic, /^the action: is nothing that JSON can hold/],
    [null, "the action: is null; allowed: an object"],
    ["read", 'the action: is the text "read"; allowed: an object'],
    [["read"], "the action: is a list; allowed: an object"],
    [{}, "the action: `do` is missing"],
    [{ do: "raed", key: "k" }, "do: is `raed`; did you mean `read`?"],
    [{ do: "read", key: undefined }, "the action: `read` needs `key`"],
    [{ do: "read", key: "k", times: 0 }, "times: is 0; allowed: 1..10000"],
    [{ ...read, at_us: 0 }, "at_us: does not belong here: `act` does it now"],
    [{ do: "increment", key: "k", by: 2 ** 53 + 2 }, /^by: is 9007199254740994; allowed/],
    [{ do: "restart-cache" }, "the cache is up already"],
    [{ do: "hold", message: "0123456789abcdef" }, "no such message is in flight now"],
    [{ do: "start-workload", workload: "w" }, /^workload: is "w"; /],
  ];
  for (const [given, message] of cases) {
    refused(() => run.act(given), "action", message);
  }
  assert.equal(run.scenario().actions, undefined);
});

test("what is no argument is refused, and says what is allowed", () => {
  const run = new Stalemate(KEY);
  const wrong = [undefined, null, NaN, Infinity, -1, 0.5, "1", 1n, {}, [], () => 1, Symbol("x"), 2 ** 60, true];
  for (const given of wrong) {
    const said = /^\w+: is .*; allowed: a whole number/;
    for (const method of ["advance", "seek"]) refused(() => run[method](given), "argument", said);
    if (given === undefined) continue; // left out
    for (const method of ["stores", "activity", "log", "events"]) {
      refused(() => run[method](given), "argument", said);
    }
    refused(() => run.events(0, given), "argument", said);
    refused(() => run.next(given), "argument", /^stop: is /);
    refused(() => run.previous(given), "argument", /^stop: is /);
    if (typeof given !== "function") refused(() => run.subscribe(given), "argument", /^listener: is /);
  }
  refused(() => run.advance("1"), "argument",
    'forUs: is the text "1"; allowed: a whole number of microseconds');
  refused(() => run.seek(-1), "argument",
    "atUs: is -1; allowed: a whole number, 0..31536000000000 microseconds");
  refused(() => run.stores(100_001), "argument", "most: is 100001; allowed: a whole number, 0..100000");
  for (const given of [null, 5, "x", [], { bsae: "x" }, { now: 1 }, 1n]) {
    refused(() => run.link(given), "argument", /^options: is .*; allowed: an object with `base`/);
  }
  for (const given of [undefined, 5, null, {}]) {
    refused(() => Stalemate.fromLink(given), "argument", /^link: is .*; allowed: a text/);
    refused(() => Stalemate.fromPreset(given), "argument", /^id: is .*; allowed: a text/);
    refused(() => preset(given), "argument", /^id: is .*; allowed: a text/);
  }
  assert.equal(run.nowUs, 0);
});

test("a preset that is not there is told from what is near", () => {
  const message = "ca66: there is no such preset; did you mean ca6?";
  refused(() => Stalemate.fromPreset("ca66"), "preset", message);
  refused(() => preset("nothing like it"), "preset", /`presets\(\)` lists them/);
});

test("what comes along is listed", () => {
  assert.deepEqual(presets().find(({ id }) => id === "ca6").strategies, ["cache-aside"]);
  const aside = strategies().find(({ id }) => id === "cache-aside");
  const [ttl] = aside.parameters;
  assert.deepEqual([aside.title, ttl.name, ttl.default, ttl.low], ["Cache-aside", "TTL", 60, 0.1]);
  assert.match(aside.source, /^def read\(key\):/m);
});

test("time goes both ways, and to what matters", () => {
  const run = Stalemate.fromPreset("ca6");
  assert.equal(run.next(), true);
  assert.equal(run.nowUs, 501_000);
  assert.equal(run.violations()[0].kind, "stale read");
  assert.equal(run.violations()[0].cause.length, 5);
  assert.deepEqual(run.violations(), run.report().violations);
  assert.equal(run.next("violation"), true);
  assert.equal(run.nowUs, 3_001_000);
  assert.deepEqual([run.next(), run.arrived], [false, true]);
  assert.equal(run.previous(), true);
  assert.deepEqual([run.nowUs, run.violations().length], [3_001_000, 2]);
  assert.equal(run.previous(), true);
  const end = run.furthestUs;
  assert.equal(run.previous("request"), true);
  assert.equal(run.nowUs, 500_000);
  assert.equal(run.previous("violation"), false);
  assert.equal(run.seek(0), true);
  assert.deepEqual([run.nowUs, run.furthestUs, run.eventCount], [0, end, 0]);
  assert.equal(run.step(), true);
  assert.deepEqual([run.nowUs, run.eventCount], [100_000, 1]);
  assert.equal(run.back(), true);
  assert.equal(run.back(), false);
  assert.equal(run.next("request"), true);
  assert.equal(run.advance(1_000), true);
  assert.equal(run.nowUs, 101_000);
});

test("acting in the past makes another run, and can be taken back", () => {
  const run = Stalemate.fromPreset("ca6");
  run.seek(600_000);
  const before = run.report().checksum;
  run.seek(400_000);
  assert.deepEqual([run.canUndo, run.canRedo, run.undo(), run.redo()], [false, false, null, null]);
  run.act({ do: "flush-cache" });
  run.seek(600_000);
  assert.deepEqual(run.violations(), []);
  assert.deepEqual(run.undo(), { do: "flush-cache" });
  assert.deepEqual([run.canUndo, run.canRedo, run.nowUs], [false, true, 600_000]);
  assert.equal(run.report().checksum, before);
  assert.deepEqual(run.redo(), { do: "flush-cache" });
  assert.deepEqual(run.violations(), []);
  assert.equal(run.scenario().actions.at(-1).at_us, 400_000);
});

test("both stores and what is under way are values", () => {
  const run = new Stalemate(KEY);
  run.act({ do: "read", key: "k", client: "ann" });
  run.advance(600);
  const { messages, tasks } = run.activity();
  assert.deepEqual(messages.map(({ label, from, to, text }) => [label, from, to, text]), [
    ["R1", "cache", "app", "→ None"],
  ]);
  assert.deepEqual([tasks[0].client, tasks[0].function], ["ann", "read"]);
  assert.deepEqual(run.activity(0).tasks, []);
  run.act({ do: "hold", message: messages[0].message });
  run.advance(20_000);
  assert.equal(run.activity().messages[0].held, true);
  assert.equal(run.stores().keys[0].cache, null);
  run.act({ do: "release", message: messages[0].message });
  run.advance(20_000);
  run.act({ do: "outside-write", key: "k", value: "two" });
  const [row] = run.stores(1).keys;
  assert.deepEqual([row.cache.value, row.database.value, row.state], [1, "two", "stale"]);
  assert.deepEqual([row.database.version, row.database.origin, row.note], [2, "W2", "1 version behind"]);
  assert.equal(row.cache.ttl_us, row.cache.expires_at_us - run.nowUs);
  assert.equal(run.log(2)[0].text, "W2: a script writes k = two");
  assert.deepEqual(run.events(0, 2).map(({ seq, event }) => [seq, event]), [[0, "initial"], [1, "started"]]);
});

test("a whole number that no number holds is a bigint", () => {
  const source = "def read(key):\n    return db.read(key)\n\ndef write(key, value):\n" +
    "    db.write(key, 9007199254740993)\n    cache.set(key, 9007199254740992)\n";
  const run = new Stalemate({ strategies: [{ source }] });
  run.act({ do: "write", key: "k" });
  run.advance(1_000_000);
  const [{ cache, database }] = run.stores().keys;
  assert.deepEqual([database.value, cache.value], [9007199254740993n, 2 ** 53]);
  assert.equal(run.report().divergence[0].database, 9007199254740993n);
});

test("a call runs so many events, and the next goes on", () => {
  const run = new Stalemate({
    workloads: [{ arrivals: { kind: "poisson", per_second: 100_000 } }],
    history: { keep: 1_000, verdicts: false },
  });
  assert.deepEqual([run.seek(1_000_000), run.arrived, run.eventCount], [false, false, 200_000]);
  let calls = 1;
  while (!run.goOn()) assert.equal(run.eventCount, ++calls * 200_000);
  assert.deepEqual([run.arrived, run.nowUs], [true, 1_000_000]);
  assert.equal(run.goOn(), true);
});

test("a run that can't go on says why, and can be looked at", () => {
  const run = new Stalemate({ ...KEY, limits: { events: 3 } });
  const changes = [];
  run.subscribe((change) => changes.push(change));
  run.act(read);
  const said = "3 events have happened, which is this scenario's limit";
  for (const call of [() => run.advance(1e6), () => run.step(), () => run.next(), () => run.act(read)]) {
    refused(call, "stopped", said);
  }
  assert.deepEqual([changes.length, run.report().reads.total], [2, 1]);
  assert.equal(run.back(), true);
});

test("a link takes a run along, and comes to the same", () => {
  const run = Stalemate.fromPreset("ca6");
  run.seek(600_000);
  run.act({ do: "flush-cache" });
  const link = run.link({ base: "https://example.org/play/", now: true });
  assert.match(link, /^https:\/\/example\.org\/play\/#v1\.[pq]\./);
  assert.match(run.link({ whole: true }), /^v1\.[sz]\./);
  const opened = Stalemate.fromLink(link);
  assert.deepEqual([opened.nowUs, opened.arrived], [600_000, true]);
  assert.equal(opened.report().checksum, run.report().checksum);
  assert.deepEqual(opened.checkLink(), { done: true, mismatch: null });
  assert.equal(run.checkLink(), null);
  refused(() => Stalemate.fromLink("https://example.org/"), "link", /This is not a Stalemate link/);
  refused(() => Stalemate.fromLink(link.slice(0, -3)), "link", /The end of this link is missing/);
  refused(() => Stalemate.fromLink("v9.s.AAAA"), "link", /newer Stalemate/);
  const each = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`${Math.sin(i)}`, Math.cos(i)]));
  refused(() => new Stalemate({ rows: { each } }).link(), "link", /This link is too long/);
});

test("a listener is told what each call changed, once", () => {
  const run = Stalemate.fromPreset("ca6");
  const told = [];
  const stop = run.subscribe((change) => told.push(change));
  run.advance(0);
  assert.equal(told.length, 0);
  run.next();
  const [{ from_us, at_us, events, violations }] = told;
  assert.deepEqual([from_us, at_us, violations.length], [0, 501_000, 1]);
  assert.deepEqual(events, run.events(1));
  const stale = events.find(({ verdict }) => verdict === "stale");
  assert.deepEqual([stale.op, stale.key, stale.value, stale.client], ["R3", "user:1", "old", "c"]);
  assert.deepEqual([stale.event, stale.tone, stale.versions_behind], ["judged", "bad", 1]);
  run.back();
  run.seek(200_000);
  run.act({ do: "flush-cache" });
  run.undo();
  const kinds = told.slice(1).map(({ went_back, forked }) => [went_back, forked]);
  assert.deepEqual(kinds, [[true, false], [true, false], [false, true], [true, true]]);
  stop();
  stop();
  run.advance(1_000);
  assert.equal(told.length, 5);
});

test("a change tells of the latest events, and how many it leaves out", () => {
  const run = new Stalemate({ workloads: [{ arrivals: { kind: "poisson", per_second: 10_000 } }] });
  let change;
  run.subscribe((told) => { change = told; });
  run.advance(1_000_000);
  assert.equal(change.events.length, 10_000);
  assert.equal(change.left_out, change.events[0].seq);
  assert.ok(change.left_out > 0);
});

test("a listener may use the run, and all are told in order", () => {
  const run = new Stalemate(KEY);
  const told = [];
  run.subscribe(({ at_us }) => {
    told.push(["first", at_us]);
    if (at_us < 300) run.advance(100);
  });
  run.subscribe(({ at_us }) => told.push(["second", at_us]));
  run.advance(100);
  const order = [100, 200, 300].flatMap((at_us) => [["first", at_us], ["second", at_us]]);
  assert.deepEqual(told, order);
});

test("a listener may end itself, another, or the run", () => {
  const run = new Stalemate(KEY);
  const told = [];
  const end = run.subscribe(() => { told.push(1); end(); stop(); });
  const stop = run.subscribe(() => told.push(2));
  run.subscribe(() => { told.push(3); run.free(); });
  run.subscribe(() => told.push(4));
  assert.equal(run.advance(1), true);
  assert.deepEqual(told, [1, 3]);
  refused(() => run.advance(1), "freed", "the run was freed");
});

test("what a listener throws is reported, and neither the call nor the others notice", () => {
  writeFileSync(join(folder, "throws.js"), `
    import { Stalemate } from "stalemate";
    process.on("uncaughtException", (error) => console.log("uncaught:", error.message));
    const run = new Stalemate({});
    run.subscribe(() => { throw new Error("mine"); });
    run.subscribe(({ at_us }) => console.log("told", at_us));
    console.log(run.advance(7));
  `);
  const out = execFileSync(process.execPath, ["throws.js"], { cwd: folder, encoding: "utf8" });
  assert.equal(out, "told 7\ntrue\nuncaught: mine\n");
});

test("an argument that uses the run while it is read does no harm", () => {
  const run = new Stalemate(KEY);
  run.act({ toJSON() { run.advance(5); return read; } });
  assert.equal(run.nowUs, 5);
  const other = new Stalemate(KEY);
  refused(() => other.act({ toJSON() { other.free(); return read; } }), "action", /JSON can hold|freed/);
});

test("a run that was freed says so, whatever is called", () => {
  const run = new Stalemate(KEY);
  run.free();
  run.free();
  run[Symbol.dispose]?.();
  const methods = Object.getOwnPropertyNames(Stalemate.prototype);
  const others = methods.filter((name) => !["constructor", "free"].includes(name));
  assert.ok(others.length > 20);
  for (const name of others) {
    refused(() => {
      const value = run[name];
      if (typeof value === "function") value.call(run, () => {});
    }, "freed", "the run was freed");
  }
});

test("an engine that has run out of memory says so from then on", () => {
  writeFileSync(join(folder, "large.js"), `
    import { Stalemate, presets } from "stalemate";
    const small = new Stalemate({});
    small.subscribe(() => console.log("told"));
    const rows = { ranges: [{ prefix: "k", count: 200_000, value: 1 }] };
    const calls = [() => new Stalemate({ rows }), () => small.advance(1), () => small.nowUs, presets];
    for (const call of calls) try { call(); console.log("done"); } catch ({ code }) { console.log(code); }
    small.free();
  `);
  // 48 MB, in pages of WebAssembly's memory
  const args = ["--wasm-max-mem-pages=768", "large.js"];
  const out = execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  assert.equal(out, "broken\n".repeat(4));
  met.add("broken");
});

test("memory that was given back is used again", () => {
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().rss;
  for (let round = 0; round < 300; round += 1) {
    const run = Stalemate.fromPreset("cache-aside");
    run.advance(60_000_000);
    run.free();
  }
  const after = process.memoryUsage().arrayBuffers + process.memoryUsage().rss;
  assert.ok(after - before < 200 << 20, `${(after - before) >> 20} MB more`);
});
