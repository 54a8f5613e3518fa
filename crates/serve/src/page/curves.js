"use strict";
// Curves that grow: SVG lines in the form of the report's charts.

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 2000, HIGH = 1000, MOST_POINTS = 1200;

const vector = (name, parent, attributes) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent.append(element);
  return element;
};

// A chart of `series`, each [label, style, column of the rows]. Returns what draws rows.
const chart = (parent, title, unit, series) => {
  const figure = make("figure", parent, { className: "chart" });
  const caption = make("figcaption", figure);
  make("strong", caption, { textContent: title });
  make("span", caption, { className: "unit", textContent: unit });
  const legend = series.length > 1 && make("ul", figure, { className: "legend" });
  const plot = make("div", figure, { className: "plot" });
  const svg = vector("svg", plot, { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", role: "img" });
  svg.setAttribute("aria-label", title);
  const grid = vector("g", svg, { class: "grid" });
  const lines = series.map(([label, style]) => {
    if (legend) {
      const item = make("li", legend);
      const swatch = vector("svg", item, { class: "swatch", viewBox: "0 0 24 8", "aria-hidden": "true" });
      vector("path", swatch, { class: `line c${style}`, d: "M0 4H24" });
      make("span", item, { textContent: label });
    }
    return vector("path", svg, { class: `line c${style}` });
  });
  const xTicks = make("div", plot, { className: "x-ticks" }, { "aria-hidden": "true" });
  const yTicks = make("div", plot, { className: "y-ticks" }, { "aria-hidden": "true" });
  const cursor = make("div", plot, { className: "cursor", hidden: true });
  const reading = make("div", plot, { className: "reading", hidden: true });
  make("div", figure, { className: "x-label", textContent: word("step") });
  let curves = [], right = 1;

  plot.addEventListener("pointermove", event => {
    const box = svg.getBoundingClientRect(), part = (event.clientX - box.left) / box.width;
    const at = part * right;
    const parts = curves.map(points => {
      let nearest = null;
      for (const point of points) if (!nearest || Math.abs(point[0] - at) < Math.abs(nearest[0] - at)) nearest = point;
      return nearest;
    });
    const known = parts.map((point, index) => point && `${series[index][0]} ${Number(point[1].toPrecision(4))}`).filter(Boolean);
    cursor.hidden = reading.hidden = part < 0 || part > 1 || !known.length;
    if (reading.hidden) return;
    cursor.style.left = `${part * 100}%`;
    reading.style.left = part < 0.5 ? `calc(${part * 100}% + .5rem)` : "";
    reading.style.right = part < 0.5 ? "" : `calc(${100 - part * 100}% + .5rem)`;
    reading.textContent = `${whole(Math.round(parts.find(Boolean)[0]))} · ${known.join(" · ")}`;
  });
  plot.addEventListener("pointerleave", () => { cursor.hidden = reading.hidden = true; });

  return rows => {
    curves = series.map(([, , column]) => {
      const points = rows.filter(row => row[column] !== null).map(row => [row[0], row[column]]);
      if (points.length <= MOST_POINTS) return points;
      const each = Math.ceil(points.length / MOST_POINTS), means = [];
      for (let at = 0; at < points.length; at += each) {
        const group = points.slice(at, at + each);
        means.push([group.at(-1)[0], group.reduce((sum, point) => sum + point[1], 0) / group.length]);
      }
      return means;
    });
    const all = curves.flat();
    if (!all.length) return;
    right = Math.max(1, ...all.map(point => point[0]));
    // The first steps are far above the rest: they may leave the picture at the top.
    const sorted = all.map(point => point[1]).sort((a, b) => a - b);
    let low = sorted[0], high = sorted[Math.floor((sorted.length - 1) * (sorted.length > 200 ? 0.99 : 1))];
    if (high - low < 1e-12 * Math.max(1, Math.abs(high)) || high === low) [low, high] = [low - Math.abs(low || 1) / 10, high + Math.abs(high || 1) / 10];
    const margin = (high - low) / 20;
    [low, high] = [low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin];
    const x = value => Math.round((value / right) * WIDE);
    const y = value => Math.round(HIGH - ((value - low) / (high - low)) * HIGH);
    lines.forEach((line, index) => {
      const points = curves[index].map(point => `${x(point[0])} ${y(point[1])}`);
      line.setAttribute("d", points.length > 1 ? `M${points.join("L")}` : points.map(it => `M${it}h8`).join(""));
    });
    grid.replaceChildren();
    yTicks.replaceChildren();
    xTicks.replaceChildren();
    for (const [value, label] of ticks(low, high, 5)) {
      vector("path", grid, { d: `M0 ${y(value)}H${WIDE}` });
      make("span", yTicks, { textContent: label }).style.top = `${y(value) / HIGH * 100}%`;
    }
    for (const [value, label] of ticks(0, right, 5)) {
      if (Number.isInteger(value)) make("span", xTicks, { textContent: label }).style.left = `${x(value) / WIDE * 100}%`;
    }
  };
};
