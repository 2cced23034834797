// For hosts that neither read files nor fetch: they hand the engine over, and call `init` first.
import start, { initSync as startSync } from "./engine/engine.js";

export async function init(wasm) {
  await start({ module_or_path: wasm });
}

export function initSync(wasm) {
  startSync({ module: wasm });
}

export * from "./stalemate.js";
