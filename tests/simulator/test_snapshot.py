"""What kubectl prints, and what people keep in folders, becomes a cluster and its policies."""

import json
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.compose import composed_objects
from simulator.limits import COMMAND_LINE, PASTED
from simulator.model import (
    ContainerPort,
    ExternalHost,
    Mark,
    Namespace,
    Pod,
    Service,
    ServicePort,
    ServiceType,
    Severity,
)
from simulator.selectors import NAME_LABEL
from simulator.snapshot import Snapshot, read_snapshot
from simulator.source import build
from tests.simulator import worlds

# As `kubectl get ns,nodes,pods,svc,netpol,deploy -A -o yaml` prints it, shortened.
KUBECTL = """\
apiVersion: v1
items:
- apiVersion: v1
  kind: Namespace
  metadata:
    creationTimestamp: "2026-11-23T11:30:01Z"
    labels:
      env: prod
      kubernetes.io/metadata.name: prod
    name: prod
    resourceVersion: "2210"
    uid: 2c9b0c2e-3b1e-4a6a-8a41-1d1e2a3b4c5d
  spec:
    finalizers:
    - kubernetes
  status:
    phase: Active
- apiVersion: v1
  kind: Node
  metadata:
    name: worker-1
  status:
    addresses:
    - address: worker-1
      type: Hostname
    - address: 172.18.0.3
      type: InternalIP
- apiVersion: v1
  kind: Pod
  metadata:
    annotations:
      note: |
        - kind: Pod
        a text of *two* lines & more
    generateName: web-6d5f8c-
    labels:
      app: web
      pod-template-hash: 6d5f8c
    managedFields:
    - apiVersion: v1
      fieldsType: FieldsV1
      fieldsV1:
        f:metadata:
          f:labels:
            .: {}
            f:app: {}
        f:spec:
          f:containers:
            k:{"name":"nginx"}:
              .: {}
              f:ports:
                .: {}
                k:{"containerPort":80,"protocol":"TCP"}:
                  .: {}
      manager: kube-controller-manager
      operation: Update
      time: "2026-11-23T11:30:02Z"
    name: web-6d5f8c-x2x4z
    namespace: prod
    ownerReferences:
    - apiVersion: apps/v1
      blockOwnerDeletion: true
      controller: true
      kind: ReplicaSet
      name: web-6d5f8c
      uid: 0e0d5d7e-7c29-4b1f-8f9c-0f6c2a1b3c4d
  spec:
    containers:
    - image: nginx:1.27
      name: nginx
      ports:
      - containerPort: 80
        name: http
        protocol: TCP
    initContainers:
    - image: busybox
      name: prepare
      ports:
      - containerPort: 1
    - image: envoy
      name: mesh
      ports:
      - containerPort: 15001
      restartPolicy: Always
    nodeName: worker-1
  status:
    conditions:
    - message: 'containers with unready status: [nginx],
        so that this line wraps'
      status: "True"
      type: Ready
    hostIP: 172.18.0.3
    phase: Running
    podIP: 10.244.1.5
    podIPs:
    - ip: 10.244.1.5
    - ip: fd00:10:244:1::5
- apiVersion: v1
  kind: Service
  metadata:
    name: web
    namespace: prod
  spec:
    clusterIP: 10.96.12.1
    clusterIPs:
    - 10.96.12.1
    externalTrafficPolicy: Local
    ports:
    - name: http
      nodePort: 30080
      port: 80
      protocol: TCP
      targetPort: http
    - port: 9090
      protocol: TCP
      targetPort: 9090
    selector:
      app: web
    type: NodePort
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata:
    creationTimestamp: "2026-11-23T11:30:05Z"
    generation: 1
    name: web
    namespace: prod
    resourceVersion: "2301"
    uid: 9d7f0a52-1111-4b1f-8f9c-0f6c2a1b3c4d
  spec:
    ingress:
    - from:
      - namespaceSelector: {}
      ports:
      - port: 80
        protocol: TCP
    podSelector:
      matchLabels:
        app: web
    policyTypes:
    - Ingress
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: web
    namespace: prod
  spec:
    replicas: 1
    selector:
      matchLabels:
        app: web
    template:
      metadata:
        labels:
          app: web
      spec:
        containers:
        - image: nginx:1.27
          name: nginx
  status:
    replicas: 1
kind: List
metadata:
  resourceVersion: ""
"""


