// How fast networks write in a page: RNN-256 and LSTM 2x512 of random weights, in headless Chromium and in Node.
//     node scripts/bench-web.mjs CHARNN [CHROMIUM]
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Browser } from "./browser.mjs";

const [charnn, chromium] = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), "charnn-bench-web-"));
const SYMBOLS = Array.from({ length: 65 }, (_, at) => String.fromCodePoint(at ? 0x3f + at : 10));

// A state dict of PyTorch with weights as they are initialized there.
const stateDict = ({ gates, hidden, layers, embedding }) => {
  const tensors = { "embedding.weight": [SYMBOLS.length, embedding], "head.weight": [SYMBOLS.length, hidden], "head.bias": [SYMBOLS.length] };
  for (let layer = 0; layer < layers; layer++) {
    tensors[`rnn.weight_ih_l${layer}`] = [gates * hidden, layer ? hidden : embedding];
    tensors[`rnn.weight_hh_l${layer}`] = [gates * hidden, hidden];
    tensors[`rnn.bias_ih_l${layer}`] = [gates * hidden];
    tensors[`rnn.bias_hh_l${layer}`] = [gates * hidden];
  }
  let at = 0;
  const header = {}, values = [];
  for (const [name, shape] of Object.entries(tensors)) {
    const count = shape.reduce((a, b) => a * b);
    header[name] = { dtype: "F32", shape, data_offsets: [at, (at += 4 * count)] };
    values.push(Float32Array.from({ length: count }, () => (2 * Math.random() - 1) / Math.sqrt(hidden)));
  }
  const text = Buffer.from(JSON.stringify(header)), length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...values.map(it => Buffer.from(it.buffer))]);
};
const run = (...words) => execFileSync(charnn, words, { cwd: work, stdio: ["ignore", "pipe", "pipe"] });
const rate = (count, seconds) => Math.round(count / seconds).toLocaleString("en").padStart(8);

// Writes for a while and returns characters and seconds. Runs in the page as well, so it stands alone.
const measure = async network => {
  await network.generate({ length: 500, seed: 1 });
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < 3000) {
    await network.generate({ length: 2000, seed: 1 });
    count += 2000;
  }
  return [count, (performance.now() - start) / 1000];
};

try {
  for (const [name, sizes] of [
    ["RNN-256", { gates: 1, hidden: 256, layers: 1, embedding: 256 }],
    ["GRU-256", { gates: 3, hidden: 256, layers: 1, embedding: 128 }],
    ["LSTM 2x512", { gates: 4, hidden: 512, layers: 2, embedding: 128 }],
  ]) {
    writeFileSync(join(work, "model.safetensors"), stateDict(sizes));
    writeFileSync(join(work, "vocab.json"), JSON.stringify(SYMBOLS));
    run("import", "model.safetensors", "--from", "torch", "-o", "it.charnn.safetensors", "--force");
    run("export", "it.charnn.safetensors", "--to", "web", "-o", "page", "--force");
    const program = performance.now();
    run("generate", "it.charnn.safetensors", "--length", "20000", "--seed", "1");
    console.log(`${name.padEnd(11)} program  ${rate(20000, (performance.now() - program) / 1000)} characters/s, starting it included`);
    const { CharRNN } = await import(pathToFileURL(join(work, "page/charnn.js")));
    const network = await CharRNN.load(readFileSync(join(work, "it.charnn.safetensors")), readFileSync(join(work, "page/charnn.wasm")));
    console.log(`${name.padEnd(11)} Node     ${rate(...(await measure(network)))} characters/s`);
    if (!chromium) continue;
    const browser = await Browser.start(chromium, work);
    // The page's module is inside the page; a test gets at it through a page that imports nothing.
    const html = readFileSync(join(work, "page/index.html"), "utf8");
    writeFileSync(join(work, "bench.html"), html.replaceAll(" network = await CharRNN.load(", " globalThis.loaded = network = await CharRNN.load("));
    await browser.open(pathToFileURL(join(work, "bench.html")).href);
    await browser.until("globalThis.loaded !== undefined", "the network loads");
    console.log(`${name.padEnd(11)} Chromium ${rate(...(await browser.run(`(${measure})(loaded)`)))} characters/s`);
    await browser.end();
  }
} finally {
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
