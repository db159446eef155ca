"""exec, labels of pods and namespaces, and where one is."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.evaluate import evaluate
from simulator.kubectl import complete, run
from simulator.manifest import manifest
from simulator.model import Cluster, NetworkPolicy, Outcome, Plugin, Pod, Probe
from simulator.parse import read_policies
from tests.simulator import worlds
from tests.simulator.kubectl.worlds import DB, heredoc, said, session, shop, state

NO_SERVICE = "# a cluster's DNS knows Services only; here db stands for 10.1.0.13\n"
ENDED = "command terminated with exit code 1\n"


@pytest.mark.parametrize(
    ("command", "open_", "shut"),
    [
        ("nc -z db 3306", "", f"nc: db (10.1.0.13:3306): Connection timed out\n{ENDED}"),
        ("nc -zv -w 2 10.1.0.13 3306", "10.1.0.13 (10.1.0.13:3306) open\n",
         f"nc: 10.1.0.13 (10.1.0.13:3306): Connection timed out\n{ENDED}"),
        ("curl -m 2 10.1.0.13:3306", "Hello from prod/db\n",
         "curl: (28) Connection timed out after 2000 milliseconds\n"
         "command terminated with exit code 28\n"),
        ("curl -s -m 2 10.1.0.13:3306", "Hello from prod/db\n",
         "command terminated with exit code 28\n"),
        ("wget -qO- -T 2 http://10.1.0.13:3306/x", "Hello from prod/db\n",
         f"wget: download timed out\n{ENDED}"),
        ("wget -O- 10.1.0.13:3306",
         "Hello from prod/db\nConnecting to 10.1.0.13 (10.1.0.13:3306)\nwriting to stdout\n",
         "Connecting to 10.1.0.13 (10.1.0.13:3306)\n"
         f"wget: can't connect to remote host (10.1.0.13): Connection timed out\n{ENDED}"),
        ("sh -c 'nc -z db 3306 && echo yes || echo no'", "yes\n", "no\n"),
    ],
)  # fmt: skip
def test_a_program_in_a_pod_sees_what_the_simulator_says(
    command: str, open_: str, shut: str
) -> None:
    start = state(DB)
    assert said(start, f"kubectl exec -n prod api -- {command}").replace(NO_SERVICE, "") == open_
    assert said(start, f"k -n prod exec -it web -- {command}").replace(NO_SERVICE, "") == (
        shut if "echo" not in command else "no\nnc: db (10.1.0.13:3306): Connection timed out\n"
    )


def test_a_port_that_the_pod_does_not_declare_is_refused_not_timed_out() -> None:
    assert said(state(), "k exec -n prod web -- nc -z 10.1.0.13 80") == (
        "# the policies let this through, but prod/db declares no such port\n"
        f"nc: 10.1.0.13 (10.1.0.13:80): Connection refused\n{ENDED}"
    )


def test_pings_that_no_rule_can_name_are_undefined() -> None:
    text = said(state(DB), "k exec -n prod api -- ping -c 1 10.1.0.13")
    assert text.startswith("# prod/api → prod/db : ping is undefined by the API.")
    assert "1 packets received" in said(state(), "k exec -n prod api -- ping -c 1 10.1.0.13")


def test_a_plugin_that_enforces_nothing_lets_everything_through() -> None:
    start = state(DB, cluster=worlds.tiers(Plugin(enforces=False)))
    assert session(start, "k exec -n prod web -- nc -z 10.1.0.13 3306").exit == 0


def test_services_are_known_by_their_names() -> None:
    start = shop()
    for name in ("api", "api.shop", "api.shop.svc.cluster.local", "10.96.0.80"):
        assert said(start, f"k exec web -- curl {name}") == "Hello from shop/api-1\n"
    assert said(start, "k exec web -- nslookup api").endswith(
        "Name:\tapi.shop.svc.cluster.local\nAddress: 10.96.0.80\n\n"
    )
    assert "NXDOMAIN" in said(start, "k exec web -- nslookup nobody")
    assert "has no port 8080/TCP" in said(start, "k exec web -- curl api:8080")


def test_without_dns_no_name_resolves() -> None:
    deny = DB.replace("prod", "shop").partition("  podSelector")[0]
    start = session(shop(), heredoc("k apply -f -", f"{deny}  policyTypes: [Egress]\n")).state
    assert said(start, "k exec web -- curl api").startswith("curl: (6) Could not resolve host: api")
    assert said(start, "k exec web -- nc -z api 80").startswith("nc: bad address 'api'\n")
    assert said(start, "k exec web -- wget api").startswith("wget: bad address 'api'\n")
    assert "no servers could be reached" in said(start, "k exec web -- nslookup api")
    assert "timed out" in said(start, "k exec web -- nc -z 10.96.0.80 80")


def test_endpoints_that_differ_are_not_guessed() -> None:
    deny = DB.replace("prod", "shop").partition("  podSelector")[0]
    one = f"{deny}  podSelector: {{matchLabels: {{only: one}}}}\n"
    start = session(shop(), heredoc("k apply -f -", one)).state
    free = replace(start, labels_fixed=False)
    relabelled = session(free, "k label pod api-1 only=one").state
    assert "is mixed: some endpoints admit it, some refuse" in said(
        relabelled, "k exec web -- curl api"
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("k exec web -- sh", "# a shell would wait for you here"),
        ("k exec web -- telnet db 1", 'exec: "telnet": executable file not found in $PATH'),
        ("k exec web nc db 1", "error: exec [POD] [COMMAND] is not supported anymore."),
        ("k exec nobody -- nc db 1", 'Error from server (NotFound): pods "nobody" not found'),
        ("k exec web --", "error: you must specify at least one command for the container"),
        ("k exec web -- nc db", "Usage: nc"),
        ("k exec web -- nc db 0x7", "nc: bad port '0x7'"),
        ("k exec web -- curl -Q", "curl: unknown shorthand flag: 'Q' in -Q"),
    ],
)
def test_what_cannot_run_says_why(line: str, words: str) -> None:
    assert words in said(state(namespace="prod"), line)


@settings(max_examples=40)
@given(worlds.clusters(), st.lists(worlds.network_policies, max_size=3), worlds.numbers)
def test_exec_says_what_evaluate_says(
    cluster: Cluster, written: list[NetworkPolicy], port: int
) -> None:
    text = "---\n".join(map(manifest, written))
    assume(read_policies(text).policies)
    policies = read_policies(text).policies
    cluster = replace(cluster, plugin=replace(cluster.plugin, enforces=True))
    start = state(text, cluster=cluster)
    for source in cluster.pods:
        for target in cluster.endpoints:
            outcome = evaluate(cluster, policies, Probe(source, target, "TCP", port)).outcome
            ref = target.ref if isinstance(target, Pod) else target.name
            answer = run(start, f"k exec -n {source.namespace} {source.name} -- nc -z {ref} {port}")
            seen = "timed out" in answer.stderr, "undefined by the API" in answer.stderr
            assert seen == (outcome is Outcome.DENIED, outcome is Outcome.UNDEFINED)


# ── Labels ──


def test_a_label_changes_the_cluster_and_is_noted_as_a_change() -> None:
    answer = session(state(DB), "k label pod web -n prod role=api --overwrite")
    assert answer.state.changes == {"prod/web": {"role": "api"}}
    assert session(answer.state, "k exec -n prod web -- nc -z 10.1.0.13 3306").exit == 0
    off = session(answer.state, "k label pod web -n prod role-")
    assert off.state.changes == {"prod/web": {"role": None}}
    assert said(off.state, "k get pod web -n prod --show-labels").endswith("<none>\n")


def test_a_namespaces_own_name_stays() -> None:
    answer = session(state(), "k label ns prod kubernetes.io/metadata.name=x --overwrite team=a")
    assert "kubernetes.io/metadata.name=prod,team=a" in said(answer.state, "k get ns --show-labels")


def test_where_labels_are_fixed_they_stay() -> None:
    answer = session(state(labels_fixed=True), "k label pod web -n prod role=api --overwrite")
    assert answer.stderr == (
        'Error from server (Forbidden): pods "web" is forbidden: this exercise fixes its labels: '
        "change the policies\n"
    )
    assert answer.state.changes == {}


def test_pods_namespaces_and_services_are_not_deleted_or_created() -> None:
    assert "pods of this lab are fixed" in said(state(), "k delete pod web -n prod")
    assert "namespaces of this lab are fixed" in said(state(), "k create ns x")
    assert "only policies can be created" in said(state(), "k create deployment x")


# ── The shell around it ──


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("k get pods -A | grep -c api", "2\n"),
        ("k get pods -A --no-headers | grep -iv PROD | wc -l", "2\n"),
        ("k get pods -A -o name | sort -u | head -2", "pod/api\npod/db\n"),
        ("k get ns -o name | grep 'prod$'", "namespace/prod\n"),
        ("k get ns -o name | grep -E '^namespace/(x)?|nothing'", ""),
        ("k get ns -o name | grep -E 'prod|stag.*g'", "namespace/prod\nnamespace/staging\n"),
        ("echo 'a | b' \"c;d\" # comment", "a | b c;d\n"),
        ("k get pods nope 2>/dev/null || echo none", "none\n"),
        ("k get pods nope > /dev/null 2>&1; echo ran", "ran\n"),
    ],
)
def test_pipes_and_joins_do_what_a_shell_does(line: str, printed: str) -> None:
    assert said(state(), line) == printed


def test_a_command_that_reads_stdin_asks_for_it() -> None:
    for line in ("k apply -f - <<EOF", "kubectl apply -f -", "cat <<EOF | k apply -f -"):
        assert run(state(), line).wants == "stdin"
        assert run(state(), line, DB).stdout.endswith("db-policy created\n")


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("k get po -A -o name --field-selector status.phase=Running,metadata.name!=api | wc -l", "3\n"),
        ("k get po -n prod -l 'role in (db,api),role!=api' -o name", "pod/db\n"),
        ("k get po -n prod -o jsonpath='{.items[?(@.metadata.name==\"db\")].status.podIP}'", "10.1.0.13"),
        ("k get po -n prod db -o yaml | grep 'podIP:'", "  podIP: 10.1.0.13\n"),
        ("k get po -n prod -o jsonpath='{range .items[*]}{.metadata.name} {end}'", "api db web "),
        ("k get po -n prod -o custom-columns=N:.metadata.name,P:.spec.containers[*].ports[*].name",
         "N     P\napi   http\ndb    mysql\nweb   http\n"),
        ("k get po,netpol -A -o name | grep -v pod/", ""),
        ("k version --client | head -1", "Client Version: v1.35.0\n"),
        ("k get po -n prod -l 'role in (db'", "Error from server (BadRequest): Unable to find \"v1, "
         "Resource=pods\" that match label selector \"role in (db\", field selector \"\": found '', "
         "expected: ',', or ')'\n"),
    ],
)  # fmt: skip
def test_what_is_asked_for_is_what_is_printed(line: str, printed: str) -> None:
    assert said(state(), line) == printed


def test_unknown_commands_say_what_exists() -> None:
    assert "# here are: kubectl (k), cat" in said(state(), "kubens prod")
    assert "# policy.yaml is the editor above" in said(state(), "vim policy.yaml")
    assert "kubectl exec POD -- nc" in said(state(), "k run x --rm -it --image=busybox -- nc db 1")
    assert "bash: x: files cannot be written here" in said(state(), "k get pods > x")
    assert "# this lab's kubectl has: create," in said(state(), "k florble")
    assert "k get netpol -A" in said(state(), "help")


def test_completion_knows_verbs_types_names_and_namespaces() -> None:
    start = state(DB)
    offered = {
        "k de": ("delete", "describe"),
        "k get netp": ("netpol",),
        "k get pods -n st": ("staging",),
        "kubectl describe pod -n prod a": ("api",),
        "k get netpol -n prod d": ("db-policy",),
        "k get pods | gr": ("grep",),
        "k explain netpol.spec.pol": ("netpol.spec.policyTypes",),
        "k get pods --show": ("--show-kind", "--show-labels", "--show-managed-fields"),
        "k apply -f p": ("policy.yaml",),
        "nothing": (),
    }
    for line, words in offered.items():
        assert complete(start, line, len(line)) == words, line
