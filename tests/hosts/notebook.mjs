// The Python package as a person installs it: its own tests, the example executed without a browser,
// and the widget in JupyterLab and marimo. `make notebook` runs it. Pictures for a person to look at
// are in target/notebook.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { freePort, open, until } from "./driver.mjs";
import { host } from "./host.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const from = join(root, "tests/notebook");
const target = join(root, "target/notebook");
const bin = (name) => join(target, "venv/bin", name);
const wheels = join(root, "target/wheel");

// Of this folder alone: no settings of the person's own, and none left behind.
const environment = {
  ...process.env, HOME: target, JUPYTER_PLATFORM_DIRS: "0", IPYTHONDIR: join(target, "ipython"), MPLCONFIGDIR: join(target, "mpl"),
  JUPYTER_CONFIG_DIR: join(target, "config"), JUPYTERLAB_SETTINGS_DIR: join(target, "settings"), JUPYTER_DATA_DIR: join(target, "data"), JUPYTER_RUNTIME_DIR: join(target, "run"),
  XDG_CONFIG_HOME: join(target, "config"), XDG_CACHE_HOME: join(target, "cache"), PATH: `${join(target, "venv/bin")}:${process.env.PATH}`,
  DASK_DISTRIBUTED__DASHBOARD__LINK: "", MARIMO_SKIP_UPDATE_CHECK: "1", PYTHONDONTWRITEBYTECODE: "1",
};
const run = (program, ...options) => {
  try {
    return execFileSync(program, options, { cwd: target, env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 26, timeout: 900_000 });
  } catch (error) {
    throw new Error(`${program} ${options.join(" ")}: ${error.stdout}\n${error.stderr}`);
  }
};

