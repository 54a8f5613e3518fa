"""Writes reference vectors ("goldens") computed by real Keras and real PyTorch.

    pip install -r scripts/goldens/requirements.txt
    python scripts/goldens/make.py                     # to crates/model/tests/goldens
    python scripts/goldens/make.py --only optim        # those whose names start so
    python scripts/goldens/make.py --full --out DIR    # keras-rnn-1 at the tutorial's size

Every file `{framework}-{cell}-{layers}.safetensors` is one short training run of
Embedding -> recurrent layers -> Dense to V logits, from weights drawn here:

    init.*, final.*    weights before and after the S steps, in Keras' layout: kernels are
                       [in, G*H]; the names are those of `shapes`
    inputs             [S, B, T] ids; for PyTorch, B streams cut into S consecutive chunks
    targets            [S, B] (objective "last") or [S, B, T] (objective "every")
    logits             of inputs[0] with init.*: [B, V] or [B, T, V]
    losses             [S] mean cross-entropy in nats of each step, before its update
    state_after_first.h, .c    [L, B, H] PyTorch only: the state carried into inputs[1]
    prompt, generated          [3], [40] Keras only: greedy text with final.*, each id from
                               the last T ids re-read from a zero state
    dense.losses, dense.final.*    Keras only: the same run with `DenseAdam`

Files `optim-{name}` are PyTorch's with another optimiser, or with clipping: see `pytorch.py`.
`optim-keras-*` are written by `keras_on_jax.py`, `jax-mingru-2` by `mingru_on_jax.py`.
`tied-{cell}-{layers}` is PyTorch with layer norm after every layer and a head that multiplies by
the embedding.

Gates lie along G*H in the order z, r, n (gru) and i, f, g, o (lstm). The metadata names
framework, cell, layers, objective, learning_rate and epsilon, and for `optim-*` the keys of
charnn's configuration that are not at their defaults.

A plain numpy forward pass on the stored weights must agree with the framework on the
logits, on every loss and on the carried state, or the script stops.
"""

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

# Read when the frameworks are imported: plain CPU kernels only.
os.environ.update(
    KERAS_BACKEND="tensorflow",
    CUDA_VISIBLE_DEVICES="",
    TF_ENABLE_ONEDNN_OPTS="0",
    TF_CPP_MIN_LOG_LEVEL="3",
)
# PyTorch's compiler, not needed here: its LLVM and TensorFlow's abort in one process.
sys.modules["triton"] = None

import keras
import numpy as np
import tensorflow as tf
import torch
from plain import EPSILON, GATES, Size, cross_entropy, draw_data, draw_weights, forward, write
from pytorch import OPTIMIZERS, Tied, Torch, optimized_by

PROMPT, GENERATED = 3, 40
MARGIN = 1e-3  # least lead of the best logit while generating
SEEDS = 100

SMALL = Size(V=11, E=7, H=13, B=3, T=5, S=10, learning_rate=1e-2)
FULL = Size(V=65, E=256, H=256, B=128, T=100, S=10, learning_rate=1e-3)


class DenseAdam(keras.optimizers.Adam):
    """Adam as published, also where TensorFlow's embedding gradient is not yet summed.

    That gradient comes as one slice per occurrence of an id. Keras squares the slices
    before it adds them up, so the second moment of a row that occurs twice in a batch is
    a^2 + b^2 instead of (a + b)^2.
    """

    def update_step(self, gradient, variable, learning_rate):
        super().update_step(tf.convert_to_tensor(gradient), variable, learning_rate)


class Keras:
    """The tutorial's model: softmax output, compiled Adam, each window from a zero state."""

    framework = f"keras {keras.__version__} on tensorflow {tf.__version__}"
    objective = "last"
    metadata = {}
    tied = False
    state = {}  # none is carried

    def __init__(self, cell, layers, weights, size, Adam=keras.optimizers.Adam):
        self.cell, self.names = cell, list(weights)
        self.model = self.build(layers, size, "softmax")
        self.logits_model = self.build(layers, size, None)
        self.model.set_weights(self.pack(weights))
        optimizer = Adam(size.learning_rate, epsilon=EPSILON)
        self.model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy")

    def build(self, layers, size, activation):
        Cell = {
            "rnn": keras.layers.SimpleRNN,
            "gru": keras.layers.GRU,
            "lstm": keras.layers.LSTM,
        }[self.cell]
        return keras.Sequential(
            [keras.Input((None,), dtype="int32"), keras.layers.Embedding(size.V, size.E)]
            + [Cell(size.H, return_sequences=i + 1 < layers) for i in range(layers)]
            + [keras.layers.Dense(size.V, activation=activation)]
        )

    def pack(self, weights):
        """Our weights as Keras' list, where a GRU's two biases are one array [2, 3H]."""
        arrays = []
        for name in self.names:
            if name.endswith("recurrent_bias"):
                arrays[-1] = np.stack([arrays[-1], weights[name]])
            else:
                arrays.append(weights[name])
        return arrays

    def weights(self):
        arrays = []
        for variable in self.model.weights:
            paired = self.cell == "gru" and variable.path.endswith("gru_cell/bias")
            arrays += list(variable.numpy()) if paired else [variable.numpy()]
        return dict(zip(self.names, arrays, strict=True))

    def logits(self, ids):
        self.logits_model.set_weights(self.model.get_weights())
        return self.logits_model(ids).numpy()

    def step(self, inputs, targets):
        return float(self.model.train_on_batch(inputs, targets))


