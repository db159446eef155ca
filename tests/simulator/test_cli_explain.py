"""`python -m simulator explain`: both gates, the deciding lines, Services, and the guard for CI."""

import json

import pytest

from tests.simulator.commands import POLICY, SCENARIO, Done, Shell

NEAR_MISS = """\
✕ staging/api → prod/db : 3306 is denied

  ✓ Leaving staging/api: no policy isolates its egress, so the gate is open.
  ✕ Entering prod/db: db isolates it, and rule 1 (line 8) admits app=api in prod
    only. This pod has the label, but lives in staging.

db.yaml:8:7
  8 │     - podSelector: {matchLabels: {app: api}}
    │       ^                           ^
"""
WEB = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: prod}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Egress]
  egress:
  - to:
    - podSelector: {matchLabels: {app: db}}
"""
SERVICES = SCENARIO.replace(
    "hosts:",
    "  kube-system/dns: {labels: {k8s-app: kube-dns}, ip: 10.1.2.1}\n"
    "services:\n"
    "  prod/db: {selector: {app: db}, ports: [{port: 3306, targetPort: mysql}], clusterIP: 10.96.0.1}\n"
    "hosts:",
).replace("  staging: {", "  kube-system: {}\n  staging: {")


def asked(source: str, target: str, port: str = "3306") -> tuple[str, ...]:
    return ("explain", "--from", source, "--to", target, "--port", port)


def test_the_nearest_miss_is_told_with_its_line(shell: Shell) -> None:
    done = shell.ask(*asked("staging/api", "prod/db"))
    assert (done.code, done.out, done.err) == (0, NEAR_MISS, "")


def test_lines_of_several_files_are_told_apart(shell: Shell) -> None:
    """Both files have a peer at 9:7; each mark is a place in its own file."""
    shell.write("db.yaml", POLICY.replace("spec:", "# a line more\nspec:"))
    shell.write("web.yaml", WEB)
    out = shell.ask(*asked("prod/api", "prod/db"), "-f", "web.yaml").out
    assert (
        out.partition("\n\n")[2].partition("\n\n")[2]
        == """\
web.yaml:9:7
  9 │     - podSelector: {matchLabels: {app: db}}
    │       ^                           ^

db.yaml:9:7
   9 │     - podSelector: {matchLabels: {app: api}}
     │       ^                           ^
  11 │     - port: 3306
     │       ^
