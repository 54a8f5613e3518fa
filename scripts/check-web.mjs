// Opens the page of `charnn export --to web` in headless Chromium. Called by check-web.sh:
//     node scripts/check-web.mjs CHROMIUM PAGE TEXT FOLDER AXE
// PAGE is the address of the page, TEXT what `charnn generate` writes after the prompt. FOLDER gets the screenshots.
// AXE is axe.min.js of axe-core, or empty.
import { Browser } from "./browser.mjs";

const [chromium, url, native, folder, axe] = process.argv.slice(2);
const browser = await Browser.start(chromium, folder, axe);
const check = browser.check.bind(browser);
const written = `document.querySelector("#stop").disabled && document.querySelectorAll("#out .c").length`;
const text = () => browser.run(`document.querySelector("#out").textContent`);

try {
  await browser.open(url);
  await browser.until(`!document.querySelector("#write").disabled`, "the network loads");
  await browser.pictures("web-empty");

  // A text, the same as that of the program.
  await browser.set("#prompt", "Once upon");
  await browser.set("#length", "200");
  await browser.set("#temperature", "0.5");
  await browser.set("#seed", "7");
  await browser.click("#write");
  await browser.until(`${written} === 200`, "200 characters");
  const first = await text();
  check(first === `Once upon${native}`, `another text than the program's:\n${first}\nOnce upon${native}`);
  await browser.click("#surprise");
  await browser.click("#out .c:nth-child(40)");
  await browser.until(`document.querySelectorAll("#alternatives button").length === 10`, "alternatives");
  check(await browser.run(`document.querySelector("#alternatives .own b").textContent === document.querySelector("#out .selected").textContent.replace(" ", "␣")`), "the chosen character is among its alternatives");
  await browser.pictures("web-alternatives");

  // Another character in its place, by keyboard; the text before it stays. Back returns to the first text.
  await browser.run(`document.querySelector("#out").focus()`);
  await browser.key("ArrowRight");
  await browser.key("Enter");
  check(await browser.run(`document.activeElement.closest("#alternatives") !== null`), "Enter leads to the alternatives");
  await browser.click("#alternatives li:nth-child(2) button");
  await browser.until(`${written} === 200 + document.querySelectorAll("#out .c").length - 200 && document.querySelectorAll("#out .c").length > 200`, "a branch");
  const branch = await text();
  check(branch.slice(0, 40) === first.slice(0, 40) && branch.slice(0, 41) !== first.slice(0, 41), "the branch continues the beginning");
  await browser.click("#back");
  check(await text() === first, "Back shows the first text");

  // Neurons.
  await browser.click("#neurons summary");
  await browser.until(`document.querySelectorAll("#activations span").length === 209`, "a background for each character");
  const colors = () => browser.run(`[...document.querySelectorAll("#activations span")].map(it => it.style.backgroundColor).join()`);
  const before = await colors();
  await browser.click("#lively button:nth-child(2)");
  check(await colors() !== before, "another unit has other colors");
  await browser.pictures("web-neurons");

  // Unknown characters are named, a wrong setting is explained, and a long text can be stopped.
  await browser.set("#prompt", "Once 红 upon");
  await browser.click("#write");
  await browser.until(`${written} === 200 && document.querySelector("#left-out").textContent.includes("红")`, "the unknown character");
  await browser.set("#top-p", "7");
  await browser.click("#write");
  check(await browser.run(`!document.querySelector("#form").checkValidity() || !document.querySelector("#problem").hidden`), "top-p 7");
  await browser.set("#top-p", "0.9");
  await browser.set("#length", "100000");
  await browser.click("#write");
  await browser.until(`document.querySelectorAll("#out .c").length > 300`, "a long text begins");
  await browser.click("#stop");
  await browser.until(`document.querySelector("#stop").disabled`, "the text stops", 5);

  // Chinese.
  await browser.click("#language");
  check(await browser.run(`document.querySelector("#write").textContent`) === "生成", "Chinese");
  await browser.set("#length", "300");
  await browser.click("#write");
  await browser.until(`${written} === 300`, "a text in Chinese");
  await browser.pictures("web-zh");

  // Hostile text is text.
  await browser.set("#prompt", "<b>\u202e");
  await browser.click("#write");
  await browser.until(`${written} === 300`, "a text after markup");
  check(await browser.run(`!document.querySelector("#out b, #left-out b")`), "a text became markup");

  check(browser.problems.length === 0, `the console has: ${browser.problems.join("\n")}`);
  const foreign = browser.requests.filter(it => it !== url && !/^(about|blob|data):/.test(it));
  check(foreign.length === 0, `the page loads ${foreign}`);
} catch (error) {
  check(false, error.stack);
}
const failed = await browser.end();
if (!failed) console.log("the page of a network works");
process.exit(failed);
