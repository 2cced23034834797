// For Node: the engine is read from beside this file, at once, so `require` works as well.
import { readFileSync } from "node:fs";
import { initSync } from "./engine/engine.js";

initSync({ module: readFileSync(new URL("./engine/engine_bg.wasm", import.meta.url)) });

export * from "./stalemate.js";
