// Firefox by its own protocol, Marionette, which needs no driver beside it: over a socket, each
// message a length, a colon, and JSON: [0, id, name, parameters] and [1, id, error, answer].
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort, until } from "../driver.mjs";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** What a new profile says: nothing is asked of another machine. */
const SETTINGS = {
  "app.update.enabled": false, "browser.shell.checkDefaultBrowser": false, "datareporting.policy.dataSubmissionEnabled": false,
  "toolkit.telemetry.enabled": false, "network.captive-portal-service.enabled": false, "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,", "browser.safebrowsing.malware.enabled": false, "browser.safebrowsing.phishing.enabled": false,
  "extensions.systemAddon.update.enabled": false, "browser.aboutwelcome.enabled": false, "browser.startup.page": 0,
};

/** A socket to a port, as soon as something listens there. */
const connected = (port) => until("Firefox listens", () => new Promise((resolve, reject) => {
  const socket = connect(port, "127.0.0.1", () => resolve(socket)).once("error", reject);
}));

export async function startFirefox(program) {
  const profile = mkdtempSync(join(tmpdir(), "stalemate-firefox-"));
  const port = await freePort();
  const lines = Object.entries({ ...SETTINGS, "marionette.port": port });
  writeFileSync(join(profile, "user.js"), lines.map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`).join(""));
  const browser = spawn(program, ["--headless", "--marionette", "--no-remote", "--profile", profile], { stdio: "ignore" });
  const failed = new Promise((_, reject) => browser.once("error", (error) => reject(new Error(`${program}: ${error.message}`))));
  const socket = await Promise.race([failed, connected(port)]);

  const waiting = new Map();
  let come = Buffer.alloc(0);
  socket.on("data", (bytes) => {
    come = Buffer.concat([come, bytes]);
    for (;;) {
      const colon = come.indexOf(":");
      const end = colon + 1 + Number(come.subarray(0, Math.max(0, colon)));
      if (colon < 0 || come.length < end) return;
      const message = JSON.parse(come.subarray(colon + 1, end));
      come = come.subarray(end);
      // the first one says who is there
      if (!Array.isArray(message)) continue;
      const [, id, error, answer] = message;
      const { resolve, reject } = waiting.get(id);
      waiting.delete(id);
      if (error) reject(new Error(error.message));
      else resolve(answer?.value === undefined ? answer : answer.value);
    }
  });
  let last = 0;
  const send = (name, parameters) => new Promise((resolve, reject) => {
    waiting.set(++last, { resolve, reject });
    const text = JSON.stringify([0, last, `WebDriver:${name}`, parameters]);
    socket.write(`${Buffer.byteLength(text)}:${text}`);
  });
  await send("NewSession", { strictFileInteractability: true });
  return {
    call(name, parameters) {
      if (name === "SwitchToFrame") return send(name, parameters.id ? { element: parameters.id[ELEMENT] } : {});
      if (name === "TakeScreenshot") return send(name, { full: false });
      return send(name, parameters);
    },
    async close() {
      const ended = new Promise((resolve) => browser.once("exit", resolve));
      socket.destroy();
      browser.kill();
      await ended;
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
