"use strict";
// Round values between two numbers, about so many, each with its label.
const ticks = (low, high, most) => {
  const rough = (high - low) / most, unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(it => it * unit).find(it => it >= rough * 0.999);
  const places = Math.min(12, Math.max(0, -Math.floor(Math.log10(step * 1.001))));
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-6; at++) {
    const value = Math.abs(at * step) < step * 1e-6 ? 0 : at * step;
    const few = value !== 0 && Math.abs(value) < 1e-3;
    const digits = { minimumFractionDigits: places, maximumFractionDigits: places };
    found.push([value, few ? value.toExponential(0) : value.toLocaleString("en", digits)]);
  }
  return found;
};
