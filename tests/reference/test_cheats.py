"""What the cheat sheet claims is so: each snippet is put to the simulator."""

from textwrap import indent

import pytest

from netpol_lab.reference import cheats
from netpol_lab.reference.cheats import Snippet
from simulator.document import read_document
from simulator.evaluate import evaluate
from simulator.fields import FieldReader
from simulator.limits import COMMAND_LINE
from simulator.model import Probe
from simulator.parse import read_policies
from simulator.scenario import Scenario, read_probe
from simulator.source import read

SHOP = """\
kind: Scenario
slug: shop
title: Shop
namespaces: {prod: {env: prod}, staging: {env: staging}, kube-system: {}}
pods:
  prod/web: {labels: {role: web}, ip: 10.0.0.1, ports: {http: 80}}
  prod/api: {labels: {role: api}, ip: 10.0.0.2, ports: {http: 8080}}
  prod/db: {labels: {role: db}, ip: 10.0.0.3, ports: {mysql: 3306}}
  staging/web: {labels: {role: web}, ip: 10.0.1.1, ports: {http: 80}}
  staging/api: {labels: {role: api}, ip: 10.0.1.2, ports: {http: 8080}}
  kube-system/coredns: {labels: {k8s-app: kube-dns}, ip: 10.0.2.1, ports: {dns: 53/UDP}}
hosts: {backup: 192.168.5.10, elsewhere: 203.0.113.9}
arrows: [prod/web -> prod/db:3306]
"""
SNIPPETS = (*cheats.TEMPLATES, cheats.AND, cheats.OR)


def outcomes(text: str, flows: tuple[str, ...]) -> dict[str, str]:
    scenario = read_document(SHOP).document
    assert isinstance(scenario, Scenario)
    reading = read_policies(text)
    assert reading.accepted
    assert reading.problems == ()
    found = {}
    for flow in flows:
        reader = FieldReader([])
        parsed = reader.flow(read(f'"{flow}"', COMMAND_LINE).documents[0])
        assert parsed is not None
        probe = read_probe(reader, scenario.cluster, parsed)
        assert isinstance(probe, Probe), reader.problems
        found[flow] = evaluate(scenario.cluster, reading.policies, probe).outcome.value
    return found


def whole(snippet: Snippet) -> str:
    head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
    return f"{head}metadata: {{name: p, namespace: prod}}\nspec:\n{indent(snippet.text, '  ')}"


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda s: str(s.title))
def test_a_snippet_does_what_it_says(snippet: Snippet) -> None:
    assert snippet.allows or snippet.denies
    wanted = dict.fromkeys(snippet.allows, "allowed")
    wanted |= dict.fromkeys(snippet.denies, "denied")
    assert outcomes(whole(snippet), tuple(wanted)) == wanted


def test_the_whole_policy_says_what_its_lines_say() -> None:
    assert outcomes(cheats.SKELETON, ("prod/api -> prod/db:3306", "prod/db -> backup:443")) == {
        "prod/api -> prod/db:3306": "allowed",
        "prod/db -> backup:443": "allowed",
    }
    shut = ("prod/web -> prod/db:3306", "staging/api -> prod/db:3306", "prod/db -> elsewhere:443")
    assert set(outcomes(cheats.SKELETON, shut).values()) == {"denied"}
