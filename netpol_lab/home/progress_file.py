"""The progress file: JSON that people can read, and that only this site can have written.

The signature is over the content, not over the text: spaces and the order of keys do not matter,
but whoever writes `"solved": true` by hand has a file that is refused.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

KIND = "netpol_lab progress"
VERSION = 2
#: From when there were no quizzes.
_OLDEST = 1
#: What a file may hold to be taken back: settings.LARGER_BODIES lets so much through.
MOST_BYTES = 4 * 1024 * 1024
MOST_ENTRIES = 10_000
PARTS = ("attempts", "hints", "predictions", "sittings", "reviews", "extra_time", "questions")

_SIGNER = Signer(salt="netpol_lab.home.progress_file")

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """What a file says: entries as home/progress.py writes them, oldest first."""

    attempts: tuple[Entry, ...] = ()
    hints: tuple[Entry, ...] = ()
    predictions: tuple[Entry, ...] = ()
    sittings: tuple[Entry, ...] = ()
    reviews: tuple[Entry, ...] = ()
    extra_time: tuple[Entry, ...] = ()
    questions: tuple[Entry, ...] = ()

    def __len__(self) -> int:
        return sum(len(getattr(self, part)) for part in PARTS)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file was not taken: one sentence, with the place where there is one."""

    text: str


def write(progress: Progress, saved: str) -> str:
    """The text of a file; `saved` is the time, as people and programs read it."""
    content = {
        "file": KIND,
        "version": VERSION,
        "saved": saved,
        **{part: list(getattr(progress, part)) for part in PARTS},
    }
    signed = content | {"signature": _SIGNER.signature(_canonical(content))}
    return json.dumps(signed, ensure_ascii=False, indent=1) + "\n"


def read(data: bytes) -> Progress | Refusal:
    """What a file says, or why it is refused; anything may be in it."""
    content = _json(data)
    if isinstance(content, Refusal):
        return content
    refusal = _foreign(content) or _forged(content)
    if refusal:
        return refusal
    progress = Progress(*(tuple(content.get(part, ())) for part in PARTS))
    if len(progress) > MOST_ENTRIES:
        return Refusal(_("The file has more than %(n)d entries.") % {"n": MOST_ENTRIES})
    return progress


def _json(data: bytes) -> dict[str, Any] | Refusal:
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        return Refusal(_("Line %(line)d is no UTF-8 text.") % {"line": line})
    except json.JSONDecodeError as fault:
        place = {"line": fault.lineno, "column": fault.colno}
        return Refusal(_("Line %(line)d, column %(column)d: this is no JSON.") % place)
    except (ValueError, RecursionError):  # a number of 5,000 digits, brackets without end
        return Refusal(_("This is JSON of a kind that no progress file has."))
    if not isinstance(content, dict):
        return Refusal(_("Line 1: a progress file starts with a brace."))
    return content


def _foreign(content: Mapping[str, Any]) -> Refusal | None:
    if content.get("file") != KIND:
        return Refusal(
            _('"file" does not say "%(kind)s": this is another kind of file.') % {"kind": KIND}
        )
    if content.get("version") not in range(_OLDEST, VERSION + 1):
        return Refusal(
            _('"version" is not %(version)d: a newer version of the site has saved this.')
            % {"version": VERSION}
        )
    return None


def _forged(content: Mapping[str, Any]) -> Refusal | None:
    unsigned = {name: value for name, value in content.items() if name != "signature"}
    try:
        _SIGNER.unsign(f"{_canonical(unsigned)}:{content.get('signature')}")
    except (BadSignature, ValueError, RecursionError):
        return Refusal(
            _('"signature" does not fit: the file was changed, or another site has saved it.')
        )
    return None


def _canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))
