#!/usr/bin/env python3
"""How plausible texts begin: counts implausible starts of generated texts.

    scripts/measure-starts.py CHARNN TEXT RUN [STEP ...]

CHARNN is the program, TEXT the training text in UTF-8, RUN a run folder. For each STEP (default: the
newest checkpoint), 1,000 texts of 40 characters are written in three ways:

  unprompted   without a prompt
  one letter   after one common character
  continued    after a line of the text and its line break (100 lines, 10 texts each)

A judge that is not the network reads their first 20 characters: a trigram model of the text, smoothed
with bigrams, unigrams and a uniform distribution. A start is implausible if the judge needs more nats per
character than for 99 % of 2,000 starts of lines of the text itself, plus 0.5.
"""

import collections
import json
import math
import random
import subprocess
import sys

FIRST = 20
TEXTS = 1000


class Judge:
    def __init__(self, text):
        self.counts = [collections.Counter() for _ in range(3)]
        self.totals = [collections.Counter() for _ in range(3)]
        for order in range(3):
            for at in range(order, len(text)):
                self.counts[order][text[at - order : at + 1]] += 1
                self.totals[order][text[at - order : at]] += 1
        self.uniform = 1 / (len(self.counts[0]) + 1)

    def probability(self, past, character):
        p = self.uniform
        for order in range(3):
            context = past[len(past) - order :] if order else ""
            total = self.totals[order][context]
            p = (self.counts[order][context + character] + 2 * p) / (total + 2)
        return p

    def loss(self, text):
        text = text[:FIRST]
        losses = [
            -math.log(self.probability(text[max(0, at - 2) : at].rjust(min(at, 2)), character))
            for at, character in enumerate(text)
        ]
        return sum(losses) / len(losses)


def generate(charnn, run, step, prompt, count, seed):
    command = [charnn, "generate", run, "--checkpoint", str(step), "--json", "--quiet", "--length", "40"]
    command += ["--count", str(count), "--seed", str(seed)]
    if prompt is not None:
        command += ["--prompt", prompt.replace("\\", "\\\\")]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode()
    return [json.loads(line)["text"].lstrip("\n") for line in out.splitlines()]


def main():
    charnn, path, run, *steps = sys.argv[1:]
    text = open(path, encoding="utf-8-sig").read().replace("\r\n", "\n")
    judge = Judge(text)
    rng = random.Random(1)
    starts = [at + 1 for at, c in enumerate(text[: -FIRST - 1]) if c == "\n" and text[at + 1] != "\n"]
    real = sorted(judge.loss(text[at : at + FIRST]) for at in rng.sample(starts, min(2000, len(starts))))
    limit = real[int(0.99 * len(real))] + 0.5
    print(f"judge: {sum(real) / len(real):.2f} nats per character for real starts, limit {limit:.2f}")
    long = [at for at in starts if at > 60]
    letter = collections.Counter(c for c in text if c.isalpha()).most_common(40)[-1][0]
    for step in steps or ["last"]:
        rows = {"unprompted": generate(charnn, run, step, None, TEXTS, 1)}
        rows["one letter"] = [letter + it for it in generate(charnn, run, step, letter, TEXTS, 2)]
        rows["continued"] = []
        for at in rng.sample(long, 100):
            rows["continued"] += generate(charnn, run, step, text[at - 60 : at], 10, at)
        for name, texts in rows.items():
            losses = [judge.loss(text) for text in texts if text]
            bad = sum(loss > limit for loss in losses)
            print(f"step {step:>6}  {name:<10}  {bad:4} of {len(losses)} implausible, "
                  f"mean {sum(losses) / len(losses):.2f}", flush=True)


main()
