from collections.abc import Iterator
from typing import Any

__version__: str

class CharnnError(Exception):
    """What went wrong, in words with hints. ``code`` names the kind of problem and does not change."""

    code: str

class Network:
    name: str
    step: int
    cell: str
    embedding_dim: int
    hidden_size: int
    num_layers: int
    symbols: list[str]
    @staticmethod
    def load(name: str, checkpoint: str, runs: str) -> Network: ...
    def generate(self, prompt: str, length: int, count: int, options: dict[str, Any]) -> list[str]: ...
    def stream(self, prompt: str, options: dict[str, Any]) -> Iterator[str]: ...
    def score(self, text: str, on_unknown: str) -> bytes: ...
    def logits(self, text: str, on_unknown: str) -> bytes: ...
    def states(self, text: str, layer: int, on_unknown: str) -> list[tuple[str, bytes]]: ...

class Texts(Iterator[str]):
    def __next__(self) -> str: ...
