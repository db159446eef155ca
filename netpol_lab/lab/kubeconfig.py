"""What nobody may paste: a kubeconfig holds the keys to a cluster, so nothing of one is kept."""

import re
from dataclasses import replace

from django.utils.translation import gettext_noop

from simulator.limits import SUBMISSION
from simulator.nodes import Mapping, Node, Scalar, Sequence
from simulator.source import read

KUBECONFIG = gettext_noop(
    "This is a kubeconfig: it holds the keys to a cluster. Nothing of it was kept, and nothing was "
    "contacted."
)
_CONFIG = re.compile(r"""["']?kind["']?\s*:\s*["']?Config["']?\s*(?:[,}#]|$)""", re.MULTILINE)
_CONFIG_FIELDS = ({"users", "clusters"}, {"current-context"})


def holds_kubeconfig(text: str) -> bool:
    """Whether a kubeconfig stands anywhere in the text: by itself, or inside a List."""
    if not any(word in text for word in ("Config", "users", "current-context")):
        return False
    source = read(text, replace(SUBMISSION, size=None, lines=None))
    if not source.documents:  # what cannot be read is judged by its words
        return _CONFIG.search(text) is not None
    return any(_is_config(node, depth=0) for node in source.documents)


def _is_config(node: Node, *, depth: int) -> bool:
    if not isinstance(node, Mapping) or depth > 4:
        return False
    kind = node.get("kind")
    if isinstance(kind, Scalar) and kind.text == "Config":
        return True
    keys = {entry.key for entry in node.entries}
    if any(fields <= keys for fields in _CONFIG_FIELDS):
        return True
    items = node.get("items")
    inside = items.items if isinstance(items, Sequence) else ()
    return any(_is_config(item, depth=depth + 1) for item in inside)
