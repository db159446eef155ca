"""The API server's rules for a NetworkPolicy's values: what it refuses, in its own words.

Each function takes a decoded value and returns the complaints (empty when it is fine), as
k8s.io/kubernetes pkg/apis/networking/validation and apimachinery's validation do in 1.35; where a
later version differs, the function takes the `ApiServer`. Where a value is shown, it is quoted, cut
and escaped by `words.quote`.
"""

import re
from functools import lru_cache

from simulator.cidr import Cidr, cidr_faults, is_inside, read_cidr
from simulator.model import Direction
from simulator.versions import ApiServer
from simulator.words import quote

#: Every field that the API has, for "unknown field" and its nearest neighbour.
POLICY_FIELDS = frozenset({"apiVersion", "kind", "metadata", "spec"})
LIST_FIELDS = frozenset({"apiVersion", "kind", "metadata", "items"})
SPEC_FIELDS = frozenset({"podSelector", "policyTypes", "ingress", "egress"})
RULE_FIELDS = {
    Direction.INGRESS: frozenset({"from", "ports"}),
    Direction.EGRESS: frozenset({"to", "ports"}),
}
PEER_FIELDS = frozenset({"podSelector", "namespaceSelector", "ipBlock"})
IP_BLOCK_FIELDS = frozenset({"cidr", "except"})
PORT_FIELDS = frozenset({"protocol", "port", "endPort"})
SELECTOR_FIELDS = frozenset({"matchLabels", "matchExpressions"})
EXPRESSION_FIELDS = frozenset({"key", "operator", "values"})
METADATA_FIELDS = frozenset(
    {"name", "generateName", "namespace", "labels", "annotations", "uid", "resourceVersion"}
    | {"generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"}
    | {"ownerReferences", "finalizers", "managedFields", "selfLink"}
)
PROTOCOLS = ("TCP", "UDP", "SCTP")

_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")

_SUBDOMAIN_TEXT = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_NAMESPACE_TEXT = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_LABEL_VALUE_TEXT = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or "
    "'12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_NAME_PART_RULE = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)


def path_segment(name: str) -> list[str]:
    """Complaints about a name that cannot stand in a URL; kubectl speaks of these first."""
    if name in {".", ".."}:
        return [f"invalid resource name {quote(name)}: [may not be '{name}']"]
    for character in "/%":
        if character in name:
            return [f"invalid resource name {quote(name)}: [may not contain '{character}']"]
    return []


def policy_name(name: str) -> list[str]:
    """Complaints about `metadata.name` (a DNS-1123 subdomain)."""
    return [f"Invalid value: {quote(name)}: {text}" for text in _subdomain(name)]


def namespace_name(name: str) -> list[str]:
    """Complaints about a namespace's name (a DNS-1123 label)."""
    found = [] if len(name) <= 63 else ["must be no more than 63 bytes"]
    if not _NAMESPACE.fullmatch(name):
        found.append(_NAMESPACE_TEXT)
    return [f"Invalid value: {quote(name)}: {text}" for text in found]


def label_key(key: str) -> list[str]:
    """Complaints about a label's key (a qualified name)."""
    if len(key) <= _LONGEST_WORD and _is_plain_key(key):
        return []
    return [f"Invalid value: {quote(key)}: {text}" for text in _qualified_name(key)]


# The same few words stand in every policy of a cluster; long ones are not worth the memory.
_LONGEST_WORD = 64


@lru_cache(maxsize=4096)
def _is_plain_key(key: str) -> bool:
    return not _qualified_name(key)


@lru_cache(maxsize=4096)
def _is_plain_value(value: str) -> bool:
    return len(value) <= 63 and _LABEL_VALUE.fullmatch(value) is not None


def label_value(value: str) -> list[str]:
    """Complaints about a label's value."""
    if len(value) <= _LONGEST_WORD and _is_plain_value(value):
        return []
    found = [] if len(value) <= 63 else ["must be no more than 63 bytes"]
    if not _LABEL_VALUE.fullmatch(value):
        found.append(_LABEL_VALUE_TEXT)
    return [f"Invalid value: {quote(value)}: {text}" for text in found]


