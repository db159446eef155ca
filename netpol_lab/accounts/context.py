"""What every page knows of whoever is here."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def account(request: HttpRequest) -> dict[str, object]:
    """Context processor: `who` is an opaque sign of the user, and empty for everybody else.

    By it a browser tells that somebody else sits there now, and drops what it kept for the last
    one. `mail` says whether this site sends any.
    """
    user = getattr(request, "user", None)
    who = ""
    if user is not None and user.is_authenticated:
        who = salted_hmac("netpol_lab.accounts.who", str(user.pk)).hexdigest()[:16]
    return {"who": who, "mail": settings.MAIL}
