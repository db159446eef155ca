"""Right answers to make mistakes from: the shared scenarios, the exercises, and worlds of our own.

../shared/scenarios.yaml is written for a checker of its own: clusters as `pods: {ns/name: {labels,
ip, ports}}`, policies as `{ns, spec}`. Here both become the model's values.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import yaml

from simulator import spellings
from simulator.check import Scope
from simulator.document import Exercise, read_document
from simulator.matrix import Matrix
from simulator.mistakes import (
    CATALOGUE,
    Attempt,
    Constraints,
    MadeMistake,
    Right,
    make_mistakes,
    recognise,
)
from simulator.mistakes.compare import cells, differing
from simulator.mistakes.places import pair, selector_places
from simulator.mistakes.slips import make_slips
from simulator.model import (
    Cluster,
    ContainerPort,
    ExternalHost,
    HostNetwork,
    Namespace,
    NetworkPolicy,
    Operator,
    Peer,
    Plugin,
    Pod,
    Requirement,
    Rule,
    Selector,
    Service,
    ServicePort,
    ServiceType,
)
from simulator.parse import read_policies
from simulator.scenario import Scenario
from simulator.selectors import NAME_LABEL, matches
from simulator.spellings import SAID_TWICE
from simulator.witness import WitnessSet
from tests.conftest import COURSE
from tests.simulator.worlds import policies

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT.parent / "shared" / "scenarios.yaml"


@dataclass(frozen=True)
class Told:
    """One scenario of scenarios.yaml."""

    id: str
    cluster: Cluster
    buggy: tuple[NetworkPolicy, ...]
    fixed: tuple[NetworkPolicy, ...]


@dataclass(frozen=True)
class Task:
    """A right answer with its name, and what the task asks about."""

    name: str
    right: Right
    scope: Scope = field(default_factory=Scope)


@cache
def told() -> list[Told]:
    """Every scenario of scenarios.yaml."""
    data = yaml.safe_load(SCENARIOS.read_text(encoding="utf-8"))
    return [
        Told(s["id"], _cluster(s["cluster"]), _policies(s["buggy"]), _policies(s["fixed"]))
        for s in data["scenarios"]
    ]


def _cluster(data: Mapping[str, Any]) -> Cluster:
    spaces = tuple(
        Namespace(name, {NAME_LABEL: name, **labels}) for name, labels in data["namespaces"].items()
    )
    pods = tuple(_pod(ref, pod) for ref, pod in data["pods"].items())
    hosts = tuple(ExternalHost(n, ip_address(a)) for n, a in data["external"].items())
    return Cluster(spaces, pods, hosts)


def _pod(ref: str, data: Mapping[str, Any]) -> Pod:
    space, _, name = ref.partition("/")
    ports = [ContainerPort(n, "TCP", label) for label, n in data.get("ports", {}).items()]
    ports += [ContainerPort(p.port, "UDP", p.name) for p in ports if p.port == 53]
    return Pod(space, name, data["labels"], (ip_address(data["ip"]),), tuple(ports))


def _policies(items: Sequence[Mapping[str, Any]]) -> tuple[NetworkPolicy, ...]:
    """Written out and read again, so that every part has its line."""
    texts = [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": f"p{n}", "namespace": item["ns"]},
            "spec": item["spec"],
        }
        for n, item in enumerate(items)
    ]
    return policies(yaml.safe_dump_all(texts)) if texts else ()


def exercises() -> Iterator[tuple[Exercise, Scenario]]:
    """The exercises that tests of pages use too, with their scenarios."""
    found = {}
    paths = [(kind, slug) for kind in ("scenarios", "exercises") for slug in COURSE[kind]]
    for kind, slug in paths:
        path = ROOT / "fixtures" / kind / f"{slug}.yaml"
        document = read_document(path.read_text(encoding="utf-8")).document
        assert isinstance(document, Exercise | Scenario)
        found[type(document), document.slug] = document
    for document in found.values():
        if isinstance(document, Exercise):
            scenario = found[Scenario, document.scenario]
            assert isinstance(scenario, Scenario)
            yield document, scenario


@cache
def tasks() -> list[Task]:
    """Every right answer that mistakes are made from."""
    found = [Task(t.id, Right(t.cluster, t.fixed)) for t in told()]
    for exercise, scenario in exercises():
        solution = policies(exercise.solution)
        found.append(Task(exercise.slug, Right(scenario.cluster, solution), exercise.scope))
    return [*found, *own_tasks()]


# ── Worlds of our own: what the shared scenarios do not have ──

_TIERS_WITH_SERVICES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: prod}
spec:
  podSelector: {matchLabels: {role: api}}
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector: {matchLabels: {role: web}}
    ports:
    - port: 8080
"""
_FROM_NODES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: prod}
spec:
  podSelector: {matchLabels: {role: web}}
  policyTypes: [Ingress]
  ingress:
  - from:
    - ipBlock: {cidr: 10.0.0.0/24}
    ports:
    - port: 80