"""
    )


def test_a_pattern_asks_for_each_that_policies_tell_apart(shell: Shell) -> None:
    out = shell.ask(*asked("*/api", "prod/db")).out
    assert [line for line in out.splitlines() if " is " in line and "→" in line] == [
        "✓ prod/api → prod/db : 3306 is allowed",
        "✕ staging/api → prod/db : 3306 is denied",
    ]


def test_json_is_the_whole_evidence(shell: Shell) -> None:
    words = (*asked("ip:10.1.1.1", "prod/db", "mysql"), "--format", "json")
    document = json.loads(shell.ask(*words).out)
    (answer,) = document["answers"]
    assert document["version"] == 1
    assert {k: answer[k] for k in ("from", "to", "protocol", "port", "outcome")} == {
        "from": "staging/api", "to": "prod/db", "protocol": "TCP", "port": 3306, "outcome": "denied",
    }  # fmt: skip
    assert [gate["reason"] for gate in answer["gates"]] == ["not-isolated", "no-rule"]
    (miss,) = answer["gates"][1]["policies"][0]["rules"][0]["misses"]
    assert miss["fault"] == "other-namespace"


# ── Services ─────────────────────────────────────────────────────────────────────────────────


def test_a_service_is_looked_up_and_its_endpoints_are_explained(shell: Shell) -> None:
    shell.write("small.yaml", SERVICES)
    for name in ("db", "db.prod", "db.prod.svc.cluster.local"):
        out = shell.ask(*asked("prod/api", name), width=200).out
        assert f"✓ Looking up {name}: prod/api → kube-system/dns : 53/UDP is open" in out
        assert "Endpoint prod/db" in out


def test_egress_without_dns_breaks_the_name_not_the_address(shell: Shell) -> None:
    shell.write("small.yaml", SERVICES)
    shell.write("web.yaml", WEB)
    out = shell.ask(*asked("prod/api", "db"), "-f", "web.yaml").out
    assert out.startswith("✕ prod/api → db : 3306 is not even begun: the name is not resolved")
    assert "web.yaml:9:7" in out
    out = shell.ask(*asked("prod/api", "ip:10.96.0.1"), "-f", "web.yaml").out
    assert out.startswith("✓ prod/api → 10.96.0.1 : 3306 is allowed")


def test_json_of_a_service_has_look_up_and_endpoints(shell: Shell) -> None:
    shell.write("small.yaml", SERVICES)
    document = json.loads(shell.ask(*asked("prod/api", "db"), "--format", "json").out)
    (answer,) = document["answers"]
    assert (answer["to"], answer["dialled"], answer["obstacle"]) == ("db.prod", "db", "")
    assert answer["lookUp"]["outcome"] == "allowed"
    assert [endpoint["to"] for endpoint in answer["endpoints"]] == ["prod/db"]


def test_reach_shows_a_column_for_each_port_of_a_service(shell: Shell) -> None:
    shell.write("small.yaml", SERVICES)
    out = shell.ask("reach", "--to", "db.prod").out
    assert out.splitlines()[:3] == [
        "from │ to        db.prod : 3306/TCP",
        "prod/api         ✓",
        "prod/db          ✓",
    ]


# ── The guard ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "expected", "code"),
    [
        ("prod/api", "allowed", 0), ("prod/api", "denied", 1),
        ("staging/api", "denied", 0), ("staging/api", "allowed", 1),
        ("*/api", "allowed", 1), ("*/api", "denied", 1),
    ],
)  # fmt: skip
def test_expect_holds_for_every_answer(shell: Shell, source: str, expected: str, code: int) -> None:
    assert shell.ask(*asked(source, "prod/db"), "--expect", expected).code == code


def test_undefined_is_neither_allowed_nor_denied(shell: Shell) -> None:
    for expected in ("allowed", "denied"):
        assert shell.ask(*asked("backup", "prod/db", "ping"), "--expect", expected).code == 1


def test_without_enforcement_nothing_is_denied(shell: Shell) -> None:
    words = (*asked("staging/api", "prod/db"), "--plugin", "enforces=false")
    assert shell.ask(*words, "--expect", "denied").code == 1
    assert shell.ask(*words, "--expect", "allowed").code == 0


# ── Wrong use ────────────────────────────────────────────────────────────────────────────────


def test_a_port_name_that_the_target_has_not_is_wrong_use(shell: Shell) -> None:
    done = shell.ask(*asked("prod/api", "prod/db", "http"))
    assert (done.code, done.err) == (2, '"prod/db" has no TCP port named "http"\n')


def test_a_pod_reaches_itself(shell: Shell) -> None:
    out = shell.ask(*asked("prod/db", "prod/db")).out
    assert out.startswith("✓ prod/db → prod/db : 3306 is allowed")


def test_a_refused_policy_is_located_on_standard_error(shell: Shell) -> None:
    shell.write("db.yaml", POLICY.replace("3306", '"3306"'))
    done = shell.ask(*asked("prod/api", "prod/db"))
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        'db.yaml:10:13: spec.ingress[0].ports[0].port: Invalid value: "3306": '
        "must contain at least one letter (a-z)\n"
        '        - port: "3306"\n'
        "                ^\n"
        "    hint: Without quotes it is the number that you mean.\n"
    )


def test_a_warning_stands_on_standard_error_beside_the_answer(shell: Shell) -> None:
    shell.write("db.yaml", POLICY.replace("port: 3306", "port: 0xcea"))
    done = shell.ask(*asked("prod/api", "prod/db"))
    assert done.code == 0
    assert done.out.startswith("✓ prod/api → prod/db : 3306 is allowed")
    assert "db.yaml:10:13: warning: 0xcea is the number 3306" in done.err


# ── --edit ──


HEADING = "smallest edit that turns this round, and nothing else in this cluster:\n"


def edit_of(done: Done) -> str:
    """What stands below the heading of the edit."""
    return done.out.partition(HEADING)[2]


STAGING = ("--from", "staging/api", "--to", "prod/db", "--port", "3306", "--edit")


def test_the_smallest_edit_is_told_with_its_place_and_its_lines(shell: Shell) -> None:
    done = shell.ask("explain", *STAGING)
    assert done.code == 0
    assert edit_of(done) == (
        "  db.yaml:8:7\n"
        "  In db, rule 1 (line 8): add a peer for staging/api.\n"
        "      - namespaceSelector:\n"
        "          matchLabels:\n"
        "            kubernetes.io/metadata.name: staging\n"
    )


def test_the_edit_is_in_the_json_too(shell: Shell) -> None:
    plain = json.loads(shell.ask("explain", *STAGING[:-1], "--format", "json").out)
    assert "edit" not in plain["answers"][0]
    [answer] = json.loads(shell.ask("explain", *STAGING, "--format", "json").out)["answers"]
    [change] = answer["edit"]["changes"]
    assert (change["policy"], change["file"], change["line"]) == ("prod/db", "db.yaml", 8)
    assert change["lines"][0] == "- namespaceSelector:"
    assert answer["edit"]["reason"] == ""


def test_where_no_edit_turns_it_round_the_reason_is_told(shell: Shell) -> None:
    done = shell.ask(*asked("staging/api", "prod/db", "ping"), "--edit")
    assert done.out.endswith("\nno edit: No rule can name ICMP, so no edit flips a ping alone.\n")


def test_an_address_outside_is_let_in_alone(shell: Shell) -> None:
    """Others outside, whom no file names, stay where they are."""
    done = shell.ask(*asked("ip:8.8.8.8", "prod/db"), "--edit")
    assert "cidr: 8.8.8.8/32" in edit_of(done)


REPLICAS = """\
kind: List
apiVersion: v1
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: prod}}
""" + "".join(
    f"""\
