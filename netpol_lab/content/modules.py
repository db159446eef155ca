"""The modules of the course; a module is listed once it has a lesson."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

#: In English, for files; a page asks `module_title`.
MODULE_TITLES = {
    1: gettext_noop("Who talks first"),
    2: gettext_noop("The open cluster and the firewall at the pod"),
    3: gettext_noop("First policy: api → db only"),
    4: gettext_noop("Peers: and, or, outside"),
    5: gettext_noop("How policies add up"),
    6: gettext_noop("The deny and allow set"),
    7: gettext_noop("Edges of the map"),
    8: gettext_noop("Exam"),
}


def module_title(number: int) -> str:
    """A module's title in the language of the request; empty for one that has none."""
    title = MODULE_TITLES.get(number)
    return _(title) if title else ""
