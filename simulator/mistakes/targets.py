"""Whom a policy is about: its namespace (M04), swapped roles (M07), one pod for all (M15)."""

from collections.abc import Iterator
from dataclasses import replace

from simulator.mistakes.places import (
    EVERYTHING,
    PeerPlace,
    is_bare,
    line,
    pair,
    peer_places,
    put_policy,
)
from simulator.mistakes.values import Case, Made, Policies, Repair, Right
from simulator.model import Cluster, NetworkPolicy, Selector
from simulator.selectors import matches
from simulator.words import clip

DEFAULT = "default"

# ── M04: the wrong namespace ──


def make_moved(right: Right) -> Iterator[Made]:
    """Each policy in each other namespace, and in `default`."""
    for index, policy in enumerate(right.policies):
        for name in _homes(right.cluster):
            if name != policy.namespace:
                moved = put_policy(right.policies, index, replace(policy, namespace=name))
                yield moved, f"the policy went to {name}", f"put it into {policy.namespace}"


def repair_moved(case: Case) -> Iterator[Repair]:
    """Each policy in each other namespace; then all of them at once."""
    wanted = {policy.namespace for policy in case.reference}
    for index, policy in enumerate(case.answer):
        for name in sorted(wanted - {policy.namespace}):
            moved = put_policy(case.answer, index, replace(policy, namespace=name))
            fit = 0 if _is_idle(case.cluster, policy) else 1
            yield Repair(moved, _lives(policy), policy.mark, fit=fit)
    for name in sorted(wanted) if len(case.answer) > 1 else ():
        together = tuple(replace(policy, namespace=name) for policy in case.answer)
        yield Repair(together, _lives(case.answer[0]), case.answer[0].mark)


def _lives(policy: NetworkPolicy) -> str:
    where = line(policy.mark, "Look at metadata")
    return (
        f"{where}: {clip(policy.name)} lives in the namespace {clip(policy.namespace)}, and a "
        "policy acts on the pods of its own namespace only."
    )


def _is_idle(cluster: Cluster, policy: NetworkPolicy) -> bool:
    """Whether it selects no pod where it lives, and would elsewhere: a plain sign."""
    chosen = [pod for pod in cluster.pods if matches(policy.pod_selector, pod.labels)]
    return bool(chosen) and all(pod.namespace != policy.namespace for pod in chosen)


def _homes(cluster: Cluster) -> list[str]:
    return list(dict.fromkeys([*cluster.namespace_names, DEFAULT]))


# ── M07: the target is the protected pod ──


def make_swapped(right: Right) -> Iterator[Made]:
    """Target and peer change places, where a policy has one peer that names pods."""
    for place in _single_peers(right.policies):
        yield _swapped(place), "spec.podSelector and the peer changed places", "swap them back"


def repair_swapped(case: Case) -> Iterator[Repair]:
    """The same swap."""
    for place in _single_peers(case.answer):
        policy = place.of.policy
        where = line(policy.pod_selector.mark, f"The target of {clip(policy.name)}")
        said = (
            f"{where}: spec.podSelector names the pods that the policy acts on; those at the other "
            "end of the connection belong in its rules. Here the two stand the other way round."
        )
        yield Repair(_swapped(place), said, policy.pod_selector.mark)


def _single_peers(policies: Policies) -> Iterator[PeerPlace]:
    for place in peer_places(policies):
        policy = place.of.policy
        peers = [peer for rule in policy.ingress + policy.egress for peer in rule.peers]
        if len(peers) == 1 and is_bare(place.peer):
            yield place


def _swapped(place: PeerPlace) -> Policies:
    target, peer = place.of.policy.pod_selector, place.peer
    turned = place.put(replace(peer, pod_selector=target))
    selector = peer.pod_selector or EVERYTHING
    changed = replace(turned[place.of.index], pod_selector=selector)
    return put_policy(turned, place.of.index, changed)


# ── M15: only selected pods are isolated ──


def make_narrow(right: Right) -> Iterator[Made]:
    """A policy for every pod of its namespace becomes one for a single kind of pod."""
    for index, policy in enumerate(right.policies):
        if policy.pod_selector.requirements:
            continue
        for selector in _kinds_of_pods(right.cluster, policy.namespace):
            narrow = put_policy(right.policies, index, replace(policy, pod_selector=selector))
            yield narrow, "the policy selects some pods only", "podSelector: {}"


def repair_narrow(case: Case) -> Iterator[Repair]:
    """A target that names pods is widened to the whole namespace."""
    if not any(wrong.too_open for wrong in case.wrong):
        return
    for index, policy in enumerate(case.answer):
        if not policy.pod_selector.requirements:
            continue
        where = line(policy.pod_selector.mark, f"The target of {clip(policy.name)}")
        said = (
            f"{where}: only the pods that spec.podSelector selects are isolated. The other pods of "
            f"{clip(policy.namespace)} stay as open as before."
        )
        wide = put_policy(case.answer, index, replace(policy, pod_selector=EVERYTHING))
        yield Repair(wide, said, policy.pod_selector.mark)


def _kinds_of_pods(cluster: Cluster, namespace: str) -> list[Selector]:
    pods = [pod for pod in cluster.pods if pod.namespace == namespace and pod.labels]
    return list(dict.fromkeys(pair(*list(pod.labels.items())[-1]) for pod in pods))
