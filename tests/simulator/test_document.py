"""Our own documents: read whole, or every fault with its place."""

from ipaddress import ip_address
from textwrap import dedent

import pytest

from simulator.document import Exercise, Lesson, read_document
from simulator.model import ExternalHost, PingBehaviour, Plugin, Pod, PodAddressMatching
from simulator.rehearsal import rehearse
from simulator.scenario import Scenario
from simulator.witness import Kind, Strangers

SCENARIO = dedent("""\
    kind: Scenario
    slug: pair
    title: A pair
    namespaces:
      one: {team: x}
    pods:
      one/a: {labels: {app: a}, ip: 10.0.0.1}
      one/b: {labels: {app: b}, ip: [10.0.0.2, "fd00::2"], ports: {dns: 53/UDP}}
    hosts:
      out: 192.0.2.1
    plugin: {enforces: false, ping: always-allowed, ipBlockOnPods: never}
    arrows:
    - one/a -> one/b:53/UDP
    - one/a -> one/b:ping
    """)
EXERCISE = dedent("""\
    kind: Exercise
    slug: shut
    title: Shut
    scenario: pair
    task: Shut b.
    starter: "# nothing yet"
    solution: |
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: p, namespace: one}
      spec: {podSelector: {matchLabels: {app: b}}}
    wrong:
    - name: everybody shut
      answer: |
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: p, namespace: one}
        spec: {podSelector: {}}
      tooStrict: ["one/b -> one/a:80"]
    """)


def problems(text: str) -> list[tuple[int, str]]:
    reading = read_document(text)
    assert reading.document is None
    return [(p.mark.line if p.mark else 0, p.message) for p in reading.problems]


def scenario() -> Scenario:
    document = read_document(SCENARIO.replace("enforces: false", "enforces: true")).document
    assert isinstance(document, Scenario)
    return document


def exercise(text: str) -> Exercise:
    reading = read_document(text)
    assert isinstance(reading.document, Exercise), reading.problems
    return reading.document


def test_a_scenario_is_a_cluster_with_arrows() -> None:
    document = read_document(SCENARIO).document
    assert isinstance(document, Scenario)
    cluster = document.cluster
    assert cluster.plugin == Plugin(False, PingBehaviour.ALWAYS_ALLOWED, PodAddressMatching.NEVER)
    assert cluster.namespaces[0].labels["kubernetes.io/metadata.name"] == "one"
    assert [(p.port, p.protocol, p.name) for p in cluster.pods[1].ports] == [(53, "UDP", "dns")]
    assert len(cluster.pods[1].addresses) == 2
    assert [(a.protocol, a.port) for a in document.arrows] == [("UDP", 53), ("ICMP", None)]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("kind: Scenario", "kind: Scenery", 1, "a document starts with kind"),
        ("title: A pair\n", "", 1, "the field title is missing"),
        ("title: A pair", "titel: A pair", 3, 'unknown field "titel"'),
        ("slug: pair", "slug: A Pair", 2, '"A Pair" is no slug'),
        ("one/b: {", "two/b: {", 8, 'no namespace "two"'),
        ("10.0.0.1", "10.0.0.256", 7, '"10.0.0.256" is no IP address'),
        ("app: a", "app: 1", 7, "app is a text"),
        ("53/UDP}}", "70000}}", 8, "is no port"),
        ("one/a -> one/b:ping", "one/a -> one/c:ping", 14, 'no pod, host or Service "one/c"'),
        ("one/a -> one/b:ping", "one/a to one/b", 14, '"one/a to one/b" is no flow'),
        ("always-allowed", "sometimes", 11, "ping is one of"),
        ("slug: pair", "slug: pair\nslug: two", 3, "is given twice"),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, line: int, words: str) -> None:
    found = problems(SCENARIO.replace(old, new))
    assert any(place == line and words in message for place, message in found), found


def test_a_file_holds_one_document() -> None:
    assert problems(SCENARIO + "---\n" + SCENARIO) == [(1, "a file holds exactly one document")]


def test_broken_yaml_is_told_not_raised() -> None:
    assert problems("a: [")[0][1].startswith("yaml: line 1")


