// The page in a frame of a notebook's output.
//
// The frame has no address to load: the kernel has the page's files. They come once for all
// playgrounds of a notebook, become blobs, and the page is made of these. The frame and this module
// exchange the messages of any embedded playground (embedding.html of the page lists them).

/** What all playgrounds on the same web page share: each widget has a module of its own. */
const shared = (globalThis[Symbol.for("stalemate")] ??= { pages: new Map(), families: new Map() });

const TYPES = { js: "text/javascript", wasm: "application/wasm", css: "text/css", svg: "image/svg+xml" };
const ANSWERS_MS = 60_000;
const POLL_MS = 500;
/** Nothing but blobs: no request leaves the notebook. */
const POLICY = "default-src 'none'; script-src blob: 'wasm-unsafe-eval'; style-src blob:; img-src blob: data:; " +
  "connect-src blob:; base-uri 'none'; form-action 'none'";

async function unpacked(buffer, type) {
  const stream = new Blob([buffer]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Blob([await new Response(stream).blob()], { type });
}

/** The page's own text, and an address for each of its other files. */
async function unpack(names, buffers) {
  const files = { text: "", addresses: new Map() };
  await Promise.all(names.map(async (name, at) => {
    const blob = await unpacked(buffers[at], TYPES[name.split(".").pop()]);
    if (name === "index.html") files.text = await blob.text();
    else files.addresses.set(name, URL.createObjectURL(blob));
  }));
  return files;
}

/** Asks the kernel for the files; once for each version of them. */
function asked(model) {
  const version = model.get("_version");
  if (!shared.pages.has(version)) {
    const come = new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("the kernel does not answer; run this cell again")), ANSWERS_MS);
      const hear = (content, buffers) => {
        if (content?.type !== "files") return;
        clearTimeout(late);
        model.off("msg:custom", hear);
        unpack(content.names, buffers).then(resolve, reject);
      };
      model.on("msg:custom", hear);
      model.send({ type: "files" });
    });
    come.catch(() => shared.pages.delete(version));
    shared.pages.set(version, come);
  }
  return shared.pages.get(version);
}

/** The colours of the notebook, where it says them. */
function theme(model) {
  const wanted = model.get("theme");
  const { jpThemeLight } = document.body.dataset;
  if (wanted !== "auto" || jpThemeLight === undefined) return wanted;
  return jpThemeLight === "true" ? "light" : "dark";
}

/** The address that the page is told, which has its options. */
function address(model) {
  const query = new URLSearchParams({ embed: "1", theme: theme(model) });
  if (!model.get("_document")) query.set("preset", model.get("preset"));
  if (model.get("compact")) query.set("layout", "compact");
  if (model.get("readonly")) query.set("readonly", "1");
  for (const name of ["hide", "speed", "compare"]) {
    if (model.get(name)) query.set(name, model.get(name));
  }
  // a page that nobody else can open
  return `${model.get("home") || "about:blank"}?${query}`;
}

