"""What the quizzes say in words about reachability is so: each claim is put to the simulator.

Arrows and pictures need no such test, for their keys are the simulator's own; the keys of choices,
orders and lines are their author's.
"""

import json
import re
from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from textwrap import indent

import pytest
import yaml

from simulator.connect import connect
from simulator.document import read_document
from simulator.evaluate import evaluate
from simulator.fields import FieldReader
from simulator.limits import COMMAND_LINE
from simulator.model import Dial, Outcome, Pod, Probe
from simulator.papers import make_paper
from simulator.parse import read_policies
from simulator.quiz import Question
from simulator.quiz.values import Choice, Order, Point
from simulator.scenario import Scenario, read_probe
from simulator.source import read
from simulator.variants import fill
from tests.content.test_quizzes import LIBRARY, TEXTS, played


def world(slug: str = "tiers-twice", **values: str) -> Scenario:
    document = read_document(fill(LIBRARY.scenarios[slug], values)).document
    assert isinstance(document, Scenario)
    return document


def policy(spec: str, name: str = "p", namespace: str = "prod") -> str:
    head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
    return (
        f"{head}metadata: {{name: {name}, namespace: {namespace}}}\nspec:\n{indent(spec, '  ')}\n"
    )


def db(ingress: str) -> str:
    return policy(f"podSelector: {{matchLabels: {{role: db}}}}\npolicyTypes: [Ingress]\n{ingress}")


def outcome(scenario: Scenario, flow: str, *texts: str) -> str:
    """`allowed` or `denied`: what becomes of a flow under policies."""
    reading = read_policies("---\n".join(texts)) if texts else None
    assert reading is None or reading.accepted, reading.problems
    reader = FieldReader([])
    parsed = reader.flow(read(json.dumps(flow), COMMAND_LINE).documents[0])
    assert parsed is not None
    probe = read_probe(reader, scenario.cluster, parsed)
    assert probe is not None, reader.problems
    policies = reading.policies if reading else ()
    if isinstance(probe, Dial):
        return connect(scenario.cluster, policies, probe).outcome.value
    return evaluate(scenario.cluster, policies, probe).outcome.value


def admitted(scenario: Scenario, text: str, target: str = "prod/db", port: int = 3306) -> set[str]:
    """Who reaches db on its port under a policy."""
    ends = [end.ref for end in scenario.cluster.endpoints if end.ref != target]
    return {e for e in ends if outcome(scenario, f"{e} -> {target}:{port}", text) == "allowed"}


def question(slug: str, id: str, name: str = "prod") -> Question:
    """An item in the variant with prod and staging, or with another name."""
    made = next(
        paper
        for seed in range(200)
        if (paper := make_paper(TEXTS[slug], LIBRARY, str(seed), whole=True).paper)
        and re.search(rf"(?<!-)\b{name}\b(?!-)", repr(paper.quiz.items))  # not in a statement's id
    )
    found = made.question(id)
    assert found is not None
    return found


def options(slug: str, id: str) -> dict[str, bool]:
    body = question(slug, id).item.body
    assert isinstance(body, Choice)
    return {option.text.strip("`"): option.right for option in body.options}


def lines(slug: str, id: str) -> str:
    body = question(slug, id).item.body
    assert isinstance(body, Point)
    return body.text


ALL = {"prod/web", "prod/api", "staging/web", "staging/api", "backup", "internet"}


# ── The entry test ──


def test_a_selector_that_finds_nobody_protects_nobody() -> None:
    text = lines("entry-test", "nothing-changed")
    assert admitted(world(), text) == ALL
    assert admitted(world(), text.replace("database", "db")) == set()


def test_from_tight_to_wide() -> None:
    body = question("entry-test", "tight-to-wide").item.body
    assert isinstance(body, Order)
    counts = [
        len(admitted(world(), db(f"ingress: {step.strip('`')}")) - {"backup", "internet"})
        for step in body.steps
    ]
    assert counts == [1, 2, 3, 4]  # db itself aside, which always reaches itself


DENY = policy("podSelector: {}\npolicyTypes: [Ingress, Egress]", "default-deny")
DB_ADMITS = db(
    "ingress:\n- from:\n  - podSelector: {matchLabels: {role: api}}\n  ports: [{port: 3306}]"
)


@pytest.mark.parametrize(
    ("pod", "rules", "becomes"),
    [
        ("api", "policyTypes: [Egress]\negress:\n- to:\n  - podSelector: {matchLabels: {role: db}}\n  ports: [{port: 3306}]", "allowed"),
        ("db", "policyTypes: [Egress]\negress:\n- to:\n  - podSelector: {matchLabels: {role: api}}", "denied"),
        ("api", "policyTypes: [Ingress]\ningress:\n- from:\n  - podSelector: {matchLabels: {role: db}}", "denied"),
    ],
)  # fmt: skip
def test_which_end_refuses(pod: str, rules: str, becomes: str) -> None:
    more = policy(f"podSelector: {{matchLabels: {{role: {pod}}}}}\n{rules}", "more")
    flow = "prod/api -> prod/db:3306"
    assert outcome(world(), flow, DENY, DB_ADMITS) == "denied"
    assert outcome(world(), flow, DB_ADMITS, DENY) == "denied"
    assert outcome(world(), flow, DENY, DB_ADMITS, more) == becomes


