"""Flags as kubectl reads them: long, short, grouped, with or without `=` (spf13/pflag)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.kubectl.state import Stop
from simulator.words import clip

#: What stands for a flag given without the value that it may leave out.
BARE = "\0bare"


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag: a switch, one that takes a value, or one whose value may be left out."""

    name: str
    short: str = ""
    takes: str = "nothing"  # or "value", or "perhaps"


@dataclass(frozen=True, slots=True)
class Words:
    """A command's words taken apart; `rest` is what follows `--`, None where there is none."""

    args: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = ()  # type: ignore[assignment]
    rest: tuple[str, ...] | None = None

    def has(self, name: str) -> bool:
        """Whether a switch is on; `--name=false` turns it off."""
        return name in self.values and self.values[name][-1].lower() not in {"false", "0", "f"}

    def one(self, name: str) -> str | None:
        """The last value of a flag, None where it is not given."""
        return self.values[name][-1] if name in self.values else None

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a flag, in order."""
        return self.values.get(name, ())


def read_flags(verb: str, words: Sequence[str], known: Sequence[Flag]) -> Words:
    """Take the words after a verb apart; raises Stop, in kubectl's words."""
    by_long = {flag.name: flag for flag in known}
    by_short = {flag.short: flag for flag in known if flag.short}
    args: list[str] = []
    values: dict[str, list[str]] = {}
    left = list(reversed(words))
    while left:
        word = left.pop()
        if word == "--":
            return Words(tuple(args), _tuples(values), tuple(reversed(left)))
        if word.startswith("--"):
            _long(verb, word, left, by_long=by_long, values=values)
        elif word.startswith("-") and word != "-":
            _short(verb, word, left, by_short=by_short, values=values)
        else:
            args.append(word)
    return Words(tuple(args), _tuples(values))


def _tuples(values: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(found) for name, found in values.items()}


def _long(
    verb: str,
    word: str,
    left: list[str],
    *,
    by_long: Mapping[str, Flag],
    values: dict[str, list[str]],
) -> None:
    name, equals, value = word[2:].partition("=")
    flag = by_long.get(name)
    if flag is None:
        raise _usage(verb, f"unknown flag: --{clip(name)}")
    if not equals and flag.takes == "value":
        if not left:
            raise _usage(verb, f"flag needs an argument: --{name}")
        value = left.pop()
    elif not equals:
        value = BARE
    values.setdefault(name, []).append(value)


def _short(
    verb: str,
    word: str,
    left: list[str],
    *,
    by_short: Mapping[str, Flag],
    values: dict[str, list[str]],
) -> None:
    letters = word[1:]
    while letters:
        flag, rest = by_short.get(letters[0]), letters[1:]
        if flag is None:
            shown = clip(letters)
            raise _usage(verb, f"unknown shorthand flag: '{clip(letters[0])}' in -{shown}")
        if flag.takes == "nothing":
            values.setdefault(flag.name, []).append(BARE)
            letters = rest
            continue
        if not rest and flag.takes == "value" and not left:
            raise _usage(verb, f"flag needs an argument: '{flag.short}' in -{letters}")
        value = rest.removeprefix("=") if rest else left.pop() if flag.takes == "value" else BARE
        values.setdefault(flag.name, []).append(value)
        return


def _usage(verb: str, message: str) -> Stop:
    return Stop(f"error: {message}\nSee 'kubectl {verb} --help' for usage.\n")
