// Looks at pages of charnn in headless Chromium. Called by check-pages.sh:
//     node scripts/check-pages.mjs CHROMIUM FOLDER AXE PAGE...
// FOLDER gets the screenshots. AXE is axe.min.js of axe-core, or empty.
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Browser, wait } from "./browser.mjs";

const [chromium, folder, axe, ...pages] = process.argv.slice(2);
const page = await Browser.start(chromium, folder, axe);
const check = page.check.bind(page);
try {
  await page.send("Network.emulateNetworkConditions", { offline: true, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  for (const file of pages) {
    const name = basename(file, ".html"), url = pathToFileURL(resolve(file)).href;

    // Without scripts: everything is there to read.
    await page.send("Emulation.setScriptExecutionDisabled", { value: true });
    await page.size(800, 2400);
    await page.open(url);
    await wait(100);
    await page.picture(`${name}-no-scripts`);
    const shown = await page.run(`({
      text: document.body.innerText.length, tables: document.querySelectorAll("table").length,
      lines: document.querySelectorAll(".plot .line").length, buttons: document.querySelectorAll("button").length,
    })`);
    check(shown.text > 500 && shown.tables > 0, `${name} shows little without scripts: ${JSON.stringify(shown)}`);
    check(shown.buttons === 0, `${name} has buttons that do nothing without scripts`);
    if (/^(one|all)/.test(name)) check(shown.lines > 2, `${name} has no curves without scripts`);
    await page.size(390, 2400);
    check(await page.run("document.documentElement.scrollWidth <= innerWidth"), `${name} is wider than a phone without scripts`);

    // With scripts.
    await page.send("Emulation.setScriptExecutionDisabled", { value: false });
    await page.open(url);
    check(await page.run("document.title") !== "broken", `${name}: a sample was executed`);
    await page.pictures(name, 2400);
    const act = (what, expression) => page.until(expression, `${name}: ${what}`, 5);
    if (/^(one|all)/.test(name)) {
      await page.run(`document.querySelector(".zoom button").click()`);
      await act("zoom changes the view", `document.querySelector(".plot svg").getAttribute("viewBox").startsWith("500 ")`);
    }
    if (name.startsWith("neurons")) {
      await page.run(`{
        const spans = document.querySelectorAll(".whole span");
        getSelection().setBaseAndExtent(spans[10].firstChild, 0, spans[30].firstChild, 1);
      }`);
      await act("a selection finds units", `document.querySelectorAll(".found button").length === 12`);
      await page.run(`document.querySelector(".found button").click()`);
      await act("a unit is shown", `/^[0-9]+:[0-9]+ h/.test(document.querySelector(".viewer .note").textContent)`);
      await page.run(`document.querySelector("input[type=checkbox]").click()`);
      await act("predictions are shown", `document.querySelectorAll(".predicted i").length > 100`);
      await page.picture(`${name}-predictions`);
      await page.accessible(`${name} with predictions`);
    }
    const foreign = page.requests.filter(it => !/^(about|file|data):/.test(it));
    check(foreign.length === 0, `${name} loads ${foreign}`);
    check(page.problems.length === 0, `${name}, in the console: ${page.problems.join("\n")}`);
    page.problems.length = page.requests.length = 0;
  }
} catch (error) {
  check(false, error.stack);
}
const failed = await page.end();
if (!failed) console.log(`${pages.length} pages are as they should be`);
process.exit(failed);
