"""What was rehearsed already: the same documents, played by the same simulator, need it once."""

from collections.abc import Iterable
from functools import cache as once
from hashlib import sha256
from pathlib import Path

from django.core.cache import cache
from django.db import DatabaseError, transaction

import simulator
from netpol_lab.content.folder import File

_KEY = "content-rehearsed"


def digest(files: Iterable[File]) -> str:
    """Of all documents and of the simulator's own code: either may break a promise."""
    told = sha256(_simulator())
    for file in sorted(files, key=lambda file: (file.kind, file.document.slug)):
        for part in (file.kind, file.document.slug, file.text):
            told.update(sha256(part.encode()).digest())
    return told.hexdigest()


@once
def _simulator() -> bytes:
    told = sha256()
    for path in sorted(Path(simulator.__file__).parent.rglob("*.py")):
        told.update(sha256(path.read_bytes()).digest())
    return told.digest()


def is_rehearsed(files: Iterable[File]) -> bool:
    """Whether just these were rehearsed last; also False where there is no cache to ask."""
    try:
        with transaction.atomic():
            return bool(cache.get(_KEY) == digest(files))
    except DatabaseError:
        return False


def remember_rehearsed(files: Iterable[File]) -> None:
    """These kept their promises."""
    try:
        with transaction.atomic():
            cache.set(_KEY, digest(files), timeout=None)
    except DatabaseError:  # without a cache they are played again next time
        return
