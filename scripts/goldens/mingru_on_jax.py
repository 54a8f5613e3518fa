"""Writes `jax-mingru-2.safetensors`: a network of two minimal GRUs, trained in JAX.

    pip install jax==0.10.2 numpy safetensors
    python scripts/goldens/mingru_on_jax.py      # to crates/model/tests/goldens

No framework has the cell (Feng et al. 2024, "Were RNNs All We Needed?", vanilla form), so the
equations are written out here and JAX differentiates them; Adam is the paper's Algorithm 1. What a
file contains is listed in `make.py`; the objective is "every", with the state carried.
"""

import argparse
import os
from pathlib import Path

os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np
from plain import EPSILON, Size, draw_data, write

SIZE = Size(V=11, E=7, H=13, B=3, T=5, S=10, learning_rate=1e-2)
LAYERS, GATES = 2, 2
BETA1, BETA2 = 0.9, 0.999


def draw_weights(rng):
    shapes = {"embedding": (SIZE.V, SIZE.E)}
    for i in range(LAYERS):
        shapes[f"layers.{i}.kernel"] = (SIZE.H if i else SIZE.E, GATES * SIZE.H)
        shapes[f"layers.{i}.bias"] = (GATES * SIZE.H,)
    shapes |= {"head.kernel": (SIZE.H, SIZE.V), "head.bias": (SIZE.V,)}
    scale = lambda name, shape: 0.3 if name.endswith("bias") else shape[0] ** -0.5
    scale_of = {n: 1.0 if n == "embedding" else scale(n, s) for n, s in shapes.items()}
    return {n: rng.normal(0, scale_of[n], s).astype(np.float32) for n, s in shapes.items()}


def run(weights, ids, state):
    """Logits [B, T, V] and the state after the last position, [L, B, H]."""
    x, after = weights["embedding"][ids], []
    for i in range(LAYERS):
        h, outputs = state[i], []
        for t in range(ids.shape[1]):
            gates = x[:, t] @ weights[f"layers.{i}.kernel"] + weights[f"layers.{i}.bias"]
            z, n = jax.nn.sigmoid(gates[:, : SIZE.H]), gates[:, SIZE.H :]
            h = (1 - z) * h + z * n
            outputs.append(h)
        x = jnp.stack(outputs, axis=1)
        after.append(h)
    return x @ weights["head.kernel"] + weights["head.bias"], jnp.stack(after)


def loss(weights, ids, targets, state):
    logits, after = run(weights, ids, state)
    chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), targets[..., None], axis=-1)
    return -chosen.mean(), after


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path)
    out = parser.parse_args().out or Path(__file__).parents[2] / "crates/model/tests/goldens"
    rng = np.random.default_rng(0)
    weights = draw_weights(rng)
    inputs, targets = draw_data(rng, "every", SIZE)
    state = jnp.zeros((LAYERS, SIZE.B, SIZE.H))
    logits, first = run(weights, inputs[0], state)
    tensors = {"inputs": inputs, "targets": targets, "logits": np.array(logits)}
    tensors["state_after_first.h"] = np.array(first)
    tensors |= {f"init.{name}": value for name, value in weights.items()}
    gradient = jax.jit(jax.value_and_grad(loss, has_aux=True))
    m, v = ({name: np.zeros_like(value) for name, value in weights.items()} for _ in range(2))
    losses = []
    for step, (ids, wanted) in enumerate(zip(inputs, targets), 1):
        (value, state), g = gradient(weights, ids, wanted, state)
        losses.append(float(value))
        for name in weights:
            m[name] = BETA1 * m[name] + (1 - BETA1) * g[name]
            v[name] = BETA2 * v[name] + (1 - BETA2) * g[name] ** 2
            update = m[name] / (1 - BETA1**step)
            update /= jnp.sqrt(v[name] / (1 - BETA2**step)) + EPSILON
            weights[name] = np.array(weights[name] - SIZE.learning_rate * update)
    tensors["losses"] = np.array(losses, np.float32)
    tensors |= {f"final.{name}": value for name, value in weights.items()}
    metadata = {
        "framework": f"jax {jax.__version__}",
        "cell": "mingru",
        "layers": str(LAYERS),
        "objective": "every",
        "learning_rate": str(SIZE.learning_rate),
        "epsilon": str(EPSILON),
    }
    path = out / "jax-mingru-2.safetensors"
    write(path, tensors, metadata)
    print(f"{path.name} {path.stat().st_size} bytes, loss {losses[0]:.4f} -> {losses[-1]:.4f}")


if __name__ == "__main__":
    main()