def test_a_lesson_is_read() -> None:
    text = dedent("""\
        kind: Lesson
        slug: x
        title: X
        module: 3
        position: 2
        summary: S
        body: B
        exercise: shut
        """)
    document = read_document(text).document
    assert isinstance(document, Lesson)
    assert (document.module, document.position) == (3, 2)
    assert problems(text.replace("module: 3", "module: three"))[0][0] == 4


STRANGERS = dedent("""\
    strangers:
      everyPod: true
      leaveOut: [copies, addresses]
      pods: {one/old: {app: old}}
      hosts: {partner: 198.51.100.7}
    """)


def test_an_exercise_says_which_strangers_are_asked_about() -> None:
    assert exercise(EXERCISE).strangers == Strangers()
    assert exercise(EXERCISE + STRANGERS).strangers == Strangers(
        True,
        (Kind.COPIES, Kind.ADDRESSES),
        (Pod("one", "old", {"app": "old"}),),
        (ExternalHost("partner", ip_address("198.51.100.7")),),
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("everyPod: true", "everyPod: perhaps", 21, "everyPod is true or false"),
        ("everyPod", "allPods", 21, 'unknown field "allPods"'),
        ("copies", "clones", 22, "copies, unlabelled, selected, addresses"),
        ("copies", "added", 22, "leaveOut names kinds of strangers"),
        ("one/old", "old", 23, 'a pod is named namespace/name, not "old"'),
        ("app: old", "app: 1", 23, "app is a text"),
        ("198.51.100.7", "[198.51.100.7, 198.51.100.8]", 24, "one address"),
        ("partner", "Partner", 24, "RFC 1123"),
    ],
)
def test_a_fault_in_its_strangers_is_told_with_its_line(
    old: str, new: str, line: int, words: str
) -> None:
    found = problems(EXERCISE + STRANGERS.replace(old, new))
    assert any(place == line and words in message for place, message in found), found


# ── rehearsal ──


def test_an_exercise_is_rehearsed_with_its_strangers() -> None:
    """The pod that the author adds is none that the solution shuts, and both answers are right."""
    wrong = EXERCISE.replace("one/b -> one/a:80", "one/b -> one/old:80")
    assert rehearse(exercise(wrong), scenario())
    assert rehearse(exercise(wrong + STRANGERS), scenario()) == ()


def test_an_exercise_that_keeps_its_promises_has_no_problem() -> None:
    assert rehearse(exercise(EXERCISE), scenario()) == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("spec: {podSelector: {matchLabels: {app: b}}}", "spec: {podSelectors: {}}", "solution: "),
        ("app: b", "app: z", "the task is solved without any policy"),
        ("spec: {podSelector: {}}", "spec: {podSelector: {matchLabels: {app: b}}}", "solves the task"),
        ("one/b -> one/a:80", "one/a -> one/b:80", "is not too strict"),
        ("kind: NetworkPolicy\n    metadata: {name: p, namespace: one}\n    spec: {podSelector: {}}",
         "kind: Pod", "no matches for kind"),
    ],
)  # fmt: skip
def test_a_broken_promise_is_told(old: str, new: str, words: str) -> None:
    found = rehearse(exercise(EXERCISE.replace(old, new)), scenario())
    assert any(words in problem.message for problem in found), found


def test_a_starter_that_solves_is_a_broken_promise() -> None:
    solution = EXERCISE.partition("solution: |\n")[2].partition("wrong:")[0]
    text = EXERCISE.replace('starter: "# nothing yet"\n', "starter: |\n" + solution)
    messages = [problem.message for problem in rehearse(exercise(text), scenario())]
    assert messages == ["the starter already solves the task"]


# ── nodes, Services and what a plugin settles ──

BEYOND = """\
kind: Scenario
slug: beyond
title: Beyond pods
namespaces: {one: {}}
nodes: {node-1: 10.0.0.1}
pods:
  one/a: {ip: 10.1.0.1, node: node-1}
  one/b: {labels: {app: b}, ip: 10.1.0.2, ports: {http: 8080}}
  one/agent: {ip: 10.0.0.1, node: node-1, hostNetwork: true}
services:
  one/b: {selector: {app: b}, ports: [{port: 80, targetPort: http}], clusterIP: 10.96.0.1}
  one/each: {selector: {app: b}, ports: [{port: 53, protocol: UDP}], clusterIP: None}
  one/door:
    type: NodePort
    externalTrafficPolicy: Local
    selector: {app: b}
    ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
kubernetes: 1.37
plugin: {hostNetwork: as-node, ownNode: always-allowed, clientAddress: kept, runningConnections: cut}
arrows:
- one/a -> one/b:8080
- one/a -> b:80
- one/a -> 10.96.0.1:80
- node-1 -> door.one.svc.cluster.local:30080
"""


