"""Writes `optim-keras-rmsprop*.safetensors`: real Keras' RMSprop on its JAX backend.

    pip install keras==3.15.1 jax==0.10.2 numpy safetensors
    python scripts/goldens/keras_on_jax.py      # to crates/model/tests/goldens

JAX sums the gradient of an embedding row before the optimiser sees it, as charnn does, so the file
needs no `dense.*` variant, and the install is a tenth of TensorFlow's. What a file contains is
listed in `make.py`; the objective is "last".
"""

import argparse
import os
from pathlib import Path

os.environ.update(KERAS_BACKEND="jax", JAX_PLATFORMS="cpu")

import jax
import keras
import numpy as np
from plain import EPSILON, Size, cross_entropy, draw_data, draw_weights, forward, write

SIZE = Size(V=11, E=7, H=13, B=3, T=5, S=10, learning_rate=1e-2)
# Keys of charnn's configuration, and what they are in Keras.
CASES = {
    "keras-rmsprop": ({"rmsprop_alpha": 0.95}, {"rho": 0.95}),
    "keras-rmsprop-momentum": (
        {"momentum": 0.5, "weight_decay": 0.1, "rmsprop_alpha": 0.9},
        {"momentum": 0.5, "weight_decay": 0.1, "rho": 0.9},
    ),
}


def build(activation):
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(SIZE.V, SIZE.E),
            keras.layers.SimpleRNN(SIZE.H),
            keras.layers.Dense(SIZE.V, activation=activation),
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path)
    out = parser.parse_args().out or Path(__file__).parents[2] / "crates/model/tests/goldens"
    for name, (keys, arguments) in CASES.items():
        rng = np.random.default_rng(0)
        weights = draw_weights(rng, "rnn", 1, SIZE)
        inputs, targets = draw_data(rng, "last", SIZE)
        model, plain = build("softmax"), build(None)
        model.set_weights(list(weights.values()))
        plain.set_weights(list(weights.values()))
        optimizer = keras.optimizers.RMSprop(SIZE.learning_rate, epsilon=EPSILON, **arguments)
        model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy")
        tensors = {"inputs": inputs, "targets": targets, "logits": np.array(plain(inputs[0]))}
        losses = []
        for ids, wanted in zip(inputs, targets):
            current = dict(zip(weights, model.get_weights(), strict=True))
            logits = forward("rnn", current, ids, {})[0][:, -1]
            losses.append(float(model.train_on_batch(ids, wanted)))
            np.testing.assert_allclose(losses[-1], cross_entropy(logits, wanted), rtol=1e-4)
        tensors["losses"] = np.array(losses, np.float32)
        tensors |= {f"init.{key}": value for key, value in weights.items()}
        final = zip(weights, model.get_weights(), strict=True)
        tensors |= {f"final.{key}": value for key, value in final}
        metadata = {
            "framework": f"keras {keras.__version__} on jax {jax.__version__}",
            "cell": "rnn",
            "layers": "1",
            "objective": "last",
            "learning_rate": str(SIZE.learning_rate),
            "epsilon": str(EPSILON),
            "optimizer": "keras-rmsprop",
        }
        metadata |= {key: str(value) for key, value in keys.items()}
        path = out / f"optim-{name}.safetensors"
        write(path, tensors, metadata)
        print(f"{path.name} {path.stat().st_size} bytes, loss {losses[0]:.4f} -> {losses[-1]:.4f}")


if __name__ == "__main__":
    main()
