"""Character-level recurrent networks: train them, write text with them, and look inside.

    import charnn

    network = charnn.load("runs/novel")
    print(network.generate("Once", length=200, temperature=0.8, seed=1))
    losses = network.score("Once upon a time")          # nats of each character but the first
    h = network.states("Once upon a time")["h"]         # [T, H]

    for event in charnn.train("novel.toml"):
        if event["event"] == "evaluation":
            print(event["step"], event["val_loss"])

The functions on arrays need NumPy. ``charnn`` on the command line is the whole program.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ._charnn import CharnnError, __version__
from ._charnn import Network as _Network

if TYPE_CHECKING:
    import numpy as np

__all__ = ["CharnnError", "Network", "load", "program", "train", "__version__"]

_SAMPLING = (
    "greedy",
    "temperature",
    "top_k",
    "top_p",
    "min_p",
    "typical",
    "repetition_penalty",
    "presence_penalty",
    "frequency_penalty",
    "penalty_window",
    "no_repeat",
)


def load(name: str | os.PathLike[str] = "latest", checkpoint: str | int = "best", *, runs: str | os.PathLike[str] = "runs") -> Network:
    """Loads a trained network.

    ``name`` is a run (its folder, its name under ``runs``, or ``latest``), a file or folder of ``charnn export``, or
    ``builtin:tales``. ``checkpoint`` is ``"best"``, ``"last"`` or a training step.

    Raises `CharnnError` if there is no such network or its files are damaged, and warns if only the newest checkpoint
    is damaged.
    """
    return Network(_Network.load(os.fspath(name), str(checkpoint), os.fspath(runs)))


class Network:
    """A trained network. It keeps no state between calls and can be used from several threads."""

    def __init__(self, network: _Network) -> None:
        self._network = network

    def __repr__(self) -> str:
        return f"<charnn.Network {self.name!r}: {self.cell}, {self.num_layers} x {self.hidden_size} units, step {self.step}>"

    @property
    def name(self) -> str:
        """The name of the run or file."""
        return self._network.name

    @property
    def step(self) -> int:
        """The training step of the checkpoint; 0 if it is not known."""
        return self._network.step

    @property
    def cell(self) -> str:
        """``"rnn"``, ``"gru"``, ``"lstm"`` or ``"mingru"``."""
        return self._network.cell

    @property
    def embedding_dim(self) -> int:
        """E, the length of a symbol's vector."""
        return self._network.embedding_dim

    @property
    def hidden_size(self) -> int:
        """H, the units of a layer."""
        return self._network.hidden_size

    @property
    def num_layers(self) -> int:
        """The recurrent layers."""
        return self._network.num_layers

    @property
    def symbols(self) -> list[str]:
        """The symbols in the order of their ids, [V]."""
        return self._network.symbols

    def generate(
        self, prompt: str = "", *, length: int = 300, count: int | None = None, seed: int | None = None,
        on_unknown: str = "error", **sampling: Any,
    ) -> str | list[str]:
        """Writes a text: the prompt and ``length`` more symbols, as ``charnn generate`` does.

        With ``count``, a list of so many texts, which are generated side by side. The same ``seed`` gives the same
        texts, those of the program; without one, they differ from call to call. A record ends a text early.

        ``sampling``: ``greedy``, ``temperature``, ``top_k``, ``top_p``, ``min_p``, ``typical``,
        ``repetition_penalty``, ``presence_penalty``, ``frequency_penalty``, ``penalty_window``, ``no_repeat``. What is
        left out has the value of the run. ``on_unknown`` is what happens to characters of the prompt that the network
        does not know: ``"error"``, ``"skip"`` or ``"unk"``.
        """
        number = 1 if count is None else count
        texts = self._network.generate(prompt, length, number, _options(seed, on_unknown, sampling))
        return texts[0] if count is None else texts

    def stream(
        self, prompt: str = "", *, seed: int | None = None, on_unknown: str = "error", **sampling: Any
    ) -> Iterator[str]:
        """The symbols after the prompt, one after another and without end; of a record, to its end."""
        return iter(self._network.stream(prompt, _options(seed, on_unknown, sampling)))

    def score(self, text: str, *, on_unknown: str = "error") -> np.ndarray:
        """The loss of each symbol of a text but the first, in nats, [T - 1]: minus the logarithm of its probability."""
        return _array(self._network.score(text, on_unknown))

    def logits(self, text: str, *, on_unknown: str = "error") -> np.ndarray:
        """The logits of what follows a text, [V], in the order of ``symbols``."""
        return _array(self._network.logits(text, on_unknown))

    def states(self, text: str, layer: int = 0, *, on_unknown: str = "error") -> dict[str, np.ndarray]:
        """What a layer does along a text: ``"h"``, ``"c"`` of an LSTM, and the gates by their names, each [T, H]."""
        recorded = self._network.states(text, layer, on_unknown)
        return {name: _array(values).reshape(-1, self.hidden_size) for name, values in recorded}


