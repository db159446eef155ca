"""The one reader of our own documents: scenario, exercise, lesson, quiz and notes, as YAML text.

Fixtures, the instructor's editor and imports all come through `read`, which returns the document or
every located problem. The formats are described in docs/content.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.exercise import Changeable, Exercise, WrongAnswer, read_exercise, read_mistakes
from simulator.fields import FieldReader
from simulator.languages import Languages, read_languages
from simulator.limits import COMMAND_LINE, Limits
from simulator.model import Mark, Problem, Severity
from simulator.nodes import Mapping, Node, Scalar
from simulator.notes import Notes, Taught, read_notes, read_teaches
from simulator.quiz.reading import read_question, read_quiz
from simulator.quiz.values import Item, Quiz
from simulator.scenario import Scenario, read_scenario
from simulator.source import Source, read
from simulator.topics import read_topics
from simulator.variants import fill, outline, unused

__all__ = [
    "Changeable",
    "Document",
    "Exercise",
    "Lesson",
    "Notes",
    "Quiz",
    "Reading",
    "WrongAnswer",
    "read_document",
]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Prose (Markdown) and the exercise to do; module and position order the list.

    `predict` locks its picture until the learner has said what they expect; `mistakes` names the
    misconceptions that it clears up (`M03`). `question` is asked once the exercise is solved;
    `read` names TOPICS of Kubernetes' documentation, `teaches` statements of the notes.
    """

    slug: str
    title: str
    module: int
    position: int
    summary: str
    body: str
    exercise: str
    predict: bool = False
    mistakes: tuple[str, ...] = ()
    question: Item | None = None
    read: tuple[str, ...] = ()
    teaches: tuple[Taught, ...] = ()
    languages: Languages = field(default_factory=dict)


Document = Scenario | Exercise | Lesson | Quiz | Notes


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a document gave: the document, or its problems."""

    document: Document | None
    problems: tuple[Problem, ...]


def read_document(text: str | bytes, limits: Limits = COMMAND_LINE) -> Reading:
    """Read one document. Never raises: what is wrong comes back located in `problems`."""
    source = read(text, limits)
    reader = FieldReader([p for p in source.problems if p.severity is Severity.ERROR])
    for warning in source.problems:
        if warning.severity is Severity.WARNING:  # a repeated key is a slip in our own documents
            reader.problem(warning.message, warning.mark)
    document = None
    if not reader.problems and len(source.documents) != 1:
        reader.problem("a file holds exactly one document", Mark(1, 1))
    elif not reader.problems:
        document = _document(reader, _first_variant(reader, source))
    return Reading(None if reader.problems else document, tuple(reader.problems))


def _first_variant(r: FieldReader, source: Source) -> Node:
    """The document as it stands by itself: with the first of the values that it declares."""
    root, found = source.documents[0], outline(source.text)
    r.problems += found.problems
    if isinstance(root, Mapping) and _kind(root) == "Scenario":  # others may declare for theirs
        r.problems += [unused(name, mark) for name, mark in found.unused.items()]
    if r.problems or not found.varies:
        return root
    filled = read(fill(source.text, {}), COMMAND_LINE)
    r.problems += filled.problems
    return filled.documents[0] if filled.documents else root


def _kind(root: Mapping) -> str | None:
    kind = root.get("kind")
    return kind.text if isinstance(kind, Scalar) and isinstance(kind.value, str) else None


def _document(r: FieldReader, node: Node) -> Document | None:
    kind = node.get("kind") if isinstance(node, Mapping) else None
    name = _kind(node) if isinstance(node, Mapping) else None
    kinds: dict[str, Callable[[FieldReader, Node], Document | None]] = {
        "Scenario": read_scenario,
        "Exercise": read_exercise,
        "Lesson": _lesson,
        "Quiz": read_quiz,
        "Notes": read_notes,
    }
    if name not in kinds:
        place = kind.mark if kind else node.mark
        r.problem("a document starts with kind: Scenario, Exercise, Lesson, Quiz or Notes", place)
        return None
    return kinds[name](r, node)


def _lesson(r: FieldReader, node: Node) -> Lesson | None:
    fields = r.fields(
        node,
        required=("kind", "slug", "title", "module", "position", "summary", "body", "exercise"),
        optional=("predict", "mistakes", "question", "read", "teaches", "languages"),
    )
    if fields is None:
        return None
    question = fields.get("question")
    return Lesson(
        r.slug(fields),
        r.text(fields["title"], most=200),
        r.integer(fields["module"].value, 1, 99),
        r.integer(fields["position"].value, 1, 999),
        r.text(fields["summary"], most=400),
        r.text(fields["body"]),
        r.text(fields["exercise"]),
        r.boolean(fields["predict"]) if "predict" in fields else False,
        read_mistakes(r, fields.get("mistakes")),
        read_question(r, question.value) if question else None,
        read_topics(r, fields.get("read")),
        read_teaches(r, fields.get("teaches")),
        read_languages(r, fields.get("languages"), ("title", "summary", "body")),
    )
