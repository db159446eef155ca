"""Manifests and verify.sh: read by our own reader, run against a stand-in for kubectl."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from netpol_lab.lab.sandbox.desk import Desk
from netpol_lab.lab.sandbox.export import archive, manifests, portable
from netpol_lab.lab.sandbox.policies import read_setup
from netpol_lab.lab.sandbox.verify import expected
from simulator.evaluate import evaluate
from simulator.explain import PASSING
from simulator.model import ContainerPort, NetworkPolicy, Pod, Probe
from simulator.parse import read_policies
from simulator.scenario import Scenario
from simulator.snapshot import read_snapshot
from simulator.source import read
from tests.lab.sandbox.conftest import DENY_ALL, Page, fixture_scenario

DB = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: prod}
spec:
  podSelector: {matchLabels: {role: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {role: api}}}]
    ports: [{port: mysql}]
  - from: [{ipBlock: {cidr: 10.1.1.0/24}}]
"""
SHELL = shutil.which("dash") or shutil.which("sh") or ""


def policies_of(text: str) -> tuple[NetworkPolicy, ...]:
    reading = read_policies(text)
    assert reading.accepted
    return reading.policies


def bundle(scenario: Scenario, policies: Sequence[NetworkPolicy], folder: Path) -> Path:
    """The ZIP, unpacked."""
    with zipfile.ZipFile(io.BytesIO(archive(scenario, policies))) as packed:
        packed.extractall(folder)
    return folder / "sandbox"


# ── manifests ──


@pytest.mark.parametrize("slug", ["three-tiers", "a-b-c", "shop-dns"])
def test_the_manifests_describe_the_same_cluster(slug: str) -> None:
    scenario = fixture_scenario(slug)
    space = scenario.cluster.namespace_names[0]
    policies = policies_of(DENY_ALL.replace("prod", space))
    snapshot = read_snapshot([("sandbox.yaml", manifests(scenario, policies))])
    assert snapshot.problems == ()
    assert snapshot.skipped == ()
    wanted = portable(scenario)
    made = snapshot.cluster
    assert made.namespaces == wanted.namespaces
    assert [(p.ref, p.labels, set(p.ports)) for p in made.pods] == [
        (p.ref, p.labels, set(p.ports)) for p in wanted.pods
    ]
    assert [(s.ref, s.selector, s.ports[0].target) for s in made.services] == [
        (s.ref, s.selector, s.ports[0].target) for s in wanted.services
    ]
    assert snapshot.policies == policies


def test_nothing_reaches_into_the_clusters_own_parts() -> None:
    scenario = fixture_scenario("shop-dns")
    text = manifests(scenario, policies_of(DENY_ALL.replace("prod", "kube-system")))
    assert "namespace: kube-" not in text
    assert "k8s-app" not in text
    assert "# Left out: kube-* namespaces" in text
    assert "# Left out: hosts outside" in text


def test_services_are_not_published(tiers: Page) -> None:
    fields = {"selector": "role=web", "ports": "80, dns=53/UDP", "type": "LoadBalancer"}
    desk = tiers.add("service", name="web", space="prod", **fields)
    text = manifests(desk.state.now.scenario, ())
    assert "type: LoadBalancer" not in text
    assert "nothing is published" in text
    assert "name: tcp-80" in text


def test_every_kind_of_port_has_a_container_of_its_own() -> None:
    scenario = fixture_scenario("a-b-c")
    ports = (
        ContainerPort(53, "UDP", "dns"), ContainerPort(53, "TCP", "dns-tcp"),
        ContainerPort(7, "SCTP"), ContainerPort(53, "UDP"), ContainerPort(80, "TCP", "dns"),
    )  # fmt: skip
    pod = replace(scenario.cluster.pods[0], ports=ports, host_network=True)
    cluster = replace(scenario.cluster, pods=(pod,))
    text = manifests(replace(scenario, cluster=cluster), ())
    for part in ("name: p53-udp", "name: p53-tcp", "SERVE_SCTP_PORT_7", "hostNetwork: true"):
        assert part in text
    assert text.count("name: dns\n") == 1  # a name stands for one port of a pod