def snapshot(*texts: str) -> Snapshot:
    return read_snapshot((f"{number}.yaml", text) for number, text in enumerate(texts, 1))


def manifest(
    kind: str, name: str, /, *, version: str = "v1", space: str = "x", **rest: object
) -> str:
    labels = rest.pop("labels", {})
    owners = rest.pop("owners", [])
    metadata = {"name": name, "namespace": space, "labels": labels, "ownerReferences": owners}
    value = {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}
    return str(yaml.safe_dump(value))


def pod_of(text: str) -> Pod:
    found = snapshot(text)
    assert found.problems == ()
    return found.cluster.pods[0]


def told(found: Snapshot) -> list[tuple[str, str, Mark | None]]:
    return [(each.file, each.problem.message, each.problem.mark) for each in found.problems]


# ── what kubectl prints ──


def test_what_kubectl_prints_is_read_whole() -> None:
    found = snapshot(KUBECTL)
    assert found.problems == ()
    assert found.skipped == ()
    cluster = found.cluster
    assert cluster.namespaces == (Namespace("prod", {"env": "prod", NAME_LABEL: "prod"}),)
    assert dict(cluster.namespaces[0].labels) == {"env": "prod", NAME_LABEL: "prod"}
    assert cluster.hosts == (ExternalHost("worker-1", ip_address("172.18.0.3"), node=True),)
    assert cluster.pods == (
        Pod(
            "prod",
            "web-6d5f8c-x2x4z",
            {"app": "web", "pod-template-hash": "6d5f8c"},
            (ip_address("10.244.1.5"), ip_address("fd00:10:244:1::5")),
            (ContainerPort(80, "TCP", "http"), ContainerPort(15001)),
            "worker-1",
            False,
            "ReplicaSet/web-6d5f8c",
        ),
    )
    assert cluster.services == (
        Service(
            "prod",
            "web",
            {"app": "web"},
            (ServicePort(80, "http", "TCP", "http", 30080), ServicePort(9090, 9090)),
            ServiceType.NODE_PORT,
            addresses=(ip_address("10.96.12.1"),),
            local=True,
        ),
    )
    assert [policy.name for policy in found.policies] == ["web"]


def test_kubectls_list_is_read_item_by_item() -> None:
    assert len(list(composed_objects(KUBECTL, COMMAND_LINE))) == 6
    assert len(list(composed_objects(KUBECTL.replace("items:", "items: # all"), COMMAND_LINE))) == 1


def test_a_policys_marks_are_those_of_the_whole_text() -> None:
    policy = snapshot(KUBECTL).policies[0]
    line = KUBECTL.split("\n").index("    - from:") + 1
    assert policy.ingress[0].mark == Mark(line, 7)
    assert policy.mark is not None
    assert KUBECTL.split("\n")[policy.mark.line - 1] == "    name: web"


@pytest.mark.parametrize(
    ("there", "put"),
    [
        ('resourceVersion: ""', 'resourceVersion: - ""'),
        ('resourceVersion: ""', 'resourceVersion: "'),
        ("items:\n", "items:\n  stray: 1\n"),
    ],
)
def test_a_fault_around_the_items_of_a_list_is_one_too(there: str, put: str) -> None:
    assert there in KUBECTL
    found = snapshot(KUBECTL.replace(there, put))
    assert [p.problem.severity for p in found.problems] == [Severity.ERROR]
    assert found.cluster.pods == ()


