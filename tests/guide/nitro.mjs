// Nitro's cached function, for npm.mjs: two servers, built as an application is, whose plugin hands
// out what Nitro gives to the application's code.
import { cp, mkdtemp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const PLUGIN = `
import { defineCachedFunction, defineNitroPlugin, useStorage } from "nitropack/runtime";
export default defineNitroPlugin(() => { globalThis.guideServers.push({ defineCachedFunction, useStorage }); });
`;

async function build() {
  const { build, createNitro, prepare } = await import("nitropack");
  // below the packages, where they are found
  const folder = await mkdtemp(join(import.meta.dirname, "nitro-"));
  await mkdir(join(folder, "plugins"));
  await writeFile(join(folder, "plugins/guide.mjs"), PLUGIN);
  const nitro = await createNitro({ rootDir: folder, preset: "node-listener", logLevel: 0, compatibilityDate: "2026-11-28" });
  await prepare(nitro);
  await build(nitro);
  await nitro.close();
  const [one, two] = [join(folder, ".output"), join(folder, "another")];
  await cp(one, two, { recursive: true });
  globalThis.guideServers = [];
  for (const server of [one, two]) await import(join(server, "server/index.mjs"));
  return globalThis.guideServers;
}

let servers;

/** `swr` is Nitro's default; without it a value is gone at the end of `maxAge`. */
export async function nitro() {
  const both = await (servers ??= build());
  return (load, { key, ttl, grace, nth }) => {
    const { defineCachedFunction, useStorage } = both[nth % 2];
    const name = key.replaceAll(/\W/g, "");
    const options = { name, getKey: () => "k", maxAge: ttl / 1000, swr: Boolean(grace), staleMaxAge: grace ? grace / 1000 : 0 };
    return {
      get: defineCachedFunction(load, options),
      delete: () => useStorage("cache").removeItem(`nitro:functions:${name}:k.json`),
    };
  };
}
