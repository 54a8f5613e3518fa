"""Compares exported and imported networks with a real PyTorch, by the loss on a text.

    python scripts/torch-live.py target/release/charnn        needs: torch, safetensors, numpy
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

CHARNN = Path(sys.argv[1]).resolve()
TEXT = "Once upon a time there was a cat, and the cat sat on a mat.\n" * 40
SYMBOLS = sorted(set(TEXT), reverse=True)  # charnn sorts the other way
LIMIT = 1e-5


def charnn(*words):
    result = subprocess.run([CHARNN, *words], cwd=FOLDER, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


def charnn_loss(network):
    words = ("--data", "novel.txt", "--device", "cpu", "--json", "--quiet")
    return json.loads(charnn("evaluate", network, *words))["loss"]


def torch_loss(network, symbols):
    ids = torch.tensor([[symbols.index(symbol) for symbol in TEXT]])
    with torch.no_grad():
        logits, _ = network(ids[:, :-1])
    return nn.functional.cross_entropy(logits[0].double(), ids[0, 1:]).item()


def check(what, ours, theirs):
    print(f"{what}: charnn {ours:.7f}, PyTorch {theirs:.7f}")
    assert abs(ours - theirs) < LIMIT, what


def exported(cell, layers, tied, norm):
    name = f"{cell}-{layers}-{tied}-{norm}"
    sets = {"model.cell": f'"{cell}"', "model.num_layers": layers, "model.tie_weights": tied,
            "model.layer_norm": norm, "model.hidden_size": 24, "model.embedding_dim": 24 if tied else 10,
            "train.batch_size": 4, "train.seq_length": 16, "train.max_steps": 30}
    sets = [f"--set={key}={str(value).lower()}" for key, value in sets.items()]
    charnn("train", "novel.txt", "--name", name, "--device", "cpu", "--quiet", *sets)
    charnn("export", name, "--to", "torch", "-o", f"{name}-torch", "--quiet")
    spec = importlib.util.spec_from_file_location("load", FOLDER / f"{name}-torch/load.py")
    load = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(load)
    check(f"export {name}", charnn_loss(name), torch_loss(load.network, load.symbols))
    run = [sys.executable, FOLDER / f"{name}-torch/load.py", "Once", "20"]
    assert len(subprocess.run(run, check=True, capture_output=True, text=True).stdout) == 25


class Network(nn.Module):
    def __init__(self, cell, layers, tied):
        super().__init__()
        size = 24 if tied else 10
        self.encoder = nn.Embedding(len(SYMBOLS), size)
        self.core = getattr(nn, cell.upper())(size, 24, layers, batch_first=True)
        self.decoder = nn.Linear(24, len(SYMBOLS))
        if tied:
            self.decoder.weight = self.encoder.weight

    def forward(self, ids):
        hidden, state = self.core(self.encoder(ids))
        return self.decoder(hidden), state


def imported(cell, layers, tied):
    name = f"{cell}-{layers}-{tied}"
    torch.manual_seed(1)
    network = Network(cell, layers, tied)
    weights = {key: value.clone() for key, value in network.state_dict().items()}
    save_file(weights, FOLDER / f"{name}.safetensors")
    charnn("import", f"{name}.safetensors", "--from", "torch", "--vocab", "symbols.json", "--quiet")
    check(f"import {name}", charnn_loss(f"{name}.charnn.safetensors"), torch_loss(network, SYMBOLS))


with tempfile.TemporaryDirectory() as folder:
    FOLDER = Path(folder)
    (FOLDER / "novel.txt").write_text(TEXT)
    (FOLDER / "symbols.json").write_text(json.dumps(SYMBOLS))
    for cell, layers, tied in product(["rnn", "gru", "lstm"], [1, 3], [False, True]):
        exported(cell, layers, tied, False)
        if layers == 1:
            exported(cell, layers, tied, True)
        imported(cell, layers, tied)
print("all losses agree")
