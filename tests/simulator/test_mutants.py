"""Are the tests any good? Each deliberate fault in the evaluator must be caught by a recorded verdict.

Each mutant is one edit in a copy of simulator/; the copy then judges the smaller vector files, or
where those cannot tell (undefined readings, pings, self), the example programs in cases/.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ("directed", "spec-vs-engines", "random")


@dataclass(frozen=True)
class Mutant:
    """An edit: the one place where `old` stands in `module` becomes `new`."""

    module: str
    old: str
    new: str
    by: str = "vectors"

    def __str__(self) -> str:
        return f"{self.module}: {self.old.strip()[:50]} → {self.new.strip()[:50]}"


EVALUATE = [
    ("if Outcome.DENIED in outcomes:", "if outcomes == {Outcome.DENIED}:"),
    ("direction in policy.policy_types", "True"),
    ("and policy.namespace == pod.namespace", ""),
    ("and matches(policy.pod_selector, pod.labels)", ""),
    ("near, far = probe.target, probe.source", "near, far = probe.source, probe.target"),
    ("if near == far:", "if False:"),
    ("if not effects:", "if False:"),
    ("if any(rule.admits for rule in rules):", "if rules and rules[0].admits:"),
    ("if any(rule.admits for rule in rules):", "if rules and all(rule.admits for rule in rules):"),
    ("if any(rule.admits for rule in rules):", "if rules:"),
    ("return Outcome.DENIED, GateReason.NO_RULE", "return Outcome.ALLOWED, GateReason.NO_RULE"),
    ("any_peer, any_port = not rule.peers, not rule.ports", "any_peer, any_port = False, not rule.ports"),
    ("any_peer, any_port = not rule.peers, not rule.ports", "any_peer, any_port = not rule.peers, False"),
    ("admits=ports_hold and (any_peer", "admits=ports_hold or (any_peer"),
    ("admits=ports_hold and (any_peer or peer_index is not None),", "admits=any_peer or peer_index is not None,"),
    ("admits=ports_hold and (any_peer or peer_index is not None),", "admits=ports_hold,"),
    ("for index, peer in enumerate(rule.peers):", "for index, peer in enumerate(rule.peers[:1]):"),
    ("for index, port in enumerate(ports):", "for index, port in enumerate(ports[:1]):"),
    ("if port.protocol == probe.protocol and _names(port, probe):", "if _names(port, probe):"),
    ("if port.protocol == probe.protocol and _names(port, probe):", "if port.protocol == probe.protocol:"),
    ("    if port.port is None:\n        return True", "    if port.port is None:\n        return False"),
    ("return port.port <= probe.port <= (port.end_port or port.port)", "return port.port == probe.port"),
    ("return port.port <= probe.port <= (port.end_port or port.port)", "return port.port <= probe.port < (port.end_port or port.port + 1)"),
    ("return port.port <= probe.port <= (port.end_port or port.port)", "return port.port < probe.port <= (port.end_port or port.port)"),
    ("if p.name == name and p.protocol == protocol", "if p.name == name"),
    ("if p.name == name and p.protocol == protocol", "if p.protocol == protocol"),
    ("if p.name == name and p.protocol == protocol", "if False"),
    ("probe.port in named_ports(port.port, port.protocol, probe.target)", "probe.port in named_ports(port.port, port.protocol, probe.source)"),
    ("if pod.namespace != policy_namespace:", "if False:"),
    ("if pod.namespace != policy_namespace:", "if pod.namespace == policy_namespace:"),
    ("if failing := first_failing(peer.namespace_selector, labels):", "if failing := first_failing(peer.namespace_selector, pod.labels):"),
    ("if failing := first_failing(peer.namespace_selector, labels):", "if (failing := first_failing(peer.namespace_selector, labels)) and failing_pod:"),
    ("    if failing_pod is None:\n        return None\n    fault = PeerFault.POD_LABEL", "    if failing_pod is None or peer.namespace_selector:\n        return None\n    fault = PeerFault.POD_LABEL"),
    ("outside(cluster, far):\n        return PeerMiss(index, peer, PeerFault.OUTSIDE)", "outside(cluster, far):\n        return None"),
    ("hole = next((network for network in block.excepts if address in network), None)", "hole = None"),
    ("hole = next((network for network in block.excepts if address in network), None)", "hole = next((network for network in block.excepts[:1] if address in network), None)"),
    ("inside = [address for address in addresses if address in block.cidr]", "inside = list(addresses)"),
    ("inside = [address for address in addresses if address in block.cidr]", "inside = []"),
]  # fmt: skip
SELECTORS = [
    ("return labels.get(key) not in requirement.values", "return key in labels and labels[key] not in requirement.values"),
    ("return labels.get(key) in requirement.values", "return labels.get(key) in requirement.values[:1]"),
    ("return labels.get(key) in requirement.values", "return labels.get(key, '') in requirement.values"),
    ("return (key in labels) is (operator is Operator.EXISTS)", "return key in labels"),
    ("return (key in labels) is (operator is Operator.EXISTS)", "return bool(labels.get(key)) is (operator is Operator.EXISTS)"),
    ("for requirement in selector.requirements:", "for requirement in selector.requirements[:1]:"),
    ("for requirement in selector.requirements:", "for requirement in selector.requirements[-1:]:"),
    ("            return namespace.labels", "            return {NAME_LABEL: name}"),
]  # fmt: skip
READING = [
    ("validate", "    if egress_rules:\n        return (Direction.INGRESS, Direction.EGRESS)", "    if egress_rules:\n        return (Direction.EGRESS,)"),
    ("validate", "    if egress_rules:\n        return (Direction.INGRESS, Direction.EGRESS)", "    if False:\n        return ()"),
    ("parse_metadata", 'DEFAULT_NAMESPACE = "default"', 'DEFAULT_NAMESPACE = "shop"'),
    ("parse_plain", 'protocol, number, end, place = "TCP"', 'protocol, number, end, place = "UDP"'),
]  # fmt: skip
BY_CASES = [
    ("evaluate", "return Outcome.UNDEFINED if Outcome.UNDEFINED in outcomes else Outcome.ALLOWED", "return Outcome.ALLOWED"),
    ("evaluate", "return Outcome.UNDEFINED, GateReason.PING", "return Outcome.DENIED, GateReason.PING"),
    ("evaluate", "return Outcome.UNDEFINED, GateReason.POD_ADDRESS", "return Outcome.ALLOWED, GateReason.POD_ADDRESS"),
    ("evaluate", "if not cluster.plugin.enforces:", "if False:"),
    ("evaluate", "if not isinstance(near, Pod) or outside(cluster, near):", "if not isinstance(near, Pod):"),
    ("evaluate", "is OwnNode.ALWAYS_ALLOWED and on_own_node(cluster, near, far):", "is OwnNode.ALWAYS_ALLOWED:"),
    ("evaluate", "if outside(cluster, far) or matching is PodAddressMatching.MATCHES:", "if matching is PodAddressMatching.MATCHES:"),
    ("evaluate", "first.outcome if len(outcomes) == 1 else Outcome.UNDEFINED", "first.outcome"),
    ("evaluate", "covered != {address.version for address in addresses}:", "False:"),
    ("evaluate", "if len({gate.outcome for gate in gates}) == 1:", "if True:"),
    ("readings", "ways = (HostNetwork.AS_POD, HostNetwork.AS_NODE)", "ways = (HostNetwork.AS_POD,)"),
    ("readings", "ways = (OwnNode.BY_ADDRESS, OwnNode.ALWAYS_ALLOWED)", "ways = (OwnNode.BY_ADDRESS,)"),
    ("readings", "return far.node and far.name == near.node", "return far.node"),
    ("readings", "return shared or far.addresses", "return far.addresses"),
]  # fmt: skip
MUTANTS = [
    *(Mutant("evaluate", old, new) for old, new in EVALUATE),
    *(Mutant("selectors", old, new) for old, new in SELECTORS),
    *(Mutant(module, old, new) for module, old, new in READING),
    *(Mutant(module, old, new, by="cases") for module, old, new in BY_CASES),
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_the_fault_is_caught(mutant: Mutant, shared: Path, tmp_path: Path) -> None:
    copy = tmp_path / "simulator"
    shutil.copytree(ROOT / "simulator", copy, ignore=shutil.ignore_patterns("__pycache__"))
    path = copy / f"{mutant.module}.py"
    text = path.read_text(encoding="utf-8")
    assert mutant.old in text, "the code has changed: point the mutant at its new place"
    path.write_text(text.replace(mutant.old, mutant.new, 1), encoding="utf-8")
    assert not passes(mutant, tmp_path, shared)


def test_without_a_fault_all_is_well(shared: Path, tmp_path: Path) -> None:
    """Else every mutant would seem caught."""
    shutil.copytree(ROOT / "simulator", tmp_path / "simulator")
    for by in ("vectors", "cases"):
        assert passes(Mutant("", "", "", by), tmp_path, shared)


def passes(mutant: Mutant, folder: Path, shared: Path) -> bool:
    """Whether the copy in `folder` passes what is to catch this mutant."""
    if mutant.by == "vectors":
        files = [str(shared / "conformance" / f"{name}.jsonl") for name in VECTORS]
        command = ["-m", "simulator", "conformance", *files]
    else:
        (folder / "tests").mkdir(exist_ok=True)
        shutil.copy(ROOT / "tests" / "__init__.py", folder / "tests")
        shutil.copytree(ROOT / "tests" / "simulator", folder / "tests" / "simulator")
        tests = ["tests/simulator/test_cases.py", "tests/simulator/test_evaluate.py"]
        command = ["-m", "pytest", "-qx", "-p", "no:django", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )  # fmt: skip
    return done.returncode == 0
