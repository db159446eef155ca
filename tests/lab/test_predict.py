"""POST /lab/<slug>/predict, and the page that is locked until then."""

import re
from dataclasses import replace

import pytest
from django.test import Client

from netpol_lab.accounts.models import Learner
from netpol_lab.lab.models import Attempt, Prediction
from netpol_lab.lab.predicting import known_choices, panel, questions, reveal, stored_choices
from netpol_lab.lab.queries import prediction_totals
from tests.lab.conftest import lesson

SLUG = "deny-all-then-dns"
LESSON = f"/lab/{SLUG}/"
URL = LESSON + "predict"
DNS, INTERNET, API_OUT, API = "0-3-53-udp", "0-4-443-tcp", "1-4-443-tcp", "0-s0-80-tcp"
RIGHT = {DNS: "denied", INTERNET: "denied", API_OUT: "allowed", API: "denied"}
#: What no page may hold before the learner has said something.
OUTCOMES = re.compile(
    r'arrow-(allowed|denied|name-not-resolved)|class="cell |class="wish |goal-sentence|'
    r'class="sentences"|no name|is denied|is allowed|isolates it|\d egress'
)


def told(page: str) -> list[str]:
    """The outcomes that a page tells; its style sheets stand in its head."""
    return [found.group() for found in OUTCOMES.finditer(page.rpartition("</head>")[2])]


def send(client: Client, said: dict[str, str], *, htmx: bool = False, **more: str) -> str:
    choices = {f"said-{name}": value for name, value in said.items()}
    headers = {"HX-Request": "true"} if htmx else {}
    response = client.post(
        URL, {"policy": lesson(SLUG)[0].starter, **choices, **more}, headers=headers
    )
    assert response.status_code == 200
    return response.content.decode()


# ── the locked page ──


@pytest.mark.django_db
def test_it_asks_of_every_arrow_and_shows_no_outcome_in_any_byte(ana: Client) -> None:
    page = ana.get(LESSON).content.decode()
    assert page.count('class="arrow arrow-asked"') == 8  # four arrows, drawn wide and upright
    assert [f'id="said-{name}"' in page for name in RIGHT] == [True] * 4
    assert told(page) == []


@pytest.mark.django_db
@pytest.mark.parametrize("more", [{}, {"why": API}, {"live": "1", "shown": ""}])
def test_neither_typing_nor_asking_why_opens_it(ana: Client, more: dict[str, str]) -> None:
    posted = {"policy": lesson(SLUG)[0].solution, **more}
    for headers in ({}, {"HX-Request": "true"}):
        page = ana.post(LESSON + "evaluate", posted, headers=headers).content.decode()
        assert 'class="arrow arrow-asked"' in page
        assert told(page) == []


@pytest.mark.django_db
def test_other_lessons_are_open(ana: Client) -> None:
    page = ana.get("/lab/api-to-db/").content.decode()
    assert "arrow-denied" in page
    assert 'id="predict"' not in page
    assert ana.post("/lab/api-to-db/predict", {"policy": ""}).status_code == 404


@pytest.mark.django_db
def test_a_check_opens_it_and_no_prediction_is_made_of_it(ana: Client) -> None:
    ana.post(LESSON + "submit", {"policy": lesson(SLUG)[0].starter})
    page = ana.get(LESSON).content.decode()
    assert "arrow-denied" in page
    assert "You looked at this picture without one." in page
    assert not Prediction.objects.exists()


# ── predicting ──


@pytest.mark.django_db
def test_it_works(ana: Client) -> None:
    page = send(ana, {**RIGHT, API_OUT: "denied"})
    assert "You said 3 of 4 arrows right." in page
    assert page.count('class="mark right"') == 3
    wrong = page.partition('class="mark wrong"')[2].partition("</li>")[0]
    assert "shop/api-v1 → internet : 443 is allowed. You said denied." in wrong
    assert "no policy isolates its egress" in wrong
    assert "arrow-name-not-resolved" in page
    kept = Prediction.objects.get()
    assert (kept.right, kept.asked, kept.exercise.slug) == (3, 4, "deny-all-then-dns")
    assert stored_choices(kept.said) == {**RIGHT, API_OUT: "denied"}
    assert not Attempt.objects.exists()


@pytest.mark.django_db
def test_a_name_that_is_not_resolved_counts_as_denied(ana: Client) -> None:
    page = send(ana, RIGHT)
    assert "You said 4 of 4 arrows right." in page
    assert "is not even begun: the name is not resolved" in page


@pytest.mark.django_db
def test_a_reload_keeps_the_reveal(ana: Client, otto: Client) -> None:
    send(ana, RIGHT)
    page = ana.get(LESSON).content.decode()
    assert "You said 4 of 4 arrows right." in page
    assert "arrow-denied" in page
    assert 'class="arrow arrow-asked"' in otto.get(LESSON).content.decode()


@pytest.mark.django_db
def test_the_first_try_stands(ana: Client) -> None:
    send(ana, {**RIGHT, DNS: "allowed"})
    page = send(ana, RIGHT)
    assert "It is not kept: your first one stands." in page
    assert Prediction.objects.get().right == 3
    assert "You said 3 of 4 arrows right." in ana.get(LESSON).content.decode()


@pytest.mark.django_db
def test_the_same_sent_twice_is_one_prediction(ana: Client) -> None:
    send(ana, RIGHT)
    assert "It is not kept" not in send(ana, RIGHT)
    assert Prediction.objects.count() == 1


