"use strict";
(() => {
  const words = JSON.parse(document.getElementById("words").textContent);
  const make = (name, parent, properties) => Object.assign(parent.appendChild(document.createElement(name)), properties);
  const WIDTH = 2000, HEIGHT = 1000;

  // The points of a path that Rust wrote: M x y l dx dy ...
  const points = path => {
    const numbers = (path.getAttribute("d").match(/-?\d+/g) || []).map(Number);
    const found = [];
    let x = 0, y = 0;
    for (let i = 0; i + 1 < numbers.length; i += 2) {
      x += numbers[i]; y += numbers[i + 1];
      found.push([x, y]);
    }
    return found;
  };

  for (const plot of document.querySelectorAll(".plot")) {
    const { x0, x1, y0, y1, log } = plot.dataset;
    const [left, right, bottom, top] = [x0, x1, y0, y1].map(Number);
    const svg = plot.querySelector("svg"), grid = svg.querySelector(".grid"), blank = grid.firstChild.cloneNode();
    const value = y => {
      const part = 1 - y / HEIGHT;
      return log ? bottom * (top / bottom) ** part : bottom + (top - bottom) * part;
    };
    const lines = [...svg.querySelectorAll(".line")].map(path => ({ path, points: points(path) }));
    const names = [...plot.parentNode.querySelectorAll(".legend li")].map(item => item.textContent);
    const whole = { x: 0, y: 0, w: WIDTH, h: HEIGHT };
    let view = whole;

    const show = next => {
      view = next;
      svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
      const across = x => left + (right - left) * x / WIDTH;
      const xs = ticks(across(view.x), across(view.x + view.w), 6);
      const low = value(view.y + view.h), high = value(view.y);
      let ys = ticks(low, high, 5);
      if (log && high / low > 5) {
        ys = [];
        for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high) + 1; power++) {
          for (const factor of high / low > 1000 ? [1] : [1, 3]) {
            const it = factor * 10 ** power;
            if (it >= low && it <= high) ys.push([it, String(+it.toPrecision(2))]);
          }
        }
      }
      const up = it => HEIGHT * (1 - (log ? Math.log(it / bottom) / Math.log(top / bottom) : (it - bottom) / (top - bottom)));
      const fill = (box, marks, side, part) => {
        box.replaceChildren();
        for (const [it, text] of marks) make("span", box, { textContent: text }).style[side] = `${100 * part(it)}%`;
      };
      const inX = it => ((it - left) / (right - left) * WIDTH - view.x) / view.w;
      const inY = it => (up(it) - view.y) / view.h;
      fill(plot.querySelector(".x-ticks"), xs, "left", inX);
      fill(plot.querySelector(".y-ticks"), ys, "top", inY);
      grid.replaceChildren();
      const line = d => grid.appendChild(blank.cloneNode()).setAttribute("d", d);
      for (const [it] of ys) line(`M${view.x} ${up(it)}h${view.w}`);
      for (const [it] of xs) line(`M${view.x + inX(it) * view.w} ${view.y}v${view.h}`);
      const isWhole = view.w === WIDTH;
      for (const part of plot.querySelectorAll(".ends, .rule-label")) part.hidden = !isWhole;
      reset.hidden = isWhole;
    };

    // Shows the part of the curves between two places, as high as they are there.
    const zoom = (from, to) => {
      from = Math.max(0, from); to = Math.min(WIDTH, to);
      if (to - from < 4) return;
      if (from <= 0 && to >= WIDTH) return show(whole);
      let low = Infinity, high = -Infinity;
      for (const path of svg.querySelectorAll(".line, .band"))
        for (const [x, y] of points(path)) if (x >= from && x <= to) { low = Math.min(low, y); high = Math.max(high, y); }
      if (!(low < high)) { low = view.y; high = view.y + view.h; }
      const room = (high - low) * 0.05;
      low = Math.max(0, low - room); high = Math.min(HEIGHT, high + room);
      show({ x: from, y: low, w: to - from, h: high - low });
    };

    const bar = make("div", plot.parentNode.querySelector("figcaption"), { className: "zoom" });
    const button = (text, label, act) => {
      const made = make("button", bar, { type: "button", textContent: text, title: label, onclick: act });
      made.setAttribute("aria-label", label);
      return made;
    };
    const middle = () => view.x + view.w / 2;
    button("+", words.zoomIn, () => zoom(middle() - view.w / 4, middle() + view.w / 4));
    button("−", words.zoomOut, () => zoom(middle() - view.w, middle() + view.w));
    const reset = button("↺", words.reset, () => show(whole));
    reset.hidden = true;

    const place = event => {
      const box = plot.getBoundingClientRect();
      return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    };
    let start = null, marked = null;
    const cursor = make("div", plot, { className: "cursor", hidden: true });
    const reading = make("div", plot, { className: "reading", hidden: true });
    plot.addEventListener("pointerdown", event => {
      if (event.button || event.pointerType === "touch") return;
      start = place(event);
      marked = make("div", plot, { className: "select" });
      plot.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    plot.addEventListener("pointermove", event => {
      const at = place(event);
      if (marked) {
        marked.style.left = `${100 * Math.min(start, at)}%`;
        marked.style.width = `${100 * Math.abs(at - start)}%`;
      }
      const x = view.x + at * view.w;
      cursor.hidden = reading.hidden = false;
      cursor.style.left = `${100 * at}%`;
      reading.style.left = at < 0.5 ? `calc(${100 * at}% + .6rem)` : "";
      reading.style.right = at < 0.5 ? "" : `calc(${100 - 100 * at}% + .6rem)`;
      const step = left + (right - left) * x / WIDTH;
      const rows = [step.toLocaleString("en", { maximumFractionDigits: right - left > 100 ? 0 : 2 })];
      lines.slice(0, 12).forEach((line, index) => {
        if (!line.points.length) return;
        let best = line.points[0];
        for (const point of line.points) if (Math.abs(point[0] - x) < Math.abs(best[0] - x)) best = point;
        const name = lines.length > 1 && names[index] ? names[index] + " " : "";
        rows.push(name + +value(best[1]).toPrecision(4));
      });
      reading.replaceChildren(...rows.map(text => Object.assign(document.createElement("div"), { textContent: text })));
    });
    const end = event => {
      if (!marked) return;
      marked.remove(); marked = null;
      const at = place(event), [from, to] = [Math.min(start, at), Math.max(start, at)];
      if (to - from > 0.02) zoom(view.x + from * view.w, view.x + to * view.w);
    };
    plot.addEventListener("pointerup", end);
    plot.addEventListener("pointercancel", () => { if (marked) marked.remove(); marked = null; });
    plot.addEventListener("pointerleave", () => { cursor.hidden = reading.hidden = true; });
    plot.addEventListener("dblclick", () => show(whole));
  }
  const first = document.querySelector(".charts");
  if (first) first.insertAdjacentElement("beforebegin", Object.assign(document.createElement("p"), { className: "note", textContent: words.hint }));

  // A slider above a row of samples.
  for (const row of document.querySelectorAll(".samples")) {
    const cards = [...row.children];
    if (cards.length < 3 || row.dataset.slider === undefined) continue;
    const box = document.createElement("label");
    box.className = "slider";
    const input = make("input", box, { type: "range", min: 0, max: cards.length - 1, value: 0 });
    const label = make("output", box, {});
    const say = () => { label.textContent = cards[input.value].querySelector("figcaption b").textContent; };
    input.setAttribute("aria-label", row.getAttribute("aria-label"));
    input.addEventListener("input", () => {
      say();
      row.scrollTo({ left: cards[input.value].offsetLeft - row.offsetLeft });
    });
    say();
    row.insertAdjacentElement("beforebegin", box);
  }
})();
