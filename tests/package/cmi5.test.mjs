// What a cmi5 package says to a learning record store, and when: its scripts against a made-up
// browser and a store that refuses what cmi5 does (1.0, Quartz, 1st edition; sections by number).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const scripts = ["lesson.js", "cmi5.js"].map((name) =>
  readFileSync(new URL(`../../src/cli/package/${name}`, import.meta.url), "utf8"));
const ORIGIN = "https://lms.example";
const ACTOR = { objectType: "Agent", account: { homePage: ORIGIN, name: "ann" } };
const REGISTRATION = "5b2c1d6e-0f3a-4c8d-9e21-7a6b5c4d3e2f";
const ACTIVITY = "https://lms.example/au/1";
const CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/";
const LAUNCH = { endpoint: `${ORIGIN}/xapi`, fetch: `${ORIGIN}/fetch?once=1`, actor: JSON.stringify(ACTOR), registration: REGISTRATION, activityId: ACTIVITY };
const progress = (step, done, lesson = "ttl", right = 2) =>
  ({ type: "progress", progress: { version: 1, lesson, step, answers: {}, ...(done ? { done } : {}) }, step, steps: 3, right, questions: 2, done });

/** A store as it was left, and what it holds a launch to. */
class Store {
  statements = [];
  refusals = [];
  documents = new Map();
  asked = [];
  tokens = 1;

  constructor(launch = {}) {
    this.documents.set("LMS.LaunchData", JSON.stringify({
      contextTemplate: { contextActivities: { grouping: [{ id: `${ORIGIN}/course` }] }, extensions: { "https://w3id.org/xapi/cmi5/context/extensions/sessionid": "7" } },
      launchMode: "Normal", ...launch,
    }));
  }

  answer(status, body = "") {
    if (status >= 400) this.refusals.push(`${status} ${body}`);
    return { ok: status < 300, status, text: async () => body, json: async () => JSON.parse(body) };
  }

  fetch = async (address, { method = "GET", headers = {}, body } = {}) => {
    const url = new URL(address, ORIGIN);
    this.asked.push(`${method} ${url.pathname}`);
    if (url.origin !== ORIGIN) return this.answer(404, `${url.origin} is another host`);
    // 8.2: once for a launch
    if (url.pathname === "/fetch") {
      if (method !== "POST") return this.answer(405, "the fetch URL takes POST");
      this.tokens -= 1;
      return this.answer(200, JSON.stringify(this.tokens < 0 ? { "error-code": "1" } : { "auth-token": "secret" }));
    }
    if (headers.Authorization !== "Basic secret") return this.answer(401, "no permission");
    if (headers["X-Experience-API-Version"] !== "1.0.3") return this.answer(400, "no version");
    if (url.pathname === "/xapi/activities/state") {
      const given = Object.fromEntries(url.searchParams);
      const { stateId, activityId, agent, registration } = given;
      if (activityId !== ACTIVITY || registration !== REGISTRATION) return this.answer(400, "of another launch");
      assert.deepEqual(JSON.parse(agent), ACTOR);
      if (method === "PUT") this.documents.set(stateId, body);
      const kept = this.documents.get(stateId);
      return kept === undefined ? this.answer(204) : this.answer(method === "PUT" ? 204 : 200, kept);
    }
    if (url.pathname === "/xapi/agents/profile") return this.answer(204);
    if (url.pathname === "/xapi/statements" && method === "POST") return this.take(JSON.parse(body));
    return this.answer(404, url.pathname);
  };

  take(statement) {
    const verb = statement.verb.id.split("/").at(-1);
    const verbs = this.statements.map(({ verb }) => verb.id.split("/").at(-1));
    const categories = (statement.context.contextActivities?.category ?? []).map(({ id }) => id.replace(CATEGORY, ""));
    const wrong = [
      // 9.3: initialized first, terminated last, each of the others once
      [verbs.length === 0, verb === "initialized", "initialized is not the first"],
      [verbs.includes("terminated"), false, "after terminated"],
      [verbs.includes(verb), false, `${verb} twice`],
      // 9.1, 9.2, 9.4, 9.6, 9.7
      [/^[0-9a-f-]{36}$/.test(statement.id), true, "no id"],
      [statement.timestamp?.endsWith("Z"), true, "no timestamp in UTC"],
      [JSON.stringify(statement.actor), JSON.stringify(ACTOR), "another actor"],
      [statement.object.id, ACTIVITY, "another activity"],
      [statement.context.registration, REGISTRATION, "another registration"],
      [categories.includes("cmi5"), true, "no category cmi5"],
      [statement.context.contextActivities.grouping?.[0].id, `${ORIGIN}/course`, "not of the template"],
      [Object.keys(statement.context.extensions ?? {}).length, 1, "no session"],
      // 9.5: what each verb says; 9.6.2.2: moveon
      [statement.result?.completion === true, verb === "completed", "completion"],
      [statement.result?.success, { passed: true, failed: false }[verb], "success"],
      [statement.result?.score !== undefined, ["passed", "failed"].includes(verb), "score"],
      [/^PT[\d.]+S$/.test(statement.result?.duration ?? ""), verb !== "initialized", "duration"],
      [categories.includes("moveon"), ["completed", "passed"].includes(verb), "moveon"],
    ].filter(([is, must]) => is !== must && !(must === true && is));
    if (wrong.length > 0) return this.answer(400, `${verb}: ${wrong.map(([, , what]) => what)}`);
    this.statements.push(statement);
    return this.answer(200, "[]");
  }