API = "- to:\n  - podSelector: {matchLabels: {app: api}}\n  ports: [{port: %d}]\n"
NAMES = (
    "- to:\n  - namespaceSelector: {}\n    podSelector: {matchLabels: {k8s-app: kube-dns}}\n"
    "  ports: [{port: 53, protocol: UDP}]\n"
)


@pytest.mark.parametrize(
    ("rules", "arrives"),
    [(NAMES + API % 8080, True), (API % 8080, False), (NAMES, False), (NAMES + API % 80, False)],
)
def test_a_call_by_name_takes_the_look_up_and_the_pods_port(rules: str, arrives: bool) -> None:
    egress = f"podSelector: {{}}\npolicyTypes: [Egress]\negress:\n{rules}"
    text = policy(egress, namespace="shop")
    told = outcome(world("shop-dns"), "shop/web -> api.shop:80", text)
    assert (told == "allowed") == arrives


# ── Peers ──


@pytest.mark.parametrize(("slug", "id"), [("peers", "backup"), ("reviews", "m16-outside")])
def test_only_an_address_lets_the_backup_server_in(slug: str, id: str) -> None:
    for option, right in options(slug, id).items():
        peer = option.removeprefix("- ").replace("` and `", ", ").replace("` in one peer", "")
        found = admitted(world(), db(f"ingress:\n- from:\n  - {{{peer}}}"))
        assert ("backup" in found) == right
        assert not right or found == {"backup"}


def _of_everybody() -> set[str]:
    return admitted(world(), db("ingress:\n- from:\n  - namespaceSelector: {}"))


def test_an_empty_namespace_selector_is_every_pod_and_no_host() -> None:
    assert _of_everybody() == ALL - {"backup", "internet"}
    said = options("peers", "everybody") | options("reviews", "m23-empty")
    names = {"web of prod": "prod/web", "web of staging": "staging/web", "api of staging": "staging/api",
             "The backup server outside the cluster": "backup", "A host on the internet": "internet"}  # fmt: skip
    for words, end in names.items():
        assert said[words] == (end in _of_everybody())


def test_a_pod_that_comes_tomorrow_gets_in_too() -> None:
    cluster = world().cluster
    new = Pod("tomorrow", "new", {})
    text = db("ingress:\n- from:\n  - namespaceSelector: {}")
    target = next(pod for pod in cluster.pods if pod.ref == "prod/db")
    probe = Probe(new, target, "TCP", 3306)
    assert evaluate(cluster, read_policies(text).policies, probe).outcome is Outcome.ALLOWED


def _size(block: str) -> int:
    said = yaml.safe_load(block.strip("`"))
    holes: Iterable[str] = said.get("except", ())
    return ip_network(said["cidr"]).num_addresses - sum(
        ip_network(hole).num_addresses for hole in holes
    )


def test_blocks_grow() -> None:
    for variant in played("peers")["blocks"]:
        body = variant.item.body
        assert isinstance(body, Order)
        sizes = [_size(step) for step in body.steps]
        assert sizes == sorted(set(sizes))
        assert sizes[:3] == [1, 128, 256]


@pytest.mark.parametrize(("slug", "id"), [("peers", "one-dash-more"), ("reviews", "m14-ports")])
def test_a_dash_before_ports_makes_two_rules(slug: str, id: str) -> None:
    text = lines(slug, id)
    scenario = world()
    assert admitted(scenario, text) == ALL
    assert admitted(scenario, text, port=22) == {"prod/api"}
    mended = text.replace("- ports:", "  ports:")
    assert admitted(scenario, mended) == {"prod/api"}
    assert admitted(scenario, mended, port=22) == set()


# ── The papers ──


@pytest.mark.parametrize(("id", "caller"), [("least-other", "staging"), ("least-own", "prod")])
def test_the_least_that_does_is_the_least(id: str, caller: str) -> None:
    body = question("exam-paper-1", id).item.body
    assert isinstance(body, Choice)
    sets: dict[frozenset[tuple[str, int]], bool] = {}
    for option in body.options:
        ingress = option.text.removeprefix("```yaml\n").removesuffix("```\n")
        ways = frozenset(
            (end, port) for port in (3306, 22) for end in admitted(world(), db(ingress), port=port)
        )
        assert (f"{caller}/api", 3306) in ways
        sets[ways] = sets.get(ways, False) or option.right
    [right] = [ways for ways, is_right in sets.items() if is_right]
    assert all(right < ways for ways in sets if ways != right)
    assert right == {(f"{caller}/api", 3306)}


LEAST = [  # who must get in, where; addresses of the same block tell blocks apart
    ("exam-paper-2", "tickets", "tickets-and-desk", "partner", "tickets/front", 8080),
    ("exam-paper-3", "archive", "records-and-readers", "museum/reader", "archive/gate", 80),
]


