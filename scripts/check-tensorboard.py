#!/usr/bin/env python3
"""Trains a small network with event files and reads them back with TensorBoard.

    python3 scripts/check-tensorboard.py [CHARNN]

Needs the package `tensorboard`; without it, says so and ends with 0.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

try:
    from tensorboard.backend.event_processing.event_accumulator import TENSORS, EventAccumulator
except ImportError:
    print("skipped: there is no package tensorboard")
    sys.exit(0)

charnn = str(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "target/release/charnn").resolve())
keys = ["model.hidden_size=16", "model.embedding_dim=8", "train.max_steps=40", "eval.every_steps=10",
        "sample.every_steps=20", "sample.length=50", "log.tensorboard=true"]

with tempfile.TemporaryDirectory() as folder:
    def run(*words):
        subprocess.run([charnn, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    sets = [word for key in keys for word in ("--set", key)]
    run("train", "builtin:tales", "--name", "board", "--device", "cpu", "--pause-at", "20", *sets)
    run("resume", "board")
    home = pathlib.Path(folder, "runs", "board")
    rows = [json.loads(line) for line in (home / "metrics.jsonl").read_text().splitlines()]
    events = EventAccumulator(str(home / "tensorboard"), size_guidance={TENSORS: 0})
    events.Reload()
    for tag, key in [("loss/train", "train_loss"), ("loss/validation", "val_loss"),
                     ("bits_per_character/validation", "val_bits_per_character"),
                     ("learning_rate", "learning_rate"), ("gradient_norm", "gradient_norm")]:
        wanted = [(row["step"], row[key]) for row in rows if row.get(key) is not None]
        found = [(event.step, event.value) for event in events.Scalars(tag)]
        assert [step for step, _ in found] == [step for step, _ in wanted], (tag, found, wanted)
        assert all(abs(a - b) <= 1e-6 * abs(b) for (_, a), (_, b) in zip(found, wanted)), (tag, found, wanted)
        print(f"{tag}: {len(found)} values")
    samples = [json.loads(line) for line in (home / "samples.jsonl").read_text().splitlines()]
    found = [(event.step, event.tensor_proto.string_val[0].decode()) for event in events.Tensors("sample")]
    assert [step for step, _ in found] == [row["step"] for row in samples], found
    for (_, text), row in zip(found, samples):
        assert text.replace("    ", "").split() == (row["prompt"] + row["text"]).split(), (text, row)
    config = events.Tensors("config")[0].tensor_proto.string_val[0].decode()
    assert "hidden_size = 16" in config, config
    print(f"samples: {len(found)}, and the configuration")