def generate(model, prompt, window):
    """Greedy text, re-reading the last `window` ids for each new one; the least lead too."""
    text, lead = list(prompt), np.inf
    while len(text) < len(prompt) + GENERATED:
        logits = model.logits(np.array([text[-window:]], np.int32))[0]
        second, best = np.sort(logits)[-2:]
        lead = min(lead, best - second)
        text.append(logits.argmax())
    return np.array(text[len(prompt) :], np.int32), lead


def train(model, inputs, targets):
    """The loss of every step and the state after the first, both checked against `forward`."""
    losses, first_state = [], {}
    for ids, wanted in zip(inputs, targets):
        plain, after = forward(model.cell, model.weights(), ids, model.state)
        plain = plain[:, -1] if model.objective == "last" else plain
        if not losses:
            np.testing.assert_allclose(model.logits(ids), plain, rtol=1e-4, atol=1e-5)
        losses.append(model.step(ids, wanted))
        np.testing.assert_allclose(losses[-1], cross_entropy(plain, wanted), rtol=1e-4)
        for name, array in model.state.items():
            np.testing.assert_allclose(array, after[name], rtol=1e-4, atol=1e-5)
        first_state = first_state or model.state
    return np.array(losses, np.float32), first_state


def named(prefix, arrays):
    return {prefix + name: array for name, array in arrays.items()}


def attempt(Framework, cell, layers, size, seed):
    """One case's tensors, or None where the seed makes a poor test.

    Poor is a loss that hardly falls, or greedy text that nearly ties or settles on fewer
    than three characters.
    """
    rng = np.random.default_rng(seed)
    weights = draw_weights(rng, cell, layers, size, Framework.tied)
    inputs, targets = draw_data(rng, Framework.objective, size)
    model = Framework(cell, layers, weights, size)
    tensors = {"inputs": inputs, "targets": targets, "logits": model.logits(inputs[0])}
    tensors["losses"], first_state = train(model, inputs, targets)
    if tensors["losses"][-3:].mean() > tensors["losses"][:3].mean() - 0.05:
        return None
    tensors |= named("init.", weights) | named("final.", model.weights())
    tensors |= named("state_after_first.", first_state)

    if Framework is Keras:
        prompt = inputs[0, 0, :PROMPT]
        generated, lead = generate(model, prompt, size.T)
        if lead <= MARGIN or len(set(generated[GENERATED // 2 :])) < 3:
            return None
        tensors |= {"prompt": prompt, "generated": generated}
        model = Keras(cell, layers, weights, size, DenseAdam)
        tensors["dense.losses"], _ = train(model, inputs, targets)
        tensors |= named("dense.final.", model.weights())
    return tensors


def make(name, Framework, cell, layers, size, out):
    for seed in range(SEEDS):
        if tensors := attempt(Framework, cell, layers, size, seed):
            break
    else:
        raise RuntimeError(f"no seed below {SEEDS} makes a good {cell}-{layers}")
    metadata = {
        "framework": Framework.framework,
        "cell": cell,
        "layers": str(layers),
        "objective": Framework.objective,
        "learning_rate": str(size.learning_rate),
        "epsilon": str(EPSILON),
    }
    metadata |= Framework.metadata
    path = out / f"{name}.safetensors"
    write(path, tensors, metadata)
    losses = tensors["losses"]
    print(f"{path.name} {path.stat().st_size} bytes, loss {losses[0]:.4f} -> {losses[-1]:.4f}")


def main():
    parser = argparse.ArgumentParser(description="Write reference vectors for the tests.")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only", default="", help="how the names of the files start")
    parser.add_argument("--full", action="store_true", help="keras-rnn-1 at the tutorial's size")
    args = parser.parse_args()
    if args.full and not args.out:
        parser.error("--full needs --out: its file is too large for the repository")
    out = args.out or Path(__file__).parents[2] / "crates/model/tests/goldens"
    out.mkdir(parents=True, exist_ok=True)

    tf.config.experimental.enable_op_determinism()
    torch.use_deterministic_algorithms(True)
    if args.full:
        make("keras-rnn-1", Keras, "rnn", 1, FULL, out)
        return
    cases = [("keras", Keras, *case) for case in [("rnn", 1), ("gru", 1), ("lstm", 1), ("rnn", 2)]]
    cases += [("torch", Torch, cell, layers) for cell in GATES for layers in (1, 2)]
    cases = [(f"{name}-{cell}-{layers}", F, cell, layers) for name, F, cell, layers in cases]
    cases += [(f"optim-{name}", optimized_by(name), "rnn", 1) for name in OPTIMIZERS]
    cases += [("tied-gru-1", Tied, "gru", 1), ("tied-lstm-2", Tied, "lstm", 2)]
    for name, Framework, cell, layers in cases:
        size = replace(SMALL, E=SMALL.H) if Framework.tied else SMALL
        if name.startswith(args.only):
            make(name, Framework, cell, layers, size, out)


if __name__ == "__main__":
    main()
