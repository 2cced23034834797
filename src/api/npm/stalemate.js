// The class that a caller sees, around the engine's handle: who listens, and what happens after
// `free`. The types, with what each method does, are in index.d.ts.

import * as engine from "./engine/engine.js";

const CODES = ["argument", "scenario", "preset", "link", "action", "stopped", "freed"];

function failure(code, message) {
  return Object.assign(new Error(message), { code, problems: [] });
}

// As the browser does where a listener of an event throws.
function report(error) {
  if (typeof reportError === "function") reportError(error);
  else queueMicrotask(() => { throw error; });
}

export function isStalemateError(error) {
  return error instanceof Error && CODES.includes(error.code) && Array.isArray(error.problems);
}

export function presets() {
  return engine.presets();
}

export function preset(id) {
  return JSON.parse(engine.preset(id));
}

export function strategies() {
  return engine.strategies();
}

export class Stalemate {
  #handle;
  #listeners = new Set();
  #untold = [];
  #telling = false;

  constructor(scenario) {
    this.#handle = scenario instanceof engine.Handle ? scenario : new engine.Handle(scenario);
  }

  static fromPreset(id) {
    return new Stalemate(engine.Handle.ofPreset(id));
  }

  static fromLink(link) {
    return new Stalemate(engine.Handle.ofLink(link));
  }

  get #run() {
    if (!this.#handle) throw failure("freed", "the run was freed; load it anew");
    return this.#handle;
  }

  // A call that may change something: whoever listens is told, also where it failed on its way.
  #change(call) {
    const run = this.#run;
    try {
      return call(run);
    } finally {
      this.#tell();
    }
  }

  // What a listener changes waits until everybody was told of what came before.
  #tell() {
    if (!this.#handle || this.#listeners.size === 0) return;
    const change = this.#handle.change();
    if (change !== null) this.#untold.push(change);
    if (this.#telling) return;
    this.#telling = true;
    for (let next = this.#untold.shift(); next; next = this.#untold.shift()) {
      for (const each of [...this.#listeners]) {
        if (!this.#listeners.has(each)) continue;
        try {
          each.listener(next);
        } catch (error) {
          report(error);
        }
      }
    }
    this.#telling = false;
  }

  get nowUs() { return this.#run.nowUs; }
  get furthestUs() { return this.#run.furthestUs; }
  get eventCount() { return this.#run.eventCount; }
  get arrived() { return this.#run.arrived; }
  get canUndo() { return this.#run.canUndo; }
  get canRedo() { return this.#run.canRedo; }

  act(action) { this.#change((run) => run.act(action)); }
  advance(forUs) { return this.#change((run) => run.advance(forUs)); }
  seek(atUs) { return this.#change((run) => run.seek(atUs)); }
  goOn() { return this.#change((run) => run.goOn()); }
  step() { return this.#change((run) => run.step()); }
  back() { return this.#change((run) => run.back()); }
  next(stop = "violation") { return this.#change((run) => run.next(stop)); }
  previous(stop = "violation") { return this.#change((run) => run.previous(stop)); }
  undo() { return this.#change((run) => run.undo()); }
  redo() { return this.#change((run) => run.redo()); }

  report() { return this.#run.report(); }
  violations() { return this.#run.violations(); }
  stores(most = 1000) { return this.#run.stores(most); }
  activity(most = 1000) { return this.#run.activity(most); }
  log(most = 100) { return this.#run.log(most); }
  events(from = 0, most = 1000) { return this.#run.events(from, most); }
  scenario() { return JSON.parse(this.#run.scenario()); }
  scenarioJson() { return this.#run.scenario(); }
  link(options) { return this.#run.link(options); }
  checkLink() { return this.#run.checkLink(); }

  subscribe(listener) {
    const run = this.#run;
    if (typeof listener !== "function") {
      throw failure("argument", `listener: is ${typeof listener}; allowed: a function`);
    }
    if (this.#listeners.size === 0) run.mark();
    const each = { listener };
    this.#listeners.add(each);
    return () => { this.#listeners.delete(each); };
  }

  free() {
    this.#handle?.free();
    this.#handle = undefined;
    this.#listeners.clear();
    this.#untold = [];
  }
}

// Not in the class: an older engine has no such symbol, and wasm-bindgen's own code brings it.
if (Symbol.dispose) {
  Stalemate.prototype[Symbol.dispose] = Stalemate.prototype.free;
}
