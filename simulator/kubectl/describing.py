"""kubectl describe: networkpolicies, pods, namespaces and services in kubectl's layout."""

from collections.abc import Callable, Iterator
from typing import Any

from simulator.kubectl.call import GLOBAL, SELECTING, Call, asked, listed, named, nothing
from simulator.kubectl.cluster_words import namespace_words, pod_words, service_words
from simulator.kubectl.flags import Flag
from simulator.kubectl.layout import head
from simulator.kubectl.making import Json
from simulator.kubectl.objects import name_of, unread
from simulator.kubectl.policy_words import policy_words
from simulator.kubectl.resources import (
    NAMESPACES,
    PODS,
    POLICIES,
    SERVICES,
    Resource,
    not_found,
)
from simulator.kubectl.state import Answer, State, Stop

FLAGS = (
    *GLOBAL, *SELECTING, Flag("show-events", "", "perhaps"), Flag("filename", "f", "value"),
    Flag("chunk-size", "", "value"),
)  # fmt: skip


def describe(call: Call) -> Answer:
    """Print objects in words; a name also stands for those that begin with it."""
    texts: list[str] = []
    errors, empty = "", ""
    for one, name in asked(call, call.words.args):
        found, end = _matching(call, one, name)
        if name and not found:
            errors += not_found(one, name)
        elif not found:
            empty = nothing(call, one)
        texts += [described(call.state, one, each) + end for each in found]
    says = unread(call.state) if not texts else ""
    said = errors or ("" if texts else empty)
    return Answer(call.state, "\n\n".join(texts), says + said, 1 if errors else 0)


def _matching(call: Call, one: Resource, name: str) -> tuple[tuple[Json, ...], str]:
    """The objects, and what kubectl prints after each: a blank line where a beginning was given."""
    if not name:
        return listed(call, one), ""
    try:
        return (named(call, one, name),), ""
    except Stop:
        return tuple(each for each in listed(call, one) if name_of(each).startswith(name)), "\n"


def described(state: State, one: Resource, each: Json) -> str:
    """One object in words."""
    if one not in _SHAPES:
        return "".join(f"{line}\n" for line in head(each, 14))
    return "".join(f"{line}\n" for line in _SHAPES[one](state, each))


_SHAPES: dict[Resource, Callable[[State, Any], Iterator[str]]] = {
    POLICIES: policy_words,
    PODS: pod_words,
    NAMESPACES: namespace_words,
    SERVICES: service_words,
}
