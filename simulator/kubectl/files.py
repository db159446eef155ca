"""The documents that -f gives: from stdin, or from the files that there are."""

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.kubectl.call import Call
from simulator.kubectl.documents import Document, documents
from simulator.kubectl.making import ALWAYS_THERE, namespace_names
from simulator.kubectl.state import MOST_STDIN, Stop, WantsInput
from simulator.words import clip

STDIN = "STDIN"  # how kubectl calls it in its answers


@dataclass(frozen=True, slots=True)
class Given:
    """A document that -f gives: where from, and whether it is the editor's own text."""

    document: Document
    file: str
    own: bool


def given(call: Call) -> Iterator[Given]:
    """Every document of the files, in order; raises Stop for a file that is not there."""
    for name in call.words.all("filename"):
        text, file, own = _file(call, name)
        known = {*namespace_names(call.state), *ALWAYS_THERE}
        found = list(documents(text, namespaces=known, version=call.state.kubernetes))
        if not found:
            raise Stop(f"error: no objects passed to {call.verb}\n")
        for document in found:
            yield Given(document, file, own)


def _file(call: Call, name: str) -> tuple[str, str, bool]:
    if name in {"-", "/dev/stdin"}:
        if call.stdin is None:
            raise WantsInput
        if len(call.stdin.encode("utf-8", "surrogatepass")) > MOST_STDIN:
            raise Stop(f"error: the text has more than {MOST_STDIN:,} bytes\n")
        return call.stdin, STDIN, False
    base = name.removeprefix("./")
    if base in call.state.files:
        text = call.state.files[base]
        return text, name, text == call.state.text
    if name.startswith(("http://", "https://")):
        raise Stop(f"error: {clip(name)}: this lab opens no addresses; paste the text with -f -\n")
    raise Stop(f'error: the path "{clip(name)}" does not exist\n')