@pytest.mark.parametrize(
    "odd", ["&a : 1", ": 1", "~: 1", "null : 1", "b: {: 1}", "b: {c: 1, null: 2}", "? [c]\n    : 1"]
)
def test_a_key_that_is_null_refuses_the_text_wherever_it_is(odd: str) -> None:
    found = snapshot(f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  unasked:\n    {odd}\n")
    assert [p.problem.severity for p in found.problems] == [Severity.ERROR]
    assert found.cluster.pods == ()


@pytest.mark.parametrize("above", ["\n", "  # all of it\n", "\n\n"])
def test_lines_above_the_first_item_of_a_list_count(above: str) -> None:
    plain, later = (
        snapshot(text).policies[0].mark
        for text in (KUBECTL, KUBECTL.replace("items:\n", f"items:\n{above}", 1))
    )
    assert plain is not None
    assert later == Mark(plain.line + above.count("\n"), plain.column)


def test_a_list_says_what_its_items_say_as_documents_or_as_json() -> None:
    items = yaml.safe_load(KUBECTL)["items"]
    for text in (
        "---\n".join(yaml.safe_dump(item) for item in items),
        json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=4),
        json.dumps({"kind": "List", "apiVersion": "v1", "items": items}),
        KUBECTL + "---\na: &a 1\nb: *a\n",  # an alias: the careful reader takes it
        KUBECTL.replace("items:\n", "items: # all of them\n"),
        KUBECTL.replace("\n", "\r\n"),
    ):
        assert snapshot(text).cluster == snapshot(KUBECTL).cluster
        assert snapshot(text).policies == snapshot(KUBECTL).policies


def test_recorded_kubectl_output_is_read(shared: Path) -> None:
    lines = (shared / "apiserver" / "kubectl.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    texts = [r["stdout"] for r in records if "-o yaml" in r["command"] and r["exit"] == 0]
    found = read_snapshot((str(number), text) for number, text in enumerate(texts))
    assert len(texts) > 5
    assert found.policies
    assert [p for p in found.problems if p.problem.severity is Severity.ERROR] == []


def test_members_of_typed_lists_may_leave_out_what_they_are() -> None:
    items = [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}]
    text = json.dumps({"apiVersion": "v1", "kind": "PodList", "items": items})
    assert [pod.ref for pod in snapshot(text).cluster.pods] == ["default/a", "default/b"]


# ── namespaces ──


def test_namespaces_that_nobody_lists_have_their_name_label_alone() -> None:
    found = snapshot(
        manifest("Namespace", "b", labels={"team": "red"}),
        manifest("Pod", "p", space="a"),
        manifest("Service", "s", space="c"),
        worlds.DB_POLICY,
    )
    assert [space.name for space in found.cluster.namespaces] == ["b", "a", "c", "prod"]
    assert [dict(space.labels) for space in found.cluster.namespaces] == [
        {"team": "red", NAME_LABEL: "b"},
        {NAME_LABEL: "a"},
        {NAME_LABEL: "c"},
        {NAME_LABEL: "prod"},
    ]


# ── pods ──


def test_the_older_address_field_counts_where_the_newer_is_missing() -> None:
    assert pod_of(manifest("Pod", "p", status={"podIP": "10.0.0.1"})).addresses == (
        ip_address("10.0.0.1"),
    )
    assert pod_of(manifest("Pod", "p", status={"podIPs": []})).addresses == ()


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_finished_pod_is_no_endpoint(phase: str) -> None:
    assert snapshot(manifest("Pod", "p", status={"phase": phase})).cluster.pods == ()


def test_a_pending_pod_stays_without_address() -> None:
    assert pod_of(manifest("Pod", "p", status={"phase": "Pending"})).addresses == ()


def test_a_pod_in_its_nodes_network_says_so_and_names_its_node() -> None:
    spec = {"hostNetwork": True, "nodeName": "n1", "containers": []}
    found = snapshot(manifest("Pod", "p", spec=spec, status={"hostIP": "192.168.0.7"}))
    assert found.cluster.pods[0].host_network
    assert found.cluster.pods[0].node == "n1"
    assert found.cluster.hosts == (ExternalHost("n1", ip_address("192.168.0.7"), node=True),)


def test_a_host_address_without_a_nodes_name_makes_no_node() -> None:
    assert snapshot(manifest("Pod", "p", status={"hostIP": "192.168.0.7"})).cluster.hosts == ()


def test_a_node_object_counts_before_what_pods_tell_of_it() -> None:
    address = [
        {"type": "ExternalIP", "address": "1.2.3.4"},
        {"type": "InternalIP", "address": "10.9.9.9"},
    ]
    found = snapshot(
        manifest("Pod", "p", spec={"nodeName": "n1"}, status={"hostIP": "192.168.0.7"}),
        manifest("Node", "n1", status={"addresses": address}),
    )
    assert found.cluster.hosts == (ExternalHost("n1", ip_address("10.9.9.9"), node=True),)


