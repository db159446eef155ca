"""Writes of content: loading a folder."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from netpol_lab.content.folder import File
from netpol_lab.content.models import SEED, Document, Revision
from simulator.document import Lesson, Quiz


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many documents a load added, changed, left alone and withdrew."""

    added: int = 0
    changed: int = 0
    same: int = 0
    withdrawn: int = 0


def load(files: Iterable[File], *, origin: str = SEED) -> Loaded:
    """Bring an origin's documents to what the files say. Loading twice changes nothing.

    A document whose file has gone is unpublished, never deleted: attempts point at its revisions.
    """
    files = tuple(files)
    results = [_load_file(file, origin) for file in files]
    kept = {(file.kind, file.document.slug) for file in files}
    withdrawn = 0
    for document in Document.objects.filter(origin=origin, published=True):
        if (document.kind, document.slug) not in kept:
            Document.objects.filter(pk=document.pk).update(published=False)
            withdrawn += 1
    counts = {name: results.count(name) for name in ("added", "changed", "same")}
    return Loaded(**counts, withdrawn=withdrawn)


def _load_file(file: File, origin: str) -> str:
    with transaction.atomic():
        document, added = Document.objects.get_or_create(
            origin=origin, kind=file.kind, slug=file.document.slug
        )
        current = document.current
        same = current is not None and current.text == file.text and document.published
        if current is None or current.text != file.text:
            number = current.number + 1 if current else 1
            document.current = Revision.objects.create(
                document=document, number=number, text=file.text
            )
        if not same:
            _describe(document, file)
            document.save()
    return "added" if added else "same" if same else "changed"


def _describe(document: Document, file: File) -> None:
    document.title = file.document.title
    document.published = True
    if isinstance(file.document, Lesson | Quiz):
        document.summary = file.document.summary
        document.module = file.document.module
        document.position = file.document.position
