"""Label selectors as people type them after -l, and field selectors (apimachinery's parser)."""

import re
from collections.abc import Mapping

from simulator.kubectl.state import Stop
from simulator.model import Operator, Requirement, Selector
from simulator.words import clip

_TOKEN = re.compile(r"\s*(==|!=|=|!|,|\(|\)|[^\s=!,()]+)")
_SIGNS = frozenset({"==", "!=", "=", "!", ",", "(", ")"})


#: Fields that may be asked for of one type alone.
_OF_PODS = {"v1, Resource=pods": {"status.phase", "spec.nodeName", "status.podIP"}}


class Unreadable(Exception):  # a way out, not an error
    """A selector that is none, in the server's words."""


def read_selector(text: str, resource: str) -> Selector:
    """The selector of -l; raises Stop, as the server answers."""
    try:
        return Selector(tuple(_requirements(_tokens(text))))
    except Unreadable as error:
        raise _unable(resource, text, "", str(error)) from None


def read_fields(text: str, resource: str) -> Mapping[str, tuple[str, bool]]:
    """The fields of --field-selector → the value and whether it must be equal; raises Stop."""
    found: dict[str, tuple[str, bool]] = {}
    for term in filter(None, text.split(",")):
        key, sign, value = re.match(r"([^=!]*)(!=|==|=|)(.*)", term, re.S).groups()  # type: ignore[union-attr]
        if key not in {"metadata.name", "metadata.namespace"} | _OF_PODS.get(resource, set()):
            known = '"metadata.name", "metadata.namespace"'
            reason = f'"{clip(key)}" is not a known field selector: only {known}'
            raise _unable(resource, "", text, reason)
        found[key] = (value, sign != "!=")
    return found


def _unable(resource: str, labels: str, fields: str, reason: str) -> Stop:
    return Stop(
        f'Error from server (BadRequest): Unable to find "{resource}" that match label selector '
        f'"{clip(labels)}", field selector "{clip(fields)}": {reason}\n'
    )


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    at = 0
    while match := _TOKEN.match(text, at):
        found.append(match[1])
        at = match.end()
    return found


def _requirements(tokens: list[str]) -> list[Requirement]:
    left, found = list(reversed(tokens)), list[Requirement]()
    while left:
        found.append(_requirement(left))
        if left and (sign := left.pop()) != ",":
            raise Unreadable(f"found '{clip(sign)}', expected: ',' or 'end of string'")
    return found


def _requirement(left: list[str]) -> Requirement:
    key = left.pop()
    if key == "!":
        return Requirement(_name(left), Operator.DOES_NOT_EXIST)
    if key in _SIGNS:
        raise Unreadable(f"found '{clip(key)}', expected: !, identifier, or 'end of string'")
    sign = left[-1] if left else ","
    if sign == ",":
        return Requirement(key, Operator.EXISTS)
    left.pop()
    if sign in {"=", "==", "!="}:
        value = left.pop() if left and left[-1] not in _SIGNS else ""
        return Requirement(key, Operator.NOT_IN if sign == "!=" else Operator.IN, (value,))
    if sign in {"in", "notin"}:
        return Requirement(key, Operator.IN if sign == "in" else Operator.NOT_IN, _values(left))
    raise Unreadable(
        f"found '{clip(sign)}', expected: in, notin, =, ==, !=, gt, lt, or 'end of string'"
    )


def _name(left: list[str]) -> str:
    if not left or left[-1] in _SIGNS:
        found = clip(left[-1]) if left else ""
        raise Unreadable(f"found '{found}', expected: identifier")
    return left.pop()


def _values(left: list[str]) -> tuple[str, ...]:
    if not left or left.pop() != "(":
        raise Unreadable("found '', expected: '('")
    values: list[str] = []
    while (word := left.pop() if left else "") != ")":
        if not word:
            raise Unreadable("found '', expected: ',', or ')'")
        if word != ",":
            values.append(word)
        elif not left or left[-1] in {",", ")"}:
            values.append("")
    return tuple(values)