let page;
const started = [];
before(async () => {
  const wheel = existsSync(wheels) && readdirSync(wheels).find((name) => name.endsWith(".whl"));
  assert.ok(wheel, "target/wheel has no wheel: run `make wheel`");
  mkdirSync(target, { recursive: true });
  if (!existsSync(bin("python"))) execFileSync("python3", ["-m", "venv", join(target, "venv")]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  run(bin("python"), ...pip, "--requirement", join(from, "requirements.txt"));
  run(bin("python"), ...pip, "--force-reinstall", "--no-deps", join(wheels, wheel));
  page = await open({ width: 1200, height: 1000 });
});
after(async () => {
  await page?.close();
  for (const each of started) each.kill();
});

/** Starts a server of notebooks, and gives its address as soon as it answers. */
async function serve(program, options) {
  const port = await freePort();
  const server = spawn(program, options(port), { cwd: target, env: environment, stdio: "ignore" });
  started.push(server);
  const address = `http://127.0.0.1:${port}/`;
  await until(`${program} answers`, async () => (await fetch(address)).ok);
  return address;
}

const shown = async (selector, value) =>
  page.until(`${selector} is ${value}`, "return document.querySelector(arguments[0])?.getAttribute('data-at-us') === arguments[1]", selector, value);

test("the package", () => {
  run(bin("python"), "-W", "error::DeprecationWarning:stalemate", join(from, "test_package.py"));
});

/** Keys that readers of tables take for nothing or for a number, after a hundred rows without a message. */
const TABLE = {
  rows: { each: Object.fromEntries(["null", "NA", "7", "nan", ...Array.from({ length: 120 }, (_, at) => `user:${at}`)].map((key) => [key, "x"])) },
  actions: ["null", "NA", "7", "nan"].map((key, at) => ({ at_us: at * 100_000, do: "read", key })),
};

test("the table of events is read by pandas and polars as the README says", async () => {
  const link = run(bin("python"), "-c", `import stalemate, json, sys; print(stalemate.link(${JSON.stringify(JSON.stringify(TABLE))}))`).trim();
  const { server, address } = await host(join(root, "dist"));
  try {
    await page.go(`${address}#${link}`);
    await page.press("#play");
    await page.until("all is answered", "return document.querySelector('#clock')?.getAttribute('data-at-us') > 400000");
    await page.execute(`
      const create = URL.createObjectURL.bind(URL);
      URL.createObjectURL = (blob) => { blob.text().then((text) => { window.exported = text; }); return create(blob); };
      HTMLAnchorElement.prototype.click = () => {};`);
    for (const name of ["Export", "Events as CSV"]) await page.pressNamed(name);
    const file = join(target, "events.csv");
    writeFileSync(file, await page.until("the table is made", "return window.exported"));
    environment.EVENTS_CSV = file;
    run(bin("python"), join(from, "test_tables.py"));
  } finally {
    server.close();
  }
});

test("the example without a browser shows a widget and a plot", () => {
  const notebook = join(target, "hundred-seeds.ipynb");
  cpSync(join(root, "src/python/examples/hundred-seeds.ipynb"), notebook);
  run(bin("jupyter"), "execute", "--inplace", notebook);
  const { cells, metadata } = JSON.parse(readFileSync(notebook, "utf8"));
  const outputs = cells.flatMap((cell) => cell.outputs ?? []);
  const of = (type) => outputs.map((output) => output.data?.[type]).filter(Boolean);
  const [view] = of("application/vnd.jupyter.widget-view+json");
  assert.ok(view, "it has a widget");
  const state = metadata.widgets["application/vnd.jupyter.widget-state+json"].state[view.model_id].state;
  assert.equal(state.preset, "ca6");
  assert.match(state._esm, /stalemate/);
  assert.ok(JSON.stringify(state).length < 40_000, "the notebook does not carry the page");
  const [plot] = of("image/png");
  assert.ok(plot, "it has a plot");
  writeFileSync(join(target, "plot.png"), Buffer.from(plot, "base64"));
});

const CELLS = [
  "import stalemate\nplayground = stalemate.Playground(preset='ca6', compact=True)\nplayground",
  "playground  # the same once more",
  "whole = stalemate.Playground(preset='cache-aside')\nwhole",
];
const SMALL = "{'title': 'A small one', 'rows': {'each': {'user:1': 'Ada'}}, 'actions': [{'at_us': 0, 'do': 'read', 'key': 'user:1'}]}";

/** The frame of the cell with this position. */
const frame = (at) => `return document.querySelectorAll('.jp-Cell')[${at}]?.querySelector('iframe[title^=Stalemate]')`;

/** Runs code in the notebook's kernel, and gives what it prints, or its error. */
const python = (code) => page.ask(`
  const done = arguments[arguments.length - 1];
  const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
  let said = "";
  const asked = kernel.requestExecute({ code: arguments[0] });
  asked.onIOPub = ({ header, content }) => {
    if (header.msg_type === "stream") said += content.text;
    if (header.msg_type === "error") said += content.ename + ": " + content.evalue;
  };
  asked.done.then(() => done(said.trim()), (error) => done(String(error)));`, code);
const prints = (code, value) => until(`${code} prints ${value}`, async () => {
  const said = await python(`print(${code})`);
  if (said !== value) throw new Error(said);
  return true;
}, 20);

/** Shows a cell, and enters its frame as soon as the playground has started. */
async function enter(at) {
  await page.leave();
  const found = await page.until(`a frame in cell ${at}`, frame(at));
  await page.execute("arguments[0].scrollIntoView({ block: 'center' })", found);
  await page.enter(frame(at));
  await page.until("the playground has started", "return document.querySelector('#clock')");
}

test("JupyterLab", async () => {
  const room = join(target, "room");
  rmSync(room, { recursive: true, force: true });
  mkdirSync(room);
  // else it asks whether it may fetch news, on top of the playground
  const settings = join(environment.JUPYTERLAB_SETTINGS_DIR, "@jupyterlab/apputils-extension");
  mkdirSync(settings, { recursive: true });
  writeFileSync(join(settings, "notification.jupyterlab-settings"), JSON.stringify({ fetchNews: "false" }));
  const cells = CELLS.map((source) => ({ cell_type: "code", execution_count: null, metadata: {}, outputs: [], source }));
  const metadata = { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } };
  writeFileSync(join(room, "lab.ipynb"), JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 4 }));
  const address = await serve(bin("jupyter"), (port) => [
    "lab", "--allow-root", "--no-browser", "--ip=127.0.0.1", `--port=${port}`, `--ServerApp.root_dir=${room}`,
    "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
  ]);
  await page.go(`${address}lab/tree/lab.ipynb`);
  await page.until("the notebook is open, with a kernel", `
    const session = window.jupyterapp?.shell.currentWidget?.sessionContext;
    return session?.session?.kernel?.status === "idle" && document.querySelectorAll(".jp-Cell").length >= 3`);
  await page.execute("jupyterapp.commands.execute('notebook:run-all-cells')");

  // from the page to Python
  await enter(0);
  await page.press("#next-problem");
  await page.until("the problem is told", "return document.querySelector('#verdict [data-total=\"stale read\"]')");
  await page.leave();
  await page.picture(join(target, "jupyterlab.png"));
  await prints("playground.time_us, len(playground.violations), playground.violations[0]['kind']", "501000 1 stale read");
  await prints("playground.counts['staleReads'], playground.preset, playground.playing", "1 ca6 False");
  await prints("playground.scenario == stalemate.preset('ca6')", "True");

  // a second view follows the first
  await enter(1);
  await shown("#clock", "501000");

  // from Python to the page
  await page.leave();
  assert.equal(await python("playground.time_us = 105_000"), "");
  for (const at of [0, 1]) {
    await enter(at);
    await shown("#clock", "105000");
  }
  await page.leave();
  await prints("playground.time_us, len(playground.violations)", "105000 0");
  assert.equal(await python(`playground.scenario = ${SMALL}`), "");
  await enter(0);
  await page.until("its title is shown", "return document.querySelector('h1').textContent === 'A small one'");
  await page.leave();
  await prints("playground.preset == '', playground.scenario['title'], playground.time_us", "True A small one 0");
  assert.equal(await python("playground.playing = True"), "");
  await prints("playground.counts['misses']", "1");
  assert.match(await python("playground.preset = 'ca66'"), /StalemateError: ca66/);
  await prints("playground.scenario['title']", "A small one");

  // what a person does is in the document
  await enter(2);
  await page.pressNamed("Read");
  await page.leave();
  await prints("len(whole.scenario['actions']) - len(stalemate.preset('cache-aside')['actions'])", "1");
  await prints("whole.preset, stalemate.run(whole)['reads']['total'] - stalemate.run('cache-aside')['reads']['total']", "cache-aside 1");
  assert.equal(await python("whole.reset()"), "");
  await prints("whole.scenario == stalemate.preset('cache-aside'), whole.time_us", "True 0");
  await enter(2);
  // what is beside the page on a site of its own is not here
  await page.pressNamed("Find");
  await page.until("the finder", "return document.querySelector('#find-words')");
  const dead = "return [...document.querySelectorAll('#libraries, a[href$=\".html\"]')].map((each) => each.textContent)";
  assert.deepEqual(await page.execute(dead), []);
  await page.leave();
  await page.picture(join(target, "jupyterlab-whole.png"));
});

test("marimo", async () => {
  cpSync(join(from, "marimo_app.py"), join(target, "marimo_app.py"));
  const address = await serve(bin("marimo"), (port) => [
    "run", "--headless", "--host=127.0.0.1", `--port=${port}`, "--no-token", join(target, "marimo_app.py"),
  ]);
  await page.go(address);
  // its widgets are in shadows of their own
  const FRAME = `
    const within = (node) => [...node.querySelectorAll("*")].flatMap((each) => [each, ...(each.shadowRoot ? within(each.shadowRoot) : [])]);
    return within(document).find((each) => each.matches("iframe[title^=Stalemate]"))`;
  await page.until("a frame", FRAME);
  await page.enter(FRAME);
  await page.press("#next-problem");
  await page.until("the problem is told", "return document.querySelector('#verdict [data-total=\"stale read\"]')");
  await page.leave();
  await page.until("another cell reacts", "return document.body.textContent.includes('501000 µs, 1 violations')");
  await page.picture(join(target, "marimo.png"));
});
