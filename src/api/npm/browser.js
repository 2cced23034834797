// For browsers and bundlers: the engine is fetched before anything can call it.
import init from "./engine/engine.js";

await init();

export * from "./stalemate.js";
