"""The sample quiz of the tests, its questions, and a way to change either."""

from pathlib import Path
from textwrap import dedent, indent

from simulator.papers import Library, Making, make_paper
from simulator.quiz import Question

FOLDER = Path(__file__).parent / "quizzes"
CANARY = "canaryxq"


def _texts(name: str) -> dict[str, str]:
    return {p.stem: p.read_text(encoding="utf-8") for p in sorted((FOLDER / name).glob("*.yaml"))}


LIBRARY = Library(_texts("scenarios"), _texts("exercises"))
TEXT = _texts("quizzes")["every-kind"]
SEED = "0"  # of the variant with prod, staging and 3306

HEAD = dedent("""\
    kind: Quiz
    slug: small
    title: Small
    use: quiz
    module: 1
    position: 1
    summary: A small one.
    items:
    """)


def questions(seed: str = SEED) -> dict[str, Question]:
    """Every question of the sample, by its id."""
    making = make_paper(TEXT, LIBRARY, seed, whole=True)
    assert making.paper is not None, making.problems
    return {question.item.id: question for question in making.paper.questions}


QUESTIONS = questions()


def quiz(*items: str, head: str = HEAD) -> str:
    """A quiz with these items, each given as the lines of a map."""
    return head + "".join(indent(dedent(item), "  ").replace("  ", "- ", 1) for item in items)


def making(*items: str, head: str = HEAD, seed: str = SEED) -> Making:
    """What making such a quiz's paper gives."""
    return make_paper(quiz(*items, head=head), LIBRARY, seed, whole=True)


def question(item: str, seed: str = SEED) -> Question:
    """The one question of a quiz with one item."""
    made = making(item, seed=seed)
    assert made.paper is not None, made.problems
    return made.paper.questions[0]
