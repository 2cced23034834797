// Starts the page: loads the compiled module, and says so where it cannot be loaded. Then has it
// kept for visits without a network, which worker.js does.
// The names of the module's files change with their content; the build writes them into the page.
// It is a script and no module: where a frame has no origin, a module does not even load.

(() => {
  "use strict";

  const files = JSON.parse(document.getElementById("module").textContent);
  const at = (name) => new URL(name, document.baseURI).href;

  // An embed keeps nothing, and neither does a browser that has no such workers.
  const asked = new URLSearchParams(location.search).getAll("embed");
  const embedded = window !== window.top || asked.some((value) => ["", "1", "true"].includes(value));
  const keeper = embedded ? undefined : navigator.serviceWorker;

  /** Says once that a newer version is there, in a place that a screen reader knows already. */
  function listen() {
    const place = document.createElement("div");
    place.className = "renewed";
    place.setAttribute("role", "status");
    document.body.append(place);
    const button = (text, press) => {
      const made = document.createElement("button");
      Object.assign(made, { type: "button", className: "button small", textContent: text, onclick: press });
      return made;
    };
    const hear = ({ data }) => {
      if (data?.stalemate !== "renewed") return;
      keeper.removeEventListener("message", hear);
      const text = document.createElement("p");
      text.textContent = "A new version is ready. Reload to use it: what you did comes back.";
      place.append(text, button("Reload", () => location.reload()), button("Not now", () => place.remove()));
    };
    keeper.addEventListener("message", hear);
    keeper.controller?.postMessage({ stalemate: "here" });
  }

  async function keep() {
    try {
      await keeper.register(at("worker.js"), { updateViaCache: "none" });
    } catch (error) {
      console.info(`Stalemate offline: ${error.message}`);
    }
  }

  /** The module, as it comes in; says how much of it is there. */
  async function module(name) {
    const answer = await fetch(at(name));
    if (!answer.ok) throw new Error(`${name}: HTTP ${answer.status}`);
    const figures = document.querySelector("#loading span");
    if (!answer.body || !figures) return answer;
    const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
    // Of a compressed answer the header counts other bytes than those that come out.
    const whole = answer.headers.has("content-encoding") ? null : answer.headers.get("content-length");
    let bytes = 0;
    const counted = new TransformStream({
      transform(chunk, out) {
        bytes += chunk.byteLength;
        figures.textContent = ` ${megabytes(bytes)} ${whole ? `of ${megabytes(whole)} ` : ""}MB`;
        out.enqueue(chunk);
      },
    });
    return new Response(answer.body.pipeThrough(counted), answer);
  }

  async function start() {
    try {
      if (keeper) listen();
      const { default: init } = await import(at(files.js));
      await init({ module_or_path: module(files.wasm) });
    } catch (error) {
      const message = document.getElementById("loading");
      if (message) {
        message.setAttribute("role", "alert");
        message.textContent = origin === "null"
          ? "Stalemate did not start: the frame around it is sandboxed without allow-same-origin, " +
            "so the browser does not let it load its own files."
          : `Stalemate did not start: ${error.message}. ` +
            "Reload the page; if that does not help, try a current browser with WebAssembly allowed.";
      }
      throw error;
    } finally {
      // Last, so that it does not get in the way of the page's own files; also where these are broken,
      // for it is what finds the next version.
      if (keeper) keep();
    }
  }

  start();
})();
