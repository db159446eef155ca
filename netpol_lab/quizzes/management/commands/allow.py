"""manage.py allow [WHO [TIME …]] [--remove]"""

import re
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from netpol_lab.accounts.models import Learner, User
from netpol_lab.quizzes.actions import allow, disallow
from netpol_lab.quizzes.models import Allowance, Sitting
from netpol_lab.quizzes.templatetags.quiz_words import duration

_TIME = re.compile(r"(\d{1,4})(%|min|s)")
MOST_PERCENT, MOST_SECONDS = 400, 24 * 3600


class Command(BaseCommand):
    """Gives people extra time where a clock runs, takes it back, and lists who has it."""

    help = (
        "Give a person extra time: 'allow ana 25%', 'allow ana 10min', or both. Sittings under way "
        "gain it at once. Without TIME it says what the person has, without WHO what all have."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "who",
            nargs="?",
            metavar="WHO",
            help="a username; or, of a person without an account, the id of one of their sittings "
            "(it stands in the address of its pages)",
        )
        parser.add_argument(
            "time", nargs="*", metavar="TIME", help="25%%, 10min or 90s; several add up"
        )
        parser.add_argument(
            "--remove", action="store_true", help="take it back, for later sittings"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        who, times, remove = options["who"], options["time"], options["remove"]
        if remove and (times or who is None):
            raise CommandError("--remove takes a WHO and no TIME")
        if who is None:
            self._list()
            return
        learner = _learner(who)
        if remove:
            disallow(learner)
        elif times:
            percent, seconds = _extra(times)
            allow(learner, percent=percent, seconds=seconds)
        found = Allowance.objects.filter(learner=learner).first()
        self.stdout.write(f"{who}: {_words(found) if found else 'no extra time'}")

    def _list(self) -> None:
        found = Allowance.objects.select_related("learner__user").order_by("learner__user", "pk")
        for each in found:
            self.stdout.write(f"{each.learner}: {_words(each)}")
        if not found:
            self.stdout.write("Nobody has extra time.")


def _learner(who: str) -> Learner:
    user = User.objects.filter(username=User.normalize_username(who)).first()
    if user is not None:
        return Learner.objects.get_or_create(user=user)[0]
    try:
        sitting = Sitting.objects.select_related("learner").filter(pk=UUID(who)).first()
    except ValueError:
        sitting = None
    if sitting is None:
        raise CommandError(f"There is no account, and no sitting, of the name {who}.")
    return sitting.learner


def _extra(times: list[str]) -> tuple[int, int]:
    """Percent and seconds together, of what may have been given in parts."""
    total = {"%": 0, "min": 0, "s": 0}
    for time in times:
        found = _TIME.fullmatch(time)
        if found is None:
            raise CommandError(f"{time} is no extra time: write 25%, 10min or 90s.")
        total[found[2]] += int(found[1])
    percent, seconds = total["%"], total["min"] * 60 + total["s"]
    if percent > MOST_PERCENT or seconds > MOST_SECONDS:
        raise CommandError(f"More than {MOST_PERCENT}% or {duration(MOST_SECONDS)} is not given.")
    if not (percent or seconds):
        raise CommandError("That is no extra time; to take it back: --remove.")
    return percent, seconds


def _words(allowance: Allowance) -> str:
    parts = [f"{allowance.percent}%"] if allowance.percent else []
    parts += [duration(allowance.seconds)] if allowance.seconds else []
    return " and ".join(parts) + " more"
