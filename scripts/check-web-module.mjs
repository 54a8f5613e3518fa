// The package of `charnn export --to web` in Node. Called by check-web.sh:
//     node scripts/check-web-module.mjs FOLDER TEXT SCORES
// TEXT is what `charnn generate` writes with the settings below, SCORES the file of `charnn score --by char --json` on it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, native, scores] = process.argv.slice(2);
const description = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const { CharRNN, CharnnError } = await import(pathToFileURL(join(folder, description.exports["."])));
const load = () => CharRNN.load(readFileSync(join(folder, description.exports["./network"])), readFileSync(join(folder, "charnn.wasm")));
const network = await load();
const fail = what => { console.log(`FAILED: ${what}`); process.exitCode = 1; };
const settings = { prompt: "Once upon", length: 200, temperature: 0.5, seed: 7 };

// The same text as the program's, whole and piece by piece.
const { sample } = await network.generate(settings);
if (sample !== native) fail(`another text than the program's:\n${sample}\n${native}`);
let pieces = "";
for await (const { text, probability, alternatives } of network.stream({ ...settings, alternatives: 3 })) {
  if (!(alternatives.length === 3 && alternatives[0][1] >= probability)) fail("alternatives");
  pieces += text;
}
if (pieces !== native) fail(`piece by piece the text is another: ${pieces}`);
if ((await network.generate({ ...settings, prompt: undefined, seed: "Once upon" })).sample.length !== 200) fail("a seed that is a prompt");
const stopped = (await network.generate({ ...settings, stop: " t" })).sample;
if (!native.startsWith(stopped) || !stopped.endsWith(" t") || stopped.slice(0, -1).includes(" t")) fail(`stop: ${stopped}`);

// Each loss is that of the program within 1e-4.
let worst = 0;
const [line] = readFileSync(scores, "utf8").trim().split("\n").map(it => JSON.parse(it));
network.reset();
network.feed("\n"); // a line follows a line
for (const { character, loss } of line.characters) {
  const { probabilities } = network.predict(1);
  worst = Math.max(worst, Math.abs(loss + Math.log(probabilities.find(it => it.char === character).probability)));
  network.feed(character);
}
if (!(worst < 1e-4)) fail(`a loss differs by ${worst}`);

// What goes wrong is an error with a code in both languages, and the network stays usable.
for (const [bad, code] of [[{ temperature: -1 }, "settings/range"], [{ topq: 1 }, "settings/invalid"], [{ prompt: "红" }, "prompt/nothing-known"]]) {
  const error = await network.generate(bad).catch(it => it);
  if (!(error instanceof CharnnError && error.code === code && error.chinese)) fail(`${JSON.stringify(bad)}: ${error}`);
}
for (const bytes of [new Uint8Array(0), new Uint8Array(100), readFileSync(join(folder, description.exports["./network"])).subarray(0, 5000)]) {
  const error = await CharRNN.load(bytes, readFileSync(join(folder, "charnn.wasm"))).catch(it => it);
  if (!(error instanceof CharnnError)) fail(`damaged bytes: ${error}`);
}
try { network.neurons("Once", 9); fail("a layer too many"); } catch (error) { if (error.code !== "settings/no-layer") fail(error); }
const { units, values } = network.neurons("Once");
if (values.length !== 4 * units || !values.some(it => it !== 0)) fail("neurons");
if ((await network.generate(settings)).sample !== native) fail("the network changed");
if (!process.exitCode) console.log(`the package of a network works; losses differ by at most ${worst.toExponential(1)}`);
