"""The words that the editor's completion takes from a scenario."""

import json
from ipaddress import ip_address

from django.test import Client

from netpol_lab.lab.completion import completion_words
from simulator.model import Cluster, ContainerPort, ExternalHost, Namespace, Pod

PROD = Namespace("prod", {"kubernetes.io/metadata.name": "prod", "env": "prod"})
EMPTY = Namespace("empty", {"kubernetes.io/metadata.name": "empty"})


def web(name: str, *ports: ContainerPort) -> Pod:
    return Pod("prod", name, {"app": "web"}, (), ports)


def test_it_works() -> None:
    cluster = Cluster(
        (PROD, EMPTY),
        (web("web", ContainerPort(80, name="http")), web("api", ContainerPort(8080))),
        (ExternalHost("backup", ip_address("192.0.2.7")), ExternalHost("v6", ip_address("::1"))),
    )
    assert completion_words(cluster) == {
        "namespaces": [{"value": "prod", "on": "web, api"}, {"value": "empty", "on": ""}],
        "podLabels": {"app": [{"value": "web", "on": "prod/web, prod/api"}]},
        "namespaceLabels": {
            "kubernetes.io/metadata.name": [
                {"value": "prod", "on": "prod"},
                {"value": "empty", "on": "empty"},
            ],
            "env": [{"value": "prod", "on": "prod"}],
        },
        "ports": [{"value": "http", "on": "80 of prod/web"}, {"value": "8080", "on": "prod/api"}],
        "addresses": [{"value": "192.0.2.7/32", "on": "backup"}, {"value": "::1/128", "on": "v6"}],
    }


def test_many_pods_are_counted_and_none_is_told_twice() -> None:
    dns = (ContainerPort(53, "UDP", "dns"), ContainerPort(53, "TCP", "dns"))
    pods = tuple(web(f"web-{n}", *dns) for n in range(5))
    words = completion_words(Cluster((PROD,), pods))
    assert words["namespaces"][0]["on"] == "web-0, web-1, web-2 and 2 more"
    assert words["ports"] == [
        {"value": "dns", "on": "53 of prod/web-0, 53 of prod/web-1, 53 of prod/web-2 and 2 more"}
    ]


def test_the_page_carries_them_as_data_that_no_label_can_leave(ana: Client) -> None:
    page = ana.get("/lab/api-to-db/").content.decode()
    _, _, rest = page.partition('<script id="completion-data" type="application/json">')
    words = json.loads(rest.partition("</script>")[0])
    assert {word["value"] for word in words["podLabels"]["role"]} == {"web", "api", "db"}
    assert set(words) == {"namespaces", "podLabels", "namespaceLabels", "ports", "addresses"}
