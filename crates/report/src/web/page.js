
// The page: a prompt, a text whose characters can be exchanged, and the units of the network along that text.
(async () => {
  const element = id => document.getElementById(id);
  const WORDS = JSON.parse(element("page-words").textContent);
  const language = () => (document.documentElement.lang.startsWith("zh") ? 1 : 0);
  const word = (name, ...values) => WORDS[name][language()].replace(/\{(\d)\}/g, (_, at) => String(values[at]));
  const make = (name, parent, properties = {}) => {
    const it = Object.assign(document.createElement(name), properties);
    parent.append(it);
    return it;
  };
  const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]/gu;
  const visible = text => text.replace(HIDDEN, it => `\\u{${it.codePointAt(0).toString(16)}}`);
  const shown = symbol => ({ "\n": "↵", " ": "␣", "\t": "⇥", "": "∎" })[symbol] || visible(symbol);
  const percent = share => (share >= 0.1 ? `${(100 * share).toFixed(0)} %` : share >= 0.001 ? `${(100 * share).toFixed(1)} %` : "<0.1 %");
  const say = error => {
    const box = element("problem");
    box.hidden = !error;
    if (error) box.textContent = word("failed", language() && error.chinese ? error.chinese : error.message);
  };
  const translate = () => {
    for (const it of document.querySelectorAll("[data-word]")) it.textContent = word(it.dataset.word);
    element("language").lang = language() ? "en" : "zh-Hans";
    element("prompt").placeholder = word("promptHint");
    element("seed").placeholder = word("random");
  };
  element("language").addEventListener("click", () => {
    document.documentElement.lang = language() ? "en" : "zh-Hans";
    translate();
    describe();
  });

  let network = null;
  const describe = () => {
    if (!network) return;
    const { cell, hiddenSize, numLayers, symbols, parameters } = network.info;
    const origin = element("origin");
    origin.textContent = origin.dataset.corpus ? word("trainedOn", visible(origin.dataset.corpus)) : "";
    element("about").textContent = word("about", cell.toUpperCase(), numLayers, hiddenSize, symbols.length, parameters.toLocaleString("en"));
  };
  translate();

  const embedded = async id => {
    const { type, textContent } = element(id);
    const bytes = Uint8Array.from(atob(textContent), it => it.charCodeAt(0));
    element(id).remove();
    if (!type.endsWith("+gzip")) return bytes;
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
  };
  try {
    network = await CharRNN.load(await embedded("network"), await embedded("wasm"));
  } catch (error) {
    return say(error);
  }
  describe();
  element("write").disabled = false;

  // The text: symbols that the network judged. `before` is what was there before it, for Back.
  let symbols = [], chosen = -1, running = null;
  const earlier = [];
  const out = element("out");
  const draw = symbol => {
    const { text, probability, given } = symbol;
    const surprise = probability > 0.3 ? "" : probability > 0.1 ? " s1" : probability > 0.02 ? " s2" : " s3";
    const span = make("span", out, { textContent: text === "\n" ? "\n" : text ? visible(text) : "∎", className: given ? "prompt" : `c${surprise}` });
    span.dataset.at = out.childElementCount - 1;
    symbol.span = span;
  };
  let following = 0;
  const follow = () => {
    following ||= requestAnimationFrame(() => { following = 0; out.scrollTop = out.scrollHeight; });
  };
  const show = () => {
    out.replaceChildren();
    symbols.forEach(draw);
    choose(-1);
  };
  const textSoFar = end => symbols.slice(0, end).map(it => it.text).join("");
  const value = id => (element(id).value === "" ? undefined : +element(id).value);

  // Writes on from `beginning`, symbols that stay as they are.
  const write = async (beginning, seed) => {
    running?.abort();
    const mine = (running = new AbortController());
    say(null);
    symbols = beginning;
    show();
    element("stop").disabled = false;
    const start = performance.now();
    let written = 0;
    try {
      const pieces = network.stream({
        prompt: textSoFar(), length: value("length") ?? 400, seed, alternatives: 10, signal: mine.signal,
        temperature: value("temperature"), topK: value("top-k"), topP: value("top-p"),
      });
      for await (const piece of pieces) {
        symbols.push(piece);
        draw(piece);
        written += 1;
        follow();
      }
      const rate = Math.round(written / Math.max(0.001, (performance.now() - start) / 1000));
      element("state").textContent = word("written", written, seed, rate.toLocaleString("en"));
    } catch (error) {
      say(error);
    }
    if (mine !== running) return;
    running = null;
    element("stop").disabled = true;
    element("copy").disabled = symbols.length === 0;
    neurons();
  };
  const known = new Set(network.info.symbols);
  const given = text => {
    const all = Array.from(text), left = all.filter(it => !known.has(it));
    element("left-out").textContent = left.length ? word("leftOut", [...new Set(left)].map(shown).join(" ")) : "";
    return all.filter(it => known.has(it)).map(it => ({ text: it, probability: 1, given: true }));
  };
  const seed = () => value("seed") ?? Math.floor(Math.random() * 1e6);
  element("form").addEventListener("submit", event => {
    event.preventDefault();
    if (symbols.length) earlier.push(symbols);
    element("back").disabled = earlier.length === 0;
    write(given(element("prompt").value), seed());
  });
  element("stop").addEventListener("click", () => running?.abort());
  element("back").addEventListener("click", () => {
    running?.abort();
    symbols = earlier.pop() ?? symbols;
    element("back").disabled = earlier.length === 0;
    show();
    neurons();
  });
  element("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(textSoFar());
      element("state").textContent = word("copied");
    } catch (error) {
      say(error);
    }
  });
  element("surprise").addEventListener("change", () => out.classList.toggle("surprise", element("surprise").checked));

  // Alternatives of the chosen symbol.
  const choose = at => {
    symbols[chosen]?.span?.classList.remove("selected");
    chosen = symbols[at]?.alternatives ? at : -1;
    const box = element("alternatives"), line = element("instead");
    box.replaceChildren();
    if (chosen < 0) {
      line.textContent = symbols.length ? word("keys") : "";
      return;
    }
    const { text, probability, alternatives, span } = symbols[chosen];
    span.classList.add("selected");
    span.scrollIntoView({ block: "nearest" });
    line.textContent = word("instead", shown(text), percent(probability));
    for (const [other, share] of alternatives) {
      const button = make("button", make("li", box), { type: "button", className: other === text ? "own" : "" });
      make("b", button, { textContent: shown(other) });
      make("span", button, { textContent: percent(share) });
      make("i", button).style.width = `${100 * share}%`;
      button.addEventListener("click", () => {
        const place = chosen;
        if (!other) return;
        earlier.push(symbols);
        element("back").disabled = false;
        const kept = symbols.slice(0, place).map(({ span: _, ...rest }) => rest);
        write([...kept, { ...symbols[place], span: undefined, text: other, probability: share }], seed());
      });
    }
  };
  out.addEventListener("click", event => {
    const span = event.target.closest(".c");
    if (span) choose(+span.dataset.at);
  });
  out.addEventListener("keydown", event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      event.preventDefault();
      let at = chosen < 0 ? (step > 0 ? symbols.findIndex(it => it.alternatives) : symbols.length - 1) : chosen + step;
      choose(Math.max(0, Math.min(symbols.length - 1, at)));
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      element("alternatives").querySelector("button")?.focus();
    } else if (event.key === "Escape") choose(-1);
  });
  element("alternatives").addEventListener("keydown", event => {
    if (event.key === "Escape") out.focus();
  });

  // What each unit does along the text: its value is the background of a character.
  const layer = element("layer"), unit = element("unit"), seen = element("activations");
  for (let at = 1; at <= network.info.numLayers; at++) make("option", layer, { value: at - 1, textContent: at });
  layer.parentNode.hidden = network.info.numLayers < 2;
  unit.max = network.info.hiddenSize;
  let states = null;
  const neurons = () => {
    const text = textSoFar();
    element("neurons").hidden = !text;
    if (!text || !element("neurons").open) return (states = null);
    states = network.neurons(text, +layer.value);
    const { units, values } = states, length = values.length / units;
    const spread = Array.from({ length: units }, (_, u) => {
      let sum = 0, squares = 0;
      for (let t = 0; t < length; t++) { const it = values[t * units + u]; sum += it; squares += it * it; }
      return [squares / length - (sum / length) ** 2, u];
    }).sort((a, b) => b[0] - a[0]);
    const list = element("lively");
    list.replaceChildren();
    for (const [, u] of spread.slice(0, 12)) {
      const button = make("button", list, { type: "button", textContent: u + 1 });
      button.addEventListener("click", () => { unit.value = u + 1; color(); });
    }
    seen.replaceChildren(...symbols.filter(it => it.text).map(it => Object.assign(document.createElement("span"), { textContent: visible(it.text) })));
    color();
  };
  const color = () => {
    if (!states) return;
    const { units, values } = states, u = Math.max(0, Math.min(units - 1, Math.round(+unit.value || 1) - 1));
    [...seen.children].forEach((span, t) => {
      const value = values[t * units + u] ?? 0;
      span.style.backgroundColor = `color-mix(in srgb, var(--${value < 0 ? "cold" : "hot"}) ${Math.round(Math.min(1, Math.abs(value)) * 100)}%, transparent)`;
      span.title = value.toFixed(2);
    });
  };
  element("neurons").addEventListener("toggle", neurons);
  layer.addEventListener("change", neurons);
  unit.addEventListener("input", color);
})();
