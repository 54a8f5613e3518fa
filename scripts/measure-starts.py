#!/usr/bin/env python3
"""How plausible texts begin: counts implausible starts of generated texts.

    scripts/measure-starts.py CHARNN TEXT RUN [STEP ...]

CHARNN is the program, TEXT the training text in UTF-8, RUN a run folder. For each STEP (default: the
newest checkpoint), 1,000 texts of 40 characters are written in three ways:

  unprompted   without a prompt
  one letter   after one character that often begins a line
  16 letters   after the first 16 characters of a line (100 lines, 10 texts each): the shortest prompt that
               is read without the primer
  continued    after 60 characters of the text that end with a line (100 places, 10 texts each)
  random       no text of the network but random characters: the judge must reject them

A judge that is not the network reads their first 20 characters: a trigram model of the first nine tenths
of the text, smoothed with bigrams, unigrams and a uniform distribution. A start is implausible if the judge
needs more nats per character than for 99 % of the starts of lines in the last tenth, plus 0.5.
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

    def loss(self, text, prompt=""):
        """Nats per character of the first characters of `text`, after `prompt`."""
        text, end = prompt + text, len(prompt) + FIRST
        losses = [
            -math.log(self.probability(text[max(0, at - 2) : at], text[at]))
            for at in range(len(prompt), min(len(text), end))
        ]
        return sum(losses) / len(losses)


def generate(charnn, run, step, prompt, count, seed):
    command = [charnn, "generate", run, "--checkpoint", str(step), "--json", "--quiet", "--length", "40"]
    command += ["--count", str(count), "--seed", str(seed)]
    if prompt is not None:
        command += ["--prompt", prompt.replace("\\", "\\\\")]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode()
    return [json.loads(line)["text"].lstrip() for line in out.splitlines()]


def main():
    charnn, path, run, *steps = sys.argv[1:]
    text = open(path, encoding="utf-8-sig").read().replace("\r\n", "\n")
    held_out = len(text) - len(text) // 10
    judge = Judge(text[:held_out])
    rng = random.Random(1)
    starts = [at + 1 for at, c in enumerate(text[: -FIRST - 1]) if c == "\n" and not text[at + 1].isspace()]
    unseen = [at for at in starts if at >= held_out]
    real = sorted(judge.loss(text[at : at + FIRST]) for at in rng.sample(unseen, min(2000, len(unseen))))
    limit = real[int(0.99 * len(real))] + 0.5
    print(f"judge: {sum(real) / len(real):.2f} nats per character for real starts, limit {limit:.2f}")
    long = [at for at in starts if 60 < at < held_out]
    letter = collections.Counter(text[at] for at in starts if text[at].isalpha()).most_common(10)[-1][0]
    for step in steps or ["last"]:
        rows = {"unprompted": [("", it) for it in generate(charnn, run, step, None, TEXTS, 1)]}
        rows["one letter"] = [(letter, it) for it in generate(charnn, run, step, letter, TEXTS, 2)]
        rows["16 letters"] = []
        for at in rng.sample(long, 100):
            prompt = text[at : at + 16]
            rows["16 letters"] += [(prompt, it) for it in generate(charnn, run, step, prompt, 10, at)]
        rows["continued"] = []
        for at in rng.sample(long, 100):
            rows["continued"] += [("", it) for it in generate(charnn, run, step, text[at - 60 : at], 10, at)]
        letters = sorted(set(text[:held_out]))
        rows["random"] = [("", "".join(rng.choices(letters, k=FIRST))) for _ in range(TEXTS)]
        for name, texts in rows.items():
            losses = [judge.loss(it, prompt) for prompt, it in texts if it]
            bad = sum(loss > limit for loss in losses)
            print(f"step {step:>6}  {name:<10}  {bad:4} of {len(losses)} implausible, "
                  f"mean {sum(losses) / len(losses):.2f}", flush=True)


main()
