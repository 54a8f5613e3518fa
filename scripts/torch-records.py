"""Times PyTorch on records of about 20 characters: the GRU of scripts/bench-records.sh. Needs: pip install torch.

    python scripts/torch-records.py WORK [--steps 40] [--threads 2]

WORK: prose    16 rows of 64 characters
      packed   records of 10 to 30 characters, as many characters, by pack_padded_sequence
      padded   the same records, padded to the longest
Every position is predicted. Prints one JSON line; padding is not counted.
"""

import argparse
import json
import statistics
import time

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

VOCABULARY = 65
SIZE = 256
ROWS, STEPS = 16, 64
IGNORE = -1

parser = argparse.ArgumentParser()
parser.add_argument("work", choices=["prose", "packed", "padded"])
parser.add_argument("--steps", type=int, default=40)
parser.add_argument("--warmup", type=int, default=5)
parser.add_argument("--threads", type=int, default=2)
arguments = parser.parse_args()
torch.manual_seed(0)
torch.set_num_threads(arguments.threads)


class CharLm(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, SIZE)
        self.rnn = nn.GRU(SIZE, SIZE, batch_first=True)
        self.head = nn.Linear(SIZE, VOCABULARY)


def lengths():
    """Lengths of records that have as many characters together as a batch of prose."""
    rest = ROWS * STEPS
    while rest > 30:
        length = 10 + int(torch.randint(0, 21, ()))
        yield length
        rest -= length
    yield rest


def step(model, adam):
    """One training step. Returns the number of characters."""
    if arguments.work == "prose":
        sizes = [STEPS] * ROWS
    else:
        sizes = list(lengths())
    ids = torch.randint(0, VOCABULARY, (len(sizes), max(sizes)))
    targets = torch.randint(0, VOCABULARY, ids.shape)
    adam.zero_grad(set_to_none=True)
    if arguments.work == "packed":
        pack = lambda it: pack_padded_sequence(it, torch.tensor(sizes), batch_first=True, enforce_sorted=False)
        hidden, _ = model.rnn(pack(model.embedding(ids)))
        hidden, targets = hidden.data, pack(targets).data
    else:
        inside = torch.arange(ids.shape[1]) < torch.tensor(sizes)[:, None]
        targets = targets.where(inside, IGNORE).flatten()
        hidden, _ = model.rnn(model.embedding(ids))
    logits = model.head(hidden).reshape(-1, VOCABULARY)
    nn.functional.cross_entropy(logits, targets, ignore_index=IGNORE).backward()
    adam.step()
    return sum(sizes)


model = CharLm()
adam = torch.optim.Adam(model.parameters(), 1e-3)
rates = []
for index in range(arguments.warmup + arguments.steps):
    start = time.perf_counter()
    characters = step(model, adam)
    if index >= arguments.warmup:
        rates.append(characters / (time.perf_counter() - start))
rate = round(statistics.median(rates))
print(json.dumps({"peer": "torch " + torch.__version__, "work": arguments.work, "chars_per_s": rate}))
