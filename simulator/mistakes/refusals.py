"""Texts that the API server refuses: what NetworkPolicy cannot say (M25), and slips of YAML."""

import re
from collections.abc import Iterator

from simulator.manifest import manifests
from simulator.mistakes.places import line
from simulator.mistakes.values import Attempt, MadeMistake, Recognised, Right
from simulator.model import Problem

# ── M25: what no rule can say ──


def make_unsayable(right: Right) -> Iterator[MadeMistake]:
    """ICMP for a protocol, a name for an address, a rule that denies."""
    text = manifests(right.policies)
    if not right.policies:
        return
    for pattern, new in _UNSAYABLE:
        changed = re.sub(pattern, new, text, count=1, flags=re.MULTILINE)
        if changed != text:
            yield MadeMistake(
                "M25",
                right.cluster,
                (),
                f"refused: {new.split(chr(10))[-1].strip()}",
                "say it with what NetworkPolicy has",
                right.constraints,
                changed,
            )


_UNSAYABLE = (
    (r"protocol: (TCP|UDP|SCTP)$", "protocol: ICMP"),
    (r"cidr: \S+$", "cidr: backup.example.com"),
    (r"^spec:$", "spec:\n  action: Deny"),
)
_WISHES = {
    "icmp": "a rule can speak of TCP, UDP and SCTP only. Ping is ICMP, and no rule can name it",
    "name": "an ipBlock holds a range of addresses. NetworkPolicy knows no host names",
    "deny": "there is no such thing as a rule that denies, logs or ranks. Rules only allow",
    "path": "rules look at addresses and ports, not at paths, methods or names in the traffic",
}
_FIELDS = {
    "deny": ("action", "deny", "log", "priority", "order", "reject", "drop"),
    "path": ("path", "paths", "host", "hosts", "http", "methods", "fqdn", "fqdns", "dns", "domain"),
}
_UNKNOWN = re.compile(r'unknown field "([^"]*)"')
_HOST_NAME = re.compile(r'"(?=[^"/]*[g-zG-Z])[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\.?(/\d+)?"')


def find_unsayable(attempt: Attempt) -> Iterator[Recognised]:
    """The text was refused for something that NetworkPolicy has no words for."""
    for problem in attempt.problems:
        if wish := _wish(problem):
            said = f"{line(problem.mark, 'The text')}: {_WISHES[wish]}."
            yield Recognised("M25", said, problem.mark)
            return


def _wish(problem: Problem) -> str:
    field, message = problem.path.rpartition(".")[2], problem.message
    if field == "protocol" and "icmp" in message.lower():
        return "icmp"
    if (field == "cidr" or field.startswith("except")) and _HOST_NAME.search(message):
        return "name"
    if found := _UNKNOWN.search(message):
        asked = found[1].rpartition(".")[2].lower()
        return next((wish for wish, fields in _FIELDS.items() if asked in fields), "")
    return ""


def find_in_refusal(attempt: Attempt) -> Iterator[Recognised]:
    """Other misconceptions that already the API server stumbles over."""
    for problem in attempt.problems:
        where = line(problem.mark, "The text")
        field = problem.path.rpartition(".")[2]
        if "matchLabels" in problem.path and "cannot unmarshal bool" in problem.message:
            said = (
                f"{where}: without quotes YAML reads this value as true or false, and a label's "
                "value is text."
            )
            yield Recognised("M18", said, problem.mark)
        elif field in ("ingress", "egress") and _is_map_for_list(problem):
            said = (
                f"{where}: {field} is a list, in square brackets or with dashes. Braces make a "
                "map, which is something else."
            )
            yield Recognised("M08", said, problem.mark)


def _is_map_for_list(problem: Problem) -> bool:
    return "cannot unmarshal object" in problem.message
