"""Every hostile file through the real endpoint: a page, quickly, with nothing of it unescaped."""

import time
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client

from netpol_lab.lab.models import Attempt
from tests.simulator.hostile import NOT_FOR_FORMS, hostile_files

pytestmark = pytest.mark.django_db
URL = "/lab/api-to-db/submit"
#: A hang, not a slow machine: the promise is one second, measured by bench and not here.
HANG = 10.0


class Elements(HTMLParser):
    """The tags and attribute names of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, tuple[str, ...]]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add((tag, tuple(sorted(name for name, _ in attrs))))


def elements(page: str) -> set[tuple[str, tuple[str, ...]]]:
    parser = Elements()
    parser.feed(page)
    return parser.found


def post(client: Client, data: bytes, *, htmx: bool) -> tuple[int, str, float]:
    """Posts bytes as a browser's form would, percent-encoded, whatever they are."""
    body = b"policy=" + b"".join(b"%%%02X" % byte for byte in data)
    start = time.perf_counter()
    response = client.post(
        URL,
        data=body,
        content_type="application/x-www-form-urlencoded",
        headers={"HX-Request": "true"} if htmx else {},
    )
    return response.status_code, response.content.decode(), time.perf_counter() - start


@pytest.mark.parametrize("htmx", [False, True])
def test_every_hostile_file_gets_the_answer_of_its_label_as_a_page(
    shared: Path, ana: Client, htmx: bool
) -> None:
    plain: set[tuple[str, tuple[str, ...]]] = set()
    for text in (
        b"x",
        b"a: [",
        BENIGN.replace(b"port:", b"Port:"),
        "# \u0660".encode(),
        BENIGN,
        BENIGN.replace(b"80", b"0x50"),
        BENIGN.replace(b"port: 80", b"protocol: ICMP"),  # a mistake that is named, with its line
    ):
        plain |= elements(post(ana, text, htmx=htmx)[1])
    for _ in range(20):  # a second page of attempts, with its links
        plain |= elements(post(ana, BENIGN, htmx=htmx)[1])
    wrong: list[tuple[str, object]] = []
    for hostile in hostile_files(shared):
        status, page, seconds = post(ana, hostile.data, htmx=htmx)
        assert status in {200, 413}, hostile.name
        assert seconds < HANG, hostile.name
        assert elements(page) <= plain, (hostile.name, elements(page) - plain)
        accepted = 'class="card problems errors"' not in page and status == 200
        garbled = hostile.name in NOT_FOR_FORMS
        if accepted != (hostile.taken and not garbled):
            wrong.append((hostile.name, status))
        words = "UTF-8" if garbled else hostile.words
        if words not in unescape(page):
            wrong.append((hostile.name, words))
    assert wrong == []


BENIGN = b"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: prod}
spec:
  podSelector: {}
  ingress:
  - ports:
    - port: 80
"""


def test_braces_and_percents_come_back_as_they_are(ana: Client) -> None:
    text = BENIGN.replace(b"name: p,", b"name: '{{ 7*7 }} %(x)s {0}',")
    _, page, _ = post(ana, text, htmx=False)
    assert "{{ 7*7 }} %(x)s {0}" in page
    assert "49" not in page.partition("Invalid value")[2][:60]


def test_a_pasted_kubeconfig_is_told_from_a_policy(ana: Client) -> None:
    text = b"apiVersion: v1\nkind: Config\nusers: [{name: me, user: {token: s3cret}}]\n"
    _, page, _ = post(ana, text, htmx=True)
    assert "This is a kubeconfig" in page


@pytest.mark.parametrize("name", ["secret_pasted.yaml", "kubeconfig_paths.yaml"])
@pytest.mark.parametrize("htmx", [False, True])
def test_a_kubeconfig_is_neither_kept_nor_sent_back(
    shared: Path, ana: Client, name: str, htmx: bool
) -> None:
    post(ana, BENIGN, htmx=True)
    secret = (shared / "bad-input" / name).read_bytes()
    for text in (secret, BENIGN + b"---\n" + secret, secret + b"  users: [\n"):
        status, page, _ = post(ana, text, htmx=htmx)
        assert status == 200
        assert "This is a kubeconfig" in page
        for word in ("abcdefghijklmnop", "169.254.169.254", "/etc/passwd", "id_rsa", "pwned"):
            assert word not in page
    assert [attempt.text for attempt in Attempt.objects.all()] == [BENIGN.decode()]
    assert "name: p, namespace: prod" in ana.get("/lab/api-to-db/").content.decode()


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "-1", "0", "1e3", "\u0661"])
def test_an_attempt_that_cannot_be_is_not_found(ana: Client, number: str) -> None:
    for address in ("/lab/api-to-db/?attempt=", "/lab/api-to-db/history/"):
        assert ana.get(f"{address}{number}").status_code == 404
