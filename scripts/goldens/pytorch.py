"""The models in PyTorch, and what trains them."""

import numpy as np
import torch
from plain import EPSILON

# Keys of charnn's configuration, and what they are in PyTorch.
OPTIMIZERS = {
    "adam": ({"weight_decay": 0.1}, torch.optim.Adam, {"weight_decay": 0.1}),
    "adamw": ({"weight_decay": 0.5}, torch.optim.AdamW, {"weight_decay": 0.5}),
    "clip": ({"optimizer": "adam", "grad_clip": 0.4}, torch.optim.Adam, {}),
    "rmsprop": ({"rmsprop_alpha": 0.95}, torch.optim.RMSprop, {"alpha": 0.95}),
    "rmsprop-momentum": (
        {"optimizer": "rmsprop", "momentum": 0.5, "weight_decay": 0.1},
        torch.optim.RMSprop,
        {"momentum": 0.5, "weight_decay": 0.1},
    ),
    "sgd": ({"learning_rate": 0.5}, torch.optim.SGD, {}),
    "sgd-momentum": (
        {"optimizer": "sgd", "momentum": 0.8, "weight_decay": 0.02, "learning_rate": 0.2},
        torch.optim.SGD,
        {"momentum": 0.8, "weight_decay": 0.02},
    ),
    "sgd-nesterov": (
        {"optimizer": "sgd", "momentum": 0.8, "nesterov": "true", "learning_rate": 0.2},
        torch.optim.SGD,
        {"momentum": 0.8, "nesterov": True},
    ),
}


class Torch:
    """Truncated backpropagation: the state is carried from chunk to chunk, detached."""

    framework = f"torch {torch.__version__.split('+')[0]}"
    objective = "every"
    metadata = {}
    tied = False

    def __init__(self, cell, layers, weights, size):
        Cell = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[cell]
        self.cell, self.state = cell, {}
        self.embedding = torch.nn.Embedding(size.V, size.E)
        self.head = torch.nn.Linear(size.H, size.V)
        self.recurrent = self.build(Cell, layers, size)
        self.views = self.keras_views(layers)
        for name, view in self.views.items():
            view.copy_(torch.from_numpy(self.swap_gates(name, weights[name])))
        if cell != "gru":  # our rnn and lstm have a single bias
            for i in range(layers):
                self.parameter("bias_hh", i).requires_grad_(False).zero_()
        model = torch.nn.ModuleList([self.embedding, self.recurrent, self.head])
        self.trained = [p for p in model.parameters() if p.requires_grad]
        self.optimizer = torch.optim.Adam(self.trained, size.learning_rate, eps=EPSILON)
        self.clip = None

    def build(self, Cell, layers, size):
        return Cell(size.E, size.H, layers, batch_first=True)

    def parameter(self, kind, layer):
        return getattr(self.recurrent, f"{kind}_l{layer}")

    def keras_views(self, layers):
        """The live parameters under our names, kernels transposed to Keras' layout."""
        views = {"embedding": self.embedding.weight}
        for i in range(layers):
            views[f"layers.{i}.kernel"] = self.parameter("weight_ih", i).T
            views[f"layers.{i}.recurrent_kernel"] = self.parameter("weight_hh", i).T
            views[f"layers.{i}.bias"] = self.parameter("bias_ih", i)
            if self.cell == "gru":
                views[f"layers.{i}.recurrent_bias"] = self.parameter("bias_hh", i)
        views |= {"head.kernel": self.head.weight.T, "head.bias": self.head.bias}
        return {name: view.detach() for name, view in views.items()}

    def swap_gates(self, name, array):
        """A GRU's gates are z, r, n here and r, z, n in PyTorch."""
        if self.cell != "gru" or not name.startswith("layers."):
            return array
        first, second, new = np.split(array, 3, axis=-1)
        return np.concatenate([second, first, new], axis=-1)

    def weights(self):
        return {n: self.swap_gates(n, view.numpy()).copy() for n, view in self.views.items()}

    def run(self, ids, state):
        """Logits and the state after them: arrays [L, B, H] named h and, for lstm, c."""
        state = tuple(torch.from_numpy(array) for array in state.values()) or (None,)
        state = state[0] if len(state) == 1 else state
        hidden, state = self.recurrent(self.embedding(torch.from_numpy(ids)), state)
        state = state if self.cell == "lstm" else (state,)
        return self.head(hidden), {k: s.detach().numpy() for k, s in zip("hc", state)}

    def logits(self, ids):
        return self.run(ids, {})[0].detach().numpy()

    def step(self, inputs, targets):
        logits, self.state = self.run(inputs, self.state)
        loss = torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), torch.from_numpy(targets).long().flatten()
        )
        self.optimizer.zero_grad()
        loss.backward()
        if self.clip:
            torch.nn.utils.clip_grad_norm_(self.trained, self.clip)
        self.optimizer.step()
        return loss.item()


class Tied(Torch):
    """Layer norm after every layer, and a head that multiplies by the embedding."""

    metadata = {"tied": "true"}
    tied = True

    def build(self, Cell, layers, size):
        self.head.weight = self.embedding.weight
        recurrent = torch.nn.Module()
        recurrent.layers = torch.nn.ModuleList(
            Cell(size.H, size.H, batch_first=True) for _ in range(layers)
        )
        recurrent.norms = torch.nn.ModuleList(torch.nn.LayerNorm(size.H) for _ in range(layers))
        recurrent.forward = self.recur
        return recurrent

    def parameter(self, kind, layer):
        return getattr(self.recurrent.layers[layer], f"{kind}_l0")

    def keras_views(self, layers):
        views = super().keras_views(layers)
        del views["head.kernel"]
        for i, norm in enumerate(self.recurrent.norms):
            views[f"layers.{i}.norm.gain"] = norm.weight.detach()
            views[f"layers.{i}.norm.bias"] = norm.bias.detach()
        return views

    def swap_gates(self, name, array):
        return array if ".norm." in name else super().swap_gates(name, array)

    def recur(self, x, state):
        states = []
        for i, (layer, norm) in enumerate(zip(self.recurrent.layers, self.recurrent.norms)):
            if isinstance(state, tuple):
                before = tuple(part[i : i + 1] for part in state)
            else:
                before = None if state is None else state[i : i + 1]
            x, after = layer(x, before)
            states.append(after if isinstance(after, tuple) else (after,))
            x = norm(x)
        parts = tuple(torch.cat(parts) for parts in zip(*states))
        return x, parts if self.cell == "lstm" else parts[0]


def optimized_by(name):
    """PyTorch with an optimiser of `OPTIMIZERS`."""
    keys, Optimizer, arguments = OPTIMIZERS[name]

    class Optim(Torch):
        metadata = {"optimizer": name} | {key: str(value) for key, value in keys.items()}

        def __init__(self, cell, layers, weights, size):
            super().__init__(cell, layers, weights, size)
            rate = keys.get("learning_rate", size.learning_rate)
            eps = {} if Optimizer is torch.optim.SGD else {"eps": EPSILON}
            self.optimizer = Optimizer(self.trained, rate, **eps, **arguments)
            self.clip = keys.get("grad_clip")

    return Optim
