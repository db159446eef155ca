"""Nothing of a key, tag, explanation, hint or solution is in any byte sent before its release."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern

from netpol_lab.quizzes import urls
from netpol_lab.quizzes.actions import finish_sitting, release_sitting
from netpol_lab.quizzes.models import Sitting
from netpol_lab.quizzes.queries import desk_of
from tests.quizzes.conftest import begin, url
from tests.quizzes.test_item import JSON, keys, post

pytestmark = pytest.mark.django_db
CANARY = b"canaryxq"
HTMX = {"HX-Request": "true"}
#: What one may do with an item.
POSTS = ("look", "terminal", "complete", "flag", "save", "hint", "answer")
#: Answers that are wrong for every kind, and not empty.
WRONG = {
    "predict": {"1": "denied", "2": "denied", "3": "denied", "4": "denied"},
    "single": "b",
    "multiple": ["a", "b", "c", "d"],
    "order": ["e", "d", "c", "b", "a"],
    "fill": "- namespaceSelector: {}",
    "point": ["1", "6"],
    "match": {"a": "1", "b": "1", "c": "1"},
    "write": "kind: Pod",
    "relabel": {"labels": {"prod/db": {"access": "granted"}}},
}


def addresses(sitting: Sitting) -> Iterator[str]:
    """Every address of the room, for this sitting: a new one is crawled without being named."""
    numbers = list(sitting.answers.values_list("position", flat=True))
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        path = "/" + str(pattern.pattern)
        path = path.replace("<uuid:id>", str(sitting.pk)).replace("<slug:slug>", "paper")
        if "<int:number>" in path:
            yield from (path.replace("<int:number>", str(number)) for number in numbers)
        else:
            yield path
    yield "/me/"
    yield "/me/progress.json"
    yield "/"


def sent(client: Client, sitting: Sitting) -> Iterator[tuple[str, bytes]]:
    """All that is sent for these addresses, headers and cookies too, however one asks."""
    for address in addresses(sitting):
        assert "<" not in address, "a kind of address that the crawl does not know"
        response = client.get(address)
        yield address, every_byte(response)
        if not response.has_header("Location"):
            yield address, every_byte(client.get(address, headers=HTMX))


def every_byte(response: Any) -> bytes:
    head = "\n".join(f"{name}: {value}" for name, value in response.items())
    content: bytes = response.content
    return content + head.encode() + str(response.cookies).encode()


def leaks(client: Client, sitting: Sitting) -> list[str]:
    return sorted({address for address, data in sent(client, sitting) if CANARY in data})


def told_in_posts(client: Client, sitting: Sitting, what: str, said: dict[int, object]) -> None:
    """Post of every item; what comes back holds no canary either."""
    for number, payload in said.items():
        body = {"payload": json.dumps(payload), "key": str(uuid4())}
        response = client.post(url(sitting, number, what), body, headers=JSON)
        assert CANARY not in every_byte(response)


def wrong(sitting: Sitting) -> dict[int, object]:
    return {n: WRONG[kind] for n, kind in kinds_of(sitting).items()}


def kinds_of(sitting: Sitting) -> dict[int, str]:
    desk = desk_of(sitting)
    return {answer.position: desk.question(answer).item.kind.value for answer in desk.answers}


#: What is typed at the desk of an item, as the fields of its posts: looking first, then commands.
TYPED = [
    {"policy": ""},
    {"policy": "kind: Pod", "shown": "", "labels": '{"prod/db": {"access": "granted"}}'},
    *({"policy": "# mine", "namespace": "default", "line": line} for line in (
        "kubectl get netpol -A -o yaml", "kubectl get all,ns -A --show-labels -o wide",
        "kubectl describe pods -A", "kubectl explain netpol.spec --recursive", "kubectl diff -f policy.yaml",
        "kubectl apply -f policy.yaml", "kubectl get -f policy.yaml -o json", "kubectl delete netpol --all -A",
        "ls", "cat policy.yaml", "history", "help", "kubectl", "x",
    )),
]  # fmt: skip


def leaks_at_the_desk(client: Client, sitting: Sitting) -> list[str]:
    """What is posted to every address of every item, in each way that it can be asked."""
    found, terminals = [], 0
    for number, kind in kinds_of(sitting).items():
        for what in POSTS:
            works = what == "terminal" and kind in {"write", "relabel"}
            terminals += works
            # One cluster's terminal is asked all, the others' a little.
            for fields in TYPED if works and terminals == 1 else TYPED[:3]:
                for headers in ({}, HTMX, JSON) if fields in TYPED[1:3] else (HTMX,):
                    body = {**fields, "cursor": "99", "key": str(uuid4())}
                    told = client.post(url(sitting, number, what), body, headers=headers)
                    found += [f"{number}/{what} {fields}"] if CANARY in every_byte(told) else []
    assert terminals
    return found


@pytest.fixture
def paper(ana: Client) -> Sitting:
    return begin(ana, "paper")


def test_the_crawl_would_find_one(ana: Client, paper: Sitting) -> None:
    finish_sitting(paper)
    assert leaks(ana, paper)


def test_nothing_is_sent_of_an_untouched_paper(ana: Client, paper: Sitting) -> None:
    assert leaks(ana, paper) == []


@pytest.mark.parametrize(("what", "right"), [("save", False), ("answer", True), ("answer", False)])
def test_nothing_is_sent_once_it_is_answered(
    ana: Client, paper: Sitting, what: str, right: bool
) -> None:
    # What is right was typed by the learner: a solution's own canary comes back as their text.
    said = dict(keys(paper)) if right else wrong(paper)
    clean = {n: _without_canary(payload) for n, payload in said.items()}
    told_in_posts(ana, paper, what, clean)
    told_in_posts(ana, paper, "flag", clean)
    assert leaks(ana, paper) == []


def test_nothing_is_sent_at_an_items_desk(ana: Client, paper: Sitting) -> None:
    """A cluster to look at, its terminal and its completion know the task, and do not tell."""
    assert leaks_at_the_desk(ana, paper) == []


def test_every_address_that_takes_posts_is_posted_to() -> None:
    known = {f"sittings/<uuid:id>/<int:number>/{what}" for what in (*POSTS, "")}
    of_items = {str(p.pattern) for p in urls.urlpatterns if "<int:number>" in str(p.pattern)}
    assert of_items == known


def test_nothing_is_sent_while_a_result_is_held_back(ana: Client, paper: Sitting) -> None:
    told_in_posts(ana, paper, "answer", wrong(paper))
    finish_sitting(paper, release=False)
    told_in_posts(ana, paper, "answer", wrong(paper))
    assert leaks(ana, paper) == []
    release_sitting(paper)
    assert url(paper, what="result") in leaks(ana, paper)


def test_feedback_says_after_the_release_what_its_level_allows(ana: Client, paper: Sitting) -> None:
    for number, payload in wrong(paper).items():
        post(ana, url(paper, number, "answer"), payload=payload, key=uuid4())
    ana.post(url(paper, what="finish"))
    for answer in paper.answers.all():
        page = ana.get(url(paper, answer.position))
        told = page.context["item"].told
        if answer.item in {"predict", "single", "fill", "point"}:
            assert CANARY in page.content, answer.item
        if answer.item == "fix":
            assert told.standing == "wrong"
            assert CANARY not in page.content


def test_where_answers_are_told_at_once_only_that_item_is(ana: Client) -> None:
    sitting = begin(ana, "every-kind")
    assert leaks(ana, sitting) == []
    number = sitting.answers.get(item="predict").position
    post(ana, url(sitting, number, "answer"), payload=WRONG["predict"], key=uuid4())
    found = [address for address in leaks(ana, sitting) if address != url(sitting, number)]
    # A GET of an address that takes posts leads to the item, and holds nothing itself.
    assert found == []
    assert CANARY in ana.get(url(sitting, number)).content


def test_an_explanation_waits_while_an_answer_may_be_mended(ana: Client) -> None:
    sitting = begin(ana, "every-kind")
    number = sitting.answers.get(item="fill").position
    post(ana, url(sitting, number, "answer"), payload="- {}", key=uuid4())
    told = ana.get(url(sitting, number)).context["item"].told
    assert told.standing
    assert (told.explanation, told.parts) == ("", ())


def _without_canary(payload: object) -> object:
    if isinstance(payload, str):
        return payload.replace("canaryxq", "")
    return payload
