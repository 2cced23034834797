// cmi5: tells the learning record store that the lesson was begun, completed and left, and keeps
// the learner's progress there. The course system names the store in the address of this page.

(() => {
  const CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5";
  const MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon";
  const PROGRESS = "stalemate.progress";
  const VERBS = {
    initialized: "http://adlnet.gov/expapi/verbs/initialized",
    completed: "http://adlnet.gov/expapi/verbs/completed",
    passed: "http://adlnet.gov/expapi/verbs/passed",
    failed: "http://adlnet.gov/expapi/verbs/failed",
    terminated: "http://adlnet.gov/expapi/verbs/terminated",
  };
  const began = Date.now();
  const asked = new URLSearchParams(location.search);
  const names = ["endpoint", "fetch", "actor", "registration", "activityId"];
  const missing = names.filter((name) => !asked.get(name));

  const uuid = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };
  const duration = () => `PT${((Date.now() - began) / 1000).toFixed(2)}S`;

  async function start() {
    const [endpoint, fetchUrl, actorText, registration, activityId] = names.map((name) => asked.get(name));
    const actor = JSON.parse(actorText);
    const token = (await (await fetch(fetchUrl, { method: "POST" })).json())["auth-token"];
    if (!token) throw new Error("the course system gave no permission; open the lesson from there again");
    const headers = { Authorization: `Basic ${token}`, "X-Experience-API-Version": "1.0.3" };
    const json = { ...headers, "Content-Type": "application/json" };
    const home = endpoint.endsWith("/") ? endpoint : `${endpoint}/`;

    const state = (id) => {
      const query = new URLSearchParams({ stateId: id, activityId, agent: actorText, registration });
      return `${home}activities/state?${query}`;
    };
    const read = async (id) => {
      const answer = await fetch(state(id), { headers });
      return answer.ok ? answer.text() : "";
    };
    const launch = JSON.parse((await read("LMS.LaunchData")) || "{}");
    const template = launch.contextTemplate ?? {};
    const counts = (launch.launchMode ?? "Normal") === "Normal";
    // cmi5 has every launch ask for them; nothing of this lesson depends on them.
    const preferences = new URLSearchParams({ profileId: "cmi5LearnerPreferences", agent: actorText });
    await fetch(`${home}agents/profile?${preferences}`, { headers }).catch(() => null);

    /** One after another: a store may refuse what comes before its time. */
    let queue = Promise.resolve();
    const say = (verb, result, more = [], keepalive = false) => {
      const activities = template.contextActivities ?? {};
      const category = [...(activities.category ?? []), ...[CMI5, ...more].map((id) => ({ id }))];
      const statement = {
        id: uuid(),
        timestamp: new Date().toISOString(),
        actor,
        verb: { id: VERBS[verb], display: { en: verb } },
        object: { id: activityId },
        context: { ...template, registration, contextActivities: { ...activities, category } },
        ...(result ? { result } : {}),
      };
      const send = () => fetch(`${home}statements`, { method: "POST", headers: json, body: JSON.stringify(statement), keepalive });
      queue = keepalive ? send() : queue.then(send);
      return queue.then((answer) => {
        if (!answer.ok) lesson.say(`The course system refused a record (${answer.status}).`, true);
      }, (error) => lesson.say(`The course system does not answer: ${error.message}.`, true));
    };

    const recorded = await read(PROGRESS);
    await say("initialized");
    lesson.say("");
    let completed = false;
    try {
      completed = recorded !== "" && JSON.parse(recorded).done === true;
    } catch {
      // What is there was not written by this lesson.
    }
    lesson.begin(recorded, ({ progress, right, questions, done }) => {
      queue = queue.then(() => fetch(state(PROGRESS), { method: "PUT", headers: json, body: JSON.stringify(progress) }));
      if (!done || completed || !counts) return;
      completed = true;
      say("completed", { completion: true, duration: duration() }, [MOVE_ON]);
      if (questions > 0) {
        const scaled = right / questions;
        const success = scaled >= (launch.masteryScore ?? 0);
        say(success ? "passed" : "failed", { success, score: { scaled, raw: right, min: 0, max: questions }, duration: duration() }, success ? [MOVE_ON] : []);
      }
    });
    addEventListener("pagehide", () => say("terminated", { duration: duration() }, [], true), { once: true });
  }

  if (missing.length > 0) {
    lesson.say("No course system was found here (cmi5): the lesson works, but nothing of it is recorded.", true);
    lesson.begin("", () => {});
  } else {
    start().catch((error) => lesson.say(`Nothing of this lesson is recorded: ${error.message}.`, true));
  }
})();
