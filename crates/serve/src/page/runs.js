"use strict";
// The list of runs, and one run while it is trained.

const stateOf = (parent, run) => make("span", parent, { className: `state ${run.state}`, textContent: word(run.state) });
const sizes = model => (model ? `${model.cell} ${model.num_layers} × ${model.hidden_size}` : "–");

const runsView = async (view, signal) => {
  make("h1", view, { textContent: word("runs") });
  make("p", view, { className: "lead", textContent: word("runsLead") });
  const place = make("div", view);
  place.textContent = word("waiting");
  let before = "";
  while (!signal.aborted) {
    try {
      const { runs } = await json("api/runs", null, signal);
      problem(view, null);
      const now = JSON.stringify(runs);
      if (now !== before) drawRuns(place, runs);
      before = now;
    } catch (error) {
      if (signal.aborted) return;
      if (error.status === 401) throw error;
      problem(view, new Error(word("lost")));
    }
    await pause(document.hidden ? 15000 : 4000, signal);
  }
};

const drawRuns = (place, runs) => {
  const focused = document.activeElement?.dataset?.run;
  place.replaceChildren();
  if (!runs.length) return void make("p", place, { className: "empty", textContent: word("noRuns") });
  runs.sort((a, b) => (b.state === "training") - (a.state === "training") || String(b.modified).localeCompare(String(a.modified)));
  const box = make("div", place, { className: "scroll", tabIndex: 0 }, { role: "region", "aria-label": word("runs") });
  const table = make("table", box);
  make("caption", table, { textContent: word("runs") });
  const head = make("tr", make("thead", table));
  const columns = [["name", "l"], ["state", "l"], ["step", "r"], ["valLoss", "r"], ["trainLoss", "r"], ["model", "l"], ["modified", "l"]];
  for (const [name, align] of columns) make("th", head, { className: align, scope: "col", textContent: word(name) });
  const body = make("tbody", table);
  for (const run of runs) {
    const row = make("tr", body);
    const name = make("th", row, { className: "l", scope: "row" });
    const link = make("a", name, { href: `#run=${encodeURIComponent(run.name)}`, textContent: visible(run.name) });
    link.dataset.run = run.name;
    stateOf(make("td", row, { className: "l" }), run);
    make("td", row, { className: "r", textContent: whole(run.step) });
    make("td", row, { className: "r", textContent: decimals(run.val_loss, 3) });
    make("td", row, { className: "r", textContent: decimals(run.train_loss, 3) });
    make("td", row, { className: "l", textContent: sizes(run.model) });
    const time = run.modified ? new Date(run.modified) : null;
    make("td", row, { className: "l", textContent: time ? time.toLocaleString(language() ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" }) : "–" });
    if (run.name === focused) link.focus();
  }
};

const MOST_ROWS = 6000, MOST_SAMPLES = 40;

const runView = async (view, signal, name) => {
  make("h1", view, { textContent: visible(name) });
  const facts = make("dl", view, { className: "facts" });
  const play = make("p", view, { className: "actions" });
  make("a", play, { href: `#play=${encodeURIComponent(name)}`, textContent: word("playWith") });
  const charts = make("div", view, { className: "charts pairs" });
  const curves = [
    chart(charts, word("loss"), word("perCharacter"), [[word("trainLoss"), 0, 2], [word("valLoss"), 1, 3]]),
    chart(charts, word("learningRate"), "", [[word("learningRate"), 2, 4]]),
    chart(charts, word("gradientNorm"), "", [[word("gradientNorm"), 3, 5]]),
  ];
  charts.firstChild.classList.add("wide");
  make("h2", view, { textContent: word("samples") });
  const samples = make("div", view, { className: "samples", tabIndex: 0 }, { role: "region", "aria-label": word("samples") });
  let rows = [], run = null;

  const drawFacts = () => {
    if (!run) return;
    facts.replaceChildren();
    const last = column => rows.findLast(row => row[column] !== null)?.[column];
    const fact = (label, value, note) => {
      const box = make("div", facts);
      make("dt", box, { textContent: label });
      const data = make("dd", box);
      data.append(value);
      if (note) make("small", data, { textContent: note });
    };
    fact(word("state"), stateOf(null, run), run.problem && visible(run.problem));
    fact(word("step"), whole(rows.at(-1)?.[0] ?? run.step));
    fact(word("trainLoss"), decimals(last(2), 3), word("perCharacter"));
    fact(word("valLoss"), decimals(last(3) ?? run.val_loss, 3), run.best_step === null ? "" : word("bestAt", whole(run.best_step)));
    fact(word("duration"), clock(rows.at(-1)?.[1] ?? run.seconds));
    fact(word("model"), sizes(run.model));
  };
  const handlers = {
    run: now => { run = now; play.hidden = !run.has_network; drawFacts(); },
    metrics: news => {
      if (news.restarted) rows = [];
      rows.push(...news.rows);
      if (rows.length > MOST_ROWS) rows = rows.filter((row, at) => at % 2 || row[3] !== null);
      curves.forEach(draw => draw(rows));
      drawFacts();
    },
    samples: news => {
      if (news.restarted) samples.replaceChildren();
      for (const { step, prompt, text } of news.rows) {
        const figure = make("figure", null, { className: "sample" });
        make("b", make("figcaption", figure), { textContent: word("atStep", whole(step)) });
        const pre = make("pre", figure, { dir: "auto", tabIndex: 0 });
        make("span", pre, { className: "prompt", textContent: visible(prompt) });
        pre.append(visible(text));
        samples.querySelector(".empty")?.remove();
        samples.prepend(figure);
      }
      while (samples.childElementCount > MOST_SAMPLES) samples.lastChild.remove();
      if (!samples.childElementCount) make("p", samples, { className: "empty", textContent: word("noSamples") });
    },
    gone: () => problem(view, new Error(word("gone"))),
  };
  while (!signal.aborted) {
    try {
      rows = [];
      samples.replaceChildren();
      await events(`api/runs/${encodeURIComponent(name)}/live`, null, signal, (event, data) => {
        problem(view, null);
        handlers[event]?.(JSON.parse(data));
      });
    } catch (error) {
      if (signal.aborted) return;
      if (error.status) throw error;
    }
    if (signal.aborted) return;
    problem(view, new Error(word("lost")));
    await pause(3000, signal);
  }
};
