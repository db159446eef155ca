"""What a learner has to review, and starting a review: a fresh variant of an item about it."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import Http404

from netpol_lab.accounts.actions import settled
from netpol_lab.accounts.models import Learner
from netpol_lab.content.models import Document
from netpol_lab.content.queries import Reader, visible_quizzes
from netpol_lab.lab.models import Attempt
from netpol_lab.quizzes import clock
from netpol_lab.quizzes.actions import Refusal, new_sitting, too_many_started
from netpol_lab.quizzes.models import Card, Purpose, Sitting
from netpol_lab.quizzes.papers import Bundle, paper
from netpol_lab.quizzes.queries import bundle_of, paper_of, quiz_in
from netpol_lab.quizzes.reviewing import fresh, minutes
from simulator.mistakes import CATALOGUE
from simulator.mistakes.catalogue import Misconception
from simulator.quiz import Question, Use, public
from simulator.variants import draw

#: What reviews take their items from; a paper that is sat for marks gives none away.
_PRACTICE = frozenset({Use.QUIZ, Use.DRILL})
_TRIES = 20

Place = tuple[Document, str]  # a quiz's document and an item's id


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """A misconception that a learner reviews; `last` is None before its first review."""

    misconception: Misconception
    due: datetime
    last: datetime | None
    is_due: bool


@dataclass(frozen=True, slots=True)
class Reviews:
    """All cards that can be reviewed here, those due first; `minutes` is what these take."""

    cards: tuple[ReviewCard, ...]
    due: int
    minutes: int


def reviews_of(reader: Reader, learner: Learner | None) -> Reviews:
    """What this learner has to review. Reads only: a card that a check asks for is made later."""
    now, places = clock.now(), _places(reader)
    met = {code: (when, None) for code, when in _recognised(learner).items()}
    found = met | _known(learner)
    cards = [
        ReviewCard(CATALOGUE[code], due, last, due <= now)
        for code, (due, last) in found.items()
        if code in places and code in CATALOGUE
    ]
    cards.sort(key=lambda card: (card.due, card.misconception.id))
    due = sum(card.is_due for card in cards)
    return Reviews(tuple(cards), due, minutes(due))


def _known(learner: Learner | None) -> dict[str, tuple[datetime, datetime | None]]:
    cards = Card.objects.filter(learner=learner) if learner else Card.objects.none()
    return {card.misconception: (card.due, card.last) for card in cards}


def _recognised(learner: Learner | None) -> dict[str, datetime]:
    """What the checks of lessons recognised, and when first."""
    found: dict[str, datetime] = {}
    rows = Attempt.objects.filter(learner=learner) if learner else Attempt.objects.none()
    rows = rows.exclude(mistakes="").order_by("created", "id")
    for mistakes, created in rows.values_list("mistakes", "created"):
        for code in mistakes.split():
            found.setdefault(code, created)
    return found


def _places(reader: Reader) -> Mapping[str, tuple[Place, ...]]:
    """The items to practise with, by misconception."""
    found: dict[str, list[Place]] = {}
    for document in visible_quizzes(reader):
        quiz = quiz_in(document.current.text) if document.current else None
        for item in quiz.items if quiz and quiz.use in _PRACTICE else ():
            for code in item.mistakes:
                found.setdefault(code, []).append((document, item.id))
    return {code: tuple(places) for code, places in found.items()}


# ── Start ──


def start_review(reader: Reader, learner: Learner, code: str = "") -> Sitting | Refusal:
    """Begin the review of a misconception, of the one longest due where none is named.

    One that is under way goes on, so that nobody looks for an easier item by starting again.
    Http404 where there is nothing to review.
    """
    reviews = reviews_of(reader, learner)
    codes = [c.misconception.id for c in reviews.cards if c.is_due or c.misconception.id == code]
    if not codes or (code and code not in codes):
        raise Http404("nothing to review")
    code = code or codes[0]
    bundle, seed, item = _fresh_item(reader, learner, code)
    with transaction.atomic():
        owner = settled(learner)
        known = Sitting.objects.filter(
            learner=owner, kind=Purpose.REVIEW, misconception=code, finished=None
        ).first()
        if known is not None:
            return known
        if too_many_started(owner):
            return Refusal.TOO_MANY
        Card.objects.get_or_create(learner=owner, misconception=code, defaults=fresh(clock.now()))
        return new_sitting(owner, bundle, seed, [item], kind=Purpose.REVIEW, misconception=code)


def _fresh_item(reader: Reader, learner: Learner, code: str) -> tuple[Bundle, str, str]:
    """An item about a misconception and a seed, so that it is not what was reviewed last."""
    places, base = _places(reader)[code], secrets.token_hex(8)
    last = _last_question(learner, code)
    bundles: dict[int, Bundle] = {}
    for number in range(_TRIES):
        seed = f"{base}-{number}"
        document, item = places[draw(seed, "review", below=len(places))]
        bundle = bundles.setdefault(document.pk, bundle_of(reader, document))
        if _shown(bundle, seed, item) != last:
            break
    return bundle, seed, item


def _last_question(learner: Learner, code: str) -> str:
    mine = Sitting.objects.filter(learner=learner, kind=Purpose.REVIEW, misconception=code)
    last = mine.select_related("quiz_revision").order_by("-started").first()
    answer = last.answers.first() if last else None
    if last is None or answer is None:
        return ""
    question = paper_of(last).question(answer.item)
    return _as_shown(question) if question else ""


def _shown(bundle: Bundle, seed: str, item: str) -> str:
    question = paper(bundle.revision.text, bundle.library, seed, whole=True).question(item)
    return _as_shown(question) if question else ""


def _as_shown(question: Question) -> str:
    return json.dumps(public(question), sort_keys=True)