@pytest.mark.django_db
def test_once_more_for_practice_locks_it_and_keeps_nothing(ana: Client) -> None:
    send(ana, {**RIGHT, DNS: "allowed"})
    page = ana.get(LESSON + "?predict=again").content.decode()
    assert told(page) == []
    assert "This one is for practice: it is not kept." in page
    assert "You said 4 of 4 arrows right." in send(ana, RIGHT, again="1")
    assert Prediction.objects.get().right == 3


@pytest.mark.django_db
def test_practice_makes_no_learner(ana: Client) -> None:
    send(ana, RIGHT, again="1")
    assert not Learner.objects.exists()


@pytest.mark.django_db
def test_an_answer_too_few_is_told_and_opens_nothing(ana: Client) -> None:
    page = send(ana, {DNS: "denied", API: "allowed"}, htmx=True)
    assert "2 arrows are without an answer." in page
    assert page.count('class="missing"') == 2
    assert 'value="denied" data-sign="✕" required checked' in page
    assert told(page) == []
    assert not Learner.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["", "maybe", "undefined", "not-enforced", "x" * 9_000])
def test_what_is_no_choice_is_no_answer(ana: Client, value: str) -> None:
    assert "1 arrow is without an answer." in send(ana, {**RIGHT, DNS: value})
    assert not Prediction.objects.exists()


@pytest.mark.django_db
def test_it_can_be_skipped_and_that_counts_for_nothing(ana: Client) -> None:
    page = send(ana, {DNS: "allowed"}, skip="1")
    assert "arrow-denied" in page
    assert "You looked at this picture without one." in page
    assert "arrow-denied" in ana.get(LESSON).content.decode()
    send(ana, RIGHT)  # the picture has been seen
    totals = prediction_totals(Learner.objects.get())
    assert (totals.lessons, totals.right, totals.asked) == (0, 0, 0)


@pytest.mark.django_db
def test_the_totals_are_ones_own(ana: Client, otto: Client) -> None:
    send(ana, {**RIGHT, DNS: "allowed"})
    send(otto, RIGHT)
    mine, others = (prediction_totals(learner) for learner in Learner.objects.order_by("id"))
    assert (mine.lessons, mine.right, mine.asked) == (1, 3, 4)
    assert others.right == 4
    assert prediction_totals(None).asked == 0


@pytest.mark.django_db
def test_what_was_typed_meanwhile_stays(ana: Client) -> None:
    page = send(ana, RIGHT, policy=lesson(SLUG)[0].solution + "# typed\n")
    assert "# typed" in page
    # The marks are of the starter, the picture is of the text.
    assert "You said 4 of 4 arrows right." in page
    assert 'class="arrow arrow-allowed" data-arrow="0-s0-80-tcp"' in page


@pytest.mark.django_db
def test_the_live_region_tells_the_score(ana: Client) -> None:
    page = send(ana, RIGHT, htmx=True)
    assert '<div hx-swap-oob="innerHTML:#live">You said 4 of 4 arrows right.</div>' in page


@pytest.mark.django_db
def test_a_get_leads_back_to_the_lesson(ana: Client) -> None:
    response = ana.get(URL)
    assert (response.status_code, response["Location"]) == (302, LESSON)


@pytest.mark.django_db
def test_it_needs_the_csrf_token(course: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(URL, {"policy": "", "skip": "1"}).status_code == 403


# ── what can be said ──


def options(slug: str) -> list[list[str]]:
    return [[c.value for c in one.choices] for one in questions(*lesson(slug)).asked]


def test_undefined_is_offered_with_every_arrow_or_with_none() -> None:
    assert options("c-must-not-reach-b") == [["allowed", "denied", "undefined"]] * 6
    assert all("undefined" not in one for one in options("api-to-db"))


def test_mixed_is_offered_where_several_pods_stand_behind_a_service() -> None:
    *probes, dial = options("deny-all-then-dns")
    assert probes == [["allowed", "denied"]] * 3
    assert dial == ["allowed", "denied", "mixed"]


def test_a_starter_without_a_policy_is_an_open_cluster() -> None:
    exercise, scenario = lesson("c-must-not-reach-b")
    said = {one.id: "allowed" for one in questions(exercise, scenario).asked}
    assert reveal(exercise, scenario, said).right == 6


def test_where_nothing_is_enforced_the_reason_says_what_the_policies_would_do() -> None:
    exercise, scenario = lesson("deny-all-then-dns")
    exercise = replace(exercise, starter=exercise.solution)
    bare = replace(scenario.cluster, plugin=replace(scenario.cluster.plugin, enforces=False))
    for cluster, leads in ((scenario.cluster, False), (bare, True)):
        here = replace(scenario, cluster=cluster)
        said = {one.id: "allowed" for one in questions(exercise, here).asked}
        marks = reveal(exercise, here, said).marks
        assert all(mark.why.startswith("If anything enforced them:") is leads for mark in marks)


def test_a_refused_starter_leaves_the_cluster_open_too() -> None:
    exercise, scenario = lesson("api-to-db")
    broken = replace(exercise, starter=exercise.starter.replace("spec:", "spek:"))
    said = {one.id: "allowed" for one in questions(broken, scenario).asked}
    assert reveal(broken, scenario, said).right == 7


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"0-3-53-udp": 7}', "[" * 100_000])
def test_what_was_stored_badly_breaks_nothing(text: str) -> None:
    kept = stored_choices(text)
    assert known_choices(*lesson(SLUG), kept) == {}
    assert panel(*lesson(SLUG), kept).reveal is None
