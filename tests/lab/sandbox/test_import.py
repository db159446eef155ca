"""Pasted clusters and saved files: taken, or refused without keeping anything."""

import json
from pathlib import Path

import pytest
from django.test import Client

from netpol_lab.lab.sandbox.importing import read_import
from netpol_lab.lab.sandbox.presses import press
from simulator.limits import PASTED
from tests.lab.sandbox.conftest import DENY_ALL, Page

DUMP = """\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Namespace
  metadata: {name: shop, labels: {env: prod, kubernetes.io/metadata.name: shop}}
- apiVersion: v1
  kind: Pod
  metadata: {name: web-1, namespace: shop, labels: {app: web}}
  spec:
    nodeName: ip-10-0-0-9.eu-west-1.compute.internal
    containers:
    - name: main
      env: [{name: PASSWORD, value: hunter2-canary}]
      ports: [{containerPort: 80, name: http}, {containerPort: 9090}]
  status: {podIP: 10.2.0.1, hostIP: 10.0.0.9, phase: Running}
- apiVersion: v1
  kind: Pod
  metadata: {name: db-0, namespace: shop, labels: {app: db}}
  spec: {containers: [{name: main, ports: [{containerPort: 5432, name: pg}]}]}
  status: {podIPs: [{ip: 10.2.0.2}, {ip: "fd00::2"}]}
- apiVersion: v1
  kind: Service
  metadata: {name: db, namespace: shop}
  spec: {selector: {app: db}, clusterIP: 10.96.0.9, ports: [{port: 5432, targetPort: pg}]}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: x, namespace: shop}
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: db, namespace: shop}
  spec:
    podSelector: {matchLabels: {app: db}}
    ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: pg}]}]
"""
KUBECONFIG = """\
apiVersion: v1
kind: Config
users: [{name: u, user: {token: canary-token-abc}}]
"""


def test_what_kubectl_prints_becomes_a_cluster_and_texts(page: Page) -> None:
    desk = page.press(do="import", pasted=DUMP)
    cluster = desk.state.now.scenario.cluster
    assert [pod.ref for pod in cluster.pods] == ["shop/web-1", "shop/db-0"]
    web, db = cluster.pods
    assert [(p.port, p.name) for p in web.ports] == [(80, "http"), (9090, "")]
    assert web.node == "ip-10-0-0-9.eu-west-1.compute.internal"
    assert [str(address) for address in db.addresses] == ["10.2.0.2", "fd00::2"]
    assert cluster.services[0].ports[0].target == "pg"
    assert cluster.namespaces[0].labels["env"] == "prod"
    assert [tab.name for tab in desk.state.now.tabs] == ["shop/db"]
    assert "podSelector" in desk.state.tab.text
    assert desk.notes[0] == "Read 1 namespace, 2 pods, 1 Service, 1 policy."
    assert "1 ConfigMap" in desk.notes[1]
    assert "hunter2-canary" not in desk.text
    page.press(do="undo")
    assert page.desk.state.now.scenario.cluster.pods == ()


def test_a_file_is_read_like_a_paste(page: Page) -> None:
    desk = page.press(do="import", uploaded=DUMP.encode())
    assert len(desk.state.now.scenario.cluster.pods) == 2


def test_many_policies_share_texts_by_namespace(page: Page) -> None:
    text = "---\n".join(DENY_ALL.replace("deny-all", f"p{n}") for n in range(60))
    desk = page.press(do="import", pasted=text)
    assert [tab.name for tab in desk.state.now.tabs] == ["prod", "prod 2"]


def test_a_saved_sandbox_is_opened_again(tiers: Page) -> None:
    tiers.press(policy=DENY_ALL, do="remember")
    saved = tiers.desk.text
    tiers.press(start="empty")
    desk = tiers.press(do="import", uploaded=saved.encode())
    assert desk.text == saved


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "there is nothing to read"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (b"a: [", "did not find expected"),
        (b"hello", "this is no manifest"),
        (b"kind: ConfigMap\napiVersion: v1\n", "was found"),
        (b"#" * ((PASTED.size or 0) + 1), "larger than 2,048 KiB"),
        (b'{"sandbox": 1', "damaged"),
        (b"kind: Scenario\n", "is missing"),
    ],
)
def test_what_is_no_cluster_is_said(data: bytes, says: str) -> None:
    found = read_import(data)
    assert found.state is None
    assert says in " ".join(problem.message for problem in found.problems)


def test_more_pods_than_a_sandbox_takes_are_counted() -> None:
    pods = "---\n".join(
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p{n}}}\n" for n in range(201)
    )
    found = read_import(pods)
    assert found.state is None
    assert "201 pods; the sandbox takes 200" in found.problems[0].message


# ── kubeconfigs ──


NESTED = f"apiVersion: v1\nkind: List\nitems:\n- {json.dumps({'kind': 'Config', 'users': []})}\n"
KUBECONFIGS = [
    KUBECONFIG,
    f"{DUMP}---\n{KUBECONFIG}",
    NESTED + "  token: canary-token-abc\n",
    NESTED,
    json.dumps({"kind": "Config", "users": [{"token": "canary-token-abc"}]}),
    "clusters: []\nusers: [{user: {token: canary-token-abc}}]\n",
    "kind: Config\nusers: [",
    "current-context: x\ncontexts: []\n",
]


@pytest.mark.parametrize("text", KUBECONFIGS)
def test_a_kubeconfig_is_refused_wherever_it_stands(text: str) -> None:
    found = read_import(text)
    assert found.state is None
    assert "This is a kubeconfig" in found.problems[0].message


@pytest.mark.parametrize("name", ["secret_pasted.yaml", "kubeconfig_paths.yaml"])
@pytest.mark.parametrize("field", ["pasted", "policy", "state"])
@pytest.mark.parametrize("htmx", [True, False])
def test_a_kubeconfig_is_neither_kept_nor_echoed(
    ana: Client, shared: Path, name: str, field: str, htmx: bool
) -> None:
    text = (shared / "bad-input" / name).read_text()
    headers = {"HX-Request": "true"} if htmx else {}
    do = {"pasted": "import"}.get(field, "show")
    response = ana.post("/sandbox/", {field: text, "do": do, "panel": "import:"}, headers=headers)
    assert response.status_code == 200
    shown = response.content.decode()
    for secret in ("abcdefghijklmnop", "169.254.169.254", "/etc/passwd", "id_rsa", "pwned"):
        assert secret not in shown
    if field != "state":
        assert "This is a kubeconfig" in shown


def test_a_state_with_a_kubeconfig_inside_is_not_taken(tiers: Page) -> None:
    fields = json.loads(tiers.desk.text)
    fields["policies"][0]["text"] = KUBECONFIG
    desk = press({"state": json.dumps(fields), "do": "open"})
    assert "This is a kubeconfig" in desk.faults[0].message
    assert "canary-token" not in desk.text


def test_a_policy_may_speak_of_users_and_clusters(tiers: Page) -> None:
    text = DENY_ALL + "# kind: Config and users are only words here\n"
    desk = tiers.press(policy=text)
    assert desk.faults == ()
    assert desk.state.tab.text == text
