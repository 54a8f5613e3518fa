"use strict";
(() => {
  const data = JSON.parse(document.getElementById("neurons-data").textContent);
  const { words, symbols, layers, more, ranking, predictions } = data;
  const level = {};
  [...data.levels].forEach((it, at) => { level[it] = (at + 0.5) / 32 - 1; });
  const make = (name, parent, properties) => Object.assign(parent.appendChild(document.createElement(name)), properties);
  const values = (text, most = 1) => Float32Array.from(text, it => level[it] * most);

  const section = document.getElementById("viewer");
  const box = document.createElement("div");
  box.className = "viewer";
  section.insertBefore(box, section.children[1] || null);
  const bar = make("div", box, { className: "controls" });
  const field = (label, name, properties) => {
    const wrap = make("label", bar, { textContent: label + " " });
    return make(name, wrap, properties);
  };
  const layer = field(words.layer, "select", {});
  layers.forEach((_, at) => make("option", layer, { value: at, textContent: at + 1 }));
  layer.parentNode.hidden = layers.length < 2;
  const unit = field(words.unit, "input", { type: "number", min: 0, max: layers[0].length - 1, value: 0 });
  const quantity = field(words.show, "select", {});
  const back = make("button", bar, { type: "button", textContent: "←", title: words.back });
  const next = make("button", bar, { type: "button", textContent: "→", title: words.next });
  back.setAttribute("aria-label", words.back);
  next.setAttribute("aria-label", words.next);
  const toggle = field(words.predictions, "input", { type: "checkbox" });
  const state = make("p", box, { className: "note" });
  state.setAttribute("aria-live", "polite");
  const text = make("pre", box, { className: "text whole", tabIndex: 0, dir: "auto" });
  const info = make("p", box, { className: "note info", textContent: words.select });
  const found = make("p", box, { className: "found" });

  const visible = it => it === "\n" ? "↵" : it === " " ? "␣" : it === "\t" ? "⇥" : it;
  const spans = symbols.map((symbol, at) => {
    const span = make("span", text, { textContent: symbol });
    span.dataset.at = at;
    return span;
  });

  const show = () => {
    const [l, u] = [+layer.value, Math.min(Math.max(0, Math.round(+unit.value) || 0), layers[0].length - 1)];
    const own = more[l + ":" + u] || {};
    const wanted = quantity.value || "h";
    quantity.replaceChildren();
    for (const name of ["h", ...Object.keys(own)]) make("option", quantity, { value: name, textContent: name });
    quantity.value = own[wanted] ? wanted : "h";
    const now = quantity.value === "h" ? values(layers[l][u]) : values(own[quantity.value][0]);
    spans.forEach((span, at) => {
      const value = now[at] ?? 0; // earlier networks read the start only
      span.style.backgroundColor = `color-mix(in srgb, var(--${value < 0 ? "cold" : "hot"}) ${Math.round(Math.min(1, Math.abs(value)) * 100)}%, transparent)`;
    });
    const rank = ranking.find(it => it[0] === l && it[1] === u);
    state.textContent = `${l + 1}:${u} ${quantity.value}` + (rank ? ` · ${words.follows} ${rank[2]} (r = ${rank[3]})` : "");
  };
  let place = -1;
  const go = to => {
    if (!ranking.length) return show();
    place = (to + ranking.length) % ranking.length;
    layer.value = ranking[place][0]; unit.value = ranking[place][1];
    show();
  };
  for (const control of [layer, unit, quantity]) control.addEventListener("change", show);
  back.addEventListener("click", () => go(place - 1));
  next.addEventListener("click", () => go(place + 1));

  toggle.addEventListener("change", () => {
    text.classList.toggle("predicted", toggle.checked);
    for (const it of text.querySelectorAll("br")) it.remove();
    spans.forEach((span, at) => {
      if (!toggle.checked) { span.replaceChildren(symbols[at]); return; }
      const all = predictions[at];
      span.replaceChildren(make("b", span, { textContent: visible(symbols[at]) }));
      for (let i = 0; i < all.length && i < 10; i += 2) {
        make("i", span, { textContent: visible(all[i]) }).style.color = `color-mix(in srgb, var(--ink) ${35 + 0.65 * all[i + 1]}%, transparent)`;
      }
      if (symbols[at] === "\n") span.after(document.createElement("br"));
    });
  });
  text.addEventListener("pointerover", event => {
    const span = event.target.closest("span[data-at]");
    if (!span) return;
    const all = predictions[+span.dataset.at], parts = [];
    for (let i = 0; i < all.length; i += 2) parts.push(`${visible(all[i])} ${all[i + 1]} %`);
    info.textContent = `${visible(symbols[+span.dataset.at])} → ${words.nextIs} ${parts.join(" · ")}`;
  });
  text.addEventListener("pointerleave", () => { info.textContent = words.select; });

  // The units that are active exactly in a selection: their correlation with being inside it.
  const at = node => {
    const span = (node.nodeType === 1 ? node : node.parentNode).closest("span[data-at]");
    return span && text.contains(span) ? +span.dataset.at : -1;
  };
  const search = (from, to) => {
    const n = symbols.length, inside = to - from;
    if (inside < 1 || inside >= n) return;
    const best = [];
    layers.forEach((units, l) => units.forEach((line, u) => {
      let sum = 0, square = 0, own = 0;
      for (let i = 0; i < n; i++) {
        const value = level[line[i]];
        sum += value; square += value * value;
        if (i >= from && i < to) own += value;
      }
      const mean = sum / n, spread = Math.sqrt(Math.max(0, square / n - mean * mean)), p = inside / n;
      if (spread < 0.01) return;
      const r = (own / n - p * mean) / (spread * Math.sqrt(p * (1 - p)));
      best.push([Math.abs(r), r, l, u]);
    }));
    best.sort((a, b) => b[0] - a[0]);
    found.replaceChildren(words.found + " ");
    for (const [, r, l, u] of best.slice(0, 12)) {
      const button = make("button", found, { type: "button", textContent: `${l + 1}:${u} (${r.toFixed(2)})` });
      button.addEventListener("click", () => { layer.value = l; unit.value = u; show(); });
      found.append(" ");
    }
  };
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0), from = at(range.startContainer), to = at(range.endContainer);
    if (from >= 0 && to >= from) search(from, to + 1);
  });
  go(0);
})();
