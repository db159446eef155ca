"""The named misconceptions: how each is made from a right answer, and how each is recognised."""

from simulator.mistakes.catalogue import CATALOGUE, Misconception
from simulator.mistakes.generate import make_mistakes
from simulator.mistakes.search import recognise
from simulator.mistakes.values import Attempt, Constraints, MadeMistake, Recognised, Right

__all__ = [
    "CATALOGUE",
    "Attempt",
    "Constraints",
    "MadeMistake",
    "Misconception",
    "Recognised",
    "Right",
    "make_mistakes",
    "recognise",
]
