"""docs/schemas: the published schemas of the documents, held to the readers."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from simulator.document import read_document
from simulator.fields import FieldReader
from simulator.limits import COMMAND_LINE
from simulator.mistakes import CATALOGUE
from simulator.nodes import Mapping, Node, Scalar
from simulator.source import read
from simulator.topics import TOPICS
from simulator.variants import fill
from tests.simulator.test_document import BEYOND, EXERCISE, SCENARIO
from tests.simulator.test_languages import EXERCISE as SPOKEN
from tests.simulator.test_languages import LESSON as TOLD
from tests.simulator.test_languages import SCENARIO as NAMED
from tests.simulator.test_notes import LESSON, NOTES, SINGLE
from tests.simulator.test_relabel import EXERCISE as LABELS
from tests.simulator.test_switching import AWAY, PLUGIN

FOLDER = settings.BASE_DIR / "docs" / "schemas"
KINDS = ("scenario", "exercise", "lesson", "quiz", "notes")
FIXTURES = sorted((settings.BASE_DIR / "fixtures").glob("*/*.yaml"))
SAMPLES = settings.BASE_DIR / "tests" / "simulator" / "quizzes"
EVERY_KIND = (SAMPLES / "quizzes" / "every-kind.yaml").read_text(encoding="utf-8")


@cache
def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def validator(name: str) -> Draft202012Validator:
    names = ("common", *KINDS)
    resources = [(f"{each}.json", Resource.from_contents(schema(each))) for each in names]
    return Draft202012Validator(
        {"$ref": f"{name}.json"}, registry=Registry().with_resources(resources)
    )


def plain(node: Node) -> Any:
    """The document as JSON has it."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Mapping):
        return {entry.key: plain(entry.value) for entry in node.entries}
    return [plain(item) for item in node.items]


def document(text: str) -> dict[str, Any]:
    source = read(text, COMMAND_LINE)
    assert not source.problems
    found: dict[str, Any] = plain(source.documents[0])
    return found


def faults(found: dict[str, Any], name: str = "") -> list[str]:
    """What the schema has against a document: that of its kind, or the one named."""
    errors = validator(name or found["kind"].lower()).iter_errors(found)
    return [f"{each.json_path}: {each.message}" for each in errors]


