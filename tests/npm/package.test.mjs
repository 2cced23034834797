// What is in the package, that its README tells the truth, and that it loads wherever it says.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { installed, root } from "./install.mjs";

const { folder, files } = installed();
const packed = join(folder, "node_modules/stalemate");
const read = (name) => readFileSync(join(packed, name), "utf8");

function node(...args) {
  return execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
}

test("it has what belongs to it and nothing else", () => {
  assert.deepEqual(files, [
    "LICENSE",
    "README.md",
    "browser.js",
    "engine/engine.js",
    "engine/engine_bg.wasm",
    "index.d.cts",
    "index.d.ts",
    "init.d.ts",
    "init.js",
    "node.js",
    "package.json",
    "report.d.cts",
    "report.d.ts",
    "scenario.d.cts",
    "scenario.d.ts",
    "scenario.schema.json",
    "stalemate.js",
  ]);
});

test("its version is the crate's", () => {
  const crate = /^version = "(.*)"$/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))[1];
  assert.equal(JSON.parse(read("package.json")).version, crate);
});

test("the README's example prints what the README says", () => {
  const blocks = [...read("README.md").matchAll(/```(js|text)\n(.*?)```/gs)];
  const example = blocks.find(([, kind]) => kind === "js")[2];
  const printed = blocks.find(([, kind]) => kind === "text")[2];
  writeFileSync(join(folder, "example.js"), example);
  assert.equal(node("example.js"), printed);
});

test("the README's table has every error code", () => {
  const [, errors] = read("README.md").split("## Errors");
  const told = [...errors.matchAll(/^\| `(\w+)` \| \w/gm)].map(([, code]) => code);
  const union = /type ErrorCode =(.*?);/s.exec(read("report.d.ts"))[1];
  assert.deepEqual(told, [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code));
});

test("the README names every method", () => {
  const types = read("index.d.ts");
  const body = types.slice(types.indexOf("class Stalemate"));
  const members = [...body.matchAll(/^ {2}(?:static |readonly )?(\w+)[(:]/gm)].map(([, name]) => name);
  const exported = [...types.matchAll(/^export function (\w+)/gm)].map(([, name]) => name);
  const readme = read("README.md");
  const missing = [...members, ...exported].filter((name) => !new RegExp(`\\b${name}\\b`).test(readme));
  assert.deepEqual(missing, ["constructor"]);
});

test("CommonJS can require it", () => {
  writeFileSync(
    join(folder, "old.cjs"),
    'const { Stalemate } = require("stalemate"); console.log(Stalemate.fromPreset("ca6").nowUs);',
  );
  assert.equal(node("--no-warnings", "old.cjs"), "0\n");
});

test("a host hands the engine over, in each of the ways that it may have it", () => {
  const program = (init) => `
    import { readFileSync } from "node:fs";
    import { createRequire } from "node:module";
    import { init, initSync, Stalemate } from "stalemate/init";
    const bytes = readFileSync(createRequire(import.meta.url).resolve("stalemate/wasm"));
    ${init}
    console.log(Stalemate.fromPreset("ca6").nowUs);`;
  for (const init of [
    "await init(bytes);",
    "await init(new WebAssembly.Module(bytes));",
    "await init(WebAssembly.compile(bytes));",
    'await init(new Response(bytes, { headers: { "content-type": "application/wasm" } }));',
    "initSync(bytes);",
    "initSync(new WebAssembly.Module(bytes)); await init(bytes);",
  ]) {
    writeFileSync(join(folder, "handed.js"), program(init));
    assert.equal(node("--no-warnings", "handed.js"), "0\n", init);
  }
});

test("a bundler that puts the engine into the one file", () => {
  writeFileSync(
    join(folder, "inlined.js"),
    'import wasm from "stalemate/wasm"; import { initSync, Stalemate } from "stalemate/init";\n' +
      'initSync(wasm); console.log(Stalemate.fromPreset("ca6").nowUs);',
  );
  const esbuild = join(root, ".tools/node_modules/.bin/esbuild");
  const options = ["--bundle", "--format=esm", "--platform=node", "--target=node20", "--loader:.wasm=binary", "--log-level=error"];
  execFileSync(esbuild, ["inlined.js", "--outfile=inlined.mjs", ...options], { cwd: folder });
  assert.equal(node("inlined.mjs"), "0\n");
});

test("its other files can be imported, and nothing else", async () => {
  const schema = 'import schema from "stalemate/scenario.schema.json" with { type: "json" };';
  writeFileSync(join(folder, "schema.js"), `${schema} console.log(schema.title);`);
  assert.equal(node("--no-warnings", "schema.js"), "Scenario\n");
  writeFileSync(join(folder, "inner.js"), 'await import("stalemate/stalemate.js");');
  assert.throws(() => node("inner.js"), /ERR_PACKAGE_PATH_NOT_EXPORTED/);
});

/** What a program with the package prints, once esbuild has made one file of it. */
function bundle(platform, ...args) {
  const program = `import { Stalemate, presets } from "stalemate";
    const run = Stalemate.fromPreset("ca6");
    run.seek(501_000);
    console.log(presets().length > 50, run.violations()[0].kind);`;
  writeFileSync(join(folder, "program.js"), program);
  const esbuild = join(root, ".tools/node_modules/.bin/esbuild");
  const out = join(folder, `${platform}.mjs`);
  const options = ["--bundle", "--format=esm", "--minify", "--log-level=error"];
  execFileSync(esbuild, ["program.js", `--platform=${platform}`, `--outfile=${out}`, ...options, ...args], {
    cwd: folder,
  });
  return out;
}

test("a bundler makes one file of it for Node", () => {
  // esbuild leaves the file beside the bundle to whoever calls it
  const out = bundle("node", "--external:node:fs");
  const engine = join(folder, "engine");
  execFileSync("mkdir", ["-p", engine]);
  copyFileSync(join(packed, "engine/engine_bg.wasm"), join(engine, "engine_bg.wasm"));
  assert.equal(node(out), "true stale read\n");
});

test("a bundler makes one file of it for browsers, which fetches the engine", async () => {
  const wasm = readFileSync(join(packed, "engine/engine_bg.wasm"));
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(200, { "content-type": "application/wasm" });
    response.end(wasm);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    const page = `http://127.0.0.1:${server.address().port}/page.js`;
    const out = bundle("browser", `--define:import.meta.url=${JSON.stringify(page)}`);
    const lines = [];
    const { log } = console;
    console.log = (...words) => lines.push(words.join(" "));
    try {
      await import(pathToFileURL(out).href);
    } finally {
      console.log = log;
    }
    assert.deepEqual(lines, ["true stale read"]);
    assert.deepEqual(asked, ["/engine_bg.wasm"]);
  } finally {
    server.close();
  }
});
