// A host of static files, as any is.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
  ".wasm": "application/wasm", ".json": "application/json", ".png": "image/png", ".woff2": "font/woff2",
};

/** Serves a folder, and whatever else is given by its path, on this machine. */
export function host(folder, pages = {}) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://host/").pathname);
    if (path in pages) return response.writeHead(200, { "content-type": TYPES[".html"] }).end(pages[path]);
    const found = [path, `${path}/index.html`, `${path}.html`].map((name) => join(folder, name));
    const file = found.find((name) => name.startsWith(folder) && existsSync(name) && statSync(name).isFile());
    if (!file) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(readFileSync(file));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve({ server, address: `http://127.0.0.1:${server.address().port}/` })));
}
