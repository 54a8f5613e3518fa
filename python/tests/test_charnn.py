"""The package as it is installed: `scripts/check-python.sh` runs these tests in an empty environment."""

import json
import math
import subprocess
import sys
from pathlib import Path

import charnn
import numpy as np
import pytest

TALES = Path(__file__).parents[2] / "crates/infer/examples/tales.charnn.safetensors"


@pytest.fixture(scope="module")
def tales():
    return charnn.load(TALES)


def run(*words, **options):
    return subprocess.run([charnn.program(), *map(str, words)], capture_output=True, encoding="utf-8", check=True, **options).stdout


def trains():
    return subprocess.run([charnn.program(), "train", "--help"], capture_output=True).returncode == 0


needs_training = pytest.mark.skipif("not trains()", reason="the program was built without training")


def test_a_network_describes_itself(tales):
    assert (tales.cell, tales.hidden_size, tales.num_layers) == ("gru", 48, 1)
    assert "gru" in repr(tales) and len(tales.symbols) == 60
    assert charnn.load("builtin:tales").step > 0


def test_texts_are_those_of_the_program(tales):
    text = tales.generate("Once upon", length=200, temperature=0.5, seed=7)
    flags = ("--prompt", "Once upon", "--length", 200, "--temperature", 0.5, "--seed", 7)
    assert text == run("generate", TALES, *flags).rstrip("\n")
    several = tales.generate("Once upon", length=200, count=3, temperature=0.5, seed=7)
    assert several[0] == text and len(set(several)) == 3
    stream = tales.stream("Once upon", temperature=0.5, seed=7)
    assert "Once upon" + "".join(next(stream) for _ in range(200)) == text
    assert tales.generate(seed=1) != tales.generate(seed=2)
    assert tales.generate() != tales.generate()
    assert tales.generate("Once", greedy=True) == tales.generate("Once", greedy=True, seed=9)


def test_scores_agree_with_logits_and_with_the_program(tales):
    text = "Once upon a time there was a king."
    losses = tales.score(text)
    assert losses.shape == (len(text) - 1,) and losses.dtype == np.float32
    for at in (1, 5, 20):
        logits = tales.logits(text[:at]).astype(float)
        expected = np.log(np.exp(logits - logits.max()).sum()) + logits.max() - logits[tales.symbols.index(text[at])]
        assert math.isclose(losses[at - 1], expected, abs_tol=1e-5)
    # The program reads a line after a line break, and one ends it.
    scored = json.loads(run("score", TALES, "-", "--by", "char", "--json", input=text))
    own = tales.score(f"\n{text}\n")
    assert np.allclose(own, [it["loss"] for it in scored["characters"]], atol=1e-6)


def test_states_have_every_gate(tales):
    states = tales.states("Once")
    assert sorted(states) == ["h", "n", "r", "z"]
    assert all(values.shape == (4, 48) for values in states.values())
    assert (states["z"] >= 0).all() and (states["z"] <= 1).all() and np.abs(states["h"]).max() <= 1
    longer = tales.states("Once upon")["h"]
    assert (longer[:4] == states["h"]).all()


def test_what_is_wrong_is_an_exception(tales, tmp_path):
    with pytest.raises(charnn.CharnnError, match="nosuch") as caught:
        charnn.load("nosuch", runs=tmp_path)
    assert caught.value.code.startswith("run")
    (tmp_path / "a.charnn.safetensors").write_bytes(TALES.read_bytes()[:5000])
    with pytest.raises(charnn.CharnnError):
        charnn.load(tmp_path / "a.charnn.safetensors")
    with pytest.raises(charnn.CharnnError):
        tales.generate("红")
    assert tales.generate("红 Once", length=5, on_unknown="skip", seed=1)
    for wrong in ({"temperature": -1.0}, {"top_p": 2.0}, {"on_unknown": "maybe"}):
        with pytest.raises(ValueError):
            tales.generate("Once", **wrong)
    with pytest.raises(TypeError, match="temprature"):
        tales.generate("Once", temprature=1.0)
    with pytest.raises(ValueError, match="layer"):
        tales.states("Once", layer=1)


def test_threads_share_a_network(tales):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        texts = list(pool.map(lambda seed: tales.generate("Once", seed=seed % 2), range(8)))
    assert texts[0::2] == [texts[0]] * 4 and texts[1::2] == [texts[1]] * 4


def test_the_module_runs_the_program():
    done = subprocess.run([sys.executable, "-m", "charnn", "--version"], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("charnn ")


@needs_training
def test_a_training_yields_events(tmp_path):
    settings = {"model__hidden_size": 16, "train__max_steps": 20, "run__root": str(tmp_path)}
    events = list(charnn.train("builtin:tales", "--name", "small", "--device", "cpu", **settings))
    kinds = [event["event"] for event in events]
    assert kinds.count("step") == 20 and kinds[-1] == "end" and "evaluation" in kinds
    network = charnn.load("small", runs=tmp_path)
    assert network.step == 20 and network.hidden_size == 16
    assert network.generate("Once", length=10, seed=1).startswith("Once")


@needs_training
def test_a_training_that_is_left_early_saves_a_checkpoint(tmp_path):
    for event in charnn.train("builtin:tales", "--name", "left", "--device", "cpu", run__root=str(tmp_path)):
        if event["event"] == "step" and event["step"] == 5:
            break
    assert charnn.load("left", "last", runs=tmp_path).step >= 5


@needs_training
def test_a_training_that_fails_raises(tmp_path):
    with pytest.raises(charnn.CharnnError, match="nosuch.txt") as caught:
        list(charnn.train(tmp_path / "nosuch.txt"))
    assert caught.value.code == "data/unreadable"
    with pytest.raises(charnn.CharnnError, match="hiden"):
        list(charnn.train("builtin:tales", model__hiden_size=3))


@needs_training
def test_the_notebook_runs():
    notebook = json.loads((Path(__file__).parents[2] / "docs/python.ipynb").read_text(encoding="utf-8"))
    names = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    surprising = names["losses"][names["text"].index("q") - 1]
    assert surprising > 4 * names["losses"].mean()
