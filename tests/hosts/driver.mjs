// A headless Chromium of a test's own, driven by WebDriver. It and its driver end with the test. No
// name resolves to another machine.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";

const chromium = JSON.parse(readFileSync(new URL("../../.ci/webdriver.json", import.meta.url), "utf8"));
chromium["goog:chromeOptions"].args.push("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost");

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** A port of this machine that is free now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Tries until it gives something, for so many seconds; `what` is said where it never does. */
export async function until(what, attempt, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  let why = "";
  for (;;) {
    try {
      const value = await attempt();
      if (value) return value;
    } catch (error) {
      why = `: ${error.message}`;
    }
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}${why}`);
    await sleep(100);
  }
}

export async function open({ width = 1280, height = 900 } = {}) {
  const program = process.env.CHROMEDRIVER ?? "chromedriver";
  const at = await freePort();
  const driver = spawn(program, [`--port=${at}`], { stdio: "ignore" });
  const failed = new Promise((_, reject) => driver.once("error", (error) => reject(new Error(`${program}: ${error.message}`))));
  let base = `http://127.0.0.1:${at}`;
  const call = async (method, path, body) => {
    const answer = await fetch(base + path, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${value.message ?? value.error}`);
    return value;
  };
  await Promise.race([failed, until(`${program} starts`, () => call("GET", "/status"))]);
  const { sessionId } = await call("POST", "/session", { capabilities: { alwaysMatch: chromium } });
  base += `/session/${sessionId}`;
  const page = {
    call,
    go: (url) => call("POST", "/url", { url }),
    /** Runs the body of a function in the page, or in the frame that was entered. */
    execute: (script, ...args) => call("POST", "/execute/sync", { script, args }),
    until: (what, script, ...args) => until(what, () => page.execute(script, ...args)),
    /** Enters the frame that this script gives. */
    async enter(script) {
      const frame = await until(`a frame: ${script}`, () => page.execute(script));
      await call("POST", "/frame", { id: frame });
    },
    leave: () => call("POST", "/frame", { id: null }),
    async press(selector) {
      const found = await until(`${selector} is there`, () => call("POST", "/element", { using: "css selector", value: selector }));
      await page.execute("arguments[0].scrollIntoView({ block: 'center' })", found);
      await call("POST", `/element/${found[ELEMENT]}/click`, {});
    },
    /** Presses the mouse at a place of the window, in CSS pixels. */
    tap: (x, y) => call("POST", "/actions", {
      actions: [{
        type: "pointer", id: "mouse", parameters: { pointerType: "mouse" },
        actions: [
          { type: "pointerMove", duration: 0, x: Math.round(x), y: Math.round(y) },
          { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 },
        ],
      }],
    }),
    /** Presses the button of this text. */
    pressNamed: (name) => until(`a button ${name}`, () => page.execute(`
      const found = [...document.querySelectorAll("button")].find((each) => each.textContent.trim() === arguments[0]);
      found?.click();
      return found !== undefined;`, name)),
    /** A picture of what is seen, for a person to look at. */
    async picture(path) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, Buffer.from(await call("GET", "/screenshot"), "base64"));
    },
    async close() {
      await call("DELETE", "").catch(() => {});
      driver.kill();
    },
  };
  await call("POST", "/window/rect", { width, height });
  return page;
}