def test_only_the_controlling_owner_is_the_owner() -> None:
    owners = [{"kind": "Other", "name": "o"}, {"kind": "Job", "name": "j", "controller": True}]
    assert pod_of(manifest("Pod", "p", owners=owners)).owner == "Job/j"


# ── Services ──


def test_a_load_balancers_addresses_and_external_ips_are_the_services_too() -> None:
    text = """
apiVersion: v1
kind: Service
metadata: {name: s, namespace: x}
spec: {type: LoadBalancer, externalIPs: [203.0.113.5], ports: [{port: 443}]}
status: {loadBalancer: {ingress: [{ip: 198.51.100.9}, {hostname: lb.example}]}}
"""
    (service,) = snapshot(text).cluster.services
    assert list(map(str, service.published)) == ["198.51.100.9", "203.0.113.5"]


def test_a_service_fills_in_its_defaults() -> None:
    found = snapshot(manifest("Service", "s", spec={"ports": [{"port": 53, "protocol": "UDP"}]}))
    assert found.cluster.services == (Service("x", "s", None, (ServicePort(53, 53, "UDP"),)),)


def test_a_headless_service_has_no_addresses() -> None:
    for spec in ({"clusterIP": "None"}, {"clusterIPs": ["None"], "clusterIP": "None"}):
        service = snapshot(manifest("Service", "s", spec=spec)).cluster.services[0]
        assert (service.headless, service.addresses) == (True, ())


# ── workloads ──


def workload(kind: str, name: str, labels: dict[str, str], **spec: object) -> str:
    version = "batch/v1" if kind == "Job" else "apps/v1"
    status = spec.pop("status", {})
    owners = spec.pop("owners", [])
    ports = [{"containerPort": 80}]
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"ports": ports}]}}
    value = {"selector": {"matchLabels": labels}, "template": template, **spec}
    return manifest(kind, name, version=version, spec=value, status=status, owners=owners)


@pytest.mark.parametrize(
    ("kind", "spec", "number"),
    [
        ("Deployment", {"replicas": 3}, 3),
        ("Deployment", {}, 1),
        ("Deployment", {"replicas": 0}, 0),
        ("Deployment", {"replicas": 1_000_000}, 10),
        ("ReplicaSet", {"replicas": 2}, 2),
        ("StatefulSet", {"replicas": 2}, 2),
        ("DaemonSet", {}, 1),
        ("Job", {"parallelism": 2}, 2),
        ("Job", {"status": {"completionTime": "2026-11-23T11:30:01Z"}}, 0),
    ],
)
def test_a_workload_without_pods_gets_them_from_its_template(
    kind: str, spec: dict[str, object], number: int
) -> None:
    pods = snapshot(workload(kind, "web", {"app": "web"}, **spec)).cluster.pods
    assert [pod.ref for pod in pods] == [f"x/web-{n}" for n in range(1, number + 1)]
    assert {(pod.owner, pod.ports, pod.addresses) for pod in pods} <= {
        (f"{kind}/web", (ContainerPort(80),), ())
    }
    assert all(dict(pod.labels) == {"app": "web"} for pod in pods)


def test_a_workload_whose_pods_are_listed_makes_none() -> None:
    deployment = workload("Deployment", "web", {"app": "web"}, replicas=3)
    listed = manifest("Pod", "web-1a2b", labels={"app": "web", "pod-template-hash": "1a2b"})
    elsewhere = manifest("Pod", "web-1a2b", space="y", labels={"app": "web"})
    assert len(snapshot(deployment, listed).cluster.pods) == 1
    assert len(snapshot(deployment, elsewhere).cluster.pods) == 4


def test_a_finished_pod_shows_that_its_job_has_run() -> None:
    job = workload("Job", "copy", {"job-name": "copy"})
    done = manifest("Pod", "copy-1", labels={"job-name": "copy"}, status={"phase": "Succeeded"})
    assert snapshot(job, done).cluster.pods == ()


