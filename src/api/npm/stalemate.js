// The public class around the engine's handle: it has the listeners, and knows when a run was freed.
// Its types and its documentation are in index.d.ts.

import * as engine from "./engine/engine.js";

const CODES = ["argument", "scenario", "preset", "link", "action", "stopped", "freed", "broken"];

function failure(code, message) {
  return Object.assign(new Error(message), { code, problems: [] });
}

// After a trap the engine's memory cannot be trusted, so it is not called again.
let broken = false;

function call(engineCall) {
  if (!broken) {
    try {
      return engineCall();
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      broken = true;
    }
  }
  throw failure("broken", "the engine has failed, most likely because memory ran out: load the module again");
}

// As a browser does when an event listener throws.
function report(error) {
  if (typeof reportError === "function") reportError(error);
  else queueMicrotask(() => { throw error; });
}

export function isStalemateError(error) {
  return error instanceof Error && CODES.includes(error.code) && Array.isArray(error.problems);
}

export function presets() {
  return call(() => engine.presets());
}

export function preset(id) {
  return JSON.parse(call(() => engine.preset(id)));
}

export function strategies() {
  return call(() => engine.strategies());
}

// Milliseconds of work between two looks at the rest of the program.
const SLICE_MS = 40;

export async function explore(scenario, { signal, onProgress, ...options } = {}) {
  signal?.throwIfAborted();
  const search = call(() => new engine.ExplorationHandle(scenario, options));
  try {
    for (;;) {
      const until = performance.now() + SLICE_MS;
      let isOver;
      do {
        isOver = call(() => search.advance(20));
      } while (!isOver && performance.now() < until);
      onProgress?.(call(() => search.progress()));
      if (isOver) return call(() => search.answer());
      await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
    }
  } finally {
    if (!broken) call(() => search.free());
  }
}

export class Stalemate {
  #handle;
  #listeners = new Set();
  #untold = [];
  #telling = false;

  constructor(scenario) {
    const { Handle } = engine;
    this.#handle = scenario instanceof Handle ? scenario : call(() => new Handle(scenario));
  }

  static fromPreset(id) {
    return new Stalemate(call(() => engine.Handle.ofPreset(id)));
  }

  static fromLink(link) {
    return new Stalemate(call(() => engine.Handle.ofLink(link)));
  }

  #look(look) {
    if (!this.#handle) throw failure("freed", "the run was freed");
    return call(() => look(this.#handle));
  }

  // A call that may change something: listeners are told even if it throws.
  #change(change) {
    try {
      return this.#look(change);
    } finally {
      this.#tell();
    }
  }

  // Changes that a listener makes wait until all listeners know the earlier ones.
  #tell() {
    if (!this.#handle || broken || this.#listeners.size === 0) return;
    const change = this.#look((run) => run.change());
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

  get nowUs() { return this.#look((run) => run.nowUs); }
  get furthestUs() { return this.#look((run) => run.furthestUs); }
  get eventCount() { return this.#look((run) => run.eventCount); }
  get arrived() { return this.#look((run) => run.arrived); }
  get canUndo() { return this.#look((run) => run.canUndo); }
  get canRedo() { return this.#look((run) => run.canRedo); }

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

  report() { return this.#look((run) => run.report()); }
  violations() { return this.#look((run) => run.violations()); }
  stores(most = 1000) { return this.#look((run) => run.stores(most)); }
  activity(most = 1000) { return this.#look((run) => run.activity(most)); }
  log(most = 100) { return this.#look((run) => run.log(most)); }
  events(from = 0, most = 1000) { return this.#look((run) => run.events(from, most)); }
  scenario() { return JSON.parse(this.scenarioJson()); }
  scenarioJson() { return this.#look((run) => run.scenario()); }
  link(options) { return this.#look((run) => run.link(options)); }
  checkLink() { return this.#look((run) => run.checkLink()); }

  subscribe(listener) {
    const first = this.#listeners.size === 0;
    if (typeof listener !== "function") {
      throw failure("argument", `listener: is ${typeof listener}; allowed: a function`);
    }
    this.#look((run) => first && run.mark());
    const each = { listener };
    this.#listeners.add(each);
    return () => { this.#listeners.delete(each); };
  }

  free() {
    const handle = this.#handle;
    this.#handle = undefined;
    if (handle && !broken) call(() => handle.free());
    this.#listeners.clear();
    this.#untold = [];
  }
}

// Not in the class body: in older JavaScript engines, wasm-bindgen's code adds the symbol.
if (Symbol.dispose) {
  Stalemate.prototype[Symbol.dispose] = Stalemate.prototype.free;
}
