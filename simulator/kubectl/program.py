"""What the programs of a pod share: their output, their words, their ports."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.kubectl.dialling import Ending
from simulator.kubectl.flags import Flag, Words, read_flags
from simulator.kubectl.state import Stop
from simulator.words import clip

BUSYBOX = "BusyBox v1.37.0 multi-call binary.\n\n"


@dataclass(frozen=True, slots=True)
class Output:
    """What a program leaves behind."""

    stdout: str = ""
    stderr: str = ""
    exit: int = 0


def read_words(name: str, args: Sequence[str], known: Sequence[Flag]) -> Words:
    """A program's words taken apart; raises Stop, in its own words."""
    try:
        return read_flags(name, args, known)
    except Stop as stop:
        message = stop.stderr.splitlines()[0].removeprefix("error: ")
        raise Stop(f"{name}: {message}\n", 2 if name == "curl" else 1) from None


def port_number(program: str, text: str) -> int:
    """A port as a program takes it; raises Stop."""
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or not 0 < int(text) < 65_536:
        raise Stop(f"{program}: bad port '{clip(text)}'\n")
    return int(text)


def open_question(ending: Ending) -> Output:
    """What is printed where the API does not say how it ends: why, and no answer."""
    return Output("", ending.note, 1)