- apiVersion: v1
  kind: Pod
  metadata:
    name: {name}-{number}
    namespace: prod
    labels: {{app: {name}, statefulset.kubernetes.io/pod-name: {name}-{number}}}
    ownerReferences: [{{kind: StatefulSet, name: {name}, controller: true}}]
  status: {{podIP: 10.0.{place}.{number}}}
"""
    for place, name in enumerate(("web", "db", "jobs"))
    for number in (1, 2)
)


def test_replicas_turn_round_together(shell: Shell) -> None:
    """No label that the controller made for one of them is named."""
    shell.write("replicas.yaml", REPLICAS)
    words = asked("prod/web", "prod/db")
    done = shell.run(*words, "-f", "replicas.yaml", "-f", "db.yaml", "--edit")
    assert "The same holds for every pod of prod/web (2 pods)" in done.out
    assert edit_of(done).endswith(
        "      - podSelector:\n          matchLabels:\n            app: web\n"
    )


def test_of_a_service_the_edit_turns_what_stands_in_the_way(shell: Shell) -> None:
    shell.write("small.yaml", SERVICES)
    done = shell.ask(*asked("staging/api", "db.prod"), "--edit")
    assert "add a peer for staging/api" in edit_of(done)
    shell.write("web.yaml", WEB)
    done = shell.ask(*asked("prod/api", "db"), "-f", "web.yaml", "--edit")
    assert "prod/api reach kube-system/dns on UDP 53" in " ".join(edit_of(done).split())
    assert edit_of(shell.ask(*asked("prod/api", "db", "99"), "--edit")) == ""
