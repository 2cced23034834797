// A walk through the page, in the browser that $BROWSER names: read, write, kill the cache, see a
// violation, go back in time, answer in a lesson, follow a link, embed, export; and the wasm tests.
// `make firefox` and `make webkit` run it. Pictures for a person to look at are in target/walk.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { freePort, open, until } from "./driver.mjs";
import { host } from "./host.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const browser = process.env.BROWSER ?? "firefox";
const picture = (name) => page.picture(join(root, `target/walk/${browser}-${name}.png`));

const COURSE = `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Week 3</title>
  <script src="{home}embed.js" defer></script><h1>Week 3</h1><stale-mate preset="ca6"></stale-mate>
  <p id="said"></p><script>addEventListener("stalemate-event", ({ detail }) => {
    if (detail.tone === "bad") document.getElementById("said").textContent = detail.text; });</script>`;

let page, playground, course;
before(async () => {
  assert.ok(existsSync(join(root, "dist/index.html")), "dist/ has no page: run `make build`");
  playground = await host(join(root, "dist"));
  course = await host("/nowhere", { "/": COURSE.replace("{home}", playground.address) });
  page = await open({ browser });
});
after(async () => {
  await page?.close();
  playground?.server.close();
  course?.server.close();
});

const shows = (selector, text) => page.until(`${selector} says ${text}`,
  "return document.querySelector(arguments[0])?.textContent.includes(arguments[1])", selector, text);
const stands = async (query) => {
  await page.go(playground.address + query);
  await page.until("it has started", "return document.querySelector('#clock')");
};
const paused = () => shows("#clock", "Paused");
const instant = () => page.execute("return Number(document.querySelector('#clock').dataset.atUs)");

test("read, write, and a cache that is killed", async () => {
  await stands("?preset=cache-aside");
  await page.pressNamed("Read");
  await shows("#answers li", "user:1");
  await paused();
  await page.execute(`
    const label = [...document.querySelectorAll("label")].find((each) => each.textContent.includes("Value to write"));
    const input = label.control ?? label.querySelector("input");
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, "Eve");
    input.dispatchEvent(new Event("input", { bubbles: true }));`);
  await page.pressNamed("Write");
  await shows("[data-key='user:1'] [data-store='database']", "Eve");
  await page.pressNamed("Kill cache");
  await page.until("it is down", "return document.querySelector(\"[data-process='cache'][data-up='false']\")");
  await page.pressNamed("Read");
  await shows("#log", "it is down");
  await paused();
  await picture("page");
  assert.deepEqual(await page.execute(`
    return [...document.querySelectorAll("#answers .verdict")].filter((each) => each.scrollHeight > each.clientHeight + 1).map((each) => each.textContent)`),
    [], "no verdict is cut off");
  assert.equal(await page.execute("return document.querySelectorAll(\"#notices [role='alert'] .notice\").length"), 0);
  const { scrollWidth, innerWidth } = await page.execute("return { scrollWidth: document.documentElement.scrollWidth, innerWidth }");
  assert.ok(scrollWidth <= innerWidth, `${scrollWidth} of ${innerWidth} px`);
});

test("a violation appears, and it is left by going back in time", async () => {
  await stands("?preset=ca6");
  await page.press("#play");
  await shows("#verdict, .problems, main", "stale read");
  await page.press("#play");
  await paused();
  assert.ok(await instant() > 500_000);
  await page.execute(`
    const slider = document.getElementById("seek");
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(slider, slider.min);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    slider.dispatchEvent(new Event("change", { bubbles: true }));`);
  await page.until("it is back", "return Number(document.querySelector('#clock').dataset.atUs) < 100000");
  await page.press("#step");
  await paused();
});

test("a lesson asks and judges", async () => {
  await stands("?preset=lesson-ttl");
  await page.until("it asks", "return document.querySelector('.lesson[data-step=\"1\"]')");
  await page.press(".choice input, #lesson-number");
  await page.execute(`
    const input = document.querySelector("#lesson-number");
    if (!input) return;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, "3");
    input.dispatchEvent(new Event("input", { bubbles: true }));`);
  await page.press("#lesson-commit");
  await page.until("it judges", "return document.querySelector('.revealed')");
  await picture("lesson");
});

