"use strict";
// The playground: texts as they are written, what the network considered for each character, and branches.

const DEFAULT_LENGTH = 300, ALTERNATIVES = 12;

const download = (content, name) => {
  const link = make("a", null, { href: URL.createObjectURL(content), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

// One network with its tree of texts. A branch has the characters before `at` of its parent; the first of its own was
// chosen by the reader.
const board = (parent, settings) => {
  const box = make("section", parent, { className: "board" });
  const heading = make("h2", box);
  const about = make("small", null);
  const out = make("pre", box, { className: "out", tabIndex: 0, dir: "auto" }, { role: "region" });
  const note = make("p", box, { className: "note" }, { "aria-live": "polite" });
  const choices = make("div", box);
  const tree = make("div", box, { className: "tree" });
  let model = "", branches = [], current = null, selected = -1, running = null, shownPrompt = "", spans = [];

  const characters = branch =>
    branch.parent ? characters(branch.parent).slice(0, branch.at).concat(branch.own) : branch.own;

  const surprise = character => {
    if (character.logarithm === null) return "";
    return character.logarithm < -4.6 ? " s3" : character.logarithm < -3 ? " s2" : character.logarithm < -1.6 ? " s1" : "";
  };
  const span = (character, at, into) => {
    const element = make("span", into, { className: `c${surprise(character)}${character.chosen ? " chosen" : ""}` });
    element.textContent = visible(character.symbol);
    element.dataset.at = at;
    spans.push(element);
  };
  const drawText = () => {
    out.replaceChildren();
    spans = [];
    out.setAttribute("aria-label", `${word("text")}: ${visible(model)}`);
    out.classList.toggle("surprise", settings.surprise.checked);
    make("span", out, { className: "prompt", textContent: visible(shownPrompt) });
    if (!current) return void make("span", out, { className: "empty", textContent: word("nothing") });
    characters(current).forEach((character, at) => span(character, at, out));
    select(selected);
  };
  const drawNote = () => {
    if (!current) return void (note.textContent = "");
    const count = characters(current).length;
    note.textContent = running ? word("writing") : `${word("written", whole(count), current.seed, whole(current.step))}. ${count ? word("keys") : ""}`;
  };

  const select = at => {
    spans[selected]?.classList.remove("selected");
    const all = current ? characters(current) : [];
    selected = at >= 0 && at < all.length ? at : -1;
    choices.replaceChildren();
    if (selected < 0) return;
    spans[selected]?.classList.add("selected");
    spans[selected]?.scrollIntoView({ block: "nearest" });
    const character = all[selected];
    if (!character.top) return;
    make("p", choices, { className: "note info", textContent: word("alternatives", shown(character.symbol), percent(character.logarithm)) });
    const list = make("ul", choices, { className: "alternatives" });
    for (const [symbol, logarithm] of character.top) {
      const button = make("button", make("li", list), { type: "button", disabled: Boolean(running) || symbol === "" });
      if (symbol === character.symbol) button.className = "own";
      make("b", button, { textContent: shown(symbol) });
      make("span", button, { textContent: percent(logarithm) });
      make("i", button).style.width = `${100 * Math.exp(logarithm)}%`;
      button.addEventListener("click", () => branch(selected, symbol, logarithm, character.top));
    }
  };

  const label = one => {
    if (one.name) return visible(one.name);
    if (!one.parent) return `${word("first")} (${one.seed})`;
    const before = characters(one.parent).slice(Math.max(0, one.at - 12), one.at).map(it => it.symbol).join("");
    return `… ${visible(before).replace(/\n/g, "↵")}[${shown(one.own[0]?.symbol ?? "")}]`;
  };
  const drawTree = () => {
    tree.replaceChildren();
    if (!branches.length) return;
    make("h3", tree, { textContent: word("branches") });
    const level = (of, into) => {
      const children = branches.filter(it => it.parent === of);
      if (!children.length) return;
      const list = make("ul", into);
      for (const one of children) {
        const item = make("li", list);
        const button = make("button", item, { type: "button", textContent: label(one), disabled: Boolean(running) });
        if (one === current) button.setAttribute("aria-current", "true");
        button.addEventListener("click", () => { current = one; selected = -1; draw(); tree.querySelector("[aria-current]")?.focus(); });
        level(one, item);
      }
    };
    level(null, tree);
    const actions = make("div", tree, { className: "actions" });
    const name = make("input", actions, { type: "text", value: current?.name || "", maxLength: 60, placeholder: word("branchName") }, { "aria-label": word("branchName") });
    name.addEventListener("change", () => { if (current) current.name = name.value; drawTree(); });
    const copy = make("button", actions, { type: "button", textContent: word("copy") });
    copy.addEventListener("click", async () => {
      await navigator.clipboard?.writeText(shownPrompt + characters(current).map(it => it.symbol).join("")).catch(() => null);
      copy.textContent = word("copied");
    });
    make("button", actions, { type: "button", textContent: word("exportTree") }).addEventListener("click", save);
    // The page of neurons has scripts of its own, which this page may not run: it is kept as a file.
    const units = make("button", actions, { type: "button", className: "units", textContent: word("neurons"), title: word("neuronsTitle") });
    units.addEventListener("click", async () => {
      units.disabled = true;
      try {
        const text = shownPrompt + characters(current).map(it => it.symbol).join("");
        const page = await request("api/neurons", { model, text: [...text].slice(0, 5000).join("") });
        download(await page.blob(), "neurons.html");
        units.textContent = word("kept");
      } catch (error) {
        units.textContent = word("failed", error.message);
      }
      units.disabled = false;
    });
  };
  const draw = () => { drawText(); drawNote(); drawTree(); };

  const save = () => {
    const all = branches.map((one, id) => ({
      id, parent: one.parent ? branches.indexOf(one.parent) : null, at: one.parent ? one.at : 0, name: one.name, seed: one.seed,
      step: one.step, text: characters(one).map(it => it.symbol).join(""),
    }));
    const content = JSON.stringify({ model, prompt: shownPrompt, settings: settings.values(), branches: all }, null, 2);
    download(new Blob([content], { type: "application/json" }), "charnn-branches.json");
  };

  // Writes the rest of `one`.
  const write = async (one, signal) => {
    running = new AbortController();
    signal.addEventListener("abort", () => running?.abort());
    current = one;
    selected = -1;
    draw();
    const { length, ...rest } = settings.values();
    const before = characters(one);
    const body = {
      ...rest, model, prompt: shownPrompt, written: before.map(it => it.symbol).join(""), stream: true,
      logprobs: ALTERNATIVES, max_tokens: Math.max(0, length - before.length),
    };
    if (one.seed !== null) body.seed = one.seed;
    let failed = null;
    try {
      await events("v1/completions", body, running.signal, (_, data) => {
        if (data === "[DONE]") return;
        const event = JSON.parse(data);
        if (event.error) throw new Error(event.error.message);
        one.seed = event.charnn.seed;
        one.step = event.charnn.step;
        const logprobs = event.choices[0]?.logprobs;
        if (!logprobs) return;
        const stays = out.scrollHeight - out.scrollTop - out.clientHeight < 40;
        const more = document.createDocumentFragment();
        logprobs.tokens.forEach((symbol, at) => {
          const top = Object.entries(logprobs.top_logprobs[at] || {}).sort((a, b) => b[1] - a[1]);
          const character = { symbol, logarithm: logprobs.token_logprobs[at], top };
          one.own.push(character);
          span(character, spans.length, more);
        });
        out.append(more);
        if (stays) out.scrollTop = out.scrollHeight;
      });
    } catch (error) {
      if (error.name !== "AbortError") failed = error;
    }
    running = null;
    draw();
    problem(box, failed);
    return failed;
  };

  const branch = async (at, symbol, logarithm, top) => {
    const one = { parent: current, at, own: [{ symbol, logarithm, top, chosen: true }], name: "", seed: current.seed, step: current.step };
    branches.push(one);
    await settings.run(signal => write(one, signal));
    out.focus();
  };

  out.addEventListener("click", event => {
    const at = event.target.dataset?.at;
    if (at !== undefined) select(+at);
  });
  out.addEventListener("keydown", event => {
    const last = spans.length - 1;
    const to = { ArrowLeft: selected < 0 ? last : Math.max(0, selected - 1), ArrowRight: Math.min(last, selected + 1), Home: 0, End: last }[event.key];
    if (to !== undefined && last >= 0 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      select(to);
    } else if (event.key === "Enter" && selected >= 0) {
      event.preventDefault();
      choices.querySelector("button")?.focus();
    } else if (event.key === "Escape") select(-1);
  });
  choices.addEventListener("keydown", event => {
    if (event.key === "Escape") out.focus();
    const buttons = [...choices.querySelectorAll("button")], at = buttons.indexOf(document.activeElement);
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (step && at >= 0) {
      event.preventDefault();
      buttons[(at + step + buttons.length) % buttons.length].focus();
    }
  });

  return {
    box,
    redraw: drawText,
    stop: () => running?.abort(),
    // Another network, whose run has its own settings.
    use: (name, step) => {
      model = name;
      branches = [];
      current = null;
      selected = -1;
      heading.replaceChildren(visible(name), about);
      about.textContent = step === null ? "" : word("atStep", whole(step));
      draw();
    },
    start: (prompt, seed, signal) => {
      shownPrompt = prompt;
      branches = [];
      const one = { parent: null, at: 0, own: [], name: "", seed, step: null };
      branches.push(one);
      return write(one, signal);
    },
  };
};

const playView = async (view, signal, wanted) => {
  make("h1", view, { textContent: word("playTitle") });
  make("p", view, { className: "lead", textContent: word("playLead") });
  const { data } = await json("v1/models", null, signal);
  const names = data.map(it => it.id);
  const form = make("form", view);
  const field = (into, name, element, properties, attributes) => {
    const label = make("label", into, { textContent: word(name) });
    return make(element, label, properties, attributes);
  };
  const models = make("div", form, { className: "fields models" });
  const options = select => names.forEach(name => make("option", select, { value: name, textContent: visible(name) }));
  const first = field(models, "model", "select");
  options(first);
  if (names.includes(wanted)) first.value = wanted;
  const second = field(models, "secondModel", "select");
  options(second);
  second.value = names.find(name => name !== first.value) ?? first.value;
  second.parentNode.hidden = true;
  const two = make("label", models, { className: "check" });
  const compare = make("input", two, { type: "checkbox" });
  two.append(word("second"));
  const prompt = field(form, "prompt", "textarea", { maxLength: 4096, placeholder: word("promptHint"), rows: 3, spellcheck: false });
  const fields = make("div", form, { className: "fields" });
  const number = (name, key, least, most, step, text) =>
    field(fields, name, "input", { type: "number", min: least, max: most, step, placeholder: text || "" }, { "data-key": key, inputmode: "decimal" });
  const length = number("length", "length", 1, 5000, 1);
  const temperature = number("temperature", "temperature", 0, 100, "any");
  const topP = make("input", make("label", fields, { textContent: "top_p" }), { type: "number", min: 0.001, max: 1, step: "any" });
  const topK = make("input", make("label", fields, { textContent: "top_k" }), { type: "number", min: 0, max: 65536, step: 1 });
  const minP = make("input", make("label", fields, { textContent: "min_p" }), { type: "number", min: 0, max: 1, step: "any", placeholder: "0" });
  const seed = number("seed", "seed", 0, Number.MAX_SAFE_INTEGER, 1, word("random"));
  const stopAt = field(fields, "stopAt", "input", { type: "text", maxLength: 100, spellcheck: false });
  const actions = make("div", form, { className: "actions" });
  const write = make("button", actions, { className: "main", type: "submit", textContent: word("write") });
  const stop = make("button", actions, { type: "button", textContent: word("stop"), disabled: true });
  const colors = make("label", actions, { className: "check" });
  const surprise = make("input", colors, { type: "checkbox" });
  colors.append(word("surprise"));

  const settings = {
    surprise,
    values: () => {
      const values = { length: +length.value || DEFAULT_LENGTH };
      for (const [key, input] of [["temperature", temperature], ["top_p", topP], ["top_k", topK], ["min_p", minP]]) {
        if (input.value !== "") values[key] = +input.value;
      }
      if (stopAt.value) values.stop = stopAt.value.replace(/\\n/g, "\n");
      return values;
    },
    // Runs `work` as the only one.
    run: async work => {
      busy = true;
      ready();
      await work(signal);
      busy = false;
      ready();
    },
  };
  const boards = make("div", view, { className: "boards" });
  const sides = [board(boards, settings), board(boards, settings)];
  // Nothing is written before the network is there: its settings would replace the text.
  let loading = 0, busy = false;
  const chosen = [0, 0];
  const ready = () => {
    write.disabled = busy || loading > 0;
    stop.disabled = !busy;
  };
  const choose = async (side, name, sets) => {
    const own = ++chosen[side];
    sides[side].stop();
    sides[side].use(name, null);
    loading += 1;
    ready();
    const { charnn } = await json(`v1/models/${encodeURIComponent(name)}`, null, signal).finally(() => {
      loading -= 1;
      ready();
    });
    if (own !== chosen[side]) return; // another one was chosen since
    sides[side].use(name, charnn.step);
    if (!sets) return;
    prompt.value = charnn.prompt;
    length.value = Math.min(charnn.length, 5000);
    temperature.value = charnn.temperature;
    topP.value = charnn.top_p;
    topK.value = charnn.top_k;
  };
  const guarded = async work => {
    try {
      await work();
      problem(view, null);
    } catch (error) {
      if (!signal.aborted) problem(view, error);
    }
  };
  first.addEventListener("change", () => guarded(() => choose(0, first.value, true)));
  second.addEventListener("change", () => guarded(() => choose(1, second.value, false)));
  compare.addEventListener("change", () => guarded(async () => {
    second.parentNode.hidden = sides[1].box.hidden = !compare.checked;
    if (compare.checked) await choose(1, second.value, false);
  }));
  surprise.addEventListener("change", () => sides.forEach(side => side.redraw()));
  stop.addEventListener("click", () => sides.forEach(side => side.stop()));
  form.addEventListener("submit", event => {
    event.preventDefault();
    const own = seed.value === "" ? null : +seed.value;
    // Both networks get the same seed.
    const common = own ?? (compare.checked ? Math.floor(Math.random() * 1e6) : null);
    settings.run(signal => Promise.all((compare.checked ? sides : sides.slice(0, 1)).map(side => side.start(prompt.value, common, signal))));
  });
  sides[1].box.hidden = true;
  await guarded(() => choose(0, first.value, true));
};
