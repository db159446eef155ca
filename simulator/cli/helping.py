"""How a command introduces itself: what it answers, examples, exit codes."""

import argparse
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Run = Callable[[argparse.Namespace], int]
# argparse's class is generic for type checkers only, hence the quotes.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


@dataclass(frozen=True, slots=True)
class Command:
    """A command's words; `examples` are pairs of what is asked and how it is written."""

    name: str
    answers: str
    description: str
    examples: tuple[tuple[str, str], ...]
    exits: tuple[tuple[int, str], ...]
    run: Run

    def add(self, commands: Commands) -> argparse.ArgumentParser:
        """Make the parser, to which the command adds its arguments."""
        parser = commands.add_parser(
            self.name,
            help=self.answers,
            description=textwrap.fill(self.description, 78),
            epilog=self._epilog(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        parser.set_defaults(run=self.run)
        return parser

    def _epilog(self) -> str:
        lines = ["examples:"]
        for question, written in self.examples:
            lines += [f"  {question}", f"    {written}"]
        lines.append("exit code:")
        lines += [f"  {code}  {meaning}" for code, meaning in self.exits]
        return "\n".join(lines)
