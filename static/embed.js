// <script src="…/embed.js" defer></script>
// <stale-mate preset="ca6" theme="auto" height="auto"></stale-mate>
//
// Shows the playground in a frame. The frame loads when it is about to be seen, takes the height
// that it asks for, and what it says comes as DOM events: stalemate-ready, stalemate-state,
// stalemate-event, stalemate-answer, stalemate-complete, stalemate-progress, stalemate-scenario,
// stalemate-resize, stalemate-error, each with the message as `event.detail`. All that can be set
// and sent is listed in embedding.html.
//
// No module: those of another origin load only where its server allows it; there, embed.mjs is one.

(() => {
  // A module has no current script: embed.mjs says where it is from.
  const home = new URL(".", document.currentScript?.src ?? globalThis.stalemateHome);
  const CONTEXT = "stalemate";
  const VERSION = 1;
  const OPTIONS = ["preset", "src", "compare", "theme", "layout", "hide", "readonly", "autoplay", "speed", "memory"];
  const SAID = ["ready", "resize", "state", "event", "answer", "complete", "progress", "scenario", "error"];
  const FIRST_HEIGHT = 640;
  const BLOCK = new CSSStyleSheet();
  BLOCK.replaceSync(":host { display: block; } :host([hidden]) { display: none; }");
  const COMPACT_HEIGHT = 440;

  class StaleMate extends HTMLElement {
    static observedAttributes = [...OPTIONS, "link", "height", "label"];

    #frame = null;
    #seen = null;
    #ready = false;
    #waiting = [];
    #progress = [];
    #scenarios = [];
    // Those who wait for an answer, and how many have asked this frame.
    #states = [];
    #asked = 0;
    #listen = (event) => this.#hear(event);

    connectedCallback() {
      window.addEventListener("message", this.#listen);
      if (this.#frame) return;
      this.#frame = document.createElement("iframe");
      this.#frame.style.cssText = "display:block;width:100%;border:0";
      this.#frame.allow = "clipboard-write";
      this.#frame.referrerPolicy = "no-referrer";
      const shadow = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      shadow.replaceChildren(this.#frame);
      // In the shadow: whoever has rendered the element finds its attributes as they were.
      if ("adoptedStyleSheets" in shadow) shadow.adoptedStyleSheets = [BLOCK];
      this.#measure();
      this.#name();
      if (!("IntersectionObserver" in window)) return this.#load();
      this.#seen = new IntersectionObserver(
        (entries) => entries.some((entry) => entry.isIntersecting) && this.#load(),
        { rootMargin: "400px" },
      );
      this.#seen.observe(this);
    }

    disconnectedCallback() {
      window.removeEventListener("message", this.#listen);
      this.#seen?.disconnect();
      this.#frame.remove();
      this.#frame = null;
      this.#ready = false;
      this.#waiting = [];
      for (const waiting of [this.#states, this.#progress, this.#scenarios]) {
        for (const { reject } of waiting.splice(0)) reject(new Error("the playground was removed"));
      }
    }

    attributeChangedCallback(name, before, after) {
      if (!this.#frame || before === after) return;
      if (name === "height") return this.#measure();
      if (name === "label") return this.#name();
      if (name === "layout") this.#measure();
      // Before it is about to be seen, its address will say it all.
      if (!this.#frame.src) return;
      if (name === "theme") return this.setTheme(after ?? "auto");
      // Another fragment alone would not load the frame again.
      if (name === "link" && after) return this.load({ link: after });
      this.#ready = false;
      this.#load();
    }

    /** The address that the frame shows. */
    get address() {
      const address = new URL(home);
      address.searchParams.set("embed", "1");
      for (const name of OPTIONS) {
        const value = this.getAttribute(name);
        if (value !== null) address.searchParams.set(name, value);
      }
      address.hash = this.getAttribute("link") ?? "";
      return address.href;
    }

    play() { this.#tell({ type: "play" }); }
    pause() { this.#tell({ type: "pause" }); }
    step() { this.#tell({ type: "step" }); }
    reset() { this.#tell({ type: "reset" }); }
    /** To an instant of the simulation, in microseconds. */
    seek(atUs) { this.#tell({ type: "seek", atUs }); }
    setTheme(theme) { this.#tell({ type: "setTheme", theme }); }
    /** `{ preset }`, `{ link }` or `{ scenario }`. */
    load(what) { this.#tell({ ...what, type: "load" }); }
    /** Where it stands, as a promise. */
    getState() {
      return new Promise((resolve, reject) => {
        const waiting = { resolve, reject };
        this.#states.push(waiting);
        if (this.#ready) this.#ask(waiting);
      });
    }

    /** The run as a document, with all that was done, and what went wrong, as a promise. */
    getScenario() {
      return new Promise((resolve, reject) => {
        this.#scenarios.push({ resolve, reject });
        this.#tell({ type: "getScenario" });
      });
    }
    /** How far a learner has come in the lesson, as a promise. */
    getProgress() {
      return new Promise((resolve, reject) => {
        this.#progress.push({ resolve, reject });
        this.#tell({ type: "getProgress" });
      });
    }
    /** Takes a lesson up where a learner left it. */
    setProgress(progress) { this.#tell({ type: "setProgress", progress }); }
    /** What statements say of the learner: `{ actor, base, registration }`. */
    identify(learner) { this.#tell({ ...learner, type: "identify" }); }

    #ask(waiting) {
      waiting.number = ++this.#asked;
      this.#tell({ type: "getState" });
    }

    #load() {
      this.#seen?.disconnect();
      if (!this.#frame) return;
      // In a frame of its own: one that is there would keep its page if only the fragment differs.
      const frame = this.#frame.src ? this.#frame.cloneNode() : this.#frame;
      frame.src = this.address;
      if (frame !== this.#frame) this.#frame.replaceWith(frame);
      this.#frame = frame;
    }

    #tell(message) {
      // What is said before it listens is not lost.
      if (!this.#ready) return void this.#waiting.push(message);
      const to = this.#frame?.contentWindow;
      to?.postMessage({ ...message, context: CONTEXT, v: VERSION }, home.origin);
    }

    #hear(event) {
      if (event.source !== this.#frame?.contentWindow || event.origin !== home.origin) return;
      const message = event.data;
      if (message?.context !== CONTEXT || message.v !== VERSION) return;
      if (!SAID.includes(message.type)) return;
      if (message.type === "ready") {
        this.#ready = true;
        this.#asked = 0;
        for (const late of this.#waiting.splice(0)) this.#tell(late);
        for (const waiting of this.#states) this.#ask(waiting);
      }
      if (message.type === "resize" && this.#auto && Number.isFinite(message.height)) {
        this.#frame.style.height = `${Math.max(120, message.height)}px`;
      }
      if (message.type === "state") {
        const answered = ({ number }) => number <= message.answered;
        for (const { resolve } of this.#states.filter(answered)) resolve(message);
        this.#states = this.#states.filter((waiting) => !answered(waiting));
      }
      if (message.type === "progress") {
        for (const { resolve } of this.#progress.splice(0)) resolve(message);
      }
      if (message.type === "scenario") {
        for (const { resolve } of this.#scenarios.splice(0)) resolve(message);
      }
      const detail = message;
      this.dispatchEvent(new CustomEvent(`stalemate-${message.type}`, { detail, bubbles: true, composed: true }));
    }

    get #auto() {
      return (this.getAttribute("height") ?? "auto") === "auto";
    }

    #measure() {
      const first = this.getAttribute("layout") === "compact" ? COMPACT_HEIGHT : FIRST_HEIGHT;
      const height = this.#auto ? first : Number.parseInt(this.getAttribute("height"), 10);
      this.#frame.style.height = `${Number.isFinite(height) ? height : first}px`;
    }

    #name() {
      this.#frame.title = this.getAttribute("label") ?? "Stalemate, a caching playground";
    }
  }

  if (!customElements.get("stale-mate")) customElements.define("stale-mate", StaleMate);
})();
