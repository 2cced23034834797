/**
 * The same package for hosts that neither read files beside a module nor fetch them. Import
 * `stalemate/wasm` in the host's own way, and call `init` before anything else.
 */

export * from "./index.js";

/**
 * Starts the engine: a `WebAssembly.Module`, its bytes, a `Response`, an address, or a promise of
 * one of them. A second call does nothing.
 */
export function init(wasm: object | string | Promise<object>): Promise<void>;

/** The same at once: a `WebAssembly.Module`, or its bytes. */
export function initSync(wasm: object): void;
