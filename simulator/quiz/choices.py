"""Choosing, ordering and pointing: what is shown in which order, and what an answer earns.

Things are shown in the order of a digest of the seed and their own text. So what a page shows
hangs on what the options say and not on the order in which the author wrote them, which is the key.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from string import ascii_lowercase

from simulator.quiz import payload
from simulator.quiz.grades import Grade, Part
from simulator.quiz.values import Choice, ItemKind, Note, Option, Order, Point, Question
from simulator.variants import digest


def shuffled(question: Question, texts: Iterable[str]) -> tuple[str, ...]:
    """Texts in the order in which this sitting shows them."""
    seed, name = question.seed, question.item.id
    return tuple(sorted(texts, key=lambda text: digest(seed, name, text)))


def lettered(texts: Sequence[str]) -> dict[str, str]:
    """Letters, as ids on the page, for texts in their order."""
    return dict(zip(ascii_lowercase, texts, strict=False))


def marked(
    question: Question, credit: Fraction, notes: Iterable[Note], parts: Iterable[Part] = ()
) -> Grade:
    """A grade with what wrong choices show; where nothing nearer is known, the item's own."""
    found = list(notes)
    mistakes = [mistake for note in found for mistake in note.mistakes]
    if credit < 1 and not mistakes:
        mistakes = list(question.item.mistakes)
    whys = dict.fromkeys(note.why for note in found if note.why)
    seen = tuple(dict.fromkeys(mistakes))
    return Grade(credit, parts=tuple(parts), mistakes=seen, whys=tuple(whys))


# ── One, or several ──────────────────────────────────────────────────────────────────────────


def shown_options(question: Question, choice: Choice) -> dict[str, Option]:
    """The options by their letters on the page."""
    by_text = {option.text: option for option in choice.options}
    texts = shuffled(question, by_text) if choice.shuffled else tuple(by_text)
    return {letter: by_text[text] for letter, text in lettered(texts).items()}


def grade_choice(question: Question, choice: Choice, answer: object) -> Grade:
    """All or nothing of one; of several the share of right ones less that of wrong ones."""
    options = shown_options(question, choice)
    single = question.item.kind is ItemKind.SINGLE
    given = (payload.one(answer),) if single else payload.several(answer)
    chosen = [letter for letter in given if letter in options]
    if not chosen:
        return Grade(answered=False)
    right = Fraction(*_hits(options, chosen, right=True))
    credit = right if single else max(Fraction(0), right - Fraction(*_hits(options, chosen)))
    notes = [options[letter].note for letter in chosen if not options[letter].right]
    parts = tuple(
        Part(letter, option.right == (letter in chosen), _chosen(letter in chosen), _is(option))
        for letter, option in options.items()
    )
    return marked(question, credit, notes, parts)


def _hits(options: dict[str, Option], chosen: list[str], *, right: bool = False) -> tuple[int, int]:
    """How many of the right (or wrong) options are chosen, and how many there are."""
    asked = [letter for letter, option in options.items() if option.right == right]
    return sum(letter in chosen for letter in asked), max(1, len(asked))


def _chosen(chosen: bool) -> str:
    return "chosen" if chosen else "left"


def _is(option: Option) -> str:
    return "right" if option.right else "wrong"


# ── Order ────────────────────────────────────────────────────────────────────────────────────


def shown_steps(question: Question, order: Order) -> dict[str, str]:
    """The steps by their letters on the page."""
    return lettered(shuffled(question, order.steps))


def grade_order(question: Question, order: Order, answer: object) -> Grade:
    """Twice the share of pairs in their right order, less 1: the reverse earns nothing.

    Pairs within a group do not count; a step that was left out makes its pairs wrong.
    """
    steps = shown_steps(question, order)
    given = [steps[letter] for letter in payload.several(answer) if letter in steps]
    if not given:
        return Grade(answered=False)
    credit = max(Fraction(0), 2 * _in_order(order, given) - 1)
    notes = [wrong.note for wrong in order.wrong if list(wrong.steps) == given]
    parts = (_step(order, letter, step, given=given) for letter, step in steps.items())
    return marked(question, credit, notes, parts)


def _step(order: Order, letter: str, step: str, *, given: list[str]) -> Part:
    """Whether a step stands at a place that its group may take."""
    before = 0
    for group in order.groups:
        if step in group:
            break
        before += len(group)
    first, last = before + 1, before + len(group)
    place = given.index(step) + 1 if step in given else 0
    wanted = str(first) if first == last else f"{first}–{last}"
    return Part(letter, first <= place <= last, str(place) if place else "left", wanted)


def _in_order(order: Order, given: list[str]) -> Fraction:
    group = {step: number for number, steps in enumerate(order.groups) for step in steps}
    pairs = [(one, two) for one, two in combinations(order.steps, 2) if group[one] != group[two]]
    right = sum(
        one in given and two in given and given.index(one) < given.index(two) for one, two in pairs
    )
    return Fraction(right, max(1, len(pairs)))


# ── Lines ────────────────────────────────────────────────────────────────────────────────────


def rows(point: Point) -> list[str]:
    """The lines of the text, as the page numbers them from 1."""
    return point.text.rstrip("\n").split("\n")


def grade_point(question: Question, point: Point, answer: object) -> Grade:
    """The share of groups hit, less a share for each line pointed at in vain."""
    last, groups = len(rows(point)), point.groups
    given = [int(n) for n in payload.several(answer) if n.isascii() and n.isdigit() and len(n) < 6]
    pointed = [number for number in dict.fromkeys(given) if 1 <= number <= last]
    if not pointed:
        return Grade(answered=False)
    right = {number for group in groups for number in group}
    hit = sum(any(number in pointed for number in group) for group in groups)
    vain = sum(number not in right for number in pointed)
    # Pointing at every line earns nothing, however many lines there are of either kind.
    cost = Fraction(vain, max(1, min(len(groups), last - len(right))))
    credit = max(Fraction(0), Fraction(hit, len(groups)) - cost)
    notes = [note for number, note in point.wrong if number in pointed]
    parts = [Part(str(n), n in right, "pointed at", _line(n in right)) for n in pointed]
    missed = [group for group in groups if not any(number in pointed for number in group)]
    parts += [Part(str(group[0]), False, "left", _line(True)) for group in missed]
    return marked(question, credit, notes, parts)


def _line(right: bool) -> str:
    return "right" if right else "wrong"
