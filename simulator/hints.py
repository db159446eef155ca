"""Plain words beside the API server's: what a writer most likely meant, and how to mend it."""

import re
from collections.abc import Iterable

from simulator.nodes import Mapping, Node, Scalar, Sequence
from simulator.validate import PEER_FIELDS, PORT_FIELDS
from simulator.words import clip, nearest

EMPTY_PEER = "For every pod of the policy's namespace write `podSelector: {}`."
BLOCK_AND_SELECTOR = "Make two peers of it: one entry with the ipBlock, one with the selectors."
END_PORT = (
    "A range is `port: 8000` with `endPort: 8080`, both numbers, the end not below the start."
)

_KIND_NAMES = {"networkpolicy": "NetworkPolicy", "networkpolicies": "NetworkPolicy"}


def for_missing_kind(keys: Iterable[str]) -> str:
    """A hint where `kind` is missing; capitals matter."""
    if any(key.lower() == "kind" for key in keys):
        return "Field names are spelt with a small first letter: kind."
    return "Add the line: kind: NetworkPolicy"


def for_kind(kind: str) -> str:
    """A hint for a kind that is not NetworkPolicy."""
    if kind.lower() in _KIND_NAMES:
        return "Kinds are spelt with capitals: NetworkPolicy."
    if kind == "Config":
        return "This is a kubeconfig. Never paste one anywhere: its keys open your cluster."
    if close := nearest(kind, ("NetworkPolicy",)):
        return f"Did you mean {close}?"
    return "Only NetworkPolicies can be used here."


def for_name(name: str) -> str:
    """A hint for a policy's name."""
    return "Use small letters, digits and dashes." if name else ""


def for_namespace(name: str, known: Iterable[str]) -> str:
    """A hint for a namespace that the cluster lacks."""
    if close := nearest(name, known):
        return f"Did you mean {close}?"
    return "A policy's namespace must exist before the policy."


def for_policy_type(text: str) -> str:
    """A hint for an entry of policyTypes."""
    if close := nearest(text, ("Ingress", "Egress")):
        return (
            f"Write {close}, with a capital."
            if text.lower() == close.lower()
            else f"Did you mean {close}?"
        )
    return "Each direction is an item of its own: [Ingress, Egress]."


def for_protocol(text: str) -> str:
    """A hint for a protocol."""
    if text.upper() in {"TCP", "UDP", "SCTP"}:
        return f"Write {text.upper()}, in capitals."
    if "ICMP" in text.upper():
        return "No rule can name ICMP: NetworkPolicy speaks of TCP, UDP and SCTP only."
    return "Write one entry in `ports` for each protocol."


def for_port_name(text: str) -> str:
    """A hint for a port that is text."""
    if text.isascii() and text.isdigit():
        return "Without quotes it is the number that you mean."
    if "-" in text and text.replace("-", "").isdigit():
        return "A range is written as port: and endPort:."
    return "A port is a number, or a container port's name (small letters, digits, dashes)."


def for_cidr(text: str) -> str:
    """A hint for an ipBlock's cidr."""
    if re.fullmatch(r"[0-9.]+/[0-9]+\.[0-9.]+", text):
        return "Write the prefix length in place of the mask: 255.255.0.0 is /16."
    if re.fullmatch(r"[0-9.]+|[0-9a-fA-F:]+:[0-9a-fA-F:]*", text):
        return "Add the prefix length: one IPv4 address alone is …/32, one IPv6 address …/128."
    return "ipBlock takes addresses, not names: for example 192.168.5.10/32."


def for_except(text: str) -> str:
    """A hint for an entry of `except`."""
    if text and "/" not in text:
        return for_cidr(text)
    return "Each exception lies inside the cidr and is smaller than it."


def for_operator(operator: str, field: str) -> str:
    """A hint for a selector's operator, or for the values beside it."""
    if field == "values":
        lists = operator in {"In", "NotIn"}
        return (
            "Give it a list: values: [a, b]." if lists else f"Drop `values`: {operator} takes none."
        )
    if close := nearest(operator, ("In", "NotIn", "Exists", "DoesNotExist")):
        return f"The operators are In, NotIn, Exists and DoesNotExist; did you mean {close}?"
    return "The operators are In, NotIn, Exists and DoesNotExist."


def for_label(key: str, value: str) -> str:
    """A hint for a label's key or value."""
    if any(character in value for character in "\u201c\u201d\u2018\u2019"):
        return "The curly quotes are part of the value; type straight ones."
    if not (key + value).isascii():
        return "Labels hold plain letters, digits, dashes, dots and underscores."
    if "#" in value:
        return "A comment needs a blank before its #."
    if " " in value or "," in value:
        return "A label has one value; for several, use matchExpressions with `In`."
    return ""