@pytest.mark.parametrize("word", ["true", "1e3", "0x10", "null", "2001-01-01", "080", "~", ""])
def test_labels_stay_texts(word: str, tiers: Page) -> None:
    desk = tiers.add("pod", name="odd", space="prod", labels=f"word={word}")
    if desk.panel is not None:  # ~ is no label
        assert word == "~"
        return
    source = read(manifests(desk.state.now.scenario, ()))
    assert source.problems == ()
    [snapshot] = [read_snapshot([("x", manifests(desk.state.now.scenario, ()))])]
    assert [p.labels for p in snapshot.cluster.pods if p.name == "odd"] == [{"word": word}]


# ── verify.sh ──


def test_what_hangs_on_addresses_is_not_expected() -> None:
    scenario = fixture_scenario("three-tiers")
    found = {e.line for e in expected(portable(scenario), policies_of(DB))}
    assert "prod api prod db 3306 tcp allowed" in found
    assert "prod web prod db 3306 tcp skipped" in found
    assert "prod db prod web 80 tcp allowed" in found


@dataclass(frozen=True)
class Standin:
    """A folder with a `kubectl` that answers from the simulator."""

    folder: Path

    def run(
        self, script: Path, *arguments: str, kubectl: str = "kubectl"
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SHELL, str(script), *arguments],
            env={
                "PATH": f"{self.folder}:/usr/bin:/bin", "KUBECTL": kubectl,
                "PAUSE": "0", "TRIES": "2",
            },
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip


KUBECTL = """\
#!/bin/sh
# kubectl wait …; get pod -n NS NAME -o …; exec -n NS POD -c main -- /agnhost connect …
here=$(dirname "$0")
case $1 in
  wait) exit 0 ;;
  get) awk -v p="$4/$5" '$1 == p {{ printf "%s", $2 }}' "$here/addresses" ;;
  exec)
    [ "$8" = /agnhost ] || exit 3
    [ "$9" = --help ] && exit 0
    shift 9
    grep -qxF "$POD $1 $3" "$here/allowed"
    ;;
esac
"""


def standin(folder: Path, scenario: Scenario, policies: Sequence[NetworkPolicy]) -> Standin:
    """kubectl as a shell script: what is allowed stands in a file, worked out beforehand."""
    cluster = portable(scenario)
    address = {pod.ref: f"10.9.0.{n}" for n, pod in enumerate(cluster.pods, 1)}
    address[cluster.pods[-1].ref] = "fd00::9"
    folder.mkdir()
    script = KUBECTL.replace("{{", "{").replace("}}", "}").replace("$POD", "$space/$pod")
    script = script.replace("  exec)\n", "  exec)\n    space=$3 pod=$4\n")
    (folder / "kubectl").write_text(script)
    (folder / "kubectl").chmod(0o755)
    (folder / "addresses").write_text("".join(f"{r} {a}\n" for r, a in address.items()))
    (folder / "allowed").write_text("".join(_allowed(scenario, policies, address)))
    return Standin(folder)


def _allowed(
    scenario: Scenario, policies: Sequence[NetworkPolicy], address: dict[str, str]
) -> Iterator[str]:
    cluster = portable(scenario)
    for source in cluster.pods:
        for target in cluster.pods:
            for port in target.ports:
                probe = Probe(source, target, port.protocol, port.port)
                if evaluate(cluster, policies, probe).outcome in PASSING:
                    ip = address[target.ref]
                    host = f"[{ip}]" if ":" in ip else ip
                    protocol = f"--protocol={port.protocol.lower()}"
                    yield f"{source.ref} {host}:{port.port} {protocol}\n"


@pytest.fixture
def tiers_desk(tiers: Page) -> Desk:
    """The three tiers with a policy for the database."""
    return tiers.press(policy=DB)