def train(source: str | os.PathLike[str] | Sequence[str | os.PathLike[str]], *flags: str, **settings: Any) -> Iterator[dict[str, Any]]:
    """Trains a network and yields what happens, each event as a dictionary with the key ``"event"``.

    ``source`` is a text, a folder or a configuration. ``flags`` are those of ``charnn train``, such as
    ``"--name", "novel"``. ``settings`` are configuration keys with two underscores for the dot:
    ``train__max_steps=500``. The last event is ``{"event": "end", ...}``; docs/json.md lists them all.

    Leaving the loop early stops the training as Ctrl-C does: a checkpoint is saved. Raises `CharnnError` if the
    training fails.
    """
    sources = [source] if isinstance(source, (str, os.PathLike)) else source
    words = [program(), "train", *map(os.fspath, sources), "--json", *flags]
    for key, value in settings.items():
        words += ["--set", f"{key.replace('__', '.')}={json.dumps(value, ensure_ascii=False)}"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    assert process.stdout is not None and process.stderr is not None
    notes: list[str] = []
    reader = _in_background(process.stderr, notes)
    try:
        for line in process.stdout:
            yield json.loads(line)
        code = process.wait()
        reader.join()
        if code != 0:
            raise _failure(code, notes)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
        process.stdout.close()
        reader.join()
        process.stderr.close()


def program() -> str:
    """The path of the program ``charnn`` that belongs to this package, or else the one on the search path."""
    own = os.path.join(sysconfig.get_path("scripts"), "charnn" + (sysconfig.get_config_var("EXE") or ""))
    found = own if os.path.isfile(own) else shutil.which("charnn")
    if found is None:
        raise CharnnError("the program charnn is not installed beside this package")
    return found


def _options(seed: int | None, on_unknown: str, given: dict[str, Any]) -> dict[str, Any]:
    unknown = [name for name in given if name not in _SAMPLING]
    if unknown:
        raise TypeError(f"unknown sampling setting {unknown[0]!r}; there are {', '.join(_SAMPLING)}")
    return {"seed": seed, "on_unknown": on_unknown, **{name: given.get(name) for name in _SAMPLING}}


def _failure(code: int, notes: list[str]) -> CharnnError:
    """The error of a training: with ``--json`` the last note is one as JSON."""
    try:
        event = json.loads(notes[-1])
        error = CharnnError("\n  hint: ".join([event["message"], *event["hints"]]))
        error.code = event["code"]
    except (IndexError, ValueError, KeyError):
        error = CharnnError("".join(notes).strip() or f"charnn train ended with exit code {code}")
        error.code = "train/exit"
    return error


def _array(values: bytes) -> np.ndarray:
    import numpy as np

    return np.frombuffer(values, dtype="<f4")


def _in_background(stream: Any, lines: list[str]) -> Any:
    import threading

    thread = threading.Thread(target=lambda: lines.extend(stream), daemon=True)
    thread.start()
    return thread
