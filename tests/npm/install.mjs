// The package as somebody would have it: packed, and installed from the tarball, offline.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const source = join(root, "src/api/npm");

const built = join(root, "target/npm");
if (!existsSync(join(built, "package.json"))) throw new Error("target/npm is missing: run `make npm`");

/** An empty project's folder, which is gone when the tests are over. */
export function project() {
  const folder = mkdtempSync(join(tmpdir(), "stalemate-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "package.json"), '{"name": "mine", "private": true, "type": "module"}');
  return folder;
}

export function npm(folder, ...args) {
  const env = { ...process.env, npm_config_offline: "true", npm_config_update_notifier: "false" };
  const options = { cwd: folder, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };
  return execFileSync("npm", args, options);
}

/** A project with the package in it. */
export function installed() {
  const folder = project();
  const [{ filename, files }] = JSON.parse(npm(built, "pack", "--json", "--pack-destination", folder));
  npm(folder, "install", "--no-audit", "--no-fund", join(folder, filename));
  return { folder, files: files.map((file) => file.path).sort() };
}

/** The package's module, found as a program in this project finds it. */
export function load(folder) {
  const path = createRequire(join(folder, "program.js")).resolve("stalemate");
  return import(pathToFileURL(path).href);
}
