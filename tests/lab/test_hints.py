"""POST /lab/<slug>/hint: one step after another, and nothing of a later one before."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from shutil import copytree
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from netpol_lab.accounts.models import Learner
from netpol_lab.content.actions import load
from netpol_lab.content.folder import read_folder
from netpol_lab.content.queries import LessonBundle, Reader, lesson_for
from netpol_lab.lab import views
from netpol_lab.lab.hints import help_words, hints_view
from netpol_lab.lab.models import Attempt, HintUse
from simulator.model import Cluster
from tests.lab.conftest import SOLUTION, lesson

pytestmark = pytest.mark.django_db
LESSON, URL = "/lab/api-to-db/", "/lab/api-to-db/hint"
#: In each hint and in the solution, something that stands nowhere else.
CANARIES = tuple(f"canary-{uuid4().hex}" for _ in range(4))


@pytest.fixture
def canaries(course: None, tmp_path: Path) -> None:
    """The course with a canary in every step of help of one exercise."""
    folder = copytree(settings.BASE_DIR / "fixtures", tmp_path / "fixtures")
    path = folder / "exercises/api-to-db.yaml"
    text = path.read_text(encoding="utf-8")
    hints = "hints:\n" + "".join(f"- a step called {canary}\n" for canary in CANARIES[:3])
    text = re.sub(r"^hints:\n.*?(?=^wrong:)", hints, text, flags=re.DOTALL | re.MULTILINE)
    text = text.replace("solution: |\n", f"solution: |\n  # {CANARIES[3]}\n")
    path.write_text(text, encoding="utf-8")
    load(read_folder(folder).files)


def ask(client: Client, step: int | str, *, htmx: bool = True, **more: str) -> str:
    """What comes back when a step is asked for."""
    fields = {"policy": "# my text\n", "step": str(step), **more}
    response = client.post(URL, fields, headers={"HX-Request": "true"} if htmx else {})
    assert response.status_code == 200
    return unescape(response.content.decode())


def seen(*pages: str) -> list[int]:
    """The steps that these answers give away."""
    return [
        step for step, canary in enumerate(CANARIES, 1) if any(canary in page for page in pages)
    ]


def everything(client: Client) -> list[str]:
    """Each answer that the lesson gives without a hint being asked for."""
    policy = {"policy": SOLUTION.replace("3306", "3307"), "why": "1-2-3306-tcp", "flip": "1"}
    found = [client.get(LESSON), client.get("/")]
    for verb in ("evaluate", "submit"):
        found.append(client.post(LESSON + verb, policy))
        found.append(client.post(LESSON + verb, policy, headers={"HX-Request": "true"}))
    return [unescape(response.content.decode()) for response in found]


# ── one after another ──


def test_it_works(ana: Client) -> None:
    page = ask(ana, 1)
    assert page.startswith('<section id="hints"')
    assert "<h3>Hint 1 of 3</h3>" in page
    assert "What is missing is one rule that says <strong>who</strong>" in page
    assert "Hint 2 of 3</h3>" not in page
    live = page.partition('innerHTML:#live">')[2].partition("</div>")[0]
    assert live.startswith("Hint 1 of 3: db is isolated already, and nothing gets in.")
    assert "<strong>" not in live


def test_each_step_shows_itself_and_nothing_of_what_comes(ana: Client, canaries: None) -> None:
    for step in (1, 2, 3, 4):
        assert seen(*everything(ana)) == list(range(1, step))
        assert seen(ask(ana, step)) == list(range(1, step + 1))
    assert seen(*everything(ana)) == [1, 2, 3, 4]


def test_no_step_is_skipped(ana: Client, canaries: None) -> None:
    mangled = (0, 2, 3, 4, 5, -1, "", "x", "1e0", "٣", "9" * 5_000)
    assert seen(*(ask(ana, step) for step in mangled)) == []
    assert seen(*everything(ana)) == []


def test_asking_twice_counts_once(ana: Client, canaries: None) -> None:
    for _ in range(3):
        assert seen(ask(ana, 1)) == [1]
    assert HintUse.objects.get().steps == 1
    ask(ana, 2)
    ask(ana, 1)
    assert HintUse.objects.get().steps == 2


def test_hints_are_each_learners_own(ana: Client, otto: Client, canaries: None) -> None:
    ask(ana, 1)
    assert seen(*everything(otto)) == []
    assert Learner.objects.count() == 2  # each of them has asked for something


def test_looking_at_a_page_makes_nobody_a_learner(ana: Client) -> None:
    ana.get(LESSON)
    assert not Learner.objects.exists()


# ── the cost, said beforehand ──


def cost(page: str) -> tuple[str, str]:
    button = re.search(r'<button id="next-hint".*?>(.*?)</button>', page, re.DOTALL)
    words = re.search(r'id="hints-cost".*?>(.*?)</p>', page, re.DOTALL)
    return (button[1] if button else "", words[1] if words else "")


def test_the_cost_of_the_next_step_is_told_before_it_is_asked_for(ana: Client) -> None:
    told = [cost(unescape(ana.get(LESSON).content.decode()))]
    told += [cost(ask(ana, step)) for step in (1, 2, 3, 4)]
    note = "It costs no credit, only a note: your progress will say “solved with {}”."
    assert told == [
        ("Show hint 1 of 3", note.format("1 hint")),
        ("Show hint 2 of 3", note.format("2 hints")),
        ("Show hint 3 of 3", note.format("3 hints")),
        ("Show the solution", "It costs no credit, but it is no longer your own answer: your "
                              "progress will say “solved with the solution”."),
        ("", ""),
    ]  # fmt: skip


def test_an_attempt_keeps_how_much_help_came_before_it(ana: Client) -> None:
    def send() -> str:
        fields = {"policy": SOLUTION, "key": str(uuid4())}
        page = ana.post(LESSON + "submit", fields, headers={"HX-Request": "true"})
        return unescape(page.content.decode())

    ask(ana, 1)
    ask(ana, 2)
    assert "You solved this with 2 hints." in send()
    ask(ana, 3)
    ask(ana, 4)
    # What one looks up after one's own answer takes nothing from it.
    assert "You solved this with 2 hints." in send()
    assert [one.hints for one in Attempt.objects.order_by("id")] == [2, 4]


def test_help_is_free_once_the_exercise_is_solved(ana: Client) -> None:
    page = ana.post(LESSON + "submit", {"policy": SOLUTION}, headers={"HX-Request": "true"})
    text = unescape(page.content.decode())
    assert cost(text)[1] == "You have solved this already, so it costs nothing."
    assert "You solved this without hints." in text


@pytest.mark.parametrize(
    ("steps", "words"),
    [(0, "without hints"), (1, "with 1 hint"), (3, "with 3 hints"), (4, "with the solution")],
)
def test_the_words_for_help(steps: int, words: str) -> None:
    assert help_words(steps, 3) == words


def test_an_exercise_without_hints_offers_its_solution_alone() -> None:
    bare = replace(lesson()[0], hints=())
    before = hints_view(bare, Cluster((), ()), steps=0, solved_at=None)
    assert (before.asks, before.solution) == ("Show the solution", None)
    after = hints_view(bare, Cluster((), ()), steps=1, solved_at=None)
    assert after.next_step == 0
    assert after.solution is not None


# ── the solution ──


def test_the_solution_can_be_read_copied_and_put_into_the_editor(ana: Client) -> None:
    for step in (1, 2, 3, 4):
        page = ask(ana, step)
    assert "The solution is open, below the hints." in page
    text = page.partition('<code id="solution-text">')[2].partition("</code>")[0]
    assert "name: api-pod" in text
    button = re.search(r'<button id="put-solution"[^>]*value="([^"]*)"', page)
    assert button is not None
    assert button[1] == text
    # Without JavaScript the button sends it after the textarea's own text: the last one counts.
    fields = {"policy": ["# my text\n", text]}
    answer = unescape(ana.post(LESSON + "evaluate", fields).content.decode())
    assert text.strip() in answer.partition("<textarea")[2].partition("</textarea>")[0]


def test_where_labels_change_the_solution_is_labels(ana: Client) -> None:
    url = "/lab/dont-touch-the-policies/"
    for step in (1, 2, 3, 4):
        fields = {"policy": "#", "step": str(step)}
        response = ana.post(url + "hint", fields, headers={"HX-Request": "true"})
    page = unescape(response.content.decode())
    assert "kubectl label pod api -n prod db-client=yes\n" in page
    button = re.search(r"name=\"labels\" value='?\"?(\{.*?\}\})", page)
    assert button is not None
    solved = ana.post(url + "submit", {"policy": "#", "labels": ["", button[1]]})
    assert "Solved. Every connection" in solved.content.decode()


# ── around it ──


def test_the_state_is_there_after_a_reload(ana: Client) -> None:
    ask(ana, 1)
    page = ana.get(LESSON).content.decode()
    assert "Hint 1 of 3</h3>" in page
    assert "Show hint 2 of 3" in page


def test_without_javascript_the_page_keeps_the_text_that_was_not_checked(ana: Client) -> None:
    page = ask(ana, 1, htmx=False, policy="# half a thought")
    assert "<!doctype html>" in page
    assert "# half a thought</textarea>" in page
    assert "Hint 1 of 3</h3>" in page
    assert not Attempt.objects.exists()


def test_the_address_bar_leads_back_to_the_lesson(ana: Client) -> None:
    response = ana.get(URL)
    assert (response.status_code, response["Location"]) == (302, LESSON)


def test_it_needs_the_csrf_token(course: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(URL, {"policy": "#", "step": "1"}).status_code == 403
    assert not HintUse.objects.exists()


def test_an_unknown_lesson_has_no_hints(ana: Client) -> None:
    assert ana.post("/lab/nowhere/hint", {"policy": "#", "step": "1"}).status_code == 404


@pytest.fixture
def graded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every lesson is graded work."""

    def bundle(reader: Reader, slug: str) -> LessonBundle:
        return replace(lesson_for(reader, slug), graded=True)

    monkeypatch.setattr(views, "lesson_for", bundle)


def test_graded_work_has_no_hints(ana: Client, canaries: None, graded: None) -> None:
    assert ana.post(URL, {"policy": "#", "step": "1"}).status_code == 404
    assert not HintUse.objects.exists()
    answers = everything(ana)
    assert seen(*answers) == []
    assert all('id="hints"' not in page for page in answers)
