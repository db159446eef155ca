"""What erasing asks for."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from netpol_lab.accounts.models import User

WORK, ACCOUNT = "work", "account"


class EraseForm(forms.Form):
    """What shall go, and that one is sure; the password too where an account goes.

    `account` is the user to erase, or None where only work goes.
    """

    what = forms.ChoiceField(
        label=_("What shall go?"),
        choices=[(WORK, _("My work; the account stays")), (ACCOUNT, _("My work and my account"))],
        widget=forms.RadioSelect,
        initial=WORK,
    )
    password = forms.CharField(
        label=_("Your password, if the account goes"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    sure = forms.BooleanField(
        label=_("I am sure; this cannot be undone"),
        error_messages={"required": _("Nothing is erased yet: tick the box if you are sure.")},
    )

    def __init__(self, *args: Any, user: User | AnonymousUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.is_authenticated:
            del self.fields["what"]
        if not (user.is_authenticated and user.has_usable_password()):
            del self.fields["password"]

    @property
    def account(self) -> User | None:
        """Who goes, once the form is valid."""
        goes = self.cleaned_data.get("what") == ACCOUNT
        return self.user if goes and isinstance(self.user, User) else None

    def clean(self) -> dict[str, Any]:
        """A walk-up at an open browser cannot erase the account."""
        if self.account and "password" in self.fields and "sure" in self.cleaned_data:
            given = self.cleaned_data.get("password", "")
            if not (given and get_adapter().reauthenticate(self.account, given)):
                self.add_error("password", _("This is not the account's password."))
        return self.cleaned_data
