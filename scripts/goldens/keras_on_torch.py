"""Shows that `dense.losses` of the Keras files are unmodified Keras' own, on its PyTorch backend.

    python scripts/goldens/keras_on_torch.py

TensorFlow gives Keras' Adam the gradient of an embedding row use by use; PyTorch gives the sum.
Trains each one-layer Keras file again with KERAS_BACKEND=torch and prints the largest difference
of its ten losses from `dense.losses` and from `losses` (those on TensorFlow).
"""

import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"
sys.modules["triton"] = None  # PyTorch's compiler, not needed here

import keras
import numpy as np
from safetensors.numpy import load_file

LAYERS = {"rnn": keras.layers.SimpleRNN, "gru": keras.layers.GRU, "lstm": keras.layers.LSTM}
folder = Path(__file__).parents[2] / "crates/model/tests/goldens"
for cell, layer in LAYERS.items():
    golden = load_file(folder / f"keras-{cell}-1.safetensors")
    v, e = golden["init.embedding"].shape
    h = golden["init.head.kernel"].shape[0]
    model = keras.Sequential(
        [keras.layers.Embedding(v, e), layer(h), keras.layers.Dense(v, activation="softmax")]
    )
    model.build((None, golden["inputs"].shape[2]))
    bias = golden["init.layers.0.bias"]
    if cell == "gru":
        bias = np.stack([bias, golden["init.layers.0.recurrent_bias"]])
    kernels = [golden["init.layers.0.kernel"], golden["init.layers.0.recurrent_kernel"]]
    model.layers[0].set_weights([golden["init.embedding"]])
    model.layers[1].set_weights([*kernels, bias])
    model.layers[2].set_weights([golden["init.head.kernel"], golden["init.head.bias"]])
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.Adam(1e-2))
    pairs = zip(golden["inputs"], golden["targets"])
    losses = np.array([float(model.train_on_batch(x, y)) for x, y in pairs])
    dense, tensorflow = (np.abs(losses - golden[k]).max() for k in ("dense.losses", "losses"))
    print(f"{cell}: {dense:.1e} from dense.losses, {tensorflow:.1e} from losses")
    assert dense < 1e-5