@pytest.mark.parametrize("name", ["common", *KINDS])
def test_each_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_document_of_the_course_is_valid(path: Path) -> None:
    """As it is written, places and all, and with its first values."""
    text = path.read_text(encoding="utf-8")
    assert faults(document(text)) == []
    assert faults(document(fill(text, {}))) == []


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_document_of_the_course_names_its_schema_to_editors(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    first, _, _ = text.partition("\n")
    assert first.startswith("# yaml-language-server: $schema=")
    named = path.parent / first.partition("=")[2]
    assert named.resolve() == FOLDER / f"{document(text)['kind'].lower()}.json"


@pytest.mark.parametrize("name", ["common", *KINDS])
def test_each_schema_is_served_to_everybody(client: Client, name: str) -> None:
    """No database mark: whoever asks has no session."""
    response = client.get(f"/schemas/{name}.json")
    assert json.loads(response.content) == schema(name)
    assert response["Content-Type"] == "application/schema+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "public" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.parametrize("name", ["other", "Quiz", "..%2Fcontent"])
def test_there_are_no_other_schemas(client: Client, name: str) -> None:
    assert client.get(f"/schemas/{name}.json").status_code == 404


# ── Fields ───────────────────────────────────────────────────────────────────────────────────

MORE = """\
kind: Scenario
slug: more
title: More
story: Once.
kubernetes: 1.37
namespaces: {one: {}}
pods:
  one/a: {labels: {app: a}, ip: 10.0.0.1, ports: [80, {dns: 53/UDP}], node: n, hostNetwork: true}
nodes: {n: 10.9.0.1}
services:
  one/a: {selector: {app: a}, type: NodePort, clusterIP: None, externalTrafficPolicy: Local, ports: [{port: 80, targetPort: dns, protocol: TCP, name: http, nodePort: 30080}]}
plugin: {enforces: true, ping: undefined}
arrows: ["one/a -> n:80"]
"""
STRANGERS = """\
strangers:
  everyPod: true
  leaveOut: [copies]
  pods: {one/old: {app: old}}
  hosts: {partner: 198.51.100.7}
"""
ONE = """\
kind: Quiz
slug: q
title: Q
use: drill
module: 1
position: 1
summary: S
seconds: 60
pick: {"": 1}
items:
- id: a
  kind: order
  ask: In order.
  steps: [one, [two, 3]]
  wrong: [{steps: [two, one, 3], why: So., mistakes: [M01], earns: 20}]
"""
QUESTIONS = [
    "{kind: predict, ask: A, scenario: s, arrows: [a -> b:80]}",
    "{kind: multiple, ask: A, options: [{text: a, right: true}, b]}",
    "{kind: order, ask: A, steps: [a, b]}",
    "{kind: fill, ask: A, scenario: s, text: a ____, answer: b}",
    "{kind: point, ask: A, text: b, lines: [1]}",
    "{kind: match, ask: A, scenario: s, policies: [a, b]}",
]
HEAD = LESSON.partition("question:")[0]
CORPUS = (
    SCENARIO, BEYOND, MORE, NAMED, SPOKEN, TOLD, EXERCISE + STRANGERS, LABELS, PLUGIN, AWAY, NOTES, LESSON, HEAD + SINGLE,
    fill(EVERY_KIND, {}), ONE, *(f"{HEAD}question: {each}\n" for each in QUESTIONS),
)  # fmt: skip


Known = tuple[frozenset[str], frozenset[str]]


def known_to_readers(monkeypatch: pytest.MonkeyPatch) -> set[Known]:
    """What each map that the readers read may hold, and what it must."""
    found: set[Known] = set()
    original = FieldReader.fields

    def spy(self: FieldReader, node: Node, *, required: Iterable[str], optional: Iterable[str] = ()) -> Any:  # fmt: skip
        required, optional = tuple(required), tuple(optional)
        found.add((frozenset((*required, *optional)), frozenset(required)))
        return original(self, node, required=required, optional=optional)

    monkeypatch.setattr(FieldReader, "fields", spy)
    for text in CORPUS:
        read_document(text)
    return found


def closed_maps(part: Any) -> Iterator[dict[str, Any]]:
    """Every map in a schema that says which fields there are."""
    if isinstance(part, dict):
        if part.get("additionalProperties") is False:
            yield part
        for each in part.values():
            yield from closed_maps(each)
    elif isinstance(part, list):
        for each in part:
            yield from closed_maps(each)


def test_the_schemas_have_the_fields_of_the_readers_and_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    maps = [part for name in ("common", *KINDS) for part in closed_maps(schema(name))]
    # What varies is filled before a reader sees it.
    told = {
        (frozenset(part["properties"]) - {"vary"}, frozenset(part.get("required", [])))
        for part in maps
    }
    assert told == known_to_readers(monkeypatch)


@pytest.mark.parametrize("name", ["common", *KINDS])
def test_every_field_has_a_description(name: str) -> None:
    def described(part: dict[str, Any]) -> bool:
        if "description" in part:
            return True
        file, _, pointer = str(part.get("$ref", "")).partition("#/$defs/")
        where = schema(file.removesuffix(".json") or name)
        return bool(pointer) and described(where["$defs"][pointer])

    bare = [
        field
        for part in closed_maps(schema(name))
        for field, value in part["properties"].items()
        if not described(value)
    ]
    assert bare == []


def test_what_other_modules_list_stands_in_the_schemas_too() -> None:
    assert schema("lesson")["properties"]["read"]["items"]["enum"] == list(TOPICS)
    pattern = schema("common")["$defs"]["mistakes"]["items"]["pattern"]
    assert [id for id in CATALOGUE if not re.search(pattern, id)] == []
    assert not re.search(pattern, "M26")


# ── Faults ───────────────────────────────────────────────────────────────────────────────────

#: What the readers say of a document's shape; of its meaning (a pod that is not there) they say more.
SHAPE = re.compile(
    r"unknown field|the field \S+ is missing|is a (text|list|map)$|is true or false|is one of|is no flow"
    r"|is no slug|a map is wanted here|a whole number from \d+ to \d\d|has at most \d+ characters|an item has a kind"
    r"|a document starts with kind|is no topic|a misconception is one of|labels are a map|labels is a map"
)
#: So many of a document's changes are tried (all of them take minutes, and were tried once).
MOST = 60
REPLACEMENTS: tuple[Any, ...] = (None, 7, True, "no such thing", [], {}, ["x"], {"x": "y"})


def changed(part: Any) -> Iterator[Any]:
    """The same with one thing in it changed: left out, added, or something else instead."""
    if isinstance(part, dict):
        yield {**part, "zzz": 1}
        for key, value in part.items():
            yield {k: v for k, v in part.items() if k != key}
            for other in (*REPLACEMENTS, *changed(value)):
                yield {**part, key: other}
    elif isinstance(part, list):
        for index, value in enumerate(part):
            for other in (*REPLACEMENTS, *changed(value)):
                yield [*part[:index], other, *part[index + 1 :]]


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_the_schema_refuses_what_the_reader_refuses_for_its_shape(text: str) -> None:
    """And nothing that the reader takes."""
    right = document(text)
    missed, needless = [], []
    changes = list(changed(right))
    for each in changes[:: max(1, len(changes) // MOST)]:
        told = [problem.message for problem in read_document(json.dumps(each)).problems]
        refused = faults(each, right["kind"].lower())
        if any(SHAPE.search(message) for message in told) and not refused:
            missed.append((told, each))
        if refused and not told:
            needless.append((refused, each))
    assert missed == []
    assert needless == []
