"""manage.py load_content [DIR] [--check]"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from netpol_lab.content.actions import load
from netpol_lab.content.folder import Folder, read_folder, rehearse
from netpol_lab.content.rehearsed import is_rehearsed, remember_rehearsed


class Command(BaseCommand):
    """Loads the course's documents; safe to run again."""

    help = (
        "Load scenarios, exercises, lessons and quizzes from a folder of YAML files (fixtures/ by "
        "default). Every document is read and rehearsed first, unless they are those that were "
        "loaded last; with a fault in any, nothing is loaded."
    )
    # --check must work where there is no database.
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", nargs="?", type=Path, default=settings.BASE_DIR / "fixtures", metavar="DIR"
        )
        parser.add_argument(
            "--check", action="store_true", help="read and rehearse only; needs no database"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = self._read(options["folder"], check=options["check"])
        for fault in folder.faults:
            self.stderr.write(str(fault))
        if folder.faults:
            raise CommandError(f"{len(folder.faults)} faults; nothing was loaded")
        if options["check"]:
            self.stdout.write(f"{len(folder.files)} documents keep their promises")
            return
        done = load(folder.files)
        remember_rehearsed(folder.files)
        self.stdout.write(
            f"{len(folder.files)} documents: {done.added} new, {done.changed} changed, "
            f"{done.same} as they were, {done.withdrawn} withdrawn"
        )

    def _read(self, path: Path, *, check: bool) -> Folder:
        """The folder; what kept its promises at the last load is not rehearsed again."""
        folder = read_folder(path, rehearsed=check)
        return folder if check or is_rehearsed(folder.files) else rehearse(folder)
