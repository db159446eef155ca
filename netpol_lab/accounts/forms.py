"""Signing in and up, passwords and addresses: allauth's forms in our words."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.socialaccount.forms import SignupForm as ProviderForm
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from netpol_lab.accounts.models import User

# A name has no @, so that it is never taken for an address.
NAME_HELP = _("Letters, digits and . + - _ are fine; capitals make no difference.")
MAIL_HELP = (
    _("To sign in with, and for a new password when you forget yours. Nobody else sees it.")
    if settings.MAIL
    else _("To sign in with instead of the name. This site sends no mail. Nobody else sees it.")
)
PASSWORD_HELP = _("12 characters or more; a few words in a row are easy to keep.")
AGAIN = _("The same password again")


class SignInForm(allauth_forms.LoginForm):  # type: ignore[misc]  # allauth ships no types
    """A name or an address, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, "login", _("Username or e-mail"), autocomplete="username")
        # allauth puts a link to the reset page here; the page has it.
        relabel(self, "password", _("Password"), help_text="")
        relabel(self, "remember", _("Stay signed in on this browser"))

    def clean_login(self) -> str:
        """One spelling, as it is stored."""
        login: str = super().clean_login()
        return User.normalize_username(login)

    def user_credentials(self) -> dict[str, str]:
        """A name or an address, never both: each is one look at one password.

        allauth asks for an address as both, and so checks the password of one that is known twice:
        the time would tell which are known. No name has an @ (home/adapter.py).
        """
        credentials: dict[str, str] = super().user_credentials()
        return {kind: said for kind, said in credentials.items() if fits(kind, said)}


class SignUpForm(allauth_forms.SignupForm):  # type: ignore[misc]
    """A name, a password twice, and an address if one likes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, "username", _("Username"), help_text=NAME_HELP)
        relabel(self, "email", _("E-mail (optional)"), help_text=MAIL_HELP)
        relabel(self, "password1", _("Password"), help_text=PASSWORD_HELP)
        relabel(self, "password2", AGAIN)


class ProviderSignUpForm(ProviderForm):  # type: ignore[misc]
    """The name to be called by, after GitHub or Google has said who it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, "username", _("Username"), help_text=NAME_HELP)
        relabel(self, "email", _("E-mail (optional)"), help_text=MAIL_HELP)


class ChangePasswordForm(allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    """The old password, the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, "oldpassword", _("Present password"), help_text="")
        relabel(self, "password1", _("New password"), help_text=PASSWORD_HELP)
        relabel(self, "password2", AGAIN)


class SetPasswordForm(allauth_forms.SetPasswordForm):  # type: ignore[misc]
    """A password for an account that had none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, "password1", _("Password"), help_text=PASSWORD_HELP)
        relabel(self, "password2", AGAIN)


class ResetPasswordForm(allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    """Where the link goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, "email", _("E-mail"))


class LinkPasswordForm(allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password that a mailed link asks for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, "password1", _("New password"), help_text=PASSWORD_HELP)
        relabel(self, "password2", AGAIN)


class AddressForm(allauth_forms.AddEmailForm):  # type: ignore[misc]
    """One address more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, "email", _("Another e-mail address"))


class SurelyForm(allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, "password", _("Password"), help_text="")


def fits(kind: str, said: str) -> bool:
    """Whether what was written can be what it is taken for."""
    return kind == "password" or ("@" in said) == (kind == "email")


def relabel(form: Any, name: str, label: Any, *, help_text: Any = None, **attrs: str) -> None:
    """Give a field our label; a placeholder would say the same once more, in grey."""
    field = form.fields.get(name)
    if field is None:
        return
    field.label = label
    if help_text is not None:
        field.help_text = help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)
    if name in {"login", "username"}:
        field.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