test("a link opens what was shared", async () => {
  await stands("?preset=ca6");
  await page.pressNamed("Read");
  await paused();
  await page.press("#share");
  const link = await page.until("the link", "return document.querySelector('#share-link')?.value ?? document.querySelector('#share-link')?.textContent");
  assert.match(link, /#v1\./);
  await page.go("about:blank");
  await page.go(link.trim());
  await page.until("it has started", "return document.querySelector('#clock')");
  await shows("#answers li", "user:1");
  assert.equal(await page.execute("return document.querySelectorAll(\"#notices [role='alert'] .notice\").length"), 0);
});

test("embedded by another host it plays, tells, and is as high as its content", async () => {
  await page.go(course.address);
  const FRAME = "return document.querySelector('stale-mate')?.shadowRoot.querySelector('iframe[src]')";
  await page.enter(FRAME);
  await page.press("#play");
  await page.leave();
  await page.until("the event is told", "return /stale/.test(document.querySelector('#said').textContent)");
  await page.enter(FRAME);
  const { scrollHeight, innerHeight } = await page.execute("return { scrollHeight: document.documentElement.scrollHeight, innerHeight }");
  await page.leave();
  assert.ok(Math.abs(scrollHeight - innerHeight) <= 20, `${scrollHeight} of ${innerHeight} px`);
  await picture("embed");
});

test("what is exported is made", async () => {
  await stands("?preset=ca6");
  await page.press("#play");
  await shows("main", "stale read");
  for (const [name, start] of [["Diagram as SVG", "<svg"], ["Diagram as PNG", "\u{fffd}PNG"], ["Events as CSV", "seq,at_us"]]) {
    await page.execute(`
      window.exported = undefined;
      window.create ??= URL.createObjectURL.bind(URL);
      URL.createObjectURL = (blob) => { blob.text().then((text) => { window.exported = text; }); return create(blob); };
      HTMLAnchorElement.prototype.click = () => {};`);
    for (const button of ["Export", name]) await page.pressNamed(button);
    const text = await page.until(`${name} is made`, "return window.exported");
    assert.ok(text.startsWith(start), `${name}: ${text.slice(0, 20)}`);
  }
});

test("it is there without a network on a later visit", async () => {
  const own = await host(join(root, "dist"));
  await page.go(own.address);
  await page.until("it has started", "return document.querySelector('#clock')");
  await page.until("it is kept", "return window.kept ??= void navigator.serviceWorker.ready.then(() => { window.kept = true; })");
  await page.until("all of it is kept", `
    caches.keys().then((names) => { window.names = names; });
    return window.names?.some((name) => name.endsWith("current"))`);
  own.server.close();
  own.server.closeAllConnections();
  await page.go(own.address);
  await page.until("it has started without its host", "return document.querySelector('#clock')");
});

test("the wasm tests", async () => {
  const address = `127.0.0.1:${await freePort()}`;
  const tests = spawn("cargo", ["test", "--target", "wasm32-unknown-unknown", "--features", "api", "--test", "everywhere"], {
    cwd: root, detached: true, stdio: "ignore", env: { ...process.env, NO_HEADLESS: "1", WASM_BINDGEN_TEST_ADDRESS: address },
  });
  try {
    await until("they are compiled, and wait for a browser", async () => (await fetch(`http://${address}/`)).ok, 1_500);
    await page.go(`http://${address}/`);
    const said = await until("they have ended", () => page.execute(`
      const said = document.getElementById("output")?.textContent;
      return /test result: /.test(said) && said`), 600);
    const [, passed, failed] = said.match(/test result: \S+ (\d+) passed; (\d+) failed/);
    console.log(`${browser}: ${passed} wasm tests passed, ${failed} failed`);
    assert.equal(Number(failed), 0, said);
    assert.ok(Number(passed) > 0, said);
  } finally {
    process.kill(-tests.pid);
  }
});