_BELONGS = {
    "ports": "`ports` belongs to the rule: indent it like `from` or `to`.",
    "matchLabels": "`matchLabels` belongs below a selector: indent it under podSelector.",
    "matchExpressions": "`matchExpressions` belongs below a selector: indent it under podSelector.",
    "ingress": "`ingress` belongs to spec.",
    "egress": "`egress` belongs to spec.",
    "policyTypes": "`policyTypes` belongs to spec: indent it like podSelector.",
    "podSelector": "`podSelector` belongs to spec, or to an entry of `from` or `to`.",
    "namespaceSelector": "`namespaceSelector` belongs to an entry of `from` or `to`.",
    "namespace": "A namespace is chosen by its labels, with namespaceSelector; the policy's own "
    "stands in metadata.",
    "cidr": "`cidr` belongs to an ipBlock.",
    "port": "`port` belongs to an entry of `ports`: the list is named `ports`.",
    "name": "Select by labels: a name is not one. Namespaces carry kubernetes.io/metadata.name.",
    "spec": "`spec` starts in the first column, like metadata.",
    "metadata": "`metadata` starts in the first column.",
    "from": "`from` belongs to an entry of `ingress`.",
    "to": "`to` belongs to an entry of `egress`.",
    "value": "The field is `values`, a list: [a, b].",
    "status": "A policy has no status: it was taken from a cluster's output; delete it.",
    "action": "There are no actions: a rule only allows, and what no rule allows is denied.",
    "targetPort": "Policies see the pod's own port: write it as `port`.",
}


def for_unknown_field(field: str, path: str, known: frozenset[str]) -> str:
    """A hint for a field that the API does not have at this place."""
    if field == "to" and path.startswith("spec.ingress"):
        return "An ingress rule says `from`."
    if field == "from" and path.startswith("spec.egress"):
        return "An egress rule says `to`."
    if field.startswith("-"):
        return "A list item needs a blank after its dash."
    if path == "" and field in {"name", "namespace", "labels", "annotations"}:
        return f"`{field}` belongs to metadata: indent it."
    if close := nearest(field, known):
        return f"Did you mean `{close}`?"
    if field in _BELONGS:
        return _BELONGS[field]
    if path.endswith("elector"):
        return f"Labels go below matchLabels: indent `{clip(field)}` under it."
    if field in PEER_FIELDS | PORT_FIELDS:
        return "It stands at the wrong level: look at its indentation."
    return "The API has no such field here; look at its spelling and its indentation."


_WITHOUT_VALUE = {
    ("v1.NetworkPolicy", "spec"): "the policy denies all ingress to every pod of its namespace",
    ("v1.NetworkPolicySpec", "podSelector"): "the policy selects every pod of its namespace",
    ("v1.LabelSelector", "matchLabels"): "the selector asks for no label",
    ("v1.LabelSelector", "matchExpressions"): "the selector has no expression",
    ("v1.NetworkPolicyPeer", "podSelector"): "the peer means every pod of those namespaces",
    ("v1.NetworkPolicyPeer", "namespaceSelector"): "the peer means the policy's own namespace",
    ("v1.NetworkPolicyPeer", "ipBlock"): "the peer has no addresses",
    ("v1.IPBlock", "except"): "nothing is excepted",
    ("v1.NetworkPolicyPort", "port"): "every port of the protocol is allowed",
    ("v1.NetworkPolicyPort", "protocol"): "the protocol is TCP",
    ("v1.NetworkPolicyPort", "endPort"): "the entry is no range",
}


def for_null(go_type: str, key: str) -> str:
    """What a policy means once a field without a value is dropped; empty where nothing is lost."""
    return _WITHOUT_VALUE.get((go_type, key), "")


def for_type(node: Node, go_type: str, path: str) -> str:
    """A hint for a value of the wrong type."""
    if isinstance(node, Scalar) and re.match(r"[A-Za-z]+:\S", node.text):
        return "A key needs a blank after its colon."
    if go_type.startswith("[]") and isinstance(node, Mapping):
        return "This is a list: put a dash in front of its first line."
    if go_type.startswith("[]"):
        return "This is a list: one dash for each item, or [a, b]."
    if go_type == "map[string]string" and isinstance(node, Sequence):
        return "This is a map, not a list: drop the dash."
    if go_type == "map[string]string":
        return "Write key: value, with a blank after the colon."
    if go_type == "v1.Protocol" and isinstance(node, Sequence):
        return "One entry of `ports` has one protocol: write an entry for each."
    if go_type == "string" and isinstance(node, Sequence):
        return "One value is wanted here, not a list."
    if go_type in {"string", "v1.Protocol", "v1.PolicyType"} and isinstance(node, Scalar):
        shown = clip(node.text)
        return f'YAML reads {shown} as a {_yaml_kind(node)}: write "{shown}" in quotes.'
    if go_type == "int32":
        return "A port is one whole number, without quotes."
    if "Selector" in go_type:
        return "A selector is a map: matchLabels: {key: value}, or {} for everything."
    return "Look at the indentation: a map is wanted here." if isinstance(node, Scalar) else ""


def _yaml_kind(node: Scalar) -> str:
    return "boolean" if isinstance(node.value, bool) else "number"
