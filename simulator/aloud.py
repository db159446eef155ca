"""A plain-language reading of any policy, rule by rule: what `kubectl describe` leaves to guess.

Nothing is decided here. With a cluster, whom a selector or a peer names now is asked of
`evaluate` and `selectors`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulator.clauses import peer_clause, ports_clause, selected, together
from simulator.evaluate import match_peer
from simulator.model import (
    Cluster,
    Direction,
    Mark,
    NetworkPolicy,
    Peer,
    PeerFault,
    Rule,
)
from simulator.phrases import listed
from simulator.readings import outside
from simulator.selectors import matches
from simulator.words import clip

#: Of a direction's rules and of a rule's peers, so many are read; then their number is told.
MOST_RULES = 20
MOST_PEERS = 10
#: So many peers are held against so many endpoints; past it nobody is named.
MOST_COMPARED = 100_000


@dataclass(frozen=True, slots=True)
class WordLine:
    """One line of the reading; `depth` 1 is a peer of the rule above, `mark` is where it stands."""

    text: str
    mark: Mark | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class PolicyWords:
    """A policy in words, line by line."""

    heading: str
    lines: tuple[WordLine, ...]

    @property
    def text(self) -> str:
        """All of it, peers with a dash below their rule."""
        rows = [("  - " if line.depth else "") + line.text for line in self.lines]
        return "\n".join([self.heading, *rows])


def read_aloud(policy: NetworkPolicy, cluster: Cluster | None = None) -> PolicyWords:
    """Say in plain words whom a policy selects, what it isolates and what each rule admits.

    With a cluster it also says which pods and hosts these are now, and which selectors match none,
    unless it is too large for that. The lines are bounded in number and length, whatever the
    policy holds.
    """
    if cluster is not None and len(_peers_read(policy)) * len(cluster.endpoints) > MOST_COMPARED:
        cluster = None
    lines = [_whom(policy, cluster), *_isolation(policy)]
    for direction in Direction:
        lines += _direction(policy, direction, cluster)
    lines += _about_blocks(policy)
    return PolicyWords(f"{clip(policy.name)} in namespace {clip(policy.namespace)}", tuple(lines))


# ── Whom it selects, and for what ──


def _whom(policy: NetworkPolicy, cluster: Cluster | None) -> WordLine:
    selector = policy.pod_selector
    who = selected(selector, f"namespace {clip(policy.namespace)}")
    if policy.namespace == "default":
        who += ", where a policy goes that names no namespace"
    now = _now(_selected_now(policy, cluster)) if cluster else ""
    return WordLine(f"Selects {who}{together(selector)}.{now}", selector.mark or policy.mark)


def _selected_now(policy: NetworkPolicy, cluster: Cluster) -> list[str]:
    return [
        pod.ref
        for pod in cluster.pods
        if pod.namespace == policy.namespace
        and not outside(cluster, pod)
        and matches(policy.pod_selector, pod.labels)
    ]


def _isolation(policy: NetworkPolicy) -> Iterator[WordLine]:
    sides = [direction.value.lower() for direction in Direction if direction in policy.policy_types]
    text = (
        f"Isolates them for {' and '.join(sides)}: what no rule admits, of this policy or of "
        "another that selects them, is refused."
    )
    left = [side for side in ("ingress", "egress") if side not in sides]
    if left and sides:
        text += f" Their {left[0]} stays as it is."
    yield WordLine(text, policy.mark)


def _now(refs: Sequence[str]) -> str:
    return f" Now: {listed([clip(ref) for ref in refs]) or 'nobody'}."


def _about_blocks(policy: NetworkPolicy) -> Iterator[WordLine]:
    """Said once: what an ipBlock is for."""
    blocks = (peer.ip_block for peer in _peers_read(policy))
    if first := next((block for block in blocks if block is not None), None):
        text = (
            "An ipBlock is meant for hosts outside the cluster; whether it matches pods too is "
            "left to the network plugin."
        )
        yield WordLine(text, first.mark)


def _peers_read(policy: NetworkPolicy) -> list[Peer]:
    """The peers that get a line."""
    rules = [rule for one in policy.policy_types for rule in policy.rules(one)[:MOST_RULES]]
    return [peer for rule in rules for peer in rule.peers[:MOST_PEERS]]


# ── Rules ──


def _direction(
    policy: NetworkPolicy, direction: Direction, cluster: Cluster | None
) -> Iterator[WordLine]:
    rules, side = policy.rules(direction), direction.value.lower()
    if direction not in policy.policy_types:
        if rules:
            text = f"Its {side} rules are ignored: policyTypes does not list {direction.value}."
            yield WordLine(text, rules[0].mark)
        return
    if not rules:
        way = "come in" if direction is Direction.INGRESS else "leave"
        yield WordLine(f"It has no {side} rule: it lets nothing {way}.", policy.mark)
    for index, rule in enumerate(rules[:MOST_RULES]):
        name = _name(policy, direction, index)
        yield from _rule(policy, direction, rule, name=name, cluster=cluster)
    if len(rules) > MOST_RULES:
        more = len(rules) - MOST_RULES
        yield WordLine(f"It has {more:,} {side} rules more.", rules[MOST_RULES].mark)


def _name(policy: NetworkPolicy, direction: Direction, index: int) -> str:
    side = "Rule" if len(policy.policy_types) == 1 else f"{direction.value} rule"
    mark = policy.rules(direction)[index].mark
    return f"{side} {index + 1}" + (f" (line {mark.line})" if mark else "")


def _rule(
    policy: NetworkPolicy,
    direction: Direction,
    rule: Rule,
    *,
    name: str,
    cluster: Cluster | None,
) -> Iterator[WordLine]:
    way = "from" if direction is Direction.INGRESS else "to"
    admits = f"{name} admits connections {ports_clause(rule.ports)} {way}"
    if not rule.peers:
        anybody = "anybody" if direction is Direction.INGRESS else "every destination"
        text = (
            f"{admits} {anybody}, pods and outside hosts alike.{_all_said(policy, direction, rule)}"
        )
        yield WordLine(text, rule.mark)
    elif len(rule.peers) == 1:
        text = f"{admits} {_peer(policy, rule.peers[0], cluster)}"
        yield WordLine(text, rule.peers[0].mark or rule.mark)
    else:
        yield WordLine(f"{admits} any of these (OR: one is enough):", rule.mark)
        yield from _peers(policy, rule, cluster)


def _all_said(policy: NetworkPolicy, direction: Direction, rule: Rule) -> str:
    """What an empty rule, `- {}`, makes of the others."""
    alone = len(policy.rules(direction)) == 1
    return "" if rule.ports or alone else " So the other rules for this direction add nothing."


def _peers(policy: NetworkPolicy, rule: Rule, cluster: Cluster | None) -> Iterator[WordLine]:
    for index, peer in enumerate(rule.peers[:MOST_PEERS]):
        joint = "or " if index else ""
        yield WordLine(f"{joint}{_peer(policy, peer, cluster)}", peer.mark or rule.mark, 1)
    if len(rule.peers) > MOST_PEERS:
        more = len(rule.peers) - MOST_PEERS
        yield WordLine(f"or {more:,} peers more.", rule.peers[MOST_PEERS].mark, 1)


def _peer(policy: NetworkPolicy, peer: Peer, cluster: Cluster | None) -> str:
    text = f"{peer_clause(peer, policy.namespace)}."
    if peer.ip_block is not None and peer.ip_block.excepts:
        text += " The except refuses nothing for good: another peer, rule or policy may name it."
    return text if cluster is None else f"{text}{_named_now(policy, peer, cluster)}"


def _named_now(policy: NetworkPolicy, peer: Peer, cluster: Cluster) -> str:
    """Which endpoints a peer names; those that only some plugins find in an ipBlock come apart."""
    named, perhaps = [], []
    for end in cluster.endpoints:
        miss = match_peer(cluster, policy.namespace, 0, peer, end)
        if miss is None:
            named.append(end.ref)
        elif miss.fault in {PeerFault.POD_ADDRESS, PeerFault.ONE_FAMILY}:
            perhaps.append(clip(end.ref))
    text = _now(named)
    if perhaps:
        text += f" With some network plugins also: {listed(perhaps)}."
    return text