def test_a_deployments_replica_sets_are_left_to_it() -> None:
    owner = [{"kind": "Deployment", "name": "web", "controller": True}]
    found = snapshot(
        workload("Deployment", "web", {"app": "web"}),
        workload("ReplicaSet", "web-6d5", {"app": "web", "pod-template-hash": "6d5"}, owners=owner),
    )
    assert [pod.owner for pod in found.cluster.pods] == ["Deployment/web"]


# ── policies ──


def test_a_policy_goes_through_the_parser_with_its_words() -> None:
    found = snapshot(manifest("Pod", "p"), worlds.DB_POLICY.replace("Ingress\n", "Ingres\n"))
    assert found.policies == ()
    [(file, message, mark)] = told(found)
    assert (file, mark) == ("2.yaml", Mark(11, 5))
    assert message.startswith("spec.policyTypes[0]: Unsupported value")


def test_a_faulty_policy_does_not_take_others_with_it() -> None:
    found = snapshot(worlds.DB_POLICY.replace("3306", "99999") + "---\n" + worlds.DB_POLICY)
    assert len(found.policies) == 1
    assert len(found.problems) == 1


def test_a_policys_odd_keys_are_the_careful_readers() -> None:
    found = snapshot(worlds.DB_POLICY + "      port: 3307\n")
    assert found.policies[0].ingress[0].ports[0].port == 3307
    assert "is given twice, on lines" in told(found)[0][1]


def test_the_last_of_a_name_counts_and_a_policys_text_is_known() -> None:
    found = snapshot(worlds.DB_POLICY, worlds.DB_POLICY.replace("3306", "5432"))
    assert [policy.ingress[0].ports[0].port for policy in found.policies] == [5432]
    assert found.origins == ("2.yaml",)
    assert told(found)[0][:2] == ("2.yaml", "prod/db-policy is given twice; the last one counts")
    pods = snapshot(manifest("Pod", "p", labels={"a": "1"}), manifest("Pod", "p")).cluster.pods
    assert [dict(pod.labels) for pod in pods] == [{}]


# ── what is left out, and what is wrong ──


def test_other_kinds_are_counted_and_nothing_is_said() -> None:
    found = snapshot(
        manifest("ConfigMap", "c"),
        manifest("ConfigMap", "d"),
        manifest("Service", "s", version="serving.knative.dev/v1"),
        manifest("NetworkPolicy", "n", version="crd.projectcalico.org/v1"),
    )
    assert found.problems == ()
    assert found.skipped == (("ConfigMap", 2), ("NetworkPolicy", 1), ("Service", 1))
    assert found.cluster.services == ()


@pytest.mark.parametrize(
    ("text", "message", "mark"),
    [
        ("a: b\n", "this is no manifest: kind is not set", Mark(1, 1)),
        ("- a\n", "this is no manifest: a map with apiVersion and kind is wanted", Mark(1, 1)),
        ("apiVersion: v1\nkind: Pod\n", "this Pod has no metadata.name", Mark(1, 1)),
        ("apiVersion: v1\nkind: [Pod]\n", "kind is a list; text is wanted", Mark(2, 7)),
    ],
)
def test_what_is_no_manifest_is_told_at_its_place(text: str, message: str, mark: Mark) -> None:
    assert told(snapshot(text))[0] == ("1.yaml", message, mark)


POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: web}}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("spec: [1]\n", "spec is a list; a map is wanted"),
        ("spec: {containers: {a: b}}\n", "spec.containers is a map; a list is wanted"),
        ("spec: {nodeName: 7}\n", "spec.nodeName is a number; text is wanted"),
        ("spec: {hostNetwork: 'true'}\n", "spec.hostNetwork is text; true or false is wanted"),
        (
            "spec: {containers: [{ports: [{containerPort: '80'}]}]}\n",
            "spec.containers.ports.containerPort is text; a whole number is wanted",
        ),
        (
            "spec: {containers: [{ports: [{containerPort: 70000}]}]}\n",
            "spec.containers.ports.containerPort is 70000: a port lies between 1 and 65535",
        ),
        (
            "spec: {containers: [{ports: [{containerPort: 1, protocol: tcp}]}]}\n",
            'spec.containers.ports.protocol is "tcp": it is TCP, UDP or SCTP',
        ),
        ("status: {podIP: 10.0.0}\n", 'status.podIP is "10.0.0": this is no IP address'),
        ("status: {podIPs: [10.0.0.1]}\n", "status.podIPs is text; a map is wanted"),
    ],
)
def test_a_wrong_type_is_told_where_it_stands_and_the_rest_counts(text: str, message: str) -> None:
    found = snapshot(POD + text)
    [(file, words, mark)] = told(found)
    assert (file, words) == ("1.yaml", message)
    assert mark is not None
    assert mark.line == 4
    assert [dict(pod.labels) for pod in found.cluster.pods] == [{"app": "web"}]


