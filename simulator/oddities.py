"""What kubectl takes without a word and the writer can hardly mean: a warning at its line.

The verdict follows kubectl all the same.
"""

from collections.abc import Sequence as ManyOf
from itertools import pairwise

from simulator.decode import At, Decoder, is_null
from simulator.model import Direction, Rule
from simulator.nodes import Entry, Mapping, Node, Scalar, Sequence
from simulator.words import clip


def warn_of_empty_lists(d: Decoder, node: Node, at: At, side: str) -> None:
    """`from:` with nothing below it looks like nobody and means anybody; so does an empty rule."""
    if not isinstance(node, Mapping):
        if is_null(node):
            message = "this rule is empty, so it allows everything"
            d.warn(message, at.path, node.mark, "Write `{}` if you mean that, or drop the dash.")
        return
    for entry in node.entries:
        if entry.key in {side, "ports"} and _is_empty(entry.value):
            d.warn(_empty_list(entry.key), f"{at.path}.{entry.key}", entry.mark, _fill(entry.key))


def _is_empty(node: Node) -> bool:
    return is_null(node) or (isinstance(node, Sequence) and not node.items)


def _empty_list(key: str) -> str:
    who = {"from": "anybody", "to": "every destination", "ports": "every port"}[key]
    return f"`{key}` is empty, so the rule allows {who}"


def _fill(key: str) -> str:
    return f"List the {'ports' if key == 'ports' else 'peers'} below `{key}:`."


def warn_of_split_rule(d: Decoder, rules: tuple[Rule, ...], at: At, direction: Direction) -> None:
    """`- from` and `- ports` are two rules, each of which allows more than the one meant."""
    for index, (first, second) in enumerate(pairwise(rules)):
        if first.peers and not first.ports and second.ports and not second.peers:
            who = "anybody" if direction is Direction.INGRESS else "any destination"
            message = (
                f"`ports` is a rule of its own here: rule {index + 1} allows every port, and "
                f"rule {index + 2} allows {who} on its ports"
            )
            side = direction.side
            hint = f"For one rule with both, drop the dash and indent `ports` like `{side}`."
            d.warn(message, f"{at.path}[{index + 1}]", second.mark, hint)


def warn_of_split_ports(d: Decoder, entry: Entry | None, at: At) -> None:
    """`- protocol` and `- port` are two ports: all of one protocol, and one of TCP."""
    items = entry.value.items if entry and isinstance(entry.value, Sequence) else ()
    for index, pair in enumerate(pairwise(items)):
        names = [_keys(node) for node in pair]
        if {"protocol"} not in names or not any("port" in n and len(n) == 1 for n in names):
            continue
        alone = pair[names.index({"protocol"})]
        shown = clip(_text(alone, "protocol"))
        message = (
            f"`protocol` and `port` are two entries here: one allows every {shown} port, the "
            "other its port of TCP"
        )
        hint = "For one entry with both, drop the second dash and indent its field like the first."
        d.warn(message, f"{at.path}[{index + 1}]", pair[1].mark, hint)


def _keys(node: Node) -> set[str]:
    return {entry.key for entry in node.entries} if isinstance(node, Mapping) else set()


def _text(node: Node, key: str) -> str:
    found = node.get(key) if isinstance(node, Mapping) else None
    return found.text if isinstance(found, Scalar) else ""


def warn_of_odd_number(d: Decoder, node: Node, number: int, at: At) -> None:
    """A port written as 0x50, 0120 or 8e1 is another number than it looks."""
    if isinstance(node, Scalar) and node.plain and node.text != str(number):
        message = f"{clip(node.text)} is the number {number}"
        hint = f"Write {number}, so that readers see it too."
        if node.text.startswith("0") and node.text.isdigit():
            hint = "A leading zero makes the number octal: drop it if you do not mean that."
        d.warn(message, at.path, node.mark, hint)


def warn_of_unused_rules(
    d: Decoder, spec: Mapping, types: ManyOf[Direction], *, written: bool
) -> None:
    """Rules whose direction is not among the policy's types, `written` or filled in, do nothing."""
    for direction in Direction:
        key = direction.value.lower()
        entry = next((e for e in spec.entries if e.key == key), None)
        if entry is None or direction in types or (written and is_null(entry.value)):
            continue
        message = f"{key} rules are ignored: policyTypes does not list {direction.value}"
        hint = f"Add {direction.value} to policyTypes, or delete the rules."
        if not written:
            message = f"`{key}` is empty and policyTypes is missing, so {key} stays open"
            hint = "An empty list denies only what policyTypes lists: [Ingress, Egress]."
        d.warn(message, f"spec.{key}", entry.mark, hint)
    if not written:
        _warn_of_added_ingress(d, spec)


def _warn_of_added_ingress(d: Decoder, spec: Mapping) -> None:
    """A policy about egress alone isolates ingress too where policyTypes is missing."""
    entries = {e.key: e for e in spec.entries if not _is_empty(e.value)}
    if "egress" in entries and "ingress" not in {e.key for e in spec.entries}:
        message = (
            "policyTypes is missing, so the API server adds Ingress too: "
            "without an ingress rule nothing may enter"
        )
        hint = "Write policyTypes: [Egress] if ingress is to stay as it is."
        d.warn(message, "spec.policyTypes", entries["egress"].mark, hint)
