// A trained character-level network: reads text, predicts and writes. No dependencies; runs in browsers and in Node.
//
//   import { CharRNN } from "./charnn.js";
//   const network = await CharRNN.load("network.charnn.safetensors");
//   const { sample } = await network.generate({ prompt: "Once upon", length: 200, temperature: 0.7 });
//   for await (const piece of network.stream({ prompt: "Once upon" })) show(piece.text);

const RECORD_END = "\u001e";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What charnn reports: a message in English, `chinese`, and a `code` that does not change. */
export class CharnnError extends Error {
  constructor({ code, message, chinese }) {
    super(message);
    this.name = "CharnnError";
    this.code = code;
    this.chinese = chinese;
  }
}

const bytesOf = async source => {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  const response = await fetch(source);
  if (!response.ok) throw new Error(`${source}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
};

export class CharRNN {
  #wasm;
  #text = 0; // the number of the text that is being written

  /**
   * Loads a network.
   * @param network the address or the bytes of a file NAME.charnn.safetensors
   * @param wasm the address, the bytes or the compiled module of charnn.wasm, by default the file beside this one
   */
  static async load(network, wasm = new URL("charnn.wasm", import.meta.url)) {
    const [bytes, module] = await Promise.all([
      bytesOf(network),
      wasm instanceof WebAssembly.Module ? wasm : bytesOf(wasm).then(it => WebAssembly.compile(it)),
    ]);
    const it = new CharRNN();
    it.#wasm = (await WebAssembly.instantiate(module, {})).exports;
    it.#give(bytes);
    /** The cell, the sizes, and the symbols in the order of their ids. */
    it.info = Object.freeze(it.#json(it.#wasm.load()));
    return it;
  }

  /** Forgets what was fed. */
  reset() {
    this.#json(this.#wasm.reset());
  }

  /** Reads a text. Returns how many of its characters the network does not know; they are left out. */
  feed(text) {
    this.#give(encoder.encode(text));
    return this.#json(this.#wasm.feed());
  }

  /** The logits of the symbol after the text that was fed, in the order of `info.symbols`. */
  logits() {
    return this.#floats(this.#wasm.logits());
  }

  /**
   * What comes after the text that was fed: a `sample`, and the `probabilities` of all symbols at this temperature,
   * from the likeliest on. Does not read the sample: feed it to continue.
   */
  predict(temperature = 1, random = Math.random) {
    const logits = this.logits();
    const largest = logits.reduce((a, b) => Math.max(a, b));
    const weights = Array.from(logits, it => (temperature > 0 ? Math.exp((it - largest) / temperature) : +(it === largest)));
    const sum = weights.reduce((a, b) => a + b);
    const probabilities = weights
      .map((it, id) => ({ char: this.info.symbols[id], probability: it / sum }))
      .sort((a, b) => b.probability - a.probability);
    let left = random();
    const chosen = probabilities.find(it => (left -= it.probability) < 0) ?? probabilities[0];
    return { sample: chosen.char, probabilities };
  }

  /**
   * Writes a text. Waits for the event loop now and then, so that a page stays usable.
   *
   * Options: `prompt` (how the text begins), `length` (in symbols, 200), `stop` (a string at which the text ends),
   * `seed` (a number that determines all random choices; a string is taken as the prompt), `temperature` (0.7), `topK`,
   * `topP`, `minP`, `typical`, `repetitionPenalty`, `presencePenalty`, `frequencyPenalty`, `penaltyWindow`, `noRepeat`,
   * and `signal` (an AbortSignal).
   * @returns the text after the prompt, as `sample`
   */
  async generate(options = {}) {
    let sample = "";
    for await (const { text } of this.stream({ ...options, alternatives: undefined })) sample += text;
    return { sample };
  }

  /**
   * The same, piece by piece: `{ text }`. With the option `alternatives`, a piece is one symbol and has its
   * `probability` and the likeliest `alternatives`, pairs of a symbol and its probability. Ends when another text is
   * begun.
   */
  async *stream(options = {}) {
    const { length = 200, stop = "", alternatives, signal, ...settings } = options;
    if (typeof settings.seed === "string") {
      settings.prompt ??= settings.seed;
      delete settings.seed;
    }
    settings.seed ??= Math.floor(Math.random() * 2 ** 32);
    for (const name of Object.keys(settings)) if (settings[name] === undefined) delete settings[name];
    this.#give(encoder.encode(JSON.stringify(settings)));
    this.#json(this.#wasm.begin());
    const own = ++this.#text;
    let count = 1, written = 0, tail = "";
    let resume = performance.now();
    while (written < length && own === this.#text && !signal?.aborted) {
      const now = Math.min(count, length - written), start = performance.now();
      const pieces = alternatives === undefined
        ? [{ text: this.#utf8(this.#wasm.write(now)) }]
        : this.#json(this.#wasm.write_judged(now, alternatives));
      written += now;
      for (const piece of pieces) {
        const end = this.#end(piece, tail, stop);
        if (end >= 0) {
          const text = piece.text.slice(0, end);
          if (text || alternatives !== undefined) yield { ...piece, text };
          return;
        }
        yield piece;
        if (own !== this.#text) return;
        if (stop) tail = (tail + piece.text).slice(-(stop.length - 1) || Infinity);
      }
      // Pieces of about four milliseconds, and a pause every sixteen.
      const took = performance.now() - start;
      count = Math.max(1, Math.min(4096, Math.round(count * Math.min(4, 4 / Math.max(took, 0.1)))));
      if (performance.now() - resume > 16) {
        await new Promise(done => setTimeout(done));
        resume = performance.now();
      }
    }
  }

  /** The hidden state of a layer after every known character of a text: `values[time * units + unit]`. */
  neurons(text, layer = 0) {
    this.#give(encoder.encode(text));
    return { units: this.info.hiddenSize, values: this.#floats(this.#wasm.hidden_states(layer)) };
  }

  // Where the text ends inside a piece: before the end of its record, or after `stop`; -1 if it goes on.
  #end({ text }, tail, stop) {
    const record = this.info.record === null ? -1 : text === "" ? 0 : text.indexOf(RECORD_END);
    const at = stop ? (tail + text).indexOf(stop) : -1;
    const stopped = at < 0 ? -1 : at + stop.length - tail.length;
    return record < 0 || (stopped >= 0 && stopped < record) ? stopped : record;
  }

  #give(bytes) {
    const place = this.#wasm.input(bytes.length);
    new Uint8Array(this.#wasm.memory.buffer, place, bytes.length).set(bytes);
  }

  #bytes() {
    return new Uint8Array(this.#wasm.memory.buffer, this.#wasm.output(), this.#wasm.output_length());
  }

  #utf8(ok) {
    const text = decoder.decode(this.#bytes());
    if (!ok) throw new CharnnError(JSON.parse(text));
    return text;
  }

  #json(ok) {
    return JSON.parse(this.#utf8(ok));
  }

  #floats(ok) {
    if (!ok) this.#utf8(ok);
    return new Float32Array(this.#bytes().slice().buffer);
  }
}
