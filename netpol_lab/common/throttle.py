"""A budget of work for each address: who makes the server compute for long waits, nobody else does.

Counted in seconds of this machine's processor, not in requests: a class behind one address types
without noticing, and a few texts made to be slow use the budget up. Kept in the process, so nothing
is written for it and each worker has budgets of its own.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from ipaddress import IPv6Address, ip_address
from threading import Lock

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse

from netpol_lab.common.limits import too_many

#: Seconds of a request that cost nothing (that is everyday work), and what one costs at the least.
FREE, LEAST = 0.1, 0.005
#: Addresses that are remembered; the one that has been quiet for longest is forgotten first.
MOST_ADDRESSES = 10_000


@dataclass(slots=True)
class Budget:
    """Budgets that hold `most` seconds of work and gain `gain` of a second in each second."""

    most: float
    gain: float
    _spent: "OrderedDict[str, tuple[float, float]]" = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, address: str) -> int:
        """How many seconds this address is to wait; 0 while its budget lasts."""
        with self._lock:
            over = self._now(_key(address)) - self.most
        return math.ceil(over / self.gain) + 1 if over >= 0 else 0

    def spend(self, address: str, seconds: float) -> None:
        """Take work that was done for this address out of its budget."""
        key = _key(address)
        with self._lock:
            self._spent[key] = (self._now(key) + seconds, time.monotonic())
            self._spent.move_to_end(key)
            if len(self._spent) > MOST_ADDRESSES:
                self._spent.popitem(last=False)

    def _now(self, key: str) -> float:
        """What is spent and not yet gained again."""
        spent, at = self._spent.get(key, (0.0, 0.0))
        return max(0.0, spent - self.gain * (time.monotonic() - at))


def _key(address: str) -> str:
    """The address; of an IPv6 one the /64 that one customer has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(int(found) >> 64) if isinstance(found, IPv6Address) else address


View = Callable[[HttpRequest], HttpResponse]


def within(budget: Budget) -> Callable[[View], View]:
    """A view whose posts are answered 429, with Retry-After, once the budget is used up."""

    def decorate(view: View) -> View:
        @wraps(view)
        def throttled(request: HttpRequest) -> HttpResponse:
            if request.method != "POST":
                return view(request)
            address = get_adapter().get_client_ip(request)
            if seconds := budget.wait(address):
                return too_many(request, seconds=seconds)
            began = time.thread_time()
            try:
                return view(request)
            finally:
                budget.spend(address, max(LEAST, time.thread_time() - began - FREE))

        return throttled

    return decorate