/** The page as one text, its files being blobs. */
function page({ text, addresses }, where) {
  const html = new DOMParser().parseFromString(text, "text/html");
  const file = (name) => addresses.get(name.replace(/^\.\//, ""));
  const meta = (name, value, content) => {
    const made = html.createElement("meta");
    made.setAttribute(name, value);
    made.content = content;
    html.head.prepend(made);
  };
  for (const link of html.querySelectorAll("link, meta[http-equiv]")) {
    const kept = link.rel === "stylesheet" && file(link.getAttribute("href"));
    if (kept) link.href = kept;
    else link.remove();
  }
  for (const part of html.querySelectorAll("[src]")) part.src = file(part.getAttribute("src")) ?? "data:,";
  const module = html.getElementById("module");
  module.textContent = JSON.stringify(JSON.parse(module.textContent), (_, value) =>
    typeof value === "string" ? file(value) : value);
  meta("name", "stalemate-address", where);
  meta("http-equiv", "Content-Security-Policy", POLICY);
  return `<!DOCTYPE html>${html.documentElement.outerHTML}`;
}

/** One view of a playground, of several that show the same run. */
class View {
  #model;
  #frame = document.createElement("iframe");
  #ready = false;
  // What the frame shows, as far as it was told or has told.
  #known;
  // The scenario as it was opened; what the page tells of a preset that is the same is no document.
  #first;
  #violations = 0;
  #waits = false;
  #poll = 0;
  #family;
  #hear = (event) => event.source === this.#frame.contentWindow && this.#heard(event.data);
  #follow = () => this.follow();
  #forward = (content) => content?.type === "reset" && this.#tell({ type: "reset" });

  constructor(model, place) {
    this.#model = model;
    const id = model.get("_id");
    if (!shared.families.has(id)) shared.families.set(id, { views: new Set(), leader: this });
    this.#family = shared.families.get(id);
    this.#family.views.add(this);
    this.#frame.title = "Stalemate, a caching playground";
    this.#frame.allow = "clipboard-write";
    this.#frame.style.cssText = `display:block;width:100%;border:0;height:${model.get("height") || 640}px`;
    const state = document.createElement("p");
    state.setAttribute("role", "status");
    state.textContent = "Stalemate comes from the kernel …";
    place.append(state);
    window.addEventListener("message", this.#hear);
    model.on("change:_told", this.#follow);
    model.on("msg:custom", this.#forward);
    asked(model).then(
      (files) => {
        this.#known = this.#wanted();
        this.#frame.srcdoc = page(files, address(model));
        this.#frame.addEventListener("load", () => {
          for (const kind of ["pointerdown", "keydown"]) {
            this.#frame.contentWindow.addEventListener(kind, () => { this.#family.leader = this; }, true);
          }
        });
        state.replaceWith(this.#frame);
      },
      (error) => { state.textContent = `Stalemate did not start: ${error.message}.`; },
    );
  }

  remove() {
    window.removeEventListener("message", this.#hear);
    this.#model.off("change:_told", this.#follow);
    this.#model.off("msg:custom", this.#forward);
    clearInterval(this.#poll);
    this.#family.views.delete(this);
    if (this.#family.leader === this) [this.#family.leader] = this.#family.views;
    if (this.#family.views.size === 0) shared.families.delete(this.#model.get("_id"));
    this.#frame.remove();
  }

  #wanted() {
    const [document, preset, time, playing] = ["_document", "preset", "time_us", "playing"].map((name) => this.#model.get(name));
    return { document, preset, time, playing };
  }

  /** Brings the frame to what the model says, where the two differ. */
  follow() {
    if (!this.#ready) return;
    const wanted = this.#wanted();
    const known = this.#known;
    this.#known = wanted;
    if (wanted.document !== known.document || wanted.preset !== known.preset) {
      this.#load(wanted);
      Object.assign(known, { time: 0, playing: false });
    }
    if (wanted.time !== known.time) this.#tell({ type: "seek", atUs: wanted.time });
    if (wanted.playing !== known.playing) this.#tell({ type: wanted.playing ? "play" : "pause" });
  }

  #load({ document, preset }) {
    this.#first = undefined;
    this.#violations = 0;
    this.#tell(document ? { type: "load", scenario: document } : { type: "load", preset });
  }

  #tell(message) {
    // The frame's origin is this page's, which may be one that cannot be named; nothing here is secret.
    this.#frame.contentWindow?.postMessage({ ...message, context: "stalemate", v: 1 }, "*");
  }

  #heard(message) {
    if (message?.context !== "stalemate" || message.v !== 1) return;
    if (message.type === "resize" && !this.#model.get("height")) this.#frame.style.height = `${message.height}px`;
    if (message.type === "ready") this.#begin();
    if (!this.#ready || this.#family.leader !== this) return;
    if (message.type === "state") this.#state(message);
    if (message.type === "scenario") this.#scenario(message);
    if (message.type === "event" && message.tone === "action") this.#ask();
    if (message.type === "error") this.#report({ problem: message.message });
  }

  #begin() {
    this.#ready = true;
    const { document, preset, time, playing } = this.#known;
    if (document) this.#load({ document, preset });
    if (time > 0) this.#tell({ type: "seek", atUs: time });
    if (playing) this.#tell({ type: "play" });
    // and what came meanwhile
    this.follow();
    this.#tell({ type: "getState" });
  }

  #state({ atUs, playing, preset, answered, context, v, type, title, ...counts }) {
    if (answered < 1) return;
    // another scenario, chosen in the frame
    if (preset !== this.#known.preset) this.#first = undefined;
    this.#known = { ...this.#known, preset, time: atUs, playing };
    this.#report({ time_us: atUs, playing, preset, counts });
    clearInterval(this.#poll);
    if (playing) this.#poll = setInterval(() => this.#tell({ type: "getState" }), POLL_MS);
    if (!playing || counts.violations !== this.#violations) this.#ask();
    this.#violations = counts.violations;
  }

  #ask() {
    if (this.#waits) return;
    this.#waits = true;
    setTimeout(() => this.#tell({ type: "getScenario" }), 50);
  }

  #scenario({ json, violations }) {
    this.#waits = false;
    const preset = this.#model.get("preset");
    this.#first ??= json;
    const document = preset && json === this.#first ? "" : json;
    this.#known = { ...this.#known, document };
    this.#report({ _document: document, violations });
  }

  #report(values) {
    let news = false;
    for (const [name, value] of Object.entries(values)) {
      if (JSON.stringify(this.#model.get(name)) === JSON.stringify(value)) continue;
      this.#model.set(name, value);
      news = true;
    }
    if (!news) return;
    this.#model.save_changes();
    for (const view of this.#family.views) if (view !== this) view.follow();
  }
}

export default {
  render({ model, el }) {
    const view = new View(model, el);
    return () => view.remove();
  },
};
