"use strict";
// What all views share: elements, words, requests.

// A new element at the end of `parent`. Texts become text nodes, never markup.
const make = (name, parent, properties = {}, attributes = {}) => {
  const element = Object.assign(document.createElement(name), properties);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (parent) parent.append(element);
  return element;
};

const language = () => (document.documentElement.lang.startsWith("zh") ? 1 : 0);
const word = (name, ...values) =>
  WORDS[name][language()].replace(/\{(\d)\}/g, (_, at) => String(values[at]));

// Characters that act on what is around them become visible escapes; line breaks and tabs stay.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]/gu;
const visible = text => text.replace(HIDDEN, it => `\\u{${it.codePointAt(0).toString(16)}}`);
// One symbol, also where it is a space.
const shown = symbol => ({ "\n": "↵", " ": "␣", "\t": "⇥", "": "∎" })[symbol] || visible(symbol);

const decimals = (value, digits) => (value === null || value === undefined ? "–" : value.toFixed(digits));
const whole = value => (value === null || value === undefined ? "–" : value.toLocaleString("en"));
const percent = logarithm => {
  const share = 100 * Math.exp(logarithm);
  return share >= 10 ? `${share.toFixed(0)} %` : share >= 0.1 ? `${share.toFixed(1)} %` : "<0.1 %";
};
const clock = seconds => {
  const whole = Math.floor(seconds), pad = value => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
};

const TOKEN = "charnn-token";
class Failure extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

const request = async (path, body, signal) => {
  const headers = {
    Authorization: `Bearer ${sessionStorage.getItem(TOKEN) || ""}`,
    "Accept-Language": language() ? "zh" : "en",
  };
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(path, {
    method: body ? "POST" : "GET", headers, signal, body: body && JSON.stringify(body), cache: "no-store",
  });
  if (response.ok) return response;
  const problem = await response.json().catch(() => null);
  throw new Failure(problem?.error?.message || `HTTP ${response.status}`, response.status);
};
const json = async (path, body, signal) => (await request(path, body, signal)).json();

// Calls `each` with the name and the data of every server-sent event.
const events = async (path, body, signal, each) => {
  const response = await request(path, body, signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (waiting + value).split("\n\n");
    waiting = parts.pop();
    for (const part of parts) {
      let name = "", data = "";
      for (const line of part.split("\n")) {
        if (line.startsWith("event: ")) name = line.slice(7);
        if (line.startsWith("data: ")) data += line.slice(6);
      }
      if (data) each(name, data);
    }
  }
};

const pause = (milliseconds, signal) =>
  new Promise(done => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => { clearTimeout(timer); done(); });
  });

// A view for as long as it is shown. What it starts ends with `signal`.
const problem = (parent, error) => {
  const box = parent.querySelector(".problems") || make("div", null, { className: "problems" }, { role: "alert" });
  box.textContent = error ? word("failed", error.message) : "";
  if (error) parent.prepend(box);
  else box.remove();
};
