"""Compares exported and imported networks with the real PyTorch, Keras and onnxruntime, logit by logit.

    cargo build --release -p charnn-cli --no-default-features
    cargo build --release -p charnn-exchange --example live
    python scripts/exchange-live.py target/release/charnn target/release/examples/live [--goldens]

Needs torch, safetensors, keras, h5py, onnx, onnxruntime and numpy. --goldens also writes the files that
crates/exchange/tests/goldens.rs reads.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")
import h5py
import keras
import numpy as np
import onnx
import onnxruntime
import torch
from safetensors.torch import save_file
from torch import nn

CHARNN, LIVE = (Path(path).resolve() for path in sys.argv[1:3])
GOLDENS = "--goldens" in sys.argv
PLACE = Path(__file__).resolve().parent.parent / "crates/exchange/tests/goldens"
# Of the networks that `live` makes, in its order; and in another order, for networks made here.
OURS = ["\n", '"', "a", "b", "c", "d", "e", "爱", "\ufffd"]
THEIRS = ["e", "d", "爱", "c", "b", "a", "\n", '"']
TEXT = list('abba爱cde\n"dead"' * 3)
LIMIT = 1e-5
worst = {}
records = []


def run(*words):
    result = subprocess.run(words, cwd=FOLDER, capture_output=True, text=True)
    assert result.returncode == 0, (words, result.stderr)
    return result.stdout


def charnn_logits(file):
    return np.array(json.loads(run(LIVE, "logits", file, json.dumps(TEXT))))


def check(kind, name, ours, theirs):
    assert ours.shape == theirs.shape, (kind, name, ours.shape, theirs.shape)
    difference = np.abs(ours - theirs).max()
    worst[kind] = max(worst.get(kind, 0), difference)
    assert difference < LIMIT, (kind, name, difference)


def loaded(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- exports -------------------------------------------------------------------------------------------


def exported_torch(folder):
    program = loaded(folder / "load.py")
    ids = torch.tensor([[program.symbols.index(symbol) for symbol in TEXT]])
    with torch.no_grad():
        return program.network(ids)[0][0].numpy()


def exported_keras(folder):
    program = loaded(folder / "load.py")
    ids = [program.symbols.index(symbol) for symbol in TEXT]
    whole = keras.ops.convert_to_numpy(keras.saving.load_model(folder / "model.keras")(np.array([ids])))[0]
    # The weights alone, into a model with other weights.
    model = keras.saving.load_model(folder / "model.keras")
    for variable in model.weights:
        variable.assign(variable + 1)
    model.load_weights(folder / "model.weights.h5")
    check("keras weights.h5", folder, whole, keras.ops.convert_to_numpy(model(np.array([ids])))[0])
    # Symbol by symbol, with the states in between.
    states, steps = {}, []
    for symbol in ids:
        logits, states = program.step([[symbol]], states)
        steps.append(logits[0, 0])
    check("keras steps", folder, whole, np.array(steps))
    return whole


def exported_onnx(folder):
    onnx.checker.check_model(onnx.load(folder / "model.onnx"), full_check=True)
    program = loaded(folder / "run.py")
    ids = np.array([[program.symbols.index(symbol) for symbol in TEXT]] * 2, np.int64)
    state = {name: np.repeat(zeros, 2, 1) for name, zeros in program.start().items()}
    whole, _ = program.step(ids, state)
    first, state = program.step(ids[:, :7], state)
    rest, _ = program.step(ids[:, 7:], state)
    check("onnx with a state", folder, whole, np.concatenate([first, rest], 1))
    check("onnx rows", folder, whole[0], whole[1])
    return whole[0]


def exports(cell, layers, tied, norm):
    name = f"{cell}-{layers}-{tied}-{norm}"
    file = f"{name}.charnn.safetensors"
    run(LIVE, "make", file, cell, str(layers), str(tied), str(norm))
    ours = charnn_logits(file)
    formats = {"keras": exported_keras, "onnx": exported_onnx}
    if layers == 1 or not norm:
        formats["torch"] = exported_torch
    for kind, logits in formats.items():
        folder = FOLDER / f"{name}-{kind}"
        run(CHARNN, "export", file, "--to", kind, "-o", folder, "--quiet")
        check(f"export to {kind}", name, ours, logits(folder))
        back = f"{name}-back.charnn.safetensors"
        if kind != "onnx":
            run(CHARNN, "import", folder, "--from", kind, "-o", back, "--quiet", "--force")
            check(f"export to {kind} and import", name, ours, charnn_logits(back))
        # A few files of each kind are enough; Keras' are large.
        golden = (layers, tied, norm) in [(1, False, False), (3, True, True)] and kind != "torch"
        if GOLDENS and golden and (kind == "onnx" or (layers == 3) == (cell == "gru")):
            shutil.copy(folder / f"model.{kind}", PLACE / f"{cell}-{layers}.{kind}")
    program = {"torch": "load.py", "keras": "load.py", "onnx": "run.py"}
    if layers == 1 and not tied:
        for kind in formats:
            text = run(sys.executable, FOLDER / f"{name}-{kind}" / program[kind], "ab", "20")
            assert len(text.rstrip("\r\n")) >= 2 and text.startswith("ab"), text


# --- imports -------------------------------------------------------------------------------------------


def imported(kind, file, logits, golden=None, vocabulary="symbols.json", kind_shown=None):
    name = Path(file).name
    run(CHARNN, "import", file, "--from", kind, "--vocab", vocabulary, "-o", "in.charnn.safetensors",
        "--quiet", "--force")
    # charnn sorts its symbols.
    order = [THEIRS.index(symbol) for symbol in sorted(THEIRS)]
    kind_shown = kind_shown or "".join(Path(name).suffixes)
    check(f"import {kind_shown}", name, charnn_logits("in.charnn.safetensors"), logits[:, order])
    if GOLDENS and golden:
        shutil.copy(FOLDER / file, PLACE / golden)
        rows = [[round(float(it), 7) for it in row] for row in logits[:12, order]]
        records.append({"file": golden, "symbols": THEIRS, "text": TEXT[:12], "logits": rows})


class Network(nn.Module):
    def __init__(self, cell, layers, tied, norm):
        super().__init__()
        self.encoder = nn.Embedding(len(THEIRS), 6 if tied else 4)
        self.core = getattr(nn, cell.upper())(6 if tied else 4, 6, layers, batch_first=True)
        self.norm = nn.LayerNorm(6) if norm else nn.Identity()
        self.decoder = nn.Linear(6, len(THEIRS))
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -1, 1)
        if tied:
            self.decoder.weight = self.encoder.weight

    def forward(self, ids):
        return self.decoder(self.norm(self.core(self.encoder(ids))[0]))


def imports_torch(cell, layers, tied, norm):
    name = f"torch-{cell}-{layers}-{tied}-{norm}"
    torch.manual_seed(1)
    network = Network(cell, layers, tied, norm)
    ids = torch.tensor([[THEIRS.index(symbol) for symbol in TEXT]])
    optimizer = torch.optim.Adam(network.parameters())
    network(ids).sum().backward()
    optimizer.step()
    weights = network.state_dict()
    with torch.no_grad():
        logits = network(ids)[0].numpy()
    save_file({key: value.clone() for key, value in weights.items()}, FOLDER / f"{name}.safetensors")
    imported("torch", f"{name}.safetensors", logits)
    torch.save(weights, FOLDER / f"{name}.pt")
    small = (layers, tied, norm) == (3, True, False)
    imported("torch", f"{name}.pt", logits, f"torch-{cell}.pt" if small else None)
    torch.save(weights, FOLDER / f"{name}-4.pt", pickle_protocol=4)
    imported("torch", f"{name}-4.pt", logits)
    checkpoint = {"epoch": 3, "loss": 1.5, "name": "x", "model_state_dict": weights, "optimizer": optimizer.state_dict()}
    torch.save(checkpoint, FOLDER / f"{name}-checkpoint.pt")
    small = (cell, layers, tied, norm) == ("gru", 1, False, True)
    imported("torch", f"{name}-checkpoint.pt", logits, "torch-checkpoint.pt" if small else None)
    for number in [torch.float64, torch.float16, torch.bfloat16]:
        narrow = {key: value.to(number) for key, value in weights.items()}
        torch.save(narrow, FOLDER / f"{name}-{number}.pt")
        other = Network(cell, layers, tied, norm)
        other.load_state_dict({key: value.float() for key, value in narrow.items()})
        with torch.no_grad():
            logits = other(ids)[0].numpy()
        small = (cell, layers, tied, norm, number) == ("rnn", 1, True, True, torch.float16)
        imported("torch", f"{name}-{number}.pt", logits, "torch-half.pt" if small else None)


def keras_layers(cell, layers, norm, tied):
    kind = {"rnn": keras.layers.SimpleRNN, "gru": keras.layers.GRU, "lstm": keras.layers.LSTM}[cell]
    yield keras.layers.Embedding(len(THEIRS), 6 if tied else 4)
    for _ in range(layers):
        yield kind(6, return_sequences=True, dropout=0.1)
        if norm:
            yield keras.layers.LayerNormalization(epsilon=1e-5)
        yield keras.layers.Dropout(0.1)
    yield keras.layers.Dense(len(THEIRS))


def imports_keras(cell, layers, tied, norm):
    name = f"keras-{cell}-{layers}-{tied}-{norm}"
    ids = np.array([[THEIRS.index(symbol) for symbol in TEXT]])
    for functional in [False, True]:
        keras.utils.set_random_seed(1)
        if functional:
            x = given = keras.Input((None,), dtype="int32")
            for layer in keras_layers(cell, layers, norm, tied):
                x = layer(x)
            model = keras.Model(given, x)
        else:
            model = keras.Sequential([keras.Input((None,), dtype="int32"), *keras_layers(cell, layers, norm, tied)])
        random = np.random.default_rng(1)
        for variable in model.trainable_variables:
            variable.assign(random.uniform(-1, 1, variable.shape))
        if tied:
            model.layers[-1].kernel.assign(keras.ops.transpose([it for it in model.layers if hasattr(it, "embeddings")][0].embeddings))
        model.compile("adam", "mse")
        logits = keras.ops.convert_to_numpy(model(ids))[0]
        golden = (cell, layers, tied, norm, functional) == ("gru", 3, False, False, False)
        model.save(FOLDER / f"{name}.keras")
        imported("keras", f"{name}.keras", logits, f"keras-{cell}.keras" if golden else None)
        model.save(FOLDER / f"{name}.h5")
        small = (cell, layers, tied, norm, functional) == ("lstm", 1, True, False, True)
        imported("keras", f"{name}.h5", logits, "keras-legacy.h5" if small else None)
        if not norm:
            model.save_weights(FOLDER / f"{name}.weights.h5")
            small = (cell, layers, tied, functional) == ("rnn", 1, False, False)
            imported("keras", f"{name}.weights.h5", logits, f"keras-{cell}.weights.h5" if small else None)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def imports_torch_rnn(gates, layers):
    """torch-rnn's equations (LSTM.lua, VanillaRNN.lua) on weights as its recipe exports them."""
    name, random, sizes = f"torch-rnn-{gates}-{layers}", np.random.default_rng(1), [4] + [6] * layers
    shapes = [(len(THEIRS), 4)]
    for size in sizes[:-1]:
        shapes += [(size + 6, gates * 6), (gates * 6,)]
    parameters = [random.uniform(-1, 1, shape).astype(np.float32) for shape in [*shapes, (len(THEIRS), 6), (len(THEIRS),)]]
    with h5py.File(FOLDER / f"{name}.h5", "w") as file:
        for index, parameter in enumerate(parameters):
            file[str(index + 1)] = parameter
    run(sys.executable, Path(__file__).parent / "torch-rnn.py", f"{name}.h5", f"{name}.safetensors")
    embedding, *weights, head, bias = (parameter.astype(np.float64) for parameter in parameters)
    h, c, logits = np.zeros((layers, 6)), np.zeros((layers, 6)), []
    for symbol in TEXT:
        x = embedding[THEIRS.index(symbol)]
        for layer in range(layers):
            sums = np.concatenate([x, h[layer]]) @ weights[2 * layer] + weights[2 * layer + 1]
            if gates == 4:
                i, f, o = sigmoid(sums[:18]).reshape(3, 6)
                c[layer] = f * c[layer] + i * np.tanh(sums[18:])
                h[layer] = o * np.tanh(c[layer])
            else:
                h[layer] = np.tanh(sums)
            x = h[layer]
        logits.append(head @ x + bias)
    lua = {"token_to_idx": {symbol: index + 1 for index, symbol in enumerate(THEIRS)}}
    (FOLDER / "lua.json").write_text(json.dumps(lua))
    imported("torch", f"{name}.safetensors", np.array(logits), vocabulary="lua.json", kind_shown="torch-rnn")


