// Drives headless Chromium over its debugging protocol, through pipes: needs Node 18 and no package. Used by the checks
// of pages.
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
  #rest = "";
  #session = undefined;
  #loaded = () => {};

  /** `axe` is the path of axe.min.js of axe-core; without it accessibility is not checked. */
  static async start(chromium, pictures, axe) {
    const it = new Browser();
    it.pictureFolder = pictures;
    it.axe = axe && readFileSync(axe, "utf8");
    it.profile = mkdtempSync(join(tmpdir(), "charnn-chromium-"));
    it.process = spawn(chromium, [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
      "--remote-debugging-pipe", `--user-data-dir=${it.profile}`, "about:blank",
    ], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    it.ended = new Promise(done => it.process.on("exit", done));
    const [, , , write, read] = it.process.stdio;
    it.pipe = write;
    read.setEncoding("utf8");
    read.on("data", text => {
      const messages = (it.#rest + text).split("\0");
      it.#rest = messages.pop();
      for (const message of messages) it.#hear(JSON.parse(message));
    });
    const gone = () => {
      for (const [, failed] of it.#open.values()) failed(new Error("Chromium has ended"));
      it.#open.clear();
    };
    read.on("close", gone);
    write.on("error", gone);
    const { targetId } = await it.send("Target.createTarget", { url: "about:blank" });
    it.#session = (await it.send("Target.attachToTarget", { targetId, flatten: true })).sessionId;
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await it.send(`${domain}.enable`);
    await it.size(1400, 900);
    return it;
  }

  #hear({ id, result, error, method, params }) {
    if (this.#open.has(id)) {
      const [done, failed] = this.#open.get(id);
      this.#open.delete(id);
      error ? failed(new Error(error.message)) : done(result);
    }
    if (method === "Runtime.exceptionThrown") this.problems.push(params.exceptionDetails.exception?.description || params.exceptionDetails.text);
    if (method === "Log.entryAdded" && params.entry.level === "error") this.problems.push(params.entry.text);
    if (method === "Runtime.consoleAPICalled" && ["error", "warning"].includes(params.type)) this.problems.push(JSON.stringify(params.args));
    if (method === "Network.requestWillBeSent") this.requests.push(params.request.url);
    if (method === "Page.loadEventFired") this.#loaded();
  }

  /** Prints what does not hold. */
  check(holds, what) {
    if (holds) return;
    this.failures.push(what);
    console.log(`FAILED: ${what}`);
  }

  send(method, params = {}) {
    return new Promise((done, failed) => {
      this.#open.set(++this.#number, [done, failed]);
      this.pipe.write(JSON.stringify({ id: this.#number, method, params, sessionId: this.#session }) + "\0");
    });
  }

  /** Opens a page and waits until it is loaded. */
  async open(url) {
    const loaded = new Promise(done => { this.#loaded = done; });
    await this.send("Page.navigate", { url });
    await Promise.race([loaded, wait(20_000)]);
  }

  /** The value of an expression in the page. */
  async run(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(`${expression.slice(0, 400)}: ${exceptionDetails.exception?.description}`);
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

  async picture(name) {
    const { data } = await this.send("Page.captureScreenshot", { captureBeyondViewport: true });
    writeFileSync(join(this.pictureFolder, `${name}.png`), Buffer.from(data, "base64"));
  }

  /** Screenshots at three widths, light and dark. Nothing is wider than the window, and axe finds nothing serious. */
  async pictures(name, height = 900) {
    for (const width of [390, 800, 1400]) {
      await this.size(width, height);
      for (const value of ["light", "dark"]) {
        await this.theme(value);
        await wait(150);
        const surplus = await this.run("document.documentElement.scrollWidth - innerWidth");
        this.check(surplus <= 0, `${name} is ${surplus} pixels wider than ${width}`);
        await this.picture(`${name}-${width}-${value}`);
        // Colors depend on the theme, the rest on the width.
        if (width === 1400 || (width === 390 && value === "light")) await this.accessible(`${name} at ${width} (${value})`);
      }
    }
    await this.size(1400, 900);
    await this.theme("light");
  }

  /** What axe-core finds: a library of checks for people who use a keyboard or a screen reader. */
  async accessible(name) {
    if (!this.axe) return;
    if (!await this.run(`typeof axe === "object"`)) await this.run(`${this.axe};0`);
    const { passed, found } = await this.run(`axe.run(document, { resultTypes: ["violations"] }).then(({ passes, violations }) => ({
      passed: passes.length,
      found: violations.map(it => ({
        id: it.id, impact: it.impact, help: it.help, count: it.nodes.length,
        nodes: it.nodes.slice(0, 3).map(node => node.target.join(" ") + ": " + node.failureSummary.replace(/\\s+/g, " ")),
      })),
    }))`);
    this.check(passed > 10, `${name}: axe checked only ${passed} rules`);
    for (const it of found) {
      const what = `${name}: ${it.impact} ${it.id} (${it.count}): ${it.help}\n  ${it.nodes.join("\n  ")}`;
      if (["serious", "critical"].includes(it.impact)) this.check(false, what);
      else console.log(`note: ${what}`);
    }
  }

  async end() {
    this.process.kill();
    await Promise.race([this.ended, wait(3000)]);
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
    return this.failures.length > 0 ? 1 : 0;
  }
}
