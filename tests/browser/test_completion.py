"""Where a cursor stands in a policy and what fits there: static/js/policy-completion.js by itself.

A bar in a text is the cursor.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

WORDS = {
    "namespaces": [{"value": "prod", "on": "web, db"}, {"value": "staging", "on": ""}],
    "podLabels": {
        "app": [{"value": "db", "on": "prod/db"}, {"value": "1", "on": "prod/web"}],
        "tier": [{"value": "back", "on": "prod/db"}],
    },
    "namespaceLabels": {"kubernetes.io/metadata.name": [{"value": "prod", "on": "prod"}]},
    "ports": [{"value": "http", "on": "80 of prod/web"}, {"value": "3306", "on": "prod/db"}],
    "addresses": [{"value": "192.0.2.7/32", "on": "backup"}],
}
Ask = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def module(browser: Browser) -> Iterator[Page]:
    """A page that has loaded the module, and nothing else."""
    page = browser.new_page()
    source = (settings.BASE_DIR / "static/js/policy-completion.js").read_text(encoding="utf-8")
    page.evaluate(
        "source => import('data:text/javascript,' + encodeURIComponent(source))"
        ".then((module) => { window.completion = module; })",
        source,
    )
    yield page
    page.close()


@pytest.fixture
def found(module: Page) -> Callable[[str], Any]:
    """The whole answer for a text with its cursor; None where nothing is offered."""

    def ask(text: str) -> Any:
        before, _, after = text.partition("|")
        cursor = {"line": before.count("\n"), "column": len(before.rpartition("\n")[2])}
        return module.evaluate(
            "([lines, cursor, words]) => completion.optionsAt(lines, cursor, words)",
            [(before + after).split("\n"), cursor, WORDS],
        )

    return ask


@pytest.fixture
def offered(found: Callable[[str], Any]) -> Ask:
    """What is offered, in words."""
    return lambda text: [option["label"] for option in (found(text) or {"options": []})["options"]]


RULE = "spec:\n  ingress:\n"
EXPRESSION = "spec:\n  podSelector:\n    matchExpressions:\n"


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("|", ["apiVersion", "kind", "metadata", "spec"]),
        ("apiVersion: networking.k8s.io/v1\n|\nspec:\n", ["kind", "metadata"]),
        ("kind: NetworkPolicy\n---\nk|", ["apiVersion", "kind", "metadata", "spec"]),
        ("metadata:\n  |", ["name", "namespace", "labels", "annotations"]),
        (
            "spec:\n  ingress: []\n  |",
            ["podSelector", "podSelector: {}", "policyTypes", "egress"],
        ),
        ("spec:\n  podSelector:\n    |", ["matchLabels", "matchExpressions"]),
        (RULE + "  - |", ["from", "ports"]),
        (RULE + "    - |", ["from", "ports"]),
        (RULE + "  - ports:\n    - port: 80\n    |", ["- protocol", "- port", "- endPort", "from"]),
        (RULE + "  - ports:\n    - port: 80\n      |", ["protocol", "endPort"]),
        (RULE + "  - from:\n      - ipBlock:\n          |", ["cidr", "except"]),
        (EXPRESSION + "    - key: app\n      |", ["operator", "values"]),
        ("spec:\n  podSelector: {|", ["matchLabels", "matchExpressions"]),
        ("spec:\n  ingress:\n  - ports: [{port: 80, |", ["protocol", "endPort"]),
    ],
)
def test_the_fields_that_fit_are_offered(offered: Ask, text: str, fields: list[str]) -> None:
    assert offered(text) == fields


def test_a_list_is_offered_its_entries_where_a_dash_is_missing(offered: Ask) -> None:
    assert offered("spec:\n  policyTypes:\n  |")[:2] == ["- Ingress", "- Egress"]
    assert offered("spec:\n  policyTypes:\n    |") == ["- Ingress", "- Egress"]
    assert offered("spec:\n  policyTypes:\n  - Egress\n  |")[0] == "- Ingress"
    assert "- Egress" not in offered("spec:\n  policyTypes:\n  - Egress\n  |")


def test_an_ip_block_stands_alone(offered: Ask) -> None:
    peer = RULE + "  - from:\n    - podSelector: {}\n      |"
    assert offered(peer) == ["namespaceSelector", "namespaceSelector: {}"]
    assert offered(peer.replace("podSelector: {}", "ipBlock:\n        cidr: 10.0.0.0/8")) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("kind: |", ["NetworkPolicy"]),
        ("metadata:\n  namespace: p|", ["prod", "staging"]),
        ("spec:\n  policyTypes:\n  - E|", ["Ingress", "Egress"]),
        ("spec:\n  policyTypes:\n  - |\n  - Ingress\n  ingress:\n  - {}", ["Egress"]),
        ("spec:\n  policyTypes: [Ingress, |]", ["Ingress", "Egress"]),
        ("spec:\n  podSelector: |", ["{}"]),
        ("spec:\n  podSelector:\n    matchLabels:\n      |", ["app", "tier"]),
        ("spec:\n  podSelector:\n    matchLabels:\n      app: db\n      |", ["tier"]),
        ("spec:\n  podSelector:\n    matchLabels:\n      app: |", ["db", "1"]),
        ("spec:\n  podSelector: {matchLabels: {app: |}}", ["db", "1"]),
        (
            RULE + "  - from:\n    - namespaceSelector:\n        matchLabels:\n          |",
            ["kubernetes.io/metadata.name"],
        ),
        (
            RULE + "  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: |",
            ["prod"],
        ),
        (EXPRESSION + "    - key: |", ["app", "tier"]),
        (EXPRESSION + "    - operator: |", ["In", "NotIn", "Exists", "DoesNotExist"]),
        (EXPRESSION + "    - key: tier\n      operator: In\n      values:\n      - |", ["back"]),
        (EXPRESSION + "    - values: [|\n      key: tier", ["back"]),
        (EXPRESSION + "    - {key: app, operator: In, values: [|", ["db", "1"]),
        (RULE + "  - ports:\n    - protocol: |", ["TCP", "UDP", "SCTP"]),
        (RULE + "  - ports:\n    - port: |", ["http", "3306"]),
        (RULE + "  - from:\n    - ipBlock:\n        cidr: |", ["192.0.2.7/32", "0.0.0.0/0"]),
    ],
)
def test_the_words_that_fit_are_offered(offered: Ask, text: str, values: list[str]) -> None:
    assert offered(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "spec:|",
        "spec: # po|",
        "# ki|",
        "---|",
        "kind: NetworkPolicy|",
        "kind: NetworkPolicy |",
        "metadata:\n  name: |",
        "nonsense:\n  |",
        "spec:\n  podSelector: {} |",
        "spec:\n  ingress:\n  -|",
        'spec:\n  podSelector:\n    matchLabels:\n      "|',
    ],
)
def test_nothing_is_offered_where_nothing_fits(offered: Ask, text: str) -> None:
    assert offered(text) == []


def test_what_is_taken_fits_its_place(found: Callable[[str], Any]) -> None:
    def taken(text: str, label: str) -> str:
        answer = found(text)
        before, _, after = text.partition("|")
        line = (before + after).split("\n")[before.count("\n")]
        [option] = [option for option in answer["options"] if option["label"] == label]
        return str(line[: answer["from"]] + option["apply"] + line[answer["to"] :])

    assert taken("spec:\n  in|", "ingress") == "  ingress:\n  - "
    assert taken("spec:\n  |", "podSelector") == "  podSelector:\n    "
    assert taken("spec:\n  |", "podSelector: {}") == "  podSelector: {}"
    assert taken(RULE + "  - f|", "from") == "  - from:\n    - "
    assert taken(RULE + "  - from:\n    |", "- ipBlock") == "    - ipBlock:\n        "
    assert taken("spec: {pod|", "podSelector") == "spec: {podSelector: "
    # Text that YAML would take for a number is quoted; a port is a number.
    label = "spec:\n  podSelector:\n    matchLabels:\n      app: |"
    assert taken(label, "1") == '      app: "1"'
    assert taken(label.replace("|", '"|"'), "1") == '      app: "1"'
    assert taken(RULE + "  - ports:\n    - port: |", "3306") == "    - port: 3306"
    # Where a value stands already, only the name changes.
    assert taken("spec:\n  pod|selectr: {}", "podSelector") == "  podSelector: {}"


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("spec:", 2),
        ("  podSelector:", 4),
        ("    - podSelector:", 8),
        ("  ingress:", 2),
        ("  - from:", 4),
        ("  - from: # whom", 4),
        ("  - protocol: TCP", 4),
        ("  - Ingress", 2),
        ("  podSelector: {}", 2),
        ("  # a word", 2),
        ("      ", 6),
        ("", 0),
    ],
)
def test_the_next_line_begins_where_its_text_will(module: Page, line: str, column: int) -> None:
    assert module.evaluate("line => completion.indentAfter(line)", line) == column
