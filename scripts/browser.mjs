// Drives headless Chromium over its debugging protocol. Used by the checks of pages.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));

const KEYS = { Enter: 13, Tab: 9, Escape: 27, ArrowLeft: 37, ArrowRight: 39 };

/** One page in a browser of its own, and what it did wrong: `failures` of the check, `problems` in its console. */
export class Browser {
  failures = [];
  problems = [];
  requests = [];
  #open = new Map();
  #number = 0;

  static async start(chromium, pictures) {
    const it = new Browser();
    it.pictureFolder = pictures;
    it.profile = mkdtempSync(join(tmpdir(), "charnn-chromium-"));
    it.process = spawn(chromium, [
      "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0",
      `--user-data-dir=${it.profile}`, "about:blank",
    ], { stdio: "ignore" });
    let port = 0;
    for (let attempt = 0; attempt < 300 && !port; attempt++) {
      await wait(100);
      try { port = +readFileSync(join(it.profile, "DevToolsActivePort"), "utf8").split("\n")[0]; } catch { /* not yet */ }
    }
    const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
    it.socket = new WebSocket(targets.find(target => target.type === "page").webSocketDebuggerUrl);
    await new Promise(done => it.socket.addEventListener("open", done));
    it.socket.addEventListener("message", message => it.#hear(JSON.parse(message.data)));
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await it.send(`${domain}.enable`);
    await it.size(1400, 900);
    return it;
  }

  #hear({ id, result, error, method, params }) {
    if (id) {
      this.#open.get(id)(error ? Promise.reject(new Error(error.message)) : result);
      this.#open.delete(id);
    }
    if (method === "Runtime.exceptionThrown") this.problems.push(params.exceptionDetails.exception?.description || params.exceptionDetails.text);
    if (method === "Log.entryAdded" && params.entry.level === "error") this.problems.push(params.entry.text);
    if (method === "Runtime.consoleAPICalled" && ["error", "warning"].includes(params.type)) this.problems.push(JSON.stringify(params.args));
    if (method === "Network.requestWillBeSent") this.requests.push(params.request.url);
  }

  /** Prints what does not hold. */
  check(holds, what) {
    if (holds) return;
    this.failures.push(what);
    console.log(`FAILED: ${what}`);
  }

  send(method, params = {}) {
    return new Promise(done => {
      this.#open.set(++this.#number, done);
      this.socket.send(JSON.stringify({ id: this.#number, method, params }));
    });
  }

  open(url) {
    return this.send("Page.navigate", { url });
  }

  /** The value of an expression in the page. */
  async run(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description}`);
    return result.value;
  }

  /** Waits until an expression holds. */
  async until(expression, what, seconds = 30) {
    const end = Date.now() + 1000 * seconds;
    while (Date.now() < end) {
      if (await this.run(expression).catch(() => false)) return true;
      await wait(100);
    }
    this.check(false, `${what}: ${expression}`);
    return false;
  }

  async key(name) {
    for (const type of ["keyDown", "keyUp"]) {
      const text = name === "Enter" && type === "keyDown" ? "\r" : undefined;
      await this.send("Input.dispatchKeyEvent", { type, key: name, code: name, windowsVirtualKeyCode: KEYS[name] || 0, text });
    }
  }

  click(selector) {
    return this.run(`document.querySelector(${JSON.stringify(selector)}).click()`);
  }

  set(selector, value) {
    return this.run(`(() => { const it = document.querySelector(${JSON.stringify(selector)}); it.value = ${JSON.stringify(value)}; for (const event of ["input", "change"]) it.dispatchEvent(new Event(event, { bubbles: true })); })()`);
  }

  size(width, height) {
    return this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
  }

  theme(value) {
    return this.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
  }

  /** Screenshots at three widths, light and dark. Nothing is wider than the window. */
  async pictures(name) {
    for (const width of [390, 800, 1400]) {
      await this.size(width, 900);
      for (const value of ["light", "dark"]) {
        await this.theme(value);
        await wait(150);
        const surplus = await this.run("document.documentElement.scrollWidth - innerWidth");
        this.check(surplus <= 0, `${name} is ${surplus} pixels wider than ${width}`);
        const { data } = await this.send("Page.captureScreenshot", { captureBeyondViewport: true });
        writeFileSync(join(this.pictureFolder, `${name}-${width}-${value}.png`), Buffer.from(data, "base64"));
      }
    }
    await this.size(1400, 900);
    await this.theme("light");
  }

  async end() {
    this.process.kill();
    await wait(300);
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
    return this.failures.length > 0 ? 1 : 0;
  }
}
