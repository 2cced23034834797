// Course pages of eight hosts, built and opened in a browser: each has the playground in it, and it
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
  const keep = ["node_modules", "package-lock.json", "venv"];
  if (existsSync(folder)) {
    for (const each of readdirSync(folder)) if (!keep.includes(each)) rmSync(join(folder, each), { recursive: true });
  }
  cpSync(join(from, name), folder, { recursive: true });
  for (const each of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(each.parentPath, each.name);
    if (each.isFile() && !/node_modules|venv/.test(path)) {
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
/** A book by a program that pip installs, in a virtual environment of its own. */
const piped = (program, ...options) => (folder) => {
  const bin = join(folder, "venv/bin");
  if (!existsSync(bin)) run(folder, "python3", "-m", "venv", "venv");
  run(folder, join(bin, "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt");
  run(folder, join(bin, program), ...options);
  return join(folder, "out");
};

const ELEMENT = "return document.querySelector('stale-mate')?.shadowRoot.querySelector('iframe[src]')";

/** Plays to the first problem in a frame, by the mouse, and checks that it is the one that is told. */
async function comesAlive(frame) {
  await page.until("the frame is there", frame);
  await page.execute(`(() => { ${frame} })().getRootNode().host?.scrollIntoView(); (() => { ${frame} })().scrollIntoView({ block: "center" })`);
  await page.enter(frame);
  const { x, y, width } = await page.until("it has started", `
    const it = document.querySelector("#next-problem")?.getBoundingClientRect();
    return it && { x: it.x + it.width / 2, y: it.y + it.height / 2, width: innerWidth }`);
  await page.leave();
  // A slide is scaled, and the driver's own click does not know of that.
  const outer = await page.execute(`return (() => { ${frame} })().getBoundingClientRect()`);
  const scale = outer.width / width;
  await page.tap(outer.x + x * scale, outer.y + y * scale);
  await page.enter(frame);
  await page.until("the problem is told", "return document.querySelector('#verdict [data-total=\"stale read\"]')");
  await page.leave();
}

/** How each is built, where its page is, and what is tried besides. */
const HOSTS = {
  vitepress: {},
  react: { then: wrapped },
  vue: { then: wrapped },
  mdbook: { build: piped("mdbook", "build") },
  sphinx: { build: piped("sphinx-build", "-q", "-W", ".", "out", "-D", "exclude_patterns=venv") },
  "jupyter-book": { build: (folder) => join(piped("jupyter-book", "build", ".", "--path-output", "out")(folder), "_build/html") },
  docusaurus: {},
  reveal: { at: "#/1", then: slide },
};

/** A slide has the element as large as it is drawn, and within it. */
async function slide() {
  const fits = await page.execute(`
    const { bottom, right } = document.querySelector("stale-mate").getBoundingClientRect();
    return bottom <= innerHeight && right <= innerWidth`);
  assert.ok(fits, "it is on the slide");
}

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

for (const [name, { build = packaged, at = "", then }] of Object.entries(HOSTS)) {
  test(name, async () => {
    const { server, address } = await host(build(placed(name)));
    try {
      await page.go(address + at);
      await comesAlive(ELEMENT);
      await page.picture(join(target, `${name}.png`));
      await then?.();
    } finally {
      server.close();
    }
  });
}
