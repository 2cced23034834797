// import "…/embed.mjs";
//
// embed.js as a module, where the server of the playground allows it to load (CORS). It can be
// imported where there is no page, as in a server that renders one: then it does nothing.

if (globalThis.customElements && !customElements.get("stale-mate")) {
  globalThis.stalemateHome = new URL(".", import.meta.url).href;
  await import("./embed.js");
}

/** The element's class; `undefined` where there is no page. */
export const StaleMate = globalThis.customElements?.get("stale-mate");
