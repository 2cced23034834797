// Course pages of three hosts, built and opened in a browser: each has the playground in it, and it
// starts and plays. `make books` runs it. Pictures for a person to look at are in target/books.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { open } from "./driver.mjs";
import { host } from "./host.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const from = join(root, "tests/hosts/books");
const target = join(root, "target/books");

let playground, page;
before(async () => {
  assert.ok(existsSync(join(root, "dist/index.html")), "dist/ has no page: run `make build`");
  mkdirSync(target, { recursive: true });
  playground = await host(join(root, "dist"));
  page = await open({ width: 1200, height: 900 });
});
after(async () => {
  await page?.close();
  playground?.server.close();
});

/** Puts the playground's address into every file of a project. */
function placed(name) {
  const folder = join(target, name);
  const keep = ["node_modules", "package-lock.json"];
  if (existsSync(folder)) {
    for (const each of readdirSync(folder)) if (!keep.includes(each)) rmSync(join(folder, each), { recursive: true });
  }
  cpSync(join(from, name), folder, { recursive: true });
  for (const each of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(each.parentPath, each.name);
    if (each.isFile() && !path.includes("node_modules")) {
      writeFileSync(path, readFileSync(path, "utf8").replaceAll("{home}", playground.address));
    }
  }
  return folder;
}

const environment = { ...process.env, CI: "", NO_UPDATE_NOTIFIER: "1", DO_NOT_TRACK: "1" };
const run = (folder, program, ...options) => {
  try {
    return execFileSync(program, options, { cwd: folder, env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new Error(`${program} ${options.join(" ")}: ${error.stdout}\n${error.stderr}`);
  }
};
const npm = (folder, ...options) => run(folder, "npm", "--no-audit", "--no-fund", "--loglevel=error", ...options);
const packaged = (folder) => {
  npm(folder, "install");
  npm(folder, "run", "build");
  return join(folder, "out");
};

const ELEMENT = "return document.querySelector('stale-mate')?.shadowRoot.querySelector('iframe[src]')";

/** Plays to the first problem in a frame, and checks that it is the one that is told. */
async function comesAlive(frame) {
  await page.until("the frame is there", frame);
  await page.execute(`(() => { ${frame} })().getRootNode().host?.scrollIntoView(); (() => { ${frame} })().scrollIntoView({ block: "center" })`);
  await page.enter(frame);
  await page.press("#next-problem");
  await page.until("the problem is told", "return document.querySelector('#verdict [data-total=\"stale read\"]')");
  await page.leave();
}

const HOSTS = { vitepress: undefined, react: wrapped, vue: wrapped };

/** What a component around the element passes on, both ways. */
async function wrapped() {
  // Of a jump in time there are no events.
  await page.enter(ELEMENT);
  await page.press("#reset");
  await page.press("#play");
  await page.leave();
  await page.until("the event is told", "return /^R[34]: .*stale/.test(document.querySelector('#said').textContent)");
  await page.press("#theme");
  await page.until("the element is told", "return document.querySelector('stale-mate').getAttribute('theme') === 'dark'");
}

for (const [name, then] of Object.entries(HOSTS)) {
  test(name, async () => {
    const { server, address } = await host(packaged(placed(name)));
    try {
      await page.go(address);
      await comesAlive(ELEMENT);
      await page.picture(join(target, `${name}.png`));
      await then?.();
    } finally {
      server.close();
    }
  });
}