def test_nodes_services_and_the_plugins_settings_are_read() -> None:
    reading = read_document(BEYOND)
    assert reading.problems == ()
    assert isinstance(reading.document, Scenario)
    world = reading.document.cluster
    assert [(h.name, h.node) for h in world.hosts] == [("node-1", True)]
    assert [(p.node, p.host_network) for p in world.pods] == [
        ("node-1", False),
        ("", False),
        ("node-1", True),
    ]
    b, each, door = world.services
    assert (b.ports[0].target, each.headless, each.ports[0].protocol) == ("http", True, "UDP")
    assert (door.type.value, door.local, door.ports[0].node_port) == ("NodePort", True, 30080)
    assert world.plugin.host_network.value == "as-node"
    assert reading.document.kubernetes == "1.37"
    assert [dial.target.ref for dial in reading.document.dials] == ["b.one", "b.one", "door.one"]
    assert len(reading.document.arrows) == 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("one/a -> b:80", "one/a -> c:80", 'no pod, host or Service "c"'),
        ("{ip: 10.1.0.1, node: node-1}", "{ip: 10.1.0.1, node: node-2}", 'no node "node-2"'),
        ("externalTrafficPolicy: Local", "externalTrafficPolicy: local", "Cluster or Local"),
        ("targetPort: 8080", "targetPort: 0", "from 1 to 65535"),
        ("type: NodePort", "type: Nodeport", "type is one of ClusterIP"),
        ("protocol: UDP", "protocol: udp", "TCP, UDP or SCTP"),
        ("one/each:", "each:", "named namespace/name"),
        ("kubernetes: 1.37", "kubernetes: 1.36", "kubernetes is one of 1.35, 1.37"),
        ("hostNetwork: as-node", "hostNetwork: node", "hostNetwork is one of undefined, as-pod"),
    ],
)  # fmt: skip
def test_a_fault_beyond_pods_is_told(old: str, new: str, words: str) -> None:
    assert old in BEYOND
    problems = read_document(BEYOND.replace(old, new)).problems
    assert any(words in problem.message for problem in problems), problems


def test_ports_may_be_listed_of_which_only_some_have_a_name() -> None:
    text = SCENARIO.replace("ports: {dns: 53/UDP}", "ports: [9090, {dns: 53/UDP}, {http: 80}]")
    scenario = read_document(text).document
    assert isinstance(scenario, Scenario)
    ports = [(port.name, port.port) for port in scenario.cluster.pods[1].ports]
    assert ports == [("", 9090), ("dns", 53), ("http", 80)]


def test_a_nodes_name_may_have_dots() -> None:
    text = SCENARIO.replace("plugin:", "nodes: {ip-10-0-0-9.internal: 10.9.0.1}\nplugin:")
    assert read_document(text).problems == ()
    wrong = read_document(text.replace("ip-10-0-0-9.internal", "Node_1"))
    assert "RFC 1123 subdomain" in wrong.problems[0].message


REFUSED = """\
- name: what nobody can say
  refused: true
  answer: |
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: p, namespace: one}
    spec: {podSelector: {}, action: Deny}
"""


def test_a_wrong_answer_may_be_one_that_the_api_server_refuses() -> None:
    asked = EXERCISE + REFUSED
    assert rehearse(exercise(asked), scenario()) == ()
    accepted = asked.replace(", action: Deny", "")
    found = [p.message for p in rehearse(exercise(accepted), scenario())]
    assert found == ["wrong answer 'what nobody can say' is not refused"]


def test_a_refused_answer_has_no_flows() -> None:
    both = EXERCISE + REFUSED + 'tooOpen: ["one/b -> one/a:80"]\n'.join(["  ", ""])
    assert problems(both)[0][1] == "an answer that is refused has no flows"
