// The types of data are generated; the class's are written by hand. Both are compared with what is
// really there: the scenario's with the published schema, the class's with the class, and, by the
// TypeScript compiler, all of them with every preset and with everything that a method returns.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";

import { installed, load, root } from "./install.mjs";

const ts = createRequire(join(root, ".tools/"))("typescript");
const { folder } = installed();
const packed = join(folder, "node_modules/stalemate");
const { Stalemate, isStalemateError, preset, presets, strategies } = await load(folder);

/** The types of a file by name, as syntax. */
function declarations(name) {
  const text = readFileSync(join(packed, name), "utf8");
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  return new Map(file.statements.filter((each) => each.name).map((each) => [each.name.text, each]));
}

/** A type's text: comments and blanks left out, what `|` joins in order. */
function normal(text) {
  return text.replace(/\/\*.*?\*\//gs, "").replace(/\s+/g, "").replace(/^\|/, "").split("|").sort().join("|");
}

/** Fields with their types, `?` behind those that may be left out. */
function fields(members) {
  return Object.fromEntries(
    members.map((each) => [each.name.text + (each.questionToken ? "?" : ""), normal(each.type.getText())]),
  );
}

/** What a declaration says, in the form of `expected`. */
function declared(declaration) {
  if (ts.isInterfaceDeclaration(declaration)) return fields(declaration.members);
  const { type } = declaration;
  const variants = ts.isUnionTypeNode(type) ? type.types : [type];
  if (variants.every(ts.isTypeLiteralNode)) return variants.map((each) => fields(each.members));
  return normal(type.getText());
}

/** The type that the schema gives a value. */
function typed(schema) {
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  if (schema.anyOf) return normal([...new Set(schema.anyOf.map(typed))].join("|"));
  if (schema.const) return JSON.stringify(schema.const);
  if (schema.enum) return normal(schema.enum.map((each) => JSON.stringify(each)).join("|"));
  if (Array.isArray(schema.type)) return normal(schema.type.map((type) => typed({ ...schema, type })).join("|"));
  if (schema.type === "array") return `${typed(schema.items)}[]`;
  if (schema.type !== "object") return schema.type === "integer" ? "number" : schema.type;
  if (schema.properties) return "Partial<Record<LinkName,LinkSettings>>";
  return `Record<string,${typed(schema.additionalProperties)}>`;
}

function propertiesOf(schema) {
  const optional = (name) => (schema.required?.includes(name) ? "" : "?");
  const named = Object.entries(schema.properties);
  return Object.fromEntries(named.map(([name, each]) => [name + optional(name), typed(each)]));
}

/** What the schema says of a type. */
function expected(schema) {
  if (schema.oneOf?.[0].properties) return schema.oneOf.map(propertiesOf);
  if (schema.oneOf) return normal(schema.oneOf.map(typed).join("|"));
  if (schema.properties && !schema.oneOf) return propertiesOf(schema);
  return typed(schema);
}

const schema = JSON.parse(readFileSync(join(packed, "scenario.schema.json"), "utf8"));
const { Action, ...parts } = schema.$defs;

/** Every object that the schema describes, with the name of its type. */
const documented = { Scenario: schema, ...parts, What: { oneOf: Action.oneOf } };

test("the types of the scenario are those of the schema", () => {
  const types = declarations("scenario.d.ts");
  assert.deepEqual([...types.keys()].sort(), [...Object.keys(documented), "Action"].sort());
  for (const [name, each] of Object.entries(documented)) {
    assert.deepEqual(declared(types.get(name)), expected(each), name);
  }
  const [what, own] = types.get("Action").type.types;
  assert.equal(what.getText(), "What");
  assert.deepEqual(fields(own.members), { at_us: "number" });
});

test("a field of the scenario has the schema's description and range", () => {
  const types = declarations("scenario.d.ts");
  let told = 0;
  const check = (type, members, properties) => {
    for (const member of members) {
      const field = properties[member.name.text];
      if (field.const) continue;
      const words = (text) => text.replace(/\s+/g, " ").trim();
      const doc = words(ts.getJSDocCommentsAndTags(member).map((each) => each.comment).join(" "));
      const where = `${type}.${member.name.text}: ${doc}`;
      assert.ok(doc.startsWith(words(field.description ?? "").replace(/\.$/, "")), where);
      const { minimum, maximum } = field;
      if (maximum !== undefined && minimum !== maximum && maximum < 1e9) {
        assert.match(doc, new RegExp(`${Number(minimum)}.*\\.\\.${Number(maximum)}`), where);
      }
      told += 1;
    }
  };
  for (const [name, each] of Object.entries(documented)) {
    const declaration = types.get(name);
    if (ts.isInterfaceDeclaration(declaration)) check(name, declaration.members, each.properties);
    else if (each.oneOf?.[0].properties) {
      const variants = declaration.type.types;
      each.oneOf.forEach(({ properties }, index) => check(name, variants[index].members, properties));
    }
  }
  assert.ok(told > 150, `${told}`);
});

test("an error has one of the codes of its type, and no other", () => {
  const { type } = declarations("report.d.ts").get("ErrorCode");
  const codes = type.types.map((each) => JSON.parse(each.getText()));
  const known = (code) => isStalemateError(Object.assign(new Error(), { code, problems: [] }));
  assert.ok(codes.length > 3 && codes.every(known), `${codes}`);
  assert.deepEqual(["ENOENT", "", undefined].filter(known), []);
});

test("the class has the members that its type says", () => {
  const { members } = declarations("index.d.ts").get("Stalemate");
  const isStatic = (each) => each.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
  const names = (which) => members.filter(which).map((each) => each.name?.text ?? "constructor");
  const dispose = (each) => each.name && ts.isComputedPropertyName(each.name);
  const own = Object.getOwnPropertyNames(Stalemate.prototype);
  assert.deepEqual(names((each) => !isStatic(each) && !dispose(each)).sort(), own.sort());
  const ofClass = Object.getOwnPropertyNames(Stalemate).filter((name) => typeof Stalemate[name] === "function");
  assert.deepEqual(names(isStatic).sort(), ofClass.sort());
  if (Symbol.dispose) assert.equal(typeof Stalemate.prototype[Symbol.dispose], "function");
});

/** A value as TypeScript would have it written. */
function literal(value) {
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{ ${Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${literal(each)}`).join(", ")} }`;
}

/** Notes, for each place in a value, whether there was ever something in it. */
function explore(value, path, places) {
  if (value !== null && typeof value === "object") {
    const items = Array.isArray(value) ? value.map((item) => ["[]", item]) : Object.entries(value);
    places.set(path, places.get(path) || items.length > 0);
    for (const [name, item] of items) explore(item, `${path}.${name}`, places);
  } else {
    places.set(path, places.get(path) || value !== null);
  }
}

/** What the methods give at some instants of some runs, by type. */
function given() {
  const values = [];
  const note = (type, value) => values.push([type, value]);
  const look = (run) => {
    const report = run.report();
    report.series.steps = report.series.steps.filter((step) => Object.values(step).some(Boolean));
    note("Report", report);
    note("Stores", run.stores());
    note("Activity", run.activity());
    note("Violation[]", run.violations().slice(0, 20));
    note("LogLine[]", run.log(20));
    note("HistoryEvent[]", run.events(0, 300));
    note("Scenario", run.scenario());
    note("LinkCheck | null", Stalemate.fromLink(run.link()).checkLink());
  };
  for (const id of ["ca6", "ca7", "wb1", "wb6", "write-behind", "stale-while-revalidate", "versioned-set", "ti1"]) {
    const run = Stalemate.fromPreset(id);
    run.subscribe((change) => note("Change", { ...change, events: change.events.slice(-40) }));
    for (const at_us of [700, 5_300, 120_000, 600_000, 1_500_000]) {
      run.seek(at_us);
      look(run);
    }
    run.act({ do: "kill-cache" });
    note("What | null", run.undo());
    note("What | null", run.redo());
  }
  const source = "TTL = 5  # seconds · 1..10\nq = Queue(at=app, limit=9)\n\ndef read(key):\n    value = db.read(key)\n" +
    "    cache.set(key, value, ttl=TTL, version=2)\n    return value\n\ndef write(key, value):\n    q.push(key, value)\n" +
    "    db.write(key, 9007199254740993)\n    return 1 // 0\n\n@every(1)\ndef flush():\n    for item in q.take(1):\n        q.ack(item)\n";
  const run = new Stalemate({ rows: { each: { k: 1 } }, strategies: [{ source }] });
  for (const what of ["read", "write", "read"]) {
    run.act({ do: what, key: "k" });
    run.advance(20_000);
    look(run);
  }
  const failing = readFileSync(join(root, "tests/cases/verdicts/requests-that-fail-are-an-outage.json"), "utf8");
  const outage = new Stalemate(JSON.parse(failing));
  outage.seek(60_000_000);
  look(outage);
  note("PresetInfo[]", presets());
  note("StrategyInfo[]", strategies().map((each) => ({ ...each, source: "" })));
  return values;
}

/** What the compiler says of a program in a project with the package. */
function compile(name, program, ...options) {
  writeFileSync(join(folder, name), program);
  const strict = ["--strict", "--noEmit", "--exactOptionalPropertyTypes", "--target", "es2022"];
  const args = [join(root, ".tools/node_modules/.bin/tsc"), ...strict, ...options, name];
  return spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" }).stdout;
}

const BUNDLER = ["--module", "esnext", "--moduleResolution", "bundler"];
const NODE = ["--module", "node16", "--moduleResolution", "node16"];

test("every preset is a scenario to the compiler, and what comes of one is of its type", () => {
  const values = given();
  const places = new Map();
  for (const [type, value] of values) explore(value, type, places);
  const never = [...places].filter(([path, seen]) => !seen && !/^(Scenario|What)/.test(path)).map(([path]) => path);
  // the engine that makes these links is the one that opens them
  assert.deepEqual(never, ["LinkCheck | null.mismatch"], "nothing was ever there, so its type was not tried");
  const scenarios = presets().map(({ id }) => ["Scenario", preset(id)]);
  const types = [...new Set([...values, ...scenarios].map(([type]) => type.match(/\w+/)[0]))];
  const lines = [...scenarios, ...values].map(([type, value]) => `(${literal(value)}) satisfies ${type};`);
  const program = `import type { ${types.join(", ")} } from "stalemate";\n${lines.join("\n")}\n`;
  assert.equal(compile("values.ts", program, "--lib", "es2022", ...BUNDLER), "");
});

const USES = `
import { Stalemate, isStalemateError, preset, presets, strategies } from "stalemate";
import type { Change, ErrorCode, Scenario, What } from "stalemate";

const scenario: Scenario = { rows: { each: { k: 1 } } };
const run = new Stalemate(scenario);
const stop: () => void = run.subscribe((change: Change) => { change.events.at(0)?.verdict; });
run.act({ do: "write", key: "k", value: "x" });
const there: boolean = run.advance(1) && run.seek(2) && run.goOn() && run.step() && run.back();
const last: What | null = run.undo();
if (last?.do === "delay") { const us: number = last.by_us; }
try { Stalemate.fromPreset("ca6").next("request"); } catch (error) {
  if (isStalemateError(error)) { const code: ErrorCode = error.code; error.problems[0]?.path; }
}
{ using other = Stalemate.fromLink("v1"); other.link({ now: true }); }
new Stalemate(preset(presets()[0]!.id)).scenario().actions?.[0]?.at_us;
new Stalemate({ strategies: strategies().map(({ id }) => ({ strategy: id })) });

// @ts-expect-error a misspelt field
new Stalemate({ sed: 1 });
// @ts-expect-error … below
new Stalemate({ topology: { apps: { cuont: 1 } } });
// @ts-expect-error … of an action
new Stalemate({ actions: [{ at_us: 0, do: "read", key: "k", kye: 1 }] });
// @ts-expect-error a field of another action
run.act({ do: "kill-cache", key: "k" });
// @ts-expect-error no such action
run.act({ do: "raed", key: "k" });
// @ts-expect-error a field is missing
run.act({ do: "read" });
// @ts-expect-error an action is without its time
run.act({ do: "read", key: "k", at_us: 1 });
// @ts-expect-error no such variant
new Stalemate({ topology: { database: { read: { kind: "normal", us: 1 } } } });
// @ts-expect-error no scenario at all
new Stalemate();
// @ts-expect-error times are numbers
run.advance("1");
// @ts-expect-error nothing to go to
run.next("end");
// @ts-expect-error where it stands is not for writing
run.nowUs = 1;
`;

for (const [how, options] of [["a bundler", BUNDLER], ["Node", NODE]]) {
  test(`what is right compiles for ${how}, and what is wrong does not`, () => {
    assert.equal(compile("uses.ts", USES, "--lib", "es2022", ...options), "");
  });
}

test("CommonJS has types, and the entry that is handed the engine", () => {
  const uses = 'import { Stalemate } from "stalemate";\nconst us: number = new Stalemate({}).nowUs;\n';
  assert.equal(compile("old.cts", uses, "--lib", "es2022", ...NODE), "");
  const init = 'import { init, Stalemate } from "stalemate/init";\nawait init(new Uint8Array());\nnew Stalemate({}).nowUs;\n';
  for (const options of [BUNDLER, NODE]) assert.equal(compile("init.ts", init, "--lib", "es2022", ...options), "");
});

test("the README's example compiles", () => {
  const readme = readFileSync(join(packed, "README.md"), "utf8");
  const [, example] = /```js\n(.*?)```/s.exec(readme);
  assert.equal(compile("example.ts", example, "--lib", "es2022,dom", ...NODE), "");
});