@pytest.mark.parametrize(("slug", "name", "scene", "caller", "target", "port"), LEAST)
def test_the_least_file_is_the_least(
    slug: str, name: str, scene: str, caller: str, target: str, port: int
) -> None:
    text = fill(LIBRARY.scenarios[scene], {}).replace("guest: 203.0.113.200", "guest: 203.0.113.20")
    scenario = read_document(text).document
    assert isinstance(scenario, Scenario)
    body = question(slug, "least", name).item.body
    assert isinstance(body, Choice)
    ways = {}
    for option in body.options:
        file = option.text.removeprefix("```yaml\n").removesuffix("```\n")
        ways[option.right, file] = {
            (end, each) for each in (port, 443) for end in admitted(scenario, file, target, each)
        }
    [least] = [found for (right, _), found in ways.items() if right]
    assert least == {(caller, port)}
    assert all(least < found for (right, _), found in ways.items() if not right)


def test_who_isolates_records() -> None:
    asked = question("exam-paper-3", "who-isolates", "archive").item
    reading = read_policies(asked.ask.split("```yaml\n")[1].split("```")[0])
    cluster = world("records-and-readers").cluster
    ends = {end.ref: end for end in cluster.endpoints}
    probe = Probe(ends["museum/reader"], ends["archive/records"], "TCP", 5432)
    gate = evaluate(cluster, reading.policies, probe).ingress
    isolating = {effect.policy.name for effect in gate.effects}
    body = asked.body
    assert isinstance(body, Choice)
    said = {option.text.strip("`"): option.right for option in body.options}
    assert {name for name, right in said.items() if right} == isolating
    assert len(said) == len(reading.policies) == 6


# ── Reviews ──


@pytest.mark.parametrize("ingress", ["[{}]", "[]", "", "[{from: [{podSelector: {}}]}]"])
def test_one_empty_rule_admits_everybody(ingress: str) -> None:
    body = f"\ningress: {ingress}" if ingress else ""
    text = policy(f"podSelector: {{}}\npolicyTypes: [Ingress]{body}")
    said = options("reviews", "m08-brackets")
    words = f"ingress: {ingress}" if ingress else "ingress:` is left out"
    assert said[words] == (admitted(world(), text) == ALL)


@pytest.mark.parametrize(("port", "arrives"), [(8080, True), (80, False), (3306, False)])
def test_the_pods_port_belongs_into_the_rule(port: int, arrives: bool) -> None:
    rule = f"ingress:\n- ports: [{{port: {port}}}]"
    text = policy(f"podSelector: {{matchLabels: {{role: api}}}}\npolicyTypes: [Ingress]\n{rule}")
    assert (outcome(world(), "prod/web -> api.prod:80", text) == "allowed") == arrives
    assert options("reviews", "m11-port")[str(port)] == arrives


def test_a_label_that_no_pod_carries_admits_nobody() -> None:
    text = lines("reviews", "m18-typo")
    assert admitted(world(), text) == set()
    assert admitted(world(), text.replace("api-pod", "api")) == {"prod/api"}


def test_a_refused_plugin_enforces_nothing() -> None:
    text = LIBRARY.scenarios["tiers-twice"] + "plugin: {enforces: false}\n"
    scenario = read_document(text).document
    assert isinstance(scenario, Scenario)
    assert outcome(scenario, "staging/web -> prod/db:3306", DENY) == "not-enforced"
    assert outcome(world(), "staging/web -> prod/db:3306", DENY) == "denied"


def test_what_running_on_the_nodes_network_means_is_left_open() -> None:
    text = LIBRARY.scenarios["tiers-twice"].replace(
        "hosts:\n", "  ‹ns›/agent: {labels: {‹tag›: agent}, ip: 10.9.0.1, node: node-1, hostNetwork: true}\nnodes:\n  node-1: 10.9.0.1\nhosts:\n", 1
    )  # fmt: skip
    scenario = read_document(text).document
    assert isinstance(scenario, Scenario)
    admits = db("ingress:\n- from:\n  - podSelector: {matchLabels: {role: agent}}")
    assert outcome(scenario, "prod/agent -> prod/db:3306", admits) == "undefined"


@pytest.mark.parametrize(
    ("rule", "accepted"),
    [
        ("from: [{ipBlock: {cidr: 192.168.5.0/24}}]", True),
        ("from: [{podSelector: {}}]\n  ports: [{port: 30000, endPort: 32000}]", True),
        ("from: [{ipBlock: {cidr: example.com}}]", False),
        ("from: [{podSelector: {}}]\n  paths: [/items]", False),
        ("action: deny", False),
    ],
)
def test_what_a_policy_can_say(rule: str, accepted: bool) -> None:
    assert read_policies(db(f"ingress:\n- {rule}")).accepted == accepted


def test_the_block_of_the_review_holds_its_addresses() -> None:
    block = ip_network("192.168.5.0/24")
    assert (block[0], block[-1]) == (ip_address("192.168.5.0"), ip_address("192.168.5.255"))
