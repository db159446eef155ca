"""Other languages of our own documents: their prose, field by field, beside the English.

A document holds `languages: {de: {title: …, body: …}}`. What a language leaves out is said in
English. Nothing that is judged is among these fields: no policy, label or name, and no option of a
question, whose order and letters hang on what it says.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from simulator.fields import FieldReader
from simulator.nodes import Entry
from simulator.words import quote

#: Language (`de`, `pt-br`) → field of the document → its text, or texts where it has several.
Languages = Mapping[str, Mapping[str, str | tuple[str, ...]]]
T = TypeVar("T")

_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


def read_languages(
    r: FieldReader, entry: Entry | None, known: tuple[str, ...], *, hints: int = 0
) -> Languages:
    """The languages of a document whose prose is in the fields `known`; it has so many `hints`."""
    found: dict[str, Mapping[str, str | tuple[str, ...]]] = {}
    for item in r.entries(entry):
        if not _CODE.fullmatch(item.key) or item.key == "en":
            hint = "Small letters, as in de or pt-br; English stands in the document itself."
            r.problem(f"{quote(item.key)} is no other language", item.mark, hint)
        fields = r.fields(item.value, required=(), optional=known) or {}
        found[item.key] = {
            name: _hints(r, field, hints) if name == "hints" else r.text(field)
            for name, field in fields.items()
            if name in known
        }
    return found


def _hints(r: FieldReader, entry: Entry, number: int) -> tuple[str, ...]:
    texts = tuple(r.text(Entry("a hint", item, item.mark)) for item in r.items(entry))
    if len(texts) != number:
        r.problem(f"the exercise has {number} hints, and this language {len(texts)}", entry.mark)
    return texts


def in_language(document: T, language: str) -> T:
    """The document as a language says it (`de-at`, else `de`); the same where it has none."""
    languages: Languages = getattr(document, "languages", {})
    code = language.lower()
    while code and code not in languages:
        code = code.rpartition("-")[0]
    changed: dict[str, Any] = dict(languages.get(code, {}))
    return replace(document, **changed) if changed else document  # type: ignore[type-var]
