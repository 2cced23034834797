// A headless browser of a test's own, driven by WebDriver: Chromium, or Firefox or WebKit. It and its
// driver end with the test. In Chromium no name resolves to another machine.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";

import { startDriver } from "./driver/http.mjs";
import { startFirefox } from "./driver/marionette.mjs";

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

/** What WebKitGTK's own small browser is started with, which needs a display: `xvfb-run`. */
const webkit = { browserName: "MiniBrowser" };

const START = {
  chromium: () => startDriver(process.env.CHROMEDRIVER ?? "chromedriver", chromium),
  firefox: () => startFirefox(process.env.FIREFOX ?? "firefox-esr"),
  webkit: () => startDriver("WebKitWebDriver", webkit),
};

export async function open({ width = 1280, height = 900, browser = "chromium" } = {}) {
  const { call, close } = await START[browser]();
  const page = {
    go: (url) => call("Navigate", { url }),
    /** Runs the body of a function in the page, or in the frame that was entered. */
    execute: (script, ...args) => call("ExecuteScript", { script, args }),
    /** The same, of a function that gives its answer to its last argument. */
    ask: (script, ...args) => call("ExecuteAsyncScript", { script, args }),
    until: (what, script, ...args) => until(what, () => page.execute(script, ...args)),
    /** Enters the frame that this script gives. */
    async enter(script) {
      const frame = await until(`a frame: ${script}`, () => page.execute(script));
      await call("SwitchToFrame", { id: frame });
    },
    leave: () => call("SwitchToFrame", { id: null }),
    async press(selector) {
      const found = await until(`${selector} is there`, () => call("FindElement", { using: "css selector", value: selector }));
      await page.execute("arguments[0].scrollIntoView({ block: 'center' })", found);
      await call("ElementClick", { id: found[ELEMENT] });
    },
    /** Presses the mouse at a place of the window, in CSS pixels. */
    tap: (x, y) => call("PerformActions", {
      actions: [{
        type: "pointer", id: "mouse", parameters: { pointerType: "mouse" },
        actions: [
          { type: "pointerMove", duration: 0, x: Math.round(x), y: Math.round(y) },
          { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 },
        ],
      }],
    }),
    /** Presses the button of this name. */
    pressNamed: (name) => until(`a button ${name}`, () => page.execute(`
      const named = (each) => [each.textContent.trim(), each.ariaLabel].includes(arguments[0]);
      const found = [...document.querySelectorAll("button")].find((each) => named(each) && !each.disabled);
      found?.click();
      return found !== undefined;`, name)),
    /** A picture of what is seen, for a person to look at. */
    async picture(path) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, Buffer.from(await call("TakeScreenshot", {}), "base64"));
    },
    close,
  };
  await call("SetWindowRect", { width, height });
  return page;
}
