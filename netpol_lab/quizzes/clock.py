"""The server's clock, and how late it is in a sitting: the only place where quizzes ask the time.

A sitting's time must not move when somebody sets the server's time of day. So a sitting keeps where
the machine's boot clock stood when it started; on the same boot the time gone since then is read
off that clock, which runs evenly, also while the machine sleeps, and is the same for all processes
of the machine. On another machine or after a restart the time of day has to do; then it never runs
back behind what the sitting has seen already.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.utils import timezone

from netpol_lab.quizzes.models import Sitting

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Reading:
    """The time of day, and the machine's boot clock; `boot` is empty where there is none."""

    wall: datetime
    boot: str
    ticks: float


def now() -> datetime:
    """The time of day."""
    return timezone.now()


def read() -> Reading:
    """Both clocks, read together."""
    boot = _boot()
    ticks = time.clock_gettime(time.CLOCK_BOOTTIME) if boot else 0.0
    return Reading(now(), boot, ticks)


def time_in(sitting: Sitting, seen: datetime | None = None) -> datetime:
    """How late it is in a sitting, as a time of the clock that its deadline was set by.

    `seen` is the latest time that the sitting has on record.
    """
    reading = read()
    if reading.boot and reading.boot == sitting.boot and reading.ticks >= sitting.ticks:
        found = sitting.started + timedelta(seconds=reading.ticks - sitting.ticks)
    else:
        found = max(reading.wall, sitting.started)
    return max(found, seen) if seen else found


@lru_cache(maxsize=1)
def _boot() -> str:
    """What tells this run of the machine from any other; empty where the system cannot say."""
    try:
        return (
            _BOOT_ID.read_text(encoding="ascii").strip() if hasattr(time, "CLOCK_BOOTTIME") else ""
        )
    except OSError:
        return ""
