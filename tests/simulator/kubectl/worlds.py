"""States for the terminal's tests."""

from dataclasses import replace
from ipaddress import ip_address

from simulator.kubectl import Answer, State, run
from simulator.model import Cluster, ContainerPort, Pod, Service, ServicePort
from tests.simulator import worlds

DB = worlds.DB_POLICY
WEB = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web-policy
  namespace: prod
spec:
  podSelector: {matchLabels: {role: web}}  # flow style
  policyTypes: [Egress]
"""


def state(text: str = "", **changes: object) -> State:
    """The three tiers, with these policies in the editor."""
    files = {"policy.yaml": text}
    return replace(State(worlds.tiers(), text, files=files, labels_fixed=False), **changes)  # type: ignore[arg-type]


def shop() -> State:
    """A client, a Service with two pods behind it, and DNS."""
    pods = (
        Pod("shop", "web", {"app": "web"}, (ip_address("10.4.0.11"),)),
        Pod("shop", "api-1", {"app": "api"}, (ip_address("10.4.0.21"),), (ContainerPort(8080),)),
        Pod("shop", "api-2", {"app": "api"}, (ip_address("10.4.0.22"),), (ContainerPort(8080),)),
        Pod("kube-system", "dns", {"k8s-app": "kube-dns"}, (ip_address("10.4.1.53"),)),
    )
    service = Service(
        "shop", "api", {"app": "api"}, (ServicePort(80, 8080),), addresses=(ip_address("10.96.0.80"),)
    )  # fmt: skip
    spaces = (worlds.namespace("shop", env="prod"), worlds.namespace("kube-system"))
    return State(Cluster(spaces, pods, services=(service,)), namespace="shop")


def session(start: State, *lines: str) -> Answer:
    """The answer to the last of these lines."""
    answer = Answer(start)
    for line in lines:
        answer = run(answer.state, line)
    return answer


def said(start: State, *lines: str) -> str:
    """All that the last of these lines prints."""
    answer = session(start, *lines)
    return answer.stdout + answer.stderr


def heredoc(command: str, text: str) -> str:
    return f"{command} <<EOF\n{text}EOF"
