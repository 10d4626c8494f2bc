// A headless Chromium of our own, spoken to over the DevTools protocol on two pipes: no port, no package. Ended by its own handle.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Serves one page under every name that ends in localhost, on a port that is free. Its frames may ask for passkeys. */
export async function servePage(html) {
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(html);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: server.address().port, close: () => server.close() };
}

export async function startChromium() {
  const program = places.find(existsSync);
  if (!program) throw new Error(`no Chromium at ${places.join(", ")}`);
  const profile = mkdtempSync(join(tmpdir(), "agentkeys-chromium-"));
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-pipe", `--user-data-dir=${profile}`, "about:blank"];
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const waiting = new Map();
  let [last, rest] = [0, Buffer.alloc(0)];
  const failAll = (why) => waiting.forEach(({ reject }) => reject(new Error(why)));
  child.on("error", (error) => failAll(error.message));
  child.on("exit", () => failAll("Chromium ended"));
  child.stdio[4].on("data", (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (let end; (end = rest.indexOf(0)) >= 0; rest = rest.subarray(end + 1)) {
      const message = JSON.parse(rest.subarray(0, end).toString());
      const call = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error) call?.reject(new Error(`${call.method}: ${message.error.message}`));
      else call?.resolve(message.result);
    }
  });
  const send = (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { method, resolve, reject });
      child.stdio[3].write(JSON.stringify({ id: last, method, params, sessionId }) + "\0");
    });
  const close = async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  const { product } = await send("Browser.getVersion");
  return { product, close, openPage: (url) => openPage(send, url) };
}

/** A page at `url` with a WebAuthn environment of its own, no authenticator in it yet. */
async function openPage(sendTo, url) {
  const { targetId } = await sendTo("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await sendTo("Target.attachToTarget", { targetId, flatten: true });
  const send = (method, params) => sendTo(method, params, sessionId);
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true, userGesture: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  await send("Page.enable");
  await send("WebAuthn.enable");
  await send("Page.navigate", { url });
  while ((await evaluate(`location.href === ${JSON.stringify(url)} && document.readyState`)) !== "complete") await new Promise((resolve) => setTimeout(resolve, 20));
  return { evaluate, send, close: () => sendTo("Target.closeTarget", { targetId }) };
}