class Code:
    def __reduce__(self):
        return os.system, ("touch executed",)


def refused():
    """Files that must be refused, with exit code 5 and without running anything."""
    network = nn.Sequential(nn.Embedding(3, 2), nn.Linear(2, 3))
    torch.save(network, FOLDER / "module.pt")
    torch.save({"embedding.weight": torch.zeros(3, 2), "code": Code()}, FOLDER / "code.pt")
    torch.jit.script(nn.Linear(2, 3)).save(FOLDER / "script.pt")
    layers = keras.layers
    start = [keras.Input((None,), dtype="int32"), layers.Embedding(3, 2)]
    keras.Sequential([*start, layers.GRU(2, return_sequences=True, reset_after=False), layers.Dense(3)]).save(FOLDER / "reset-before.keras")
    start = [keras.Input((None,), dtype="int32"), layers.Embedding(3, 2)]
    model = keras.Sequential([*start, layers.Bidirectional(layers.SimpleRNN(2, return_sequences=True)), layers.Dense(3)])
    model.save_weights(FOLDER / "bidirectional.weights.h5")
    x = given = keras.Input((None,), dtype="int32")
    x = layers.Embedding(3, 2)(x)
    x = layers.SimpleRNN(2, return_sequences=True)(x)
    x = layers.Dense(3)(layers.MultiHeadAttention(1, 2)(x, x))
    keras.Model(given, x).save(FOLDER / "attention.keras")
    (FOLDER / "abc.json").write_text('["a", "b", "c"]')
    for name in ["module.pt", "code.pt", "script.pt", "reset-before.keras", "bidirectional.weights.h5", "attention.keras"]:
        kind = "torch" if name.endswith(".pt") else "keras"
        words = [CHARNN, "import", name, "--from", kind, "--vocab", "abc.json"]
        result = subprocess.run(words, cwd=FOLDER, capture_output=True, text=True)
        assert result.returncode == 5, (name, result)
        print(name, "→", result.stderr.strip().splitlines()[0])
        if GOLDENS and name != "attention.keras":
            shutil.copy(FOLDER / name, PLACE / name)
    assert not (FOLDER / "executed").exists()


with tempfile.TemporaryDirectory() as folder:
    FOLDER = Path(folder)
    (FOLDER / "symbols.json").write_text(json.dumps(THEIRS))
    if GOLDENS:
        shutil.rmtree(PLACE, ignore_errors=True)
        PLACE.mkdir(parents=True)
    refused()
    for gates, layers in product([1, 4], [1, 3]):
        imports_torch_rnn(gates, layers)
    for shape in product(["rnn", "gru", "lstm"], [1, 3], [False, True], [False, True]):
        print(*shape)
        exports(*shape)
        imports_keras(*shape)
        if shape[1] == 1 or not shape[3]:
            imports_torch(*shape)
    if GOLDENS:
        (PLACE / "imports.json").write_text("[\n" + ",\n".join(json.dumps(it) for it in records) + "\n]\n")
for kind, difference in sorted(worst.items()):
    print(f"{kind}: at most {difference:.1e}")
print("all logits agree")