def test_a_fault_inside_a_list_has_its_line_in_the_whole_text() -> None:
    text = KUBECTL.replace("podIP: 10.244.1.5", "podIP: 7").replace("    podIPs:\n", "    other:\n")
    [(_, message, mark)] = told(snapshot(text))
    assert message == "status.podIP is a number; text is wanted"
    assert mark is not None
    assert text.split("\n")[mark.line - 1][mark.column - 1 :] == "7"


def test_a_text_that_is_no_yaml_says_so_and_adds_nothing() -> None:
    found = snapshot(POD + "spec: [\n", manifest("Pod", "q"))
    assert [pod.name for pod in found.cluster.pods] == ["q"]
    assert [(p.file, p.problem.severity) for p in found.problems] == [("1.yaml", Severity.ERROR)]


def test_a_pasted_cluster_has_limits() -> None:
    found = read_snapshot([("paste", b"#" * (2 * 1024 * 1024 + 1))], limits=PASTED)
    assert found.problems[0].problem.limit == "size"
    found = read_snapshot([("paste", "[" + "[]," * 100_001 + "]")], limits=PASTED)
    assert found.problems[0].problem.limit == "nodes"
    assert read_snapshot([("paste", KUBECTL)], limits=PASTED).cluster == snapshot(KUBECTL).cluster


ENTRIES = ["- {kind: Event, a: b}\n", "- kind: Event\n  a:\n  - b\n", "- [a, b, [c]]\n"]


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("head", ["kind: List\nitems:\n", "", "---\na: b\n---\n"])
def test_too_many_nodes_are_refused_where_the_careful_reader_refuses_them(
    head: str, entry: str
) -> None:
    for most in range(8, 40):
        limits, text = replace(PASTED, nodes=most), head + entry * 5
        careful = [p for p in build(text, limits).problems if p.limit == "nodes"]
        quick = [p.problem for p in read_snapshot([("paste", text)], limits=limits).problems]
        assert [p.limit for p in quick if p.limit] == [p.limit for p in careful]
        for one, other in zip(careful, quick, strict=False):
            assert one.mark is not None
            assert other.mark is not None
            assert one.mark.line - other.mark.line in (0, 1)


def test_a_list_is_counted_by_its_nodes_and_not_by_its_length() -> None:
    limits = replace(PASTED, nodes=len(KUBECTL) // 4)
    assert build(KUBECTL, limits).documents
    assert len(list(composed_objects(KUBECTL, limits))) > 1  # else it would be read twice


def test_progress_is_told_after_each_text() -> None:
    seen: list[tuple[str, int]] = []
    texts = [("a", KUBECTL), ("b", manifest("Pod", "p"))]
    read_snapshot(texts, progress=lambda name, number: seen.append((name, number)))
    assert seen == [("a", 6), ("b", 7)]


# ── nothing raises, and both readers agree ──


pieces = st.sampled_from(
    ["- ", "  ", "name: p\n", "kind: Pod\n", "{", "]", "&a ", "*a ", "1", "\n", ": "]
)


@settings(max_examples=150)
@given(st.data())
def test_no_change_of_a_text_raises_and_both_readers_agree(data: st.DataObject) -> None:
    text = KUBECTL
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 8))
        text = text[:place] + data.draw(pieces) + text[place + gone :]
    quick = snapshot(text)
    careful = snapshot(text + "\n---\na: &a 1\nb: *a\n")
    assert quick.cluster == careful.cluster
    assert quick.policies == careful.policies
    if [p for p in quick.problems if p.problem.severity is Severity.ERROR]:
        assert careful.problems