def test_verify_agrees_with_a_cluster_that_does_as_the_simulator_says(
    tiers_desk: Desk, tmp_path: Path
) -> None:
    scenario = tiers_desk.state.now.scenario
    policies = read_setup(tiers_desk.state.now).in_force
    script = bundle(scenario, policies, tmp_path) / "verify.sh"
    done = standin(tmp_path / "bin", scenario, policies).run(script)
    assert done.stderr == ""
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("17 as expected, 0 differ, 3 skipped, 0 left out\n")
    assert "ok      prod/api -> prod/db : 3306/tcp is allowed\n" in done.stdout


def test_verify_tells_what_differs(tiers_desk: Desk, tmp_path: Path) -> None:
    scenario = tiers_desk.state.now.scenario
    policies = policies_of(DENY_ALL)
    script = bundle(scenario, policies, tmp_path) / "verify.sh"
    done = standin(tmp_path / "bin", scenario, ()).run(script, "staging/web")
    assert done.returncode == 1
    wrong = "DIFFERS staging/web -> prod/web : 80/tcp is allowed, expected denied\n"
    assert wrong in done.stdout
    assert "prod/web -> prod/api" not in done.stdout


def test_verify_blames_no_policy_for_a_cluster_that_is_not_there(
    tiers_desk: Desk, tmp_path: Path
) -> None:
    script = bundle(tiers_desk.state.now.scenario, (), tmp_path) / "verify.sh"
    done = Standin(tmp_path / "nothing").run(script, kubectl="no-such-kubectl")
    assert (done.returncode, done.stderr) == (2, "There is no no-such-kubectl.\n")
    broken = standin(tmp_path / "bin", tiers_desk.state.now.scenario, ())
    (broken.folder / "addresses").write_text("")
    done = broken.run(script)
    assert done.returncode == 2
    assert "has no address" in done.stderr


@pytest.mark.parametrize("slug", ["three-tiers", "a-b-c", "shop-dns"])
def test_the_script_is_clean(slug: str, tmp_path: Path) -> None:
    script = bundle(fixture_scenario(slug), (), tmp_path) / "verify.sh"
    subprocess.run([SHELL, "-n", str(script)], check=True)
    if shellcheck := shutil.which("shellcheck"):
        subprocess.run([shellcheck, "-s", "sh", str(script)], check=True)


def test_an_empty_sandbox_has_a_script_too(page: Page, tmp_path: Path) -> None:
    script = bundle(page.desk.state.now.scenario, (), tmp_path) / "verify.sh"
    done = standin_of_nothing(tmp_path / "bin").run(script)
    assert (done.returncode, done.stdout) == (0, "0 as expected, 0 differ, 0 skipped, 0 left out\n")


def standin_of_nothing(folder: Path) -> Standin:
    folder.mkdir()
    (folder / "kubectl").write_text("#!/bin/sh\nexit 9\n")
    (folder / "kubectl").chmod(0o755)
    return Standin(folder)


def test_the_same_sandbox_gives_the_same_bytes() -> None:
    scenario = fixture_scenario("three-tiers")
    assert archive(scenario, policies_of(DB)) == archive(scenario, policies_of(DB))


def test_a_plugin_that_enforces_nothing_is_said(tiers: Page, tmp_path: Path) -> None:
    desk = tiers.press(policy=DENY_ALL, plugin="1", plugin__off="on")
    scenario = desk.state.now.scenario
    text = (bundle(scenario, policies_of(DENY_ALL), tmp_path) / "verify.sh").read_text()
    assert "# The sandbox's plugin enforces nothing" in text
    assert "prod web prod db 3306 tcp allowed" in text


def test_pods_without_a_port_are_not_asked() -> None:
    scenario = fixture_scenario("a-b-c")
    pods: tuple[Pod, ...] = tuple(replace(pod, ports=()) for pod in scenario.cluster.pods)
    assert expected(replace(scenario.cluster, pods=pods), ()) == ()
