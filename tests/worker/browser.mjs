// As much of a browser as static/worker.js asks for: caches, pages that are open, and a host.
import { readFileSync } from "node:fs";
import vm from "node:vm";

export const SCOPE = "https://example.org/courses/caching/";
const SOURCE = readFileSync(new URL("../../static/worker.js", import.meta.url), "utf8");
const MINUTE_MS = 60_000;

const address = (asked) => (typeof asked === "string" ? asked : asked.url);

class Cache {
  entries = new Map();
  constructor(storage) {
    this.storage = storage;
  }
  async match(asked) {
    return this.entries.get(address(asked))?.clone();
  }
  async put(asked, answer) {
    const body = await answer.clone().arrayBuffer();
    if (this.storage.room-- <= 0) throw new DOMException("no room", "QuotaExceededError");
    this.entries.set(address(asked), new Response(body, { status: answer.status, headers: answer.headers }));
  }
  async delete(asked) {
    return this.entries.delete(address(asked));
  }
  async keys() {
    return [...this.entries.keys()].map((url) => ({ url }));
  }
}

class CacheStorage {
  caches = new Map();
  room = Infinity;
  async open(name) {
    if (!this.caches.has(name)) this.caches.set(name, new Cache(this));
    return this.caches.get(name);
  }
  async match(asked, { cacheName }) {
    return this.caches.get(cacheName)?.match(asked);
  }
  async delete(name) {
    return this.caches.delete(name);
  }
  async keys() {
    return [...this.caches.keys()];
  }
}

/** A browser with a worker; `host(address, options)` answers its requests, or throws. */
export class Browser {
  caches = new CacheStorage();
  pages = [];
  now = Date.now();
  said = [];
  asked = [];

  constructor(host) {
    this.host = host;
    this.begin(SOURCE);
  }

  /** Begins a worker with this source, as after it was stopped. */
  begin(source) {
    this.listeners = {};
    const browser = this;
    class Now extends Date {
      static now() {
        return browser.now;
      }
    }
    const self = {
      registration: { scope: SCOPE },
      clients: {
        matchAll: async () => this.pages,
        get: async (id) => this.pages.find((page) => page.id === id),
      },
      addEventListener: (type, listener) => (this.listeners[type] = listener),
    };
    const fetch = async (asked, options = {}) => {
      this.asked.push(address(asked));
      const answer = await this.host(address(asked), options);
      if (answer === undefined) throw new TypeError("Failed to fetch");
      return answer;
    };
    const console = { info: (text) => this.said.push(text) };
    const context = { self, caches: this.caches, fetch, console, URL, TextEncoder, crypto, Response, Date: Now };
    vm.runInNewContext(source, context);
  }

  /** Lets the worker have an event; gives what it answers, once it has done all that it wants to. */
  async fire(type, fields) {
    const waited = [];
    let answer;
    this.listeners[type]({
      ...fields,
      respondWith: (promise) => (answer = promise),
      waitUntil: (promise) => waited.push(promise),
    });
    const given = await answer;
    for (let at = 0; at < waited.length; at++) await waited[at];
    return given;
  }

  install() {
    return this.fire("install", {});
  }

  /** A page is opened; what it shows, `undefined` where the worker leaves it to the network. */
  async open(id, query = "", more = {}) {
    const url = `${SCOPE}${query}`;
    const request = { method: "GET", mode: "navigate", destination: "document", url, headers: new Headers(), ...more };
    const answer = await this.fire("fetch", { request, resultingClientId: id });
    this.pages.push({ id, url, heard: [], postMessage(message) { this.heard.push(message.stalemate); } });
    return answer?.text();
  }

  /** An open page asks for a file. */
  async get(id, name, more = {}) {
    const request = { method: "GET", mode: "no-cors", destination: "", url: `${SCOPE}${name}`, headers: new Headers(), ...more };
    const answer = await this.fire("fetch", { request, clientId: id });
    return answer?.text();
  }

  close(id) {
    this.pages = this.pages.filter((page) => page.id !== id);
  }

  page(id) {
    return this.pages.find((page) => page.id === id);
  }

  later() {
    this.now += 2 * MINUTE_MS;
  }

  /** How many versions are kept, whole or not. */
  versions() {
    return [...this.caches.caches.keys()].filter((name) => !name.endsWith(" current")).length;
  }
}

export const worker = SOURCE;
