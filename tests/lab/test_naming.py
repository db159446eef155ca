"""Named mistakes: what a wrong answer looks like, in one sentence, with the lesson about it."""

from dataclasses import replace
from html import unescape
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from netpol_lab.content.models import Document, Revision
from netpol_lab.content.queries import lessons_about
from netpol_lab.lab import naming
from netpol_lab.lab.models import Attempt
from netpol_lab.lab.naming import Named
from netpol_lab.lab.workbench import Question, State, set_up
from simulator.document import Exercise
from simulator.mistakes import CATALOGUE, Recognised
from simulator.parse import read_policies
from simulator.scenario import Scenario
from tests.lab.conftest import SOLUTION, lesson

#: What only the API server, the task or the plugin settles: said as it is, not as a guess.
SURE = {"M05", "M20", "M24", "M25"}
NAMESPACES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db-policy, namespace: prod}
spec:
  podSelector: {matchLabels: {role: db}}
  policyTypes: [Ingress]
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {env: staging}}
      podSelector: {matchLabels: {role: api}}
"""
TWO_PEERS = NAMESPACES.replace("      podSelector: {match", "    - podSelector: {match")


def changed(slug: str = "api-to-db", **changes: str) -> tuple[Exercise, Scenario]:
    """A published lesson whose exercise says something else."""
    exercise, scenario = lesson(slug)
    return replace(exercise, **changes), scenario  # type: ignore[arg-type]


def named(text: str, slug: str = "api-to-db", **changes: str) -> tuple[Named, ...]:
    """What a check of this text names."""
    return set_up(*changed(slug, **changes), Question(State(text), judged=True)).mistakes


def wrong(slug: str, name: str) -> str:
    exercise, _ = lesson(slug)
    return next(one.answer for one in exercise.wrong if name in one.name)


# ── the sentence ──


@pytest.mark.parametrize(
    ("slug", "name", "code", "sentence"),
    [
        ("api-to-db", "swapped", "M07",
         "It looks as if the pods to protect and the pods to admit changed places (line 5)."),
        ("api-to-db", "ports as a rule", "M14",
         "It looks as if a dash cut one entry in two (the dash in line 10)."),
        ("api-to-db", "wrong namespace", "M04",
         "It looks as if the policy lives in another namespace than its pods (line 3)."),
        ("api-to-db", "every namespace", "M03",
         "It looks as if every namespace was asked where the policy's own was meant (line 9)."),
        ("c-must-not-reach-b", "does not carry", "M12",
         "It looks as if a namespace was chosen by something that is none of its labels (line 9)."),
        ("deny-all-then-dns", "DNS forgotten", "M02", "It looks as if DNS was forgotten (line 3)."),
        ("deny-all-then-dns", "protocol left out", "M19",
         "It looks as if an entry without a protocol was meant for every protocol (line 16)."),
    ],
)  # fmt: skip
def test_the_exercises_own_wrong_answers_are_named(
    slug: str, name: str, code: str, sentence: str
) -> None:
    found = named(wrong(slug, name), slug)
    assert [(one.code, one.sentence) for one in found] == [(code, sentence)]
    assert found[0].sure == "With that mended, all is as the task asks."
    assert found[0].right == CATALOGUE[code].right
    assert found[0].line is not None
    assert f"line {found[0].line.number}" in sentence


def test_a_part_of_what_is_wrong_is_said_to_be_a_part() -> None:
    (found,) = named(wrong("c-must-not-reach-b", "looks in namespace-b only"), "c-must-not-reach-b")
    assert found.sentence == (
        "Part of it looks as if a podSelector alone was meant to look into other namespaces "
        "(line 9)."
    )
    assert found.sure == "That is not all of it."


@pytest.mark.parametrize(
    ("solution", "answer", "words"),
    [
        (NAMESPACES, TWO_PEERS, "two selectors became two peers (the dash in line 10)"),
        (TWO_PEERS, NAMESPACES, "two peers became one (line 9)"),
    ],
)
def test_a_dash_too_many_and_a_dash_too_few_are_told_apart(
    solution: str, answer: str, words: str
) -> None:
    (found,) = named(answer, solution=solution)
    assert (found.code, found.sentence) == ("M01", f"It looks as if {words}.")


@pytest.mark.parametrize(
    ("code", "peer", "words"),
    [
        ("M16", "ipBlock: {cidr: 10.1.0.0/16}", "an ipBlock was meant to find pods"),
        ("M16", "namespaceSelector: {}", "selectors were meant to find a host outside the cluster"),
        ("M23", "podSelector: {}", "an empty podSelector was meant to look into other namespaces"),
        ("M23", "namespaceSelector: {}",
         "an empty namespaceSelector was taken for something narrower"),
    ],
)  # fmt: skip
def test_the_side_of_a_misconception_is_read_off_its_peer(code: str, peer: str, words: str) -> None:
    text = NAMESPACES.partition("    - namespaceSelector")[0] + f"    - {peer}\n"
    policies = read_policies(text).policies
    found = Recognised(code, "…", policies[0].ingress[0].peers[0].mark)
    (shown,) = naming.named([found], policies, text)
    assert shown.sentence == f"It looks as if {words} (line 9)."


def test_every_misconception_has_words_of_its_own() -> None:
    assert set(CATALOGUE) - SURE == set(naming._SLIPS)
    assert set(naming._OTHER_SLIPS) <= set(naming._SLIPS)


def test_what_the_api_server_stumbles_over_is_no_guess() -> None:
    (found,) = named(SOLUTION.replace("protocol: TCP", "protocol: ICMP"))
    assert (found.code, found.sure, found.shown_by) == ("M25", "", "")
    assert found.sentence.startswith("Line 18: a rule can speak of TCP, UDP and SCTP only.")


# ── when, and when not ──


@pytest.mark.parametrize("text", [SOLUTION, SOLUTION + "# and a comment\n"])
def test_a_right_answer_is_never_named(text: str) -> None:
    assert named(text) == ()


def test_silence_where_nothing_is_recognised() -> None:
    assert named(wrong("api-to-db", "no ports")) == ()


def test_nobody_is_named_while_typing() -> None:
    bench = set_up(*lesson(), Question(State(wrong("api-to-db", "swapped"))))
    assert bench.mistakes == ()


def test_the_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def recognise(attempt: object, *, most_steps: int) -> tuple[Recognised, ...]:
        asked.append(most_steps)
        return ()

    monkeypatch.setattr(naming, "recognise", recognise)
    assert named(wrong("api-to-db", "swapped")) == ()
    assert asked == [naming.MOST_STEPS]


# ── the page ──


def send(client: Client, slug: str, policy: str, **headers: str) -> str:
    response = client.post(
        f"/lab/{slug}/submit", {"policy": policy, "key": str(uuid4())}, headers=headers
    )
    assert response.status_code == 200
    return unescape(response.content.decode())


def card(page: str) -> str:
    return page.partition('id="mistakes"')[2].partition("</section>")[0]


@pytest.mark.django_db
def test_it_works(ana: Client) -> None:
    shown = card(send(ana, "deny-all-then-dns", wrong("deny-all-then-dns", "DNS forgotten")))
    assert "<strong>It looks as if DNS was forgotten (line 3).</strong>" in shown
    assert CATALOGUE["M02"].right in shown
    assert 'data-line="3"' in shown
    assert '<a href="#know">This lesson is about it.</a>' in shown


@pytest.mark.django_db
def test_it_links_to_the_lesson_that_clears_it_up(ana: Client) -> None:
    shown = card(
        send(ana, "namespace-a-b-c", wrong("c-must-not-reach-b", "looks in namespace-b only"))
    )
    assert '<a href="/lab/api-to-db/">Its lesson: api → db on 3306</a>' in shown


@pytest.mark.django_db
def test_of_several_lessons_it_links_to_the_one_about_nothing_else(course: None) -> None:
    later = Revision.objects.get(document__slug="namespace-a-b-c", document__kind="lesson")
    Revision.objects.filter(pk=later.pk).update(
        text=later.text.replace("mistakes: [M12]", "mistakes: [M03]", 1)
    )
    assert lessons_about(AnonymousUser(), {"M03"})["M03"].slug == "namespace-a-b-c"


@pytest.mark.django_db
def test_without_a_lesson_what_is_so_is_told_all_the_same(ana: Client) -> None:
    shown = card(send(ana, "api-to-db", wrong("api-to-db", "wrong namespace")))
    assert CATALOGUE["M04"].right in shown
    assert "lesson" not in shown.lower().replace("lessons", "")


@pytest.mark.django_db
def test_a_lesson_that_is_withdrawn_is_not_linked(ana: Client) -> None:
    reader = AnonymousUser()
    assert lessons_about(reader, {"M02", "M04"}).keys() == {"M02"}
    Document.objects.filter(slug="deny-all-then-dns", kind="lesson").update(published=False)
    assert lessons_about(reader, {"M02"}) == {}


@pytest.mark.django_db
def test_the_attempt_keeps_the_codes(ana: Client) -> None:
    send(ana, "api-to-db", wrong("api-to-db", "swapped"))
    send(ana, "api-to-db", SOLUTION.replace("protocol: TCP", "protocol: ICMP"))
    send(ana, "api-to-db", SOLUTION)
    assert [one.mistakes for one in Attempt.objects.order_by("id")] == ["M07", "M25", ""]


@pytest.mark.django_db
def test_the_live_region_tells_it_last(ana: Client) -> None:
    page = send(ana, "api-to-db", wrong("api-to-db", "ports as a rule"), **{"HX-Request": "true"})
    live = page.partition('innerHTML:#live">')[2].partition("</div>")[0]
    assert live.startswith("Not yet: 5 connections that should be refused are let through.")
    assert live.endswith("It looks as if a dash cut one entry in two (the dash in line 10).")


@pytest.mark.django_db
def test_a_line_is_shown_and_never_run(ana: Client) -> None:
    text = wrong("api-to-db", "ports as a rule").replace(
        "- ports:", "- ports: # <script>x()</script>"
    )
    response = ana.post("/lab/api-to-db/submit", {"policy": text, "key": str(uuid4())})
    assert b"<script>x()" not in response.content
    assert b"# &lt;script&gt;x()" in response.content.partition(b'id="mistakes"')[2]


@pytest.mark.django_db
def test_a_solved_page_has_no_such_card(ana: Client) -> None:
    assert 'id="mistakes"' not in send(ana, "api-to-db", SOLUTION)