def policy_type(value: str) -> list[str]:
    """Complaints about one entry of `policyTypes`."""
    if value in {"Ingress", "Egress"}:
        return []
    return [f'Unsupported value: {quote(value)}: supported values: "Ingress", "Egress"']


def protocol(value: str) -> list[str]:
    """Complaints about a port's protocol."""
    if value in PROTOCOLS:
        return []
    return [f'Unsupported value: {quote(value)}: supported values: "TCP", "UDP", "SCTP"']


def port_number(value: int) -> list[str]:
    """Complaints about a numeric port."""
    if 1 <= value <= 65535:
        return []
    return [f"Invalid value: {value}: must be between 1 and 65535, inclusive"]


def port_name(value: str) -> list[str]:
    """Complaints about a named port (IANA service name rules)."""
    found = []
    if len(value) > 15:
        found.append("must be no more than 15 characters")
    if not re.fullmatch(r"[-a-z0-9]+", value):
        found.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search(r"[a-z]", value):
        found.append("must contain at least one letter (a-z)")
    if "--" in value:
        found.append("must not contain consecutive hyphens")
    if value.startswith("-") or value.endswith("-"):
        found.append("must not begin or end with a hyphen")
    return [f"Invalid value: {quote(value)}: {text}" for text in found]


def end_port(port: int | str | None, end: int, *, server: ApiServer) -> list[str]:
    """Complaints about `endPort` beside its `port`."""
    if port is None:
        return [f"Invalid value: {end}: may not be specified when `port` is not specified"]
    if isinstance(port, str):
        return [f"Invalid value: {end}: may not be specified when `port` is non-numeric"]
    shown = end if server.shows_end_port else port
    text = f"Invalid value: {shown}: must be greater than or equal to `port`"
    return [*([text] if end < port else []), *port_number(end)]


def operator(value: str, number_of_values: int) -> list[tuple[str, str]]:
    """Complaints about an expression's operator and its values, as (field, text)."""
    if value in {"In", "NotIn"}:
        text = "Required value: must be specified when `operator` is 'In' or 'NotIn'"
        return [] if number_of_values else [("values", text)]
    if value in {"Exists", "DoesNotExist"}:
        text = "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
        return [("values", text)] if number_of_values else []
    return [("operator", f"Invalid value: {quote(value)}: not a valid selector operator")]


def default_policy_types(egress_rules: int) -> tuple[Direction, ...]:
    """The policyTypes that the API server fills in when none are given (API: NetworkPolicySpec)."""
    if egress_rules:
        return (Direction.INGRESS, Direction.EGRESS)
    return (Direction.INGRESS,)


# ── Addresses ────────────────────────────────────────────────────────────────────────────────


def cidr(text: str, server: ApiServer) -> list[str]:
    """Complaints about an ipBlock's `cidr`."""
    return ["Required value"] if text == "" else cidr_faults(text, server)


def except_cidr(text: str, outer: Cidr | None, server: ApiServer) -> list[str]:
    """Complaints about one entry of `except` inside `outer`."""
    found = cidr_faults(text, server)
    inner = read_cidr(text)
    if inner is None or outer is None or is_inside(inner, outer):
        return found
    return [*found, f"Invalid value: {quote(text)}: must be a strict subset of `cidr`"]


# ── Names ────────────────────────────────────────────────────────────────────────────────────


def _subdomain(name: str) -> list[str]:
    found = [] if len(name) <= 253 else ["must be no more than 253 bytes"]
    if not _SUBDOMAIN.fullmatch(name):
        found.append(_SUBDOMAIN_TEXT)
    return found


def _qualified_name(key: str) -> list[str]:
    parts = key.split("/")
    if len(parts) > 2:
        return [
            f"a valid label key {_NAME_PART_RULE} with an optional DNS subdomain prefix and '/' "
            "(e.g. 'example.com/MyName')"
        ]
    found = []
    if len(parts) == 2:
        prefix = parts[0]
        if prefix == "":
            found.append("prefix part must be non-empty")
        else:
            found += [f"prefix part {text}" for text in _subdomain(prefix)]
    name = parts[-1]
    if name == "":
        found.append("name part must be non-empty")
    elif len(name) > 63:
        found.append("name part must be no more than 63 bytes")
    if not _LABEL_NAME.fullmatch(name):
        found.append(f"name part {_NAME_PART_RULE}")
    return found