  verbs() {
    return this.statements.map(({ verb }) => verb.id.split("/").at(-1));
  }
}

/** The page of a package, launched with this query. */
function launched(store, query = LAUNCH) {
  const listeners = { message: [], pagehide: [] };
  const posted = [];
  const frame = { contentWindow: { postMessage: (message) => posted.push(message) } };
  const state = { textContent: "", classList: { toggle: (name, on) => (state.missing = on) } };
  const window = {
    addEventListener: (type, hear) => listeners[type].push(hear),
    location: { origin: ORIGIN, search: `?${new URLSearchParams(query)}` },
    document: { getElementById: (id) => ({ playground: frame, state })[id] },
    fetch: store.fetch, URLSearchParams, crypto, console, setTimeout, performance,
  };
  window.window = window;
  vm.createContext(window);
  for (const script of scripts) vm.runInContext(script, window);
  return {
    state,
    posted,
    async says(...messages) {
      for (const message of messages) {
        const data = { context: "stalemate", v: 1, ...message };
        for (const hear of listeners.message) hear({ source: frame.contentWindow, origin: ORIGIN, data });
      }
      await settled();
    },
    async leaves() {
      listeners.pagehide.forEach((hear) => hear());
      await settled();
    },
  };
}

const settled = async () => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test("a lesson is begun, played to its end, and left", async () => {
  const store = new Store();
  const page = launched(store);
  await settled();
  await page.says({ type: "ready" }, progress(1, false));
  assert.deepEqual(store.verbs(), ["initialized"]);
  assert.equal(page.state.textContent, "");
  await page.says(progress(2, false), progress(3, true));
  assert.deepEqual(store.verbs(), ["initialized", "completed", "passed"]);
  assert.deepEqual(store.statements[2].result.score, { scaled: 1, raw: 2, min: 0, max: 2 });
  await page.leaves();
  assert.deepEqual(store.verbs(), ["initialized", "completed", "passed", "terminated"]);
  assert.deepEqual(store.refusals, []);
  // 9.3.1: asked for by every launch
  assert.ok(store.asked.includes("GET /xapi/agents/profile"));
});

test("a lesson is taken up where it was left, and completed once", async () => {
  const store = new Store();
  const first = launched(store);
  await first.says({ type: "ready" }, progress(2, false));
  await first.leaves();
  assert.equal(JSON.parse(store.documents.get("stalemate.progress")).step, 2);

  Object.assign(store, { statements: [], tokens: 1 });
  const second = launched(store);
  await settled();
  await second.says({ type: "ready" });
  assert.equal(second.posted.find(({ type }) => type === "setProgress").progress.step, 2);
  // what the playground says before it has taken it up is not recorded
  await second.says(progress(0, false));
  assert.equal(JSON.parse(store.documents.get("stalemate.progress")).step, 2);
  await second.says(progress(2, false), progress(3, true));
  await second.leaves();
  assert.deepEqual(store.verbs(), ["initialized", "completed", "passed", "terminated"]);

  Object.assign(store, { statements: [], tokens: 1 });
  const third = launched(store);
  await settled();
  await third.says({ type: "ready" }, progress(3, true));
  await third.leaves();
  assert.deepEqual(store.verbs(), ["initialized", "terminated"]);
  assert.deepEqual(store.refusals, []);
});

test("another lesson, to which a learner goes on, is not recorded", async () => {
  const store = new Store();
  const page = launched(store);
  await settled();
  await page.says({ type: "ready" }, progress(2, false), progress(3, true, "cache-aside", 0), progress(0, false, "cache-aside"));
  assert.deepEqual(store.verbs(), ["initialized"]);
  assert.equal(JSON.parse(store.documents.get("stalemate.progress")).lesson, "ttl");
});

test("the mastery score decides, and a launch for review counts nothing", async () => {
  for (const [launch, right, verbs] of [
    [{ masteryScore: 0.9 }, 1, ["initialized", "completed", "failed"]],
    [{ masteryScore: 0.5 }, 1, ["initialized", "completed", "passed"]],
    [{ launchMode: "Review" }, 2, ["initialized"]],
    [{ launchMode: "Browse" }, 2, ["initialized"]],
  ]) {
    const store = new Store(launch);
    const page = launched(store);
    await settled();
    await page.says({ type: "ready" }, progress(3, true, "ttl", right));
    assert.deepEqual(store.verbs(), verbs, JSON.stringify(launch));
    assert.deepEqual(store.refusals, []);
  }
});

test("where nothing can be recorded it says so, and the lesson goes on", async () => {
  const alone = launched(new Store(), {});
  await alone.says({ type: "ready" }, progress(3, true));
  assert.match(alone.state.textContent, /No course system was found/);
  // 8.2.3: a launch whose permission was used already
  const store = new Store();
  store.tokens = 0;
  const page = launched(store);
  await settled();
  await page.says({ type: "ready" }, progress(3, true));
  assert.match(page.state.textContent, /gave no permission/);
  assert.deepEqual(store.statements, []);
});
