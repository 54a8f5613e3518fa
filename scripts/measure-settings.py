#!/usr/bin/env python3
"""How soon the default network learns, with the settings that decide it.

    scripts/measure-settings.py CHARNN [FOLDER]

CHARNN is the program; FOLDER (default ../shared/data) holds hongloumeng_utf8.txt and war_and_peace_en.txt. Prints the
tables of docs/default-size.md: for each row of settings, the validation loss after a number of steps, and the
processor seconds they took. Other programs on the machine change the seconds and not the loss.
"""

import json
import pathlib
import resource
import subprocess
import sys
import tempfile

CHINESE = [
    # steps, settings that differ from the defaults
    (121, "train.batch_size=32 train.learning_rate=0.004 model.embedding_dim=64 model.output_bias=zeros"),
    (260, "train.learning_rate=0.004 model.embedding_dim=64 model.output_bias=zeros"),
    (260, "model.embedding_dim=64 model.output_bias=zeros"),
    (260, "model.output_bias=zeros"),
    (260, "train.learning_rate=0.004"),
    (260, "model.embedding_dim=64"),
    (520, "train.batch_size=8"),
    (260, "train.learning_rate=0.012"),
    (260, ""),
    (1000, "model.output_bias=zeros"),
    (1000, "train.learning_rate=0.006"),
    (1000, ""),
]
ENGLISH = [
    (1500, "train.learning_rate=0.004"),
    (1500, "train.learning_rate=0.012"),
    (1500, "model.embedding_dim=64"),
    (1500, "model.output_bias=zeros"),
    (1500, ""),
    (1500, "model.cell=lstm train.learning_rate=0.004"),
    (1500, "model.cell=lstm"),
    (1500, "model.cell=rnn train.learning_rate=0.004"),
    (1500, "model.cell=rnn"),
    (750, "train.batch_size=32"),
]


def train(charnn, folder, text, steps, settings):
    """Trains `steps` steps; returns the last validation loss and the processor seconds."""
    command = [charnn, "train", text, "--device", "cpu", "--json"]
    fixed = [f"run.root={folder}/runs", "sample.length=0", "train.epochs=100000", "checkpoint.every="]
    for setting in fixed + [f"train.max_steps={steps}", f"eval.every_steps={steps}"] + settings.split():
        command += ["--set", setting]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    events = [json.loads(line) for line in out.splitlines()]
    loss = [event["val_loss"] for event in events if event["event"] == "evaluation"][-1]
    return loss, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    charnn = str(pathlib.Path(sys.argv[1]).resolve())
    data = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "../shared/data")
    with tempfile.TemporaryDirectory() as folder:
        for name, size, rows in [
            ("hongloumeng_utf8", 1_500_000, CHINESE),
            ("war_and_peace_en", 500_000, ENGLISH),
        ]:
            text = pathlib.Path(folder, name + ".txt")
            text.write_bytes((data / f"{name}.txt").read_bytes()[:size].decode(errors="ignore").encode())
            print(f"\n{name}, the first {size:,} bytes\n\n| steps | settings | CPU seconds | loss |\n|---|---|---|---|")
            for steps, settings in rows:
                loss, seconds = train(charnn, folder, str(text), steps, settings)
                named = f"`{settings}`" if settings else "defaults"
                print(f"| {steps:,} | {named} | {seconds:.0f} | {loss:.3f} |", flush=True)


main()
