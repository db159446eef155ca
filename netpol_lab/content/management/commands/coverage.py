"""manage.py coverage [DIR] [--check] [--page FILE]"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from netpol_lab.content.coverage import coverage
from netpol_lab.content.coverage_page import coverage_page
from netpol_lab.content.folder import read_folder


class Command(BaseCommand):
    """Writes which statement is taught where."""

    help = (
        "Write docs/coverage.md: for each statement of the notes the lessons, exercises and "
        "questions that teach it. With --check nothing is written, and a stale page or a gap is "
        "an error."
    )
    # It must work where there is no database.
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", nargs="?", type=Path, default=settings.BASE_DIR / "fixtures", metavar="DIR"
        )
        parser.add_argument(
            "--page",
            type=Path,
            default=settings.BASE_DIR / "docs" / "coverage.md",
            metavar="FILE",
            help="the page to write (docs/coverage.md)",
        )
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail where it is stale or has gaps"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder, page = read_folder(options["folder"], rehearsed=False), options["page"]
        for fault in folder.faults:
            self.stderr.write(str(fault))
        if folder.faults:
            raise CommandError(f"{len(folder.faults)} faults")
        found = coverage(folder.files)
        text = coverage_page(found, beside=page.resolve().parent)
        if options["check"]:
            self._check(page, text, found.gaps)
        else:
            page.write_text(text, encoding="utf-8")
        taught = len(found.statements) + len(found.errata)
        self.stdout.write(f"{taught} statements and errata, {len(found.gaps)} gaps")

    def _check(self, page: Path, text: str, gaps: tuple[str, ...]) -> None:
        for gap in gaps:
            self.stderr.write(gap)
        if gaps:
            raise CommandError(f"{len(gaps)} gaps")
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            raise CommandError(f"{page} is stale: run manage.py coverage")
