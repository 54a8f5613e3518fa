"use strict";
// Which view is shown: the part of the address behind `#`.

(() => {
  const view = document.getElementById("view");
  let shown = null;

  const askForToken = wrong => {
    view.replaceChildren();
    make("h1", view, { textContent: "charnn" });
    make("p", view, { className: "lead", textContent: word(wrong ? "tokenWrong" : "tokenLead") });
    const form = make("form", view, { className: "actions" });
    const label = make("label", form, { textContent: word("token") });
    const input = make("input", label, { type: "text", autocomplete: "off", spellcheck: false, required: true });
    make("button", form, { className: "main", textContent: word("open") });
    form.addEventListener("submit", event => {
      event.preventDefault();
      sessionStorage.setItem(TOKEN, input.value.trim().replace(/^.*#token=/, ""));
      show();
    });
    input.focus();
  };

  const show = async () => {
    const [, name, value] = /^#(\w*)(?:=(.*))?$/.exec(location.hash) || [];
    if (name === "token") {
      sessionStorage.setItem(TOKEN, value || "");
      history.replaceState(null, "", location.pathname);
      return show();
    }
    if (name === "view") return view.focus();
    shown?.abort();
    shown = new AbortController();
    const { signal } = shown;
    document.querySelectorAll("[data-word]").forEach(it => { it.textContent = word(it.dataset.word); });
    const button = document.getElementById("language");
    button.textContent = word("otherLanguage");
    button.lang = language() ? "en" : "zh-Hans";
    const toPlay = name === "play";
    for (const [id, here] of [["to-play", toPlay], ["to-runs", !toPlay]]) {
      const link = document.getElementById(id);
      if (here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (!sessionStorage.getItem(TOKEN)) return askForToken(false);
    view.replaceChildren();
    try {
      const of = value ? decodeURIComponent(value) : null;
      document.title = of ? `${visible(of)} – charnn` : "charnn";
      if (toPlay) await playView(view, signal, of);
      else if (name === "run" && of) await runView(view, signal, of);
      else await runsView(view, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error.status === 401) askForToken(true);
      else problem(view, error);
    }
  };

  document.getElementById("language").addEventListener("click", () => {
    document.documentElement.lang = language() ? "en" : "zh-Hans";
    show();
  });
  addEventListener("hashchange", show);
  show();
})();
