"""GET /quizzes/, GET /quizzes/<slug>/ and POST /quizzes/<slug>/start"""

import re
import secrets

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from netpol_lab.accounts.models import Learner
from netpol_lab.content.actions import load
from netpol_lab.content.models import Document, Kind
from netpol_lab.quizzes import actions
from netpol_lab.quizzes.actions import allow
from netpol_lab.quizzes.clock import now
from netpol_lab.quizzes.models import Answer, Sitting
from netpol_lab.quizzes.queries import desk_of, quiz_for
from simulator.quiz import public
from tests.quizzes.conftest import EXAM, Clocks, begin, file, url

pytestmark = pytest.mark.django_db


def test_it_works(ana: Client) -> None:
    assert 'href="/quizzes/every-kind/"' in ana.get("/quizzes/").content.decode()
    assert "Start" in ana.get("/quizzes/every-kind/").content.decode()
    sitting = begin(ana, "every-kind")
    assert sitting.learner == Learner.objects.get()
    assert sitting.quiz_revision.document.slug == "every-kind"
    assert sitting.deadline is not None
    assert (sitting.deadline - sitting.started).total_seconds() == 20 * 60
    items = list(sitting.answers.values_list("item", flat=True))
    assert items == [question.item.id for question in desk_of(sitting).paper.questions]


def test_looking_writes_nothing(ana: Client) -> None:
    for address in ("/quizzes/", "/quizzes/paper/", "/quizzes/paper/start", "/reviews/"):
        ana.get(address, follow=True)
    assert not Sitting.objects.exists()
    assert not Learner.objects.exists()


def test_an_unknown_quiz_is_not_there(ana: Client) -> None:
    assert ana.get("/quizzes/none/").status_code == 404
    assert ana.post("/quizzes/none/start").status_code == 404


def test_an_unpublished_quiz_is_not_there(ana: Client) -> None:
    Document.objects.filter(slug="paper").update(published=False)
    assert ana.get("/quizzes/paper/").status_code == 404
    assert ana.post("/quizzes/paper/start").status_code == 404


def test_it_needs_the_csrf_token(quizzes: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/quizzes/paper/start").status_code == 403
    assert not Sitting.objects.exists()


def test_start_pressed_twice_starts_one_clock(ana: Client, clocks: Clocks) -> None:
    first = begin(ana, "paper")
    clocks.go(60)
    assert begin(ana, "paper").deadline == first.deadline
    assert Sitting.objects.count() == 1


def test_a_paper_begins_with_its_overview_and_others_with_an_item(ana: Client) -> None:
    paper, short = (ana.post(f"/quizzes/{slug}/start") for slug in ("paper", "every-kind"))
    assert re.fullmatch(r"/sittings/[0-9a-f-]{36}/", paper["Location"])
    assert re.fullmatch(r"/sittings/[0-9a-f-]{36}/1/", short["Location"])
    Answer.objects.filter(sitting__quiz__slug="every-kind", position=1).update(answered=now())
    assert ana.post("/quizzes/every-kind/start")["Location"].endswith("/2/")  # it goes on


def test_a_sitting_that_is_over_does_not_stand_in_the_way(ana: Client, clocks: Clocks) -> None:
    first = begin(ana, "paper")
    clocks.go(3600)
    assert begin(ana, "paper").pk != first.pk


def test_a_retry_gets_another_paper(ana: Client) -> None:
    seen = []
    for _ in range(3):
        sitting = begin(ana, "every-kind")
        seen.append([public(question) for question in desk_of(sitting).paper.questions])
        ana.post(url(sitting, what="finish"))
    assert seen[0] != seen[1] != seen[2] != seen[0]


def test_the_same_seed_gives_the_same_paper(ana: Client, otto: Client) -> None:
    one, other = begin(ana, "every-kind"), begin(otto, "every-kind")
    assert one.seed != other.seed
    Sitting.objects.filter(pk=other.pk).update(seed=one.seed)
    papers = [desk_of(Sitting.objects.get(pk=s.pk)).paper for s in (one, other)]
    shown = [[public(question) for question in paper.questions] for paper in papers]
    assert shown[0] == shown[1]


def test_chance_makes_the_seeds(ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "secrets", secrets)  # not the fixtures' own
    seeds = []
    for _ in range(3):
        sitting = begin(ana, "short")
        seeds.append(sitting.seed.split("-")[0])
        ana.post(url(sitting, what="finish"))
    assert len(set(seeds)) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", seed) for seed in seeds)


def test_a_sitting_keeps_the_paper_that_it_began_with(ana: Client) -> None:
    sitting = begin(ana, "paper")
    before = [public(question) for question in desk_of(sitting).paper.questions]
    load([file(Kind.QUIZ, EXAM.replace("What becomes", "What will become"))])
    again = desk_of(Sitting.objects.select_related("quiz_revision").get(pk=sitting.pk))
    assert [public(question) for question in again.paper.questions] == before


def test_extra_time_is_fixed_at_the_start_and_can_be_raised(ana: Client, clocks: Clocks) -> None:
    first = begin(ana, "paper")
    learner = Learner.objects.get()
    allow(learner, percent=25)
    first.refresh_from_db()
    assert first.deadline is not None
    assert first.extra_seconds == 300
    assert (first.deadline - first.started).total_seconds() == 1500
    allow(learner, percent=10)  # nobody loses what was granted
    first.refresh_from_db()
    assert first.extra_seconds == 300
    ana.post(url(first, what="finish"))
    allow(learner, percent=90)
    allow(learner, percent=10)
    first.refresh_from_db()
    assert first.extra_seconds == 300  # it is over
    again = begin(ana, "paper")
    assert again.deadline is not None
    assert again.extra_seconds == 120
    assert (again.deadline - again.started).total_seconds() == 1320
    assert ana.get("/quizzes/paper/").context["extra_seconds"] == 120


def test_extra_time_opens_nothing_that_is_over(ana: Client, clocks: Clocks) -> None:
    sitting = begin(ana, "paper")
    clocks.go(1206)
    assert actions.grant_seconds(sitting, 600).extra_seconds == 0


def test_who_starts_without_end_is_asked_to_wait(
    ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_AN_HOUR", 2)
    for _ in range(2):
        ana.post(url(begin(ana, "short"), what="finish"))
    refused = ana.post("/quizzes/short/start")
    assert refused.status_code == 429
    assert refused["Retry-After"] == "600"
    assert Sitting.objects.count() == 2


def test_quiz_for_gives_all_that_a_quiz_names(quizzes: None) -> None:
    bundle = quiz_for(AnonymousUser(), "paper")
    assert set(bundle.library.scenarios) == {"tiers"}
    assert set(bundle.library.exercises) == {"only-api"}
    assert Answer.objects.count() == 0
