// Drives the page of `charnn serve` in headless Chromium. Called by check-serve.sh:
//     node scripts/check-serve.mjs CHROMIUM URL OTHER_URL FOLDER AXE
// URL is a server with the run `old`, which is being trained, and the network `hostile`; OTHER_URL has a wrong token.
// FOLDER gets the screenshots. AXE is axe.min.js of axe-core, or empty.
import { Browser, wait } from "./browser.mjs";

const [chromium, url, otherUrl, folder, axe] = process.argv.slice(2);
const page = await Browser.start(chromium, folder, axe);
const { problems, requests } = page;
const [check, run, until] = ["check", "run", "until"].map(name => page[name].bind(page));
const [send, key, click, set, pictures] = ["send", "key", "click", "set", "pictures"].map(name => page[name].bind(page));
try {
  // A wrong token leads to a form, not to data.
  await send("Page.navigate", { url: otherUrl });
  await until(`document.querySelector("form input")`, "the form for the token");
  check(!(await run("location.hash")).includes("token"), "the token stays in the address");
  check(problems.every(it => it.includes("401")), `problems with a wrong token: ${problems}`);
  problems.length = 0;

  // The list, and a run whose curve moves.
  await send("Page.navigate", { url: "about:blank" });
  await send("Page.navigate", { url });
  await until(`document.querySelectorAll("tbody tr").length >= 2`, "the list of runs");
  check(!(await run("location.href")).includes("token"), "the token stays in the address");
  await until(`document.querySelector(".state.training")`, "a run that is being trained");
  await pictures("runs");
  await click(`a[data-run="live"]`);
  await until(`document.querySelectorAll(".plot .line")[0]?.getAttribute("d")?.length > 40`, "a curve");
  const before = await run(`document.querySelectorAll(".plot .line")[0].getAttribute("d")`);
  await until(`document.querySelectorAll(".plot .line")[0].getAttribute("d") !== ${JSON.stringify(before)}`, "the curve moves");
  await until(`document.querySelectorAll(".sample").length > 0`, "samples");
  await pictures("live");

  // A text, its alternatives, a branch, by keyboard.
  await run(`location.hash = "#play=builtin%3Atales"`);
  await until(`document.querySelector("textarea")?.value.length > 0`, "the prompt of the network");
  await set("[data-key=length]", "240");
  await set("[data-key=seed]", "7");
  await click("form button.main");
  await until(`document.querySelectorAll(".out .c").length === 240 && !document.querySelector("form button.main").disabled`, "240 characters");
  const text = await run(`document.querySelector(".out").textContent`);
  await click(".out .c:nth-child(40)");
  await until(`document.querySelectorAll(".alternatives button").length >= 5`, "alternatives");
  await run(`document.querySelector(".out").focus()`);
  await key("ArrowLeft");
  await key("Enter");
  check(await run(`document.activeElement.closest(".alternatives") !== null`), "Enter leads to the alternatives");
  await pictures("alternatives");
  await click(".alternatives li:nth-child(2) button");
  await until(`document.querySelectorAll(".tree button").length >= 4 && !document.querySelector("form button.main").disabled`, "a branch");
  const branch = await run(`document.querySelector(".out").textContent`);
  check(branch !== text && branch.slice(0, 40) === text.slice(0, 40), "the branch continues the beginning");
  check(await run(`document.querySelectorAll(".out .c").length`) === 240, "the branch has the same length");
  await click(".out .c:nth-child(72)");
  await pictures("branch");
  await click(".tree li button");
  check(await run(`document.querySelector(".out").textContent`) === text, "the first text is still there");
  await click(".tree ul ul button");
  await run(`document.querySelectorAll(".actions .check input")[0].click()`);

  // The neurons of the text, as a file.
  await run(`globalThis.kept = null; URL.createObjectURL = blob => { globalThis.kept = blob; return "data:,"; }`);
  await click(".units");
  await until(`globalThis.kept?.type.startsWith("text/html")`, "the page of neurons");
  check((await run(`globalThis.kept.text()`)).includes("neurons-data"), "the page has the activations");

  // Two networks side by side, and an end before the end.
  await click(".models .check input");
  await set(".models label:nth-child(2) select", "live");
  await until(`[...document.querySelectorAll(".board")].every(it => !it.hidden) && !document.querySelector("form button.main").disabled`, "two boards");
  await set("[data-key=length]", "400");
  await click("form button.main");
  await until(`[...document.querySelectorAll(".out")].every(it => it.querySelectorAll(".c").length === 400)`, "two texts");
  await click(".out .c:nth-child(60)");
  await pictures("two");
  await set("[data-key=length]", "5000");
  await click("form button.main");
  await until(`document.querySelectorAll(".out .c").length > 50`, "a long text begins");
  await run(`[...document.querySelectorAll("form button")].at(-1).click()`);
  await until(`!document.querySelector("form button.main").disabled`, "the text stops", 5);

  // Hostile symbols are text.
  await click(".models .check input");
  await set(".models select", "hostile");
  await until(`document.querySelector(".board h2").textContent.startsWith("hostile") && !document.querySelector("form button.main").disabled`, "the hostile network");
  await set("[data-key=length]", "300");
  await set("textarea", "<b>");
  await click("form button.main");
  await until(`document.querySelector(".out").querySelectorAll(".c").length === 300`, "a hostile text"); // the other board is hidden
  await click(".out .c:nth-child(30)");
  const hostile = await run(`document.querySelector(".out").textContent`);
  check(/<script>|onerror/.test(hostile), `the markup is not shown: ${hostile.slice(0, 400)}`);
  check(hostile.includes("\\u{202e}") && !/[\u202e\u001b\u0000]/.test(hostile), "controls are escaped");
  check(await run(`!document.querySelector(".out b, .out script, .out img, .alternatives img, .tree img")`), "there is an element of the text");
  check(await run("document.title") !== "broken", "a script of a text ran");
  await pictures("hostile");

  // Chinese.
  await click("#language");
  await until(`document.documentElement.lang === "zh-Hans" && document.querySelector("textarea")?.value !== undefined`, "Chinese");
  await wait(500);
  await pictures("zh");
  await run(`location.hash = "#run=old"`);
  await until(`document.querySelectorAll(".facts dt").length > 4`, "a run in Chinese");
  await pictures("zh-run");

  check(problems.length === 0, `the console has: ${problems.join("\n")}`);
  const foreign = requests.filter(it => !it.startsWith(new URL(url).origin) && !/^(about|blob|data):/.test(it));
  check(foreign.length === 0, `requests to elsewhere: ${foreign}`);
} catch (error) {
  check(false, error.stack);
}
const failed = await page.end();
if (!failed) console.log("the page of charnn serve works");
process.exit(failed);
