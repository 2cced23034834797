// A browser behind a driver that speaks WebDriver over HTTP.
import { spawn } from "node:child_process";

import { freePort, until } from "../driver.mjs";

/** The commands by the names of the standard. */
const ROUTES = {
  Navigate: ["POST", "/url"],
  ExecuteScript: ["POST", "/execute/sync"],
  ExecuteAsyncScript: ["POST", "/execute/async"],
  SwitchToFrame: ["POST", "/frame"],
  FindElement: ["POST", "/element"],
  PerformActions: ["POST", "/actions"],
  TakeScreenshot: ["GET", "/screenshot"],
  SetWindowRect: ["POST", "/window/rect"],
};

export async function startDriver(program, capabilities) {
  const at = await freePort();
  const driver = spawn(program, [`--port=${at}`], { stdio: "ignore" });
  const failed = new Promise((_, reject) => driver.once("error", (error) => reject(new Error(`${program}: ${error.message}`))));
  let base = `http://127.0.0.1:${at}`;
  const send = async (method, path, body) => {
    const answer = await fetch(base + path, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${value.message ?? value.error}`);
    return value;
  };
  await Promise.race([failed, until(`${program} starts`, () => send("GET", "/status"))]);
  const { sessionId } = await send("POST", "/session", { capabilities: { alwaysMatch: capabilities } });
  base += `/session/${sessionId}`;
  return {
    call(name, parameters) {
      if (name === "ElementClick") return send("POST", `/element/${parameters.id}/click`, {});
      const [method, path] = ROUTES[name];
      return send(method, path, method === "GET" ? undefined : parameters);
    },
    async close() {
      await send("DELETE", "").catch(() => {});
      driver.kill();
    },
  };
}