"""
_BY_ACCESS = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: prod}
spec:
  podSelector: {matchLabels: {role: db}}
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector: {matchLabels: {access: db}}
    ports:
    - port: 3306
"""


def own_tasks() -> list[Task]:
    """Services (M11), nodes and NodePort (M17), a hostNetwork pod (M22), labels only (M20)."""
    tiers = next(t.cluster for t in told() if t.id.startswith("M01"))
    service = Service(
        "prod",
        "api",
        {"role": "api"},
        (ServicePort(80, "http"),),
        addresses=(ip_address("10.96.0.9"),),
    )
    services = replace(tiers, services=(service,))
    node_port = Service(
        "prod", "web", {"role": "web"}, (ServicePort(80, 80),), ServiceType.NODE_PORT
    )
    node = ExternalHost("node-1", ip_address("10.0.0.1"), node=True)
    nodes = replace(tiers, hosts=(*tiers.hosts, node), services=(node_port,))
    agent = Pod(
        "prod",
        "agent",
        {"role": "agent"},
        (ip_address("10.0.0.1"),),
        node="node-1",
        host_network=True,
    )
    plugin = Plugin(host_network=HostNetwork.AS_NODE)
    agents = replace(tiers, pods=(*tiers.pods, agent), hosts=(*tiers.hosts, node), plugin=plugin)
    open_agents = replace(agents, plugin=Plugin())
    by_access = policies(_BY_ACCESS)
    labelled = replace(
        tiers,
        pods=tuple(
            replace(p, labels={**p.labels, "access": "db"}) if p.ref == "prod/api" else p
            for p in tiers.pods
        ),
    )
    return [
        Task("services", Right(services, policies(_TIERS_WITH_SERVICES))),
        Task("nodes", Right(nodes, policies(_FROM_NODES))),
        Task("host-network", Right(agents, policies(_FROM_NODES))),
        Task("host-network-open", Right(open_agents, policies(_TIERS_WITH_SERVICES))),
        Task("labels-only", Right(labelled, by_access, Constraints(given=by_access))),
    ]


# ── One mistake, judged ──


def attempt(task: Task, made: MadeMistake) -> Attempt:
    """The wrong answer beside the task's reference."""
    problems = read_policies(made.text).problems if made.text else ()
    return Attempt(
        made.cluster,
        task.right.policies,
        made.policies,
        problems,
        task.scope,
        made.constraints,
    )


def is_harmless(asked: Attempt) -> bool:
    """Whether the answer means what the reference means, and breaks no other rule of the task."""
    world = WitnessSet(asked.cluster, asked.cluster, ())
    wanted = cells(world, asked.reference, asked.scope)
    return not asked.problems and not differing(Matrix(asked.cluster, asked.answer), wanted)


@dataclass
class Tally:
    """How generated mistakes were named."""

    right: int = 0
    alike: int = 0  # the same policies are also made by the misconception that was named
    harmless: int = 0  # the answer means what the reference means: nothing to name
    made: Counter[str] = field(default_factory=Counter)
    wrong: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """How many of those that do harm were named rightly."""
        judged = sum(self.made.values())
        return (judged - sum(self.wrong.values())) / judged

    def table(self) -> str:
        """For each misconception: how many were made, how many named rightly, and else as what."""
        rows = ["  id   made  right  else"]
        for key in sorted(self.made):
            amiss = {named: n for (made, named), n in sorted(self.wrong.items()) if made == key}
            right = self.made[key] - sum(amiss.values())
            told = ", ".join(f"{named} {n}" for named, n in amiss.items())
            rows.append(f"  {key}  {self.made[key]:4}  {right:5}  {told}".rstrip())
        judged = sum(self.made.values())
        return "\n".join(
            [
                *rows,
                f"  all  {judged:4}  {judged - sum(self.wrong.values()):5}  {self.share:.1%}",
                f"  of these alike {self.alike}; harmless, left out: {self.harmless}",
            ]
        )


SWITCHED = {"M05", "M20", "M24", "M25"}
Pairs = Sequence[tuple[Task, Task]]


def tally(
    pairs: Pairs,
    *,
    only: Collection[str] = frozenset(CATALOGUE),
    leave_out: Collection[str] = (),
    most: int | None = None,
) -> Tally:
    """Make every mistake of these kinds from the second task of each pair; name each by the first.

    `most` ends it after so many.
    """
    result = Tally()
    for task, source in pairs:
        made = _made(source)
        for mistake in made:
            if mistake.misconception in only and mistake.misconception not in leave_out:
                _judge(task, mistake, made, result)
            if most is not None and sum(result.made.values()) >= most:
                return result
    return result


@cache
def _made(task: Task) -> list[MadeMistake]:
    return list(make_mistakes(task.right))


def _judge(task: Task, mistake: MadeMistake, made: Sequence[MadeMistake], result: Tally) -> None:
    asked = attempt(task, mistake)
    if mistake.misconception not in SWITCHED and is_harmless(asked):
        result.harmless += 1
        return
    named = recognise(asked)
    first = named[0].misconception if named else "none"
    result.made[mistake.misconception] += 1
    if first == mistake.misconception:
        result.right += 1
    elif any(m.misconception == first and _same(m, mistake) for m in made):
        result.alike += 1
    else:
        result.wrong[mistake.misconception, first] += 1


