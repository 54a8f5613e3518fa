"""The plain model in numpy, and what a run of it starts from: weights and batches.

`forward` is what the frameworks' numbers are checked against before they are written.
"""

import json
from dataclasses import dataclass

import numpy as np
from safetensors.numpy import save

EPSILON = 1e-7
GATES = {"rnn": 1, "gru": 3, "lstm": 4}


@dataclass(frozen=True)
class Size:
    V: int
    E: int
    H: int
    B: int
    T: int
    S: int
    learning_rate: float


def shapes(cell, layers, size, tied=False):
    """Name -> shape of every stored weight, in the order of Keras' get_weights().

    `tied` means that the head multiplies by the embedding, and that layers are normed.
    """
    width = GATES[cell] * size.H
    result = {"embedding": (size.V, size.E)}
    for i in range(layers):
        result[f"layers.{i}.kernel"] = (size.H if i else size.E, width)
        result[f"layers.{i}.recurrent_kernel"] = (size.H, width)
        result[f"layers.{i}.bias"] = (width,)
        if cell == "gru":
            result[f"layers.{i}.recurrent_bias"] = (width,)
        if tied:
            result |= {f"layers.{i}.norm.gain": (size.H,), f"layers.{i}.norm.bias": (size.H,)}
    head = {} if tied else {"head.kernel": (size.H, size.V)}
    return result | head | {"head.bias": (size.V,)}


def draw_weights(rng, cell, layers, size, tied=False):
    def scale(name, shape):
        if name.startswith("embedding"):
            return 1.0
        return 0.3 if name.endswith("bias") else shape[0] ** -0.5

    return {
        name: rng.normal(0, scale(name, shape), shape).astype(np.float32)
        for name, shape in shapes(cell, layers, size, tied).items()
    }


def draw_data(rng, objective, size):
    """Inputs and targets cut from a periodic text in which a tenth of the ids is noise."""
    B, T, S = size.B, size.T, size.S
    text = np.resize(rng.integers(0, size.V, size.V), B * S * T + 1)
    noise = rng.random(text.size) < 0.1
    text[noise] = rng.integers(0, size.V, noise.sum())
    if objective == "every":
        starts = S * T * np.arange(B) + T * np.arange(S)[:, None]
    else:
        starts = rng.integers(0, text.size - T, (S, B))
    inputs = text[starts[..., None] + np.arange(T)]
    if objective == "every":
        targets = text[starts[..., None] + np.arange(T) + 1]
    else:
        targets = text[starts + T]
    return inputs.astype(np.int32), targets.astype(np.int32)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def forward(cell, weights, ids, state):
    """The plain model: logits [B, T, V] and the state after the last position."""
    w = {name: array.astype(np.float64) for name, array in weights.items()}
    x = w["embedding"][ids]
    after = {"h": [], "c": []}
    for i in range(sum(name.endswith("recurrent_kernel") for name in w)):
        kernel, recurrent = w[f"layers.{i}.kernel"], w[f"layers.{i}.recurrent_kernel"]
        h = state["h"][i] if state else np.zeros((len(ids), len(recurrent)))
        c = state["c"][i] if state and cell == "lstm" else np.zeros_like(h)
        outputs = []
        for t in range(ids.shape[1]):
            a = np.split(x[:, t] @ kernel + w[f"layers.{i}.bias"], GATES[cell], axis=-1)
            b = h @ recurrent + w.get(f"layers.{i}.recurrent_bias", 0)
            b = np.split(b, GATES[cell], axis=-1)
            if cell == "rnn":
                h = np.tanh(a[0] + b[0])
            elif cell == "gru":
                z, r = sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1])
                h = z * h + (1 - z) * np.tanh(a[2] + r * b[2])
            else:
                c = sigmoid(a[1] + b[1]) * c + sigmoid(a[0] + b[0]) * np.tanh(a[2] + b[2])
                h = sigmoid(a[3] + b[3]) * np.tanh(c)
            outputs.append(h)
        x = np.stack(outputs, axis=1)
        if f"layers.{i}.norm.gain" in w:
            x = x - x.mean(axis=-1, keepdims=True)
            x = x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + 1e-5)
            x = x * w[f"layers.{i}.norm.gain"] + w[f"layers.{i}.norm.bias"]
        after["h"].append(h)
        after["c"].append(c)
    if cell != "lstm":
        del after["c"]
    kernel = w["head.kernel"] if "head.kernel" in w else w["embedding"].T
    return x @ kernel + w["head.bias"], {k: np.stack(v) for k, v in after.items()}


def cross_entropy(logits, targets):
    logits = logits - logits.max(axis=-1, keepdims=True)
    best = np.take_along_axis(logits, targets[..., None], axis=-1)[..., 0]
    return np.mean(np.log(np.exp(logits).sum(axis=-1)) - best)


def write(path, tensors, metadata):
    """As `safetensors.numpy.save_file`, whose metadata comes in a different order each run."""
    data = save(tensors, metadata)
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start]) | {"__metadata__": metadata}
    header = json.dumps(header, separators=(",", ":")).encode().ljust(start - 8)
    path.write_bytes(data[:8] + header + data[start:])
