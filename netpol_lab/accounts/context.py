"""What every page knows of whoever is here."""

from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac


def account(request: HttpRequest) -> dict[str, object]:
    """Context processor: `who` is an opaque sign of the user, and empty for everybody else.

    By it a browser tells that somebody else sits there now, and drops what it kept for the last
    one. `sign_in` is the way in that leads back here; `mail` says whether this site sends any.
    """
    user = getattr(request, "user", None)
    who = ""
    if user is not None and user.is_authenticated:
        who = salted_hmac("netpol_lab.accounts.who", str(user.pk)).hexdigest()[:16]
    way_in = reverse("account_login")
    # The pages of signing in are no place to come back to.
    inside = request.path.startswith(way_in.removesuffix("login/"))
    sign_in = way_in if inside else f"{way_in}?next={quote(request.path)}"
    return {"who": who, "sign_in": sign_in, "mail": settings.MAIL}
