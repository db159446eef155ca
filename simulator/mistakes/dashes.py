"""One dash more or less: peers joined or parted (M01), ports cut from their peers (M14)."""

from collections.abc import Iterator
from dataclasses import replace

from simulator.mistakes.places import (
    RulePlace,
    is_bare,
    is_combined,
    is_spaces,
    line,
    peer_places,
    port_places,
    put_policy,
    rule_places,
    with_rules,
)
from simulator.mistakes.values import Case, Made, Policies, Repair, Right
from simulator.model import (
    Direction,
    Peer,
    Port,
    Rule,
)

# ── M01: one dash more or less ──


def make_dash(right: Right) -> Iterator[Made]:
    """An AND peer as two peers; two peers as one."""
    for place in filter(lambda p: is_combined(p.peer), peer_places(right.policies)):
        split = place.put(*_halves(place.peer))
        yield split, "one entry with two selectors became two entries", "drop the dash"
    for rule in rule_places(right.policies):
        for first in range(len(rule.rule.peers) - 1):
            if merged := _merged(rule, first, first + 1):
                yield merged, "two entries became one with both selectors", "put the dash back"


def repair_dash(case: Case) -> Iterator[Repair]:
    """The same two edits, each undoes the other."""
    for rule in rule_places(case.answer):
        peers = rule.rule.peers
        for first in range(len(peers)):
            for second in range(first + 1, len(peers)):
                said, mark = _is_or(peers[first], peers[second]), peers[second].mark
                if merged := _merged(rule, first, second):
                    yield Repair(merged, said, mark)
                # The podSelector was to count twice: within the other entry, and at home.
                if beside := _merged(rule, first, second, bare_stays=True):
                    yield Repair(beside, said, mark)
    for place in filter(lambda p: is_combined(p.peer), peer_places(case.answer)):
        where = line(place.peer.mark, "One entry")
        said = (
            f"{where} holds both selectors in one entry, and that is an AND: only a pod that fits "
            "both gets through."
        )
        halves = _halves(place.peer)
        unless = tuple(place.put(half) for half in halves)
        yield Repair(place.put(*halves), said, place.peer.mark, unless=unless)


def _halves(peer: Peer) -> tuple[Peer, Peer]:
    return replace(peer, pod_selector=None), replace(peer, namespace_selector=None)


def _merged(
    place: RulePlace, first: int, second: int, *, bare_stays: bool = False
) -> Policies | None:
    """The rule with its two peers as one entry, where one names pods and the other namespaces."""
    peers = list(place.rule.peers)
    one, two = peers[first], peers[second]
    if is_bare(one):
        one, two = two, one
    if not (is_spaces(one) and is_bare(two)):
        return None
    peers[first] = replace(one, pod_selector=two.pod_selector)
    peers[second : second + 1] = [two] if bare_stays else []
    return place.put(replace(place.rule, peers=tuple(peers)))


def _is_or(first: Peer, second: Peer) -> str:
    if first.mark and second.mark:
        where = f"Lines {first.mark.line} and {second.mark.line} are two entries of one list"
    else:
        where = "The two selectors are two entries of one list"
    return f"{where}, and that is an OR: a pod gets through that fits either one alone."


# ── M14: a dash that cuts ──


def make_cut(right: Right) -> Iterator[Made]:
    """A rule cut in two: peers without ports, ports without peers; likewise protocol and port."""
    for place in rule_places(right.policies):
        if place.rule.peers and place.rule.ports:
            cut = place.put(Rule(place.rule.peers), Rule((), place.rule.ports))
            yield cut, "a dash before `ports` made two rules", "drop that dash"
    for port in port_places(right.policies):
        if port.port.protocol != "TCP" and port.port.port is not None:
            cut = port.put(
                replace(port.port, port=None, end_port=None), Port("TCP", port.port.port)
            )
            yield cut, "a dash between `protocol` and `port`", "drop that dash"


def repair_cut(case: Case) -> Iterator[Repair]:
    """Rules that hold only peers and only ports are joined; likewise entries of ports."""
    for index, policy in enumerate(case.answer):
        for direction in Direction:
            rules = policy.rules(direction)
            for at in range(len(rules) - 1):
                if (joined := _joined(rules[at], rules[at + 1])) is None:
                    continue
                changed = with_rules(policy, direction, [*rules[:at], joined, *rules[at + 2 :]])
                second = rules[at + 1].mark
                where = line(second, "A dash")
                said = (
                    f"{where} starts a rule of its own, so one rule names peers on every port, and "
                    "the other names ports for everybody."
                )
                whole = put_policy(case.answer, index, changed)
                yield Repair(whole, said, second, sure=True, fit=0)
    yield from _joined_entries(case.answer)


def _joined(first: Rule, second: Rule) -> Rule | None:
    if first.peers and not first.ports and second.ports and not second.peers:
        return replace(first, ports=second.ports)
    if second.peers and not second.ports and first.ports and not first.peers:
        return replace(second, ports=first.ports)
    return None


def _joined_entries(policies: Policies) -> Iterator[Repair]:
    for place in port_places(policies):
        ports = place.of.rule.ports
        if place.port.port is not None or place.at + 1 >= len(ports):
            continue
        following = ports[place.at + 1]
        if following.port is None or following.protocol != "TCP":
            continue
        joined = replace(following, protocol=place.port.protocol)
        changed = (*ports[: place.at], joined, *ports[place.at + 2 :])
        where = line(following.mark, "A dash")
        said = (
            f"{where} starts an entry of its own, so the protocol above stands for all of its "
            "ports, and the port below for TCP."
        )
        whole = place.of.put(replace(place.of.rule, ports=changed))
        yield Repair(whole, said, following.mark, sure=True, fit=0)
