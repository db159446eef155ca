"""Mistakes in labels: namespaces by name or by their pods (M12), slips of the fingers (M18)."""

from collections.abc import Iterator
from dataclasses import replace

from simulator.mistakes.places import (
    PeerPlace,
    SelectorPlace,
    line,
    pair,
    peer_places,
    selector_places,
)
from simulator.mistakes.values import Case, Made, Repair, Right
from simulator.model import Cluster, Labels, Mark, Operator, Requirement, Selector
from simulator.phrases import requirement_words
from simulator.selectors import NAME_LABEL, holds, matches
from simulator.words import clip, nearest

#: Characters of a label's value (labels in the API reference).
LONGEST_VALUE = 63

# ── M12: a namespace is chosen by its own labels ──


def make_by_name(right: Right) -> Iterator[Made]:
    """`name: staging`, or a label of its pods, where the namespace carries neither."""
    for place in peer_places(right.policies):
        selector = place.peer.namespace_selector
        names = _selected(right.cluster, selector) if selector else []
        if selector is None or len(names) != 1 or not selector.requirements:
            continue
        for wrong in _misnamed(right.cluster, names[0]):
            if not _selected(right.cluster, wrong):
                made = place.put(replace(place.peer, namespace_selector=wrong))
                yield made, "the namespace was chosen by what it does not carry", "use its labels"


def repair_by_name(case: Case) -> Iterator[Repair]:
    """A namespaceSelector that selects nothing, but speaks of a name or of pods, is put right."""
    for place in peer_places(case.answer):
        selector = place.peer.namespace_selector
        if selector is None or _selected(case.cluster, selector):
            continue
        for meant, said in _meant(case, selector):
            fixed = place.put(replace(place.peer, namespace_selector=meant))
            yield Repair(fixed, said, _mark(place), sure=True, fit=0)


def _misnamed(cluster: Cluster, namespace: str) -> list[Selector]:
    labels = [pod.labels for pod in cluster.pods if pod.namespace == namespace and pod.labels]
    by_pod = [pair(*next(iter(found.items()))) for found in labels[:1]]
    return [pair("name", namespace), *by_pod]


def _meant(case: Case, selector: Selector) -> Iterator[tuple[Selector, str]]:
    """What may have been meant, each with what is to be said of it."""
    given = [p.peer.namespace_selector for p in peer_places(case.reference)]
    wanted = [found for found in dict.fromkeys(given) if found is not None]
    for requirement in selector.requirements:
        if requirement.operator is not Operator.IN or not requirement.values:
            continue
        value = requirement.values[0]
        homes = [p.namespace for p in case.cluster.pods if holds(requirement, p.labels)]
        if value in case.cluster.namespace_names and not _is_slip(case.cluster, requirement):
            for meant in (pair(NAME_LABEL, value), *wanted):
                yield meant, _not_its_name(requirement)
        for home in dict.fromkeys(homes):
            for meant in (pair(NAME_LABEL, home), *wanted):
                yield meant, _not_its_pods(requirement)


def _not_its_name(requirement: Requirement) -> str:
    where, words = line(requirement.mark, "A namespaceSelector"), _words(requirement)
    return (
        f"{where} asks for the label {words}, and no namespace carries it. A namespaceSelector "
        "compares labels, and what a namespace is called is no such label."
    )


def _not_its_pods(requirement: Requirement) -> str:
    where, words = line(requirement.mark, "A namespaceSelector"), _words(requirement)
    return (
        f"{where} asks for {words}: pods carry this label, no namespace does. A namespaceSelector "
        "looks at the labels of the namespace itself."
    )


def _words(requirement: Requirement) -> str:
    return clip(requirement_words(requirement))


def _is_slip(cluster: Cluster, requirement: Requirement) -> bool:
    """Whether the key is nearly one that namespaces carry: then it is mistyped (M18)."""
    keys = {key for namespace in cluster.namespaces for key in namespace.labels}
    return nearest(requirement.key, keys) is not None


def _selected(cluster: Cluster, selector: Selector) -> list[str]:
    return [n.name for n in cluster.namespaces if matches(selector, n.labels)]


def _mark(place: PeerPlace) -> Mark | None:
    selector = place.peer.namespace_selector
    first = selector.requirements[0].mark if selector and selector.requirements else None
    return first or place.peer.mark


# ── M18: a label that nobody carries ──


def make_slip(right: Right) -> Iterator[Made]:
    """A key or a value with one slip of the fingers, so that nothing carries it."""
    for place in selector_places(right.policies):
        for at, requirement in enumerate(place.selector.requirements):
            if requirement.operator is not Operator.IN:
                continue
            for slipped in _slips(requirement):
                if not any(holds(slipped, labels) for labels in _labels(right.cluster, place)):
                    made = place.put_requirement(at, slipped)
                    yield made, "a label was mistyped", "spell it as the pods carry it"


def repair_slip(case: Case) -> Iterator[Repair]:
    """A pair that nothing in the cluster carries becomes one that something does."""
    for place in selector_places(case.answer):
        carried = _labels(case.cluster, place)
        for at, requirement in enumerate(place.selector.requirements):
            if requirement.operator is not Operator.IN:
                continue
            if any(holds(requirement, labels) for labels in carried):
                continue
            what = "namespace" if place.of_namespaces else "pod"
            where = line(requirement.mark, "One selector")
            said = (
                f"{where}: no {what} carries {clip(requirement_words(requirement))}, so this "
                "selector matches nothing. The API server takes any label, also one that nobody "
                "has."
            )
            for meant, close in _carried_instead(requirement, carried):
                fixed = place.put_requirement(at, meant)
                yield Repair(fixed, said, requirement.mark, sure=close, fit=0)


def _slips(requirement: Requirement) -> Iterator[Requirement]:
    """Another value or key that the API server takes as well."""
    key, value = requirement.key, requirement.values[0] if requirement.values else ""
    slips = (value + value[-1:], value[:-1], value.capitalize())
    for slipped in dict.fromkeys(slips):
        if slipped != value and 0 < len(slipped) <= LONGEST_VALUE and slipped[-1].isalnum():
            yield replace(requirement, values=(slipped, *requirement.values[1:]))
    shorter = key[:-1]
    if shorter[-1:].isalnum():
        yield replace(requirement, key=shorter)


def _labels(cluster: Cluster, place: SelectorPlace) -> list[Labels]:
    if place.of_namespaces:
        return [namespace.labels for namespace in cluster.namespaces]
    return [pod.labels for pod in cluster.pods]


def _carried_instead(
    requirement: Requirement, carried: list[Labels]
) -> Iterator[tuple[Requirement, bool]]:
    """What something carries: other values of the key, other keys of the value; near ones first."""
    key, value = requirement.key, requirement.values[0]
    values = dict.fromkeys(labels[key] for labels in carried if key in labels)
    close = nearest(value, values)
    for found in sorted(values, key=lambda v: v != close):
        yield replace(requirement, values=(found, *requirement.values[1:])), found == close
    keys = dict.fromkeys(k for labels in carried for k, v in labels.items() if v == value)
    near = nearest(key, keys)
    for found in sorted(keys, key=lambda k: k != near):
        yield replace(requirement, key=found), found == near