def _same(one: MadeMistake, two: MadeMistake) -> bool:
    return (one.policies, one.cluster, one.constraints, one.text) == (
        two.policies,
        two.cluster,
        two.constraints,
        two.text,
    )


# ── The same meaning in other words ──


#: A mistake in one of two copies, or in a policy that does nothing, is truly another mistake: these
#: two are right answers, but none to make mistakes from.
NEEDLESS = "a needless policy"


def respelled(right: Right) -> Iterator[tuple[str, tuple[NetworkPolicy, ...]]]:
    """A right answer as other people would write it: the same flows in this cluster."""
    given = right.policies
    if not given:
        return
    yield from spellings.respelled(right.cluster, given)
    yield NEEDLESS, (*given, NetworkPolicy("elsewhere", "needless"))
    yield "another label of the pods", _relabelled(right, pods=True)
    yield "another label of the namespaces", _relabelled(right, pods=False)
    yield "ports by number", _numbered(right)
    yield "one value more", _one_more(given)


def _relabelled(right: Right, *, pods: bool) -> tuple[NetworkPolicy, ...]:
    """Selectors of one pair by another pair that the same things carry."""
    changed = right.policies
    things = right.cluster.pods if pods else right.cluster.namespaces
    for place in selector_places(right.policies):
        if place.of_namespaces == pods or not place.selector.requirements:
            continue
        chosen = [t.labels for t in things if matches(place.selector, t.labels)]
        for key, value in chosen[0].items() if chosen else ():
            new = pair(key, value)
            alike = [t.labels for t in things if matches(new, t.labels)] == chosen
            if alike and new != place.selector:
                changed = tuple(_swap(p, place.selector, new) for p in changed)
                break
    return changed


def _swap(policy: NetworkPolicy, old: Selector, new: Selector) -> NetworkPolicy:
    def peers(rule: Rule) -> Rule:
        return replace(rule, peers=tuple(_swap_peer(p, old, new) for p in rule.peers))

    target = new if policy.pod_selector == old else policy.pod_selector
    return _each(replace(policy, pod_selector=target), peers)


def _each(policy: NetworkPolicy, change: Callable[[Rule], Rule]) -> NetworkPolicy:
    ingress, egress = (tuple(map(change, rules)) for rules in (policy.ingress, policy.egress))
    return replace(policy, ingress=ingress, egress=egress)


def _swap_peer(peer: Peer, old: Selector, new: Selector) -> Peer:
    return replace(
        peer,
        pod_selector=new if peer.pod_selector == old else peer.pod_selector,
        namespace_selector=new if peer.namespace_selector == old else peer.namespace_selector,
    )


def _numbered(right: Right) -> tuple[NetworkPolicy, ...]:
    names = {p.name: p.port for pod in right.cluster.pods for p in pod.ports if p.port != 80}

    def numbers(rule: Rule) -> Rule:
        ports = (replace(p, port=names.get(str(p.port), p.port)) for p in rule.ports)
        return replace(rule, ports=tuple(ports))

    return tuple(_each(p, numbers) for p in right.policies)


def _one_more(given: tuple[NetworkPolicy, ...]) -> tuple[NetworkPolicy, ...]:
    """`In [api, nobody]` for `api`."""

    def more(requirement: Requirement) -> Requirement:
        if requirement.operator is not Operator.IN:
            return requirement
        return replace(requirement, values=(*requirement.values, "nobody"))

    changed = given
    for place in selector_places(given):
        new = Selector(tuple(map(more, place.selector.requirements)))
        changed = tuple(_swap(p, place.selector, new) for p in changed)
    return changed


def to_make_from(task: Task) -> bool:
    """Whether mistakes made from this respelling are still what they were made for."""
    return not task.name.endswith((SAID_TWICE, NEEDLESS))


@cache
def respelled_tasks() -> list[tuple[Task, Task]]:
    """Each task with a respelling of its right answer, where it differs and means the same."""
    found = []
    for task in tasks():
        if task.right.constraints.given is not None:
            continue
        for name, answer in respelled(task.right):
            asked = Attempt(task.right.cluster, task.right.policies, answer, scope=task.scope)
            if answer != task.right.policies and is_harmless(asked):
                other = replace(
                    task, name=f"{task.name}, {name}", right=replace(task.right, policies=answer)
                )
                found.append((task, other))
    return found


# ── Wrong, and no misconception of the catalogue ──


def other_attempts(pairs: Pairs) -> Iterator[Attempt]:
    """Those of these faults that do harm, as attempts."""
    for task, source in pairs:
        if task.right.constraints.given is None:
            for _, answer in make_slips(source.right):
                right = task.right
                asked = Attempt(right.cluster, right.policies, answer, scope=task.scope)
                if not is_harmless(asked):
                    yield asked
