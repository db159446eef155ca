"""Nothing that a person can write raises: texts mended and broken at random, and random worlds."""

import json
import random
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.evaluate import evaluate
from simulator.explain import explain
from simulator.limits import COMMAND_LINE, SUBMISSION
from simulator.model import Cluster, NetworkPolicy, Probe, ProbeProtocol
from simulator.parse import read_policies
from tests.simulator import worlds


@settings(max_examples=300)
@given(
    worlds.clusters(),
    st.lists(worlds.network_policies, max_size=4),
    st.sampled_from(["TCP", "UDP", "SCTP", "ICMP"]),
    worlds.numbers,
)
def test_every_verdict_has_its_words(
    cluster: Cluster, policies: list[NetworkPolicy], protocol: ProbeProtocol, port: int
) -> None:
    for source in cluster.endpoints:
        for target in cluster.endpoints:
            probe = Probe(source, target, protocol, None if protocol == "ICMP" else port)
            explanation = explain(evaluate(cluster, policies, probe))
            assert explanation.sentence.endswith(".")
            assert all(gate.text.endswith(".") for gate in explanation.gates)
            assert "  " not in explanation.sentence


@pytest.mark.parametrize("seed", range(8))
def test_no_mutated_file_of_the_corpus_raises(shared: Path, seed: int) -> None:
    """Bytes dropped, doubled, swapped between files and made odd: 250 texts a seed."""
    dice = random.Random(seed)
    corpus = small_files(shared)
    for _ in range(250):
        text = bytearray(dice.choice(corpus))
        for _ in range(dice.randint(1, 6)):
            mutate(text, dice, corpus)
        for limits in (SUBMISSION, COMMAND_LINE):
            reading = read_policies(bytes(text), limits=limits)
            assert reading.accepted or reading.errors
            json.dumps([problem.message for problem in reading.problems])


@lru_cache
def small_files(shared: Path) -> list[bytes]:
    """Files of the corpus that are quick to read, and a policy that is accepted."""
    files = (path.read_bytes() for path in sorted((shared / "bad-input").glob("*.yaml")))
    return [data for data in files if 0 < len(data) < 2_000] + [worlds.DB_POLICY.encode()] * 40


def mutate(text: bytearray, dice: random.Random, corpus: list[bytes]) -> None:
    """One small change in place."""
    place = dice.randrange(len(text) + 1)
    match dice.randrange(5):
        case 0:
            del text[place : place + dice.randint(1, 12)]
        case 1:
            text[place:place] = dice.choice([b"\t", b"- ", b": ", b"{", b"[", b"&a ", b"*a", b"\n"])
        case 2:
            text[place:place] = bytes([dice.randrange(256)])
        case 3:
            other = dice.choice(corpus)
            start = dice.randrange(len(other))
            text[place:place] = other[start : start + dice.randint(1, 60)]
        case _:
            text[place:place] = text[place : place + dice.randint(1, 40)]
